package asyncapi

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"

	"muster/libs/contracts"
	"muster/libs/openapi"
	"muster/libs/outbox"
)

const (
	bindingVersion = "0.5.0"
	traitName      = "cloudEvent"
)

//go:embed introduction.md
var introduction string

// Describe describes all topics. dir is the directory of libs/contracts, and samples has one payload of each type. The error
// says what is missing.
func Describe(dir string, samples []contracts.Payload) (*Document, error) {
	src, err := readSource(dir)
	if err != nil {
		return nil, err
	}
	d := &describer{source: src, document: &Document{
		AsyncAPI: "3.0.0", Info: Info{Title: "Muster's events", Version: "1", Description: introduction}, ContentType: contracts.ContentType,
		Channels: map[string]Channel{}, Operations: map[string]Operation{},
		Components: Components{Messages: map[string]Message{}, Traits: map[string]Trait{traitName: cloudEvent()}},
	}}
	for _, t := range contracts.Topics() {
		d.addTopic(t)
	}
	events := openapi.Events{Comments: src.comments, Values: map[reflect.Type][]openapi.Value{}}
	var payloads []any
	for _, p := range samples {
		payloads = append(payloads, p)
		if kind, ok := reflect.TypeOf(p).FieldByName(kindField); ok {
			events.Values[kind.Type] = src.values[fullName(kind.Type)]
		}
		if err := d.addPayload(p); err != nil {
			return nil, err
		}
		delete(src.payloads, fullName(reflect.TypeOf(p)))
	}
	if len(src.payloads) > 0 {
		return nil, fmt.Errorf("asyncapi: no sample of %v", slices.Sorted(maps.Keys(src.payloads)))
	}
	d.document.Components.Schemas = openapi.EventSchemas(events, payloads...)
	return d.document, nil
}

type describer struct {
	source   source
	document *Document
}

func (d *describer) addTopic(t contracts.Topic) {
	text, ok := topics[t.Name]
	if !ok {
		panic("asyncapi: nothing tells what topic " + t.Name + " is")
	}
	configuration := map[string]any{}
	for name, value := range outbox.TopicSettings(t, 1) {
		number, err := strconv.ParseInt(value, 10, 64)
		switch {
		case name == "cleanup.policy":
			configuration[name] = strings.Split(value, ",")
		case err == nil:
			configuration[name] = number
		default:
			configuration[name] = value
		}
	}
	d.document.Channels[t.Name] = Channel{
		Address: t.Name, Title: text.title, Description: text.text, Messages: map[string]Ref{},
		Bindings: Bindings{Kafka{Topic: t.Name, Partitions: contracts.Partitions, Configuration: configuration, Version: bindingVersion}},
	}
	d.document.Operations["publish."+t.Name] = Operation{
		Action: "send", Channel: Ref{"#/channels/" + t.Name}, Summary: "The service " + t.Owner() + " publishes.",
	}
}

// kindField is the member that tells the types of an event apart.
const kindField = "Kind"

// addPayload adds a message for each type that a payload's struct has.
func (d *describer) addPayload(sample contracts.Payload) error {
	example, err := json.Marshal(sample)
	if err != nil {
		return err
	}
	t := reflect.TypeOf(sample)
	found := []openapi.Value{{}}
	if kind, ok := t.FieldByName(kindField); ok {
		found = d.source.values[fullName(kind.Type)]
	}
	for _, value := range found {
		p := sample
		if value.Text != "" {
			changed := reflect.New(t).Elem()
			changed.Set(reflect.ValueOf(sample))
			changed.FieldByName(kindField).SetString(value.Text)
			p = changed.Interface().(contracts.Payload)
		}
		name := p.EventType()
		m := d.message(p)
		if name != t.Name() && value.Text != "" && strings.HasSuffix(name, "."+value.Text+".v1") {
			m.Summary = capital(value.Meaning)
		}
		if name == sample.EventType() {
			m.Examples = []Example{{Name: "sample", Payload: example}}
		}
		d.document.Components.Messages[name] = m
		d.document.Channels[p.EventTopic()].Messages[name] = Ref{"#/components/messages/" + name}
	}
	return nil
}

func (d *describer) message(p contracts.Payload) Message {
	text := jsonschema.NewProperties()
	text.Set(contracts.HeaderType, &jsonschema.Schema{Const: p.EventType()})
	owner, _, _ := strings.Cut(p.EventTopic(), ".")
	text.Set(contracts.HeaderSource, &jsonschema.Schema{Const: "/muster/" + owner})
	return Message{
		Name: p.EventType(), Title: reflect.TypeOf(p).Name(), Headers: &jsonschema.Schema{Type: "object", Properties: text},
		Payload: Ref{"#/components/schemas/" + reflect.TypeOf(p).Name()}, Traits: []Ref{{"#/components/messageTraits/" + traitName}},
		Bindings: Bindings{Kafka{Key: &jsonschema.Schema{Type: "string", Description: keyText(p.EventKey())}, Version: bindingVersion}},
	}
}

func keyText(key string) string {
	if kind, _, found := strings.Cut(key, "/"); found {
		return "`" + kind + "/` and the id."
	}
	return "The user's id, in decimal."
}

// cloudEvent are the headers of every record.
func cloudEvent() Trait {
	all := jsonschema.NewProperties()
	required := []string{}
	add := func(name string, s *jsonschema.Schema) {
		s.Type = "string"
		all.Set(name, s)
		required = append(required, name)
	}
	add(contracts.HeaderSpecVersion, &jsonschema.Schema{Enum: []any{contracts.SpecVersion}})
	add(contracts.HeaderID, &jsonschema.Schema{Format: "uuid", Description: "A UUIDv7, the same for every delivery of the event."})
	add(contracts.HeaderType, &jsonschema.Schema{Description: "What the value is: the name of the message."})
	add(contracts.HeaderSource, &jsonschema.Schema{Description: "`/muster/` and the service that publishes."})
	add(contracts.HeaderSubject, &jsonschema.Schema{Description: "The record's key."})
	add(contracts.HeaderTime, &jsonschema.Schema{Format: "date-time", Description: "When the change was made."})
	add(contracts.HeaderVersion, &jsonschema.Schema{Pattern: "^[0-9]+$", Description: "The version of what changed, also in the value."})
	add(contracts.HeaderContentType, &jsonschema.Schema{Enum: []any{contracts.ContentType}})
	all.Set(contracts.HeaderTraceParent, &jsonschema.Schema{Type: "string", Description: "W3C Trace Context of the change; absent if it was not traced."})
	return Trait{ContentType: contracts.ContentType, Headers: &jsonschema.Schema{Type: "object", Properties: all, Required: required}}
}

func fullName(t reflect.Type) string { return t.PkgPath() + "." + t.Name() }

func capital(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

// Standalone returns the schema of a payload with everything that it refers to, as a document of its own.
func (d *Document) Standalone(payload string) map[string]any {
	return map[string]any{
		"$schema": jsonschema.Version, "title": payload, "$ref": componentSchemas + payload,
		"components": map[string]any{"schemas": d.reachable(payload)},
	}
}

const componentSchemas = "#/components/schemas/"

// reachable returns the schemas that a schema refers to, and itself.
func (d *Document) reachable(name string) map[string]*jsonschema.Schema {
	found := map[string]*jsonschema.Schema{}
	var visit func(name string)
	visit = func(name string) {
		if found[name] != nil {
			return
		}
		found[name] = d.Components.Schemas[name]
		text, err := json.Marshal(found[name])
		if err != nil {
			panic(err) // schemas are made of plain values
		}
		for _, part := range strings.Split(string(text), componentSchemas)[1:] {
			inner, _, _ := strings.Cut(part, `"`)
			visit(inner)
		}
	}
	visit(name)
	return found
}
