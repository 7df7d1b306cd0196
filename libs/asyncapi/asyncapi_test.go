package asyncapi_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"muster/libs/asyncapi"
	"muster/libs/contracts"
	"muster/libs/contracts/contracttest"
	"muster/libs/testkit/golden"
)

// acceptedDocument is the last document whose changes were accepted. `make api-accept` makes it the present one.
const acceptedDocument = "testdata/accepted.json"

const contractsDir = "../contracts"

func describe(t *testing.T) *asyncapi.Document {
	t.Helper()
	d, err := asyncapi.Describe(contractsDir, contracttest.Samples())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func textOf(t *testing.T, part any) string {
	t.Helper()
	text, err := asyncapi.JSON(part)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func decoded(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// TestTopicsAreDescribed holds the document and the schemas to the structs that are published.
func TestTopicsAreDescribed(t *testing.T) {
	d := describe(t)
	golden.File(t, filepath.Join(contractsDir, "asyncapi.json"), textOf(t, d))
	for _, p := range contracttest.Samples() {
		name := reflect.TypeOf(p).Name()
		golden.File(t, filepath.Join(contractsDir, "schemas", name+".json"), textOf(t, d.Standalone(name)))
	}
	files, err := filepath.Glob(filepath.Join(contractsDir, "schemas", "*.json"))
	if err != nil || len(files) != len(contracttest.Samples()) {
		t.Errorf("there are %d schemas of %d payloads (%v)", len(files), len(contracttest.Samples()), err)
	}
}

// TestTheDocumentIsAsyncAPI holds the document to AsyncAPI's own schema, which testdata has as the npm package
// @asyncapi/specs has it (Apache License 2.0).
func TestTheDocumentIsAsyncAPI(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("testdata/asyncapi-3.0.0.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(decoded(t, []byte(textOf(t, describe(t))))); err != nil {
		t.Errorf("%v", err)
	}
	if err := schema.Validate(map[string]any{"asyncapi": "3.0.0"}); err == nil {
		t.Error("the schema accepts a document without info")
	}
}

func TestEveryTopicHasItsEvents(t *testing.T) {
	d := describe(t)
	for _, topic := range contracts.Topics() {
		channel := d.Channels[topic.Name]
		if len(channel.Messages) == 0 || topic.Compact && len(channel.Messages) != 1 {
			t.Errorf("%s has %d event types", topic.Name, len(channel.Messages))
		}
		for name := range channel.Messages {
			m := d.Components.Messages[name]
			schema := d.Components.Schemas[strings.TrimPrefix(m.Payload.Ref, "#/components/schemas/")]
			if schema == nil || schema.Description == "" {
				t.Errorf("%s has no schema with a description", name)
			}
		}
	}
	if n := len(d.Channels[contracts.TopicBillingEvents].Messages); n < 30 {
		t.Errorf("billing publishes %d event types", n)
	}
}

// TestNoChangeBreaksAConsumer compares the document with the accepted one.
func TestNoChangeBreaksAConsumer(t *testing.T) {
	accepted, err := os.ReadFile(acceptedDocument)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range asyncapi.Breaking(decoded(t, accepted), decoded(t, []byte(textOf(t, describe(t))))) {
		t.Errorf("a change is not additive: %s; if it must be, accept it with `make api-accept`", change)
	}
}

// TestWhatBreaksAConsumer holds the comparison to changes that break a consumer and to others that do not.
func TestWhatBreaksAConsumer(t *testing.T) {
	text := []byte(textOf(t, describe(t)))
	type object = map[string]any
	at := func(o any, path ...string) object {
		for _, name := range path {
			o = o.(object)[name]
		}
		return o.(object)
	}
	entry := func(d object) object { return at(d, "components", "schemas", "LedgerEntry") }
	const paid = "billing.invoice.paid.v1"
	for _, test := range []struct {
		name   string
		breaks bool
		change func(d object)
	}{
		{"nothing", false, func(object) {}},
		{"another text", false, func(d object) { entry(d)["description"] = "Money." }},
		{"another member", false, func(d object) { at(entry(d), "properties")["note"] = object{"type": "string"} }},
		{"another member that is always there", false, func(d object) {
			at(entry(d), "properties")["note"] = object{"type": "string"}
			entry(d)["required"] = append(entry(d)["required"].([]any), "note")
		}},
		{"another value", false, func(d object) {
			kind := at(entry(d), "properties", "kind")
			kind["enum"] = append(kind["enum"].([]any), "gift")
		}},
		{"another event type", false, func(d object) {
			at(d, "components", "messages")["billing.gift.v1"] = at(d, "components", "messages", paid)
			at(d, "channels", "billing.events.v1", "messages")["billing.gift.v1"] = object{"$ref": "#/components/messages/billing.gift.v1"}
		}},
		{"another topic", false, func(d object) { at(d, "channels")["billing.gifts.v1"] = at(d, "channels", "billing.events.v1") }},
		{"a topic less", true, func(d object) { delete(at(d, "channels"), "billing.ledger.v1") }},
		{"an event type less", true, func(d object) { delete(at(d, "channels", "billing.events.v1", "messages"), paid) }},
		{"other partitions", true, func(d object) { at(d, "channels", "billing.ledger.v1", "bindings", "kafka")["partitions"] = 12.0 }},
		{"another cleanup policy", true, func(d object) {
			at(d, "channels", "directory.user.v1", "bindings", "kafka", "topicConfiguration")["cleanup.policy"] = []any{"delete"}
		}},
		{"a member less", true, func(d object) { delete(at(entry(d), "properties"), "tax") }},
		{"a member that may be left out", true, func(d object) { entry(d)["required"] = []any{"id"} }},
		{"another type of a member", true, func(d object) { at(entry(d), "properties", "amount")["type"] = "string" }},
		{"a member that can be null", true, func(d object) {
			at(entry(d), "properties")["amount"] = object{"anyOf": []any{object{"type": "integer"}, object{"type": "null"}}}
		}},
		{"a value less", true, func(d object) { at(entry(d), "properties", "kind")["enum"] = []any{"payment"} }},
		{"a narrower member", true, func(d object) { at(entry(d), "properties", "currency")["maxLength"] = 3.0 }},
		{"no more members", true, func(d object) { entry(d)["additionalProperties"] = false }},
		{"a header less", true, func(d object) {
			delete(at(d, "components", "messageTraits", "cloudEvent", "headers", "properties"), "ce_id")
		}},
		{"another payload", true, func(d object) {
			at(d, "components", "messages", paid, "payload")["$ref"] = "#/components/schemas/LedgerEntry"
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			changed := decoded(t, text)
			test.change(changed)
			if found := asyncapi.Breaking(decoded(t, text), changed); len(found) > 0 != test.breaks {
				t.Errorf("breaking changes: %s", strings.Join(found, "; "))
			}
		})
	}
}
