package asyncapi

import (
	"encoding/json"

	"github.com/invopop/jsonschema"
)

// Document is an AsyncAPI 3 document, with the parts that Muster uses.
type Document struct {
	AsyncAPI    string               `json:"asyncapi"`
	Info        Info                 `json:"info"`
	ContentType string               `json:"defaultContentType"`
	Channels    map[string]Channel   `json:"channels"`
	Operations  map[string]Operation `json:"operations"`
	Components  Components           `json:"components"`
}

// Info is AsyncAPI's Info Object.
type Info struct {
	Title       string `json:"title"`
	Version     string `json:"version"`
	Description string `json:"description"`
}

// Channel is AsyncAPI's Channel Object: a topic.
type Channel struct {
	Address     string         `json:"address"`
	Title       string         `json:"title"`
	Description string         `json:"description"`
	Messages    map[string]Ref `json:"messages"`
	Bindings    Bindings       `json:"bindings"`
}

// Operation is AsyncAPI's Operation Object: a service that publishes on a topic.
type Operation struct {
	Action  string `json:"action"`
	Channel Ref    `json:"channel"`
	Summary string `json:"summary"`
}

// Components is AsyncAPI's Components Object.
type Components struct {
	Messages map[string]Message            `json:"messages"`
	Schemas  map[string]*jsonschema.Schema `json:"schemas"`
	Traits   map[string]Trait              `json:"messageTraits"`
}

// Message is AsyncAPI's Message Object: an event type.
type Message struct {
	Name     string             `json:"name"`
	Title    string             `json:"title"`
	Summary  string             `json:"summary,omitempty"`
	Headers  *jsonschema.Schema `json:"headers"`
	Payload  Ref                `json:"payload"`
	Bindings Bindings           `json:"bindings"`
	Traits   []Ref              `json:"traits"`
	Examples []Example          `json:"examples,omitempty"`
}

// Trait is AsyncAPI's Message Trait Object.
type Trait struct {
	ContentType string             `json:"contentType"`
	Headers     *jsonschema.Schema `json:"headers"`
}

// Example is AsyncAPI's Message Example Object.
type Example struct {
	Name    string          `json:"name"`
	Payload json.RawMessage `json:"payload"`
}

// Bindings is AsyncAPI's Bindings Object, for Kafka.
type Bindings struct {
	Kafka Kafka `json:"kafka"`
}

// Kafka is the Kafka binding of a channel or a message.
type Kafka struct {
	Topic         string             `json:"topic,omitempty"`
	Partitions    int                `json:"partitions,omitempty"`
	Configuration map[string]any     `json:"topicConfiguration,omitempty"`
	Key           *jsonschema.Schema `json:"key,omitempty"`
	Version       string             `json:"bindingVersion"`
}

// Ref is a reference.
type Ref struct {
	Ref string `json:"$ref"`
}

// JSON returns a part of the document, indented.
func JSON(part any) (string, error) {
	text, err := json.MarshalIndent(part, "", "  ")
	return string(text) + "\n", err
}
