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
	headers  map[string]*jsonschema.Schema
}

// compile compiles the schemas of all event types.
var compile = sync.OnceValues(func() (*checker, error) {
	c := &checker{schemas: map[string]*jsonschema.Schema{}, headers: map[string]*jsonschema.Schema{}}
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
		if c.headers[name], err = compiler.Compile(url + "#/components/messages/" + name + "/headers"); err != nil {
			return nil, err
		}
	}
	c.headers[""], err = compiler.Compile(url + "#/components/messageTraits/cloudEvent/headers")
	return c, err
})

// Inspect refuses an event that the document does not allow. Events that a test declares itself may be anything.
func Inspect(p contracts.Payload, e contracts.Event) error {
	if strings.HasSuffix(reflect.TypeOf(p).PkgPath(), "_test") {
		return nil
	}
	return Check(e.Topic, e.Type, e.Data)
}

// Check returns what is wrong with the value of a record of a topic.
func Check(topic, eventType string, value []byte) error {
	c, err := compile()
	if err != nil {
		return err
	}
	if _, ok := c.document.Channels[topic].Messages[eventType]; !ok {
		return fmt.Errorf("asyncapitest: topic %s has no event type %s", topic, eventType)
	}
	return validate(c.schemas[eventType], value)
}

// CheckRecord returns what is wrong with a record of a topic.
func CheckRecord(topic string, headers map[string]string, key, value []byte) error {
	eventType := headers[contracts.HeaderType]
	if err := Check(topic, eventType, value); err != nil {
		return err
	}
	c, err := compile()
	if err != nil {
		return err
	}
	text, err := json.Marshal(headers)
	if err != nil {
		return err
	}
	for _, schema := range []*jsonschema.Schema{c.headers[""], c.headers[eventType]} {
		if err := validate(schema, text); err != nil {
			return err
		}
	}
	if headers[contracts.HeaderSubject] != string(key) {
		return fmt.Errorf("asyncapitest: the key %q is not the subject %q", key, headers[contracts.HeaderSubject])
	}
	return nil
}

func validate(schema *jsonschema.Schema, text []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}
