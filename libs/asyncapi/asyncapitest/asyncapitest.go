// Package asyncapitest holds what tests publish to the AsyncAPI document.
package asyncapitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"muster/libs/contracts"
)

const url = "asyncapi.json"

// document is what the document says about messages.
type document struct {
	Channels map[string]struct {
		Messages map[string]any `json:"messages"`
	} `json:"channels"`
	Components struct {
		Messages map[string]struct {
			Payload struct {
				Ref string `json:"$ref"`
			} `json:"payload"`
		} `json:"messages"`
	} `json:"components"`
}

type checker struct {
	document document
	schemas  map[string]*jsonschema.Schema // by event type
}

// compile compiles the schemas of all event types.
var compile = sync.OnceValues(func() (*checker, error) {
	c := &checker{schemas: map[string]*jsonschema.Schema{}}
	if err := json.Unmarshal(contracts.AsyncAPI, &c.document); err != nil {
		return nil, err
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(contracts.AsyncAPI))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(url, whole); err != nil {
		return nil, err
	}
	for name, message := range c.document.Components.Messages {
		if c.schemas[name], err = compiler.Compile(url + message.Payload.Ref); err != nil {
			return nil, err
		}
	}
	return c, nil
})

// Inspect refuses an event that the document does not allow. Events that a test declares itself may be anything.
func Inspect(p contracts.Payload, e contracts.Event) error {
	if strings.HasSuffix(reflect.TypeOf(p).PkgPath(), "_test") {
		return nil
	}
	c, err := compile()
	if err != nil {
		return err
	}
	if _, ok := c.document.Channels[e.Topic].Messages[e.Type]; !ok {
		return fmt.Errorf("asyncapitest: topic %s has no event type %s", e.Topic, e.Type)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(e.Data))
	if err != nil {
		return err
	}
	return c.schemas[e.Type].Validate(value)
}
