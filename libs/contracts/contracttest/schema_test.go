package contracttest_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/invopop/jsonschema"
	validate "github.com/santhosh-tekuri/jsonschema/v6"

	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
	"muster/libs/contracts/contracttest"
	"muster/libs/testkit/golden"
)

// schemaName names a payload's schema: one for each Go type, so that all kinds of an event share theirs. The first type of
// a topic has the topic's name.
func schemaName(p contracts.Payload) string {
	switch p.(type) {
	case billingv1.InvoiceEvent:
		return "billing.events.invoice.v1"
	case billingv1.RedemptionEvent:
		return "billing.events.redemption.v1"
	case billingv1.PromotionEvent:
		return "billing.events.promotion.v1"
	case billingv1.ReconciliationEvent:
		return "billing.events.reconciliation.v1"
	default:
		return p.EventTopic()
	}
}

// TestSchemasSayWhatTheStructsSay holds the schemas that consumers validate against to the structs that are published.
func TestSchemasSayWhatTheStructsSay(t *testing.T) {
	for _, p := range contracttest.Samples() {
		reflector := jsonschema.Reflector{ExpandedStruct: true, DoNotReference: true, AllowAdditionalProperties: true, Anonymous: true}
		schema := reflector.Reflect(p)
		nullable(schema, reflect.TypeOf(p))
		schema.Title = schemaName(p)
		want, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		golden.File(t, filepath.Join("..", "schemas", schemaName(p)+".json"), string(want)+"\n") // mind: changes must be additive
	}
}

// nullable lets members that are pointers or slices be null: they are never left out.
func nullable(s *jsonschema.Schema, t reflect.Type) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || s.Properties == nil {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		member, ok := s.Properties.Get(f.Tag.Get("json"))
		if !ok {
			continue
		}
		inner := member
		if member.Items != nil {
			inner = member.Items
		}
		nullable(inner, f.Type)
		if k := f.Type.Kind(); k == reflect.Pointer || k == reflect.Slice {
			s.Properties.Set(f.Tag.Get("json"), &jsonschema.Schema{AnyOf: []*jsonschema.Schema{member, {Type: "null"}}})
		}
	}
}

func TestSamplesFitTheirSchemasAndLoseNothing(t *testing.T) {
	for _, p := range contracttest.Samples() {
		t.Run(p.EventType(), func(t *testing.T) {
			event, err := contracts.New("0190a1b2-0000-7000-8000-00000000000a", "test", contracttest.User().CreatedAt, p)
			if err != nil {
				t.Fatal(err)
			}
			instance, err := validate.UnmarshalJSON(bytes.NewReader(event.Data))
			if err != nil {
				t.Fatal(err)
			}
			schema, err := validate.NewCompiler().Compile(filepath.Join("..", "schemas", schemaName(p)+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(instance); err != nil {
				t.Errorf("the sample does not fit its schema: %v", err)
			}
			back := reflect.New(reflect.TypeOf(p))
			if err := json.Unmarshal(event.Data, back.Interface()); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(back.Elem().Interface(), any(p)) {
				t.Errorf("read back as %+v", back.Elem())
			}
			if key := recordKey(p); event.Key != key || event.Subject != key || event.Version != p.EventVersion() || event.Topic == "" {
				t.Errorf("envelope %+v", event)
			}
		})
	}
}

// recordKey is the key of a sample: the user's id, or the kind and the id of what belongs to no user.
func recordKey(p contracts.Payload) string {
	switch p.(type) {
	case billingv1.PromotionEvent:
		return "promotion/42"
	case billingv1.ReconciliationEvent:
		return "reconciliation/42"
	default:
		return "42"
	}
}

// TestSamplesSetEveryMember keeps the samples full: a member they leave out is a member no test would miss.
func TestSamplesSetEveryMember(t *testing.T) {
	// A record of a living user is not deleted, nor rejected.
	zero := map[string]bool{"Deleted": true, "RejectedBecause": true}
	for _, p := range contracttest.Samples() {
		full(t, reflect.ValueOf(p), zero)
	}
}

func full(t *testing.T, v reflect.Value, zero map[string]bool) {
	t.Helper()
	for i := range v.NumField() {
		name, f := v.Type().Field(i).Name, v.Field(i)
		if f.IsZero() && !zero[name] {
			t.Errorf("%s.%s is not set", v.Type(), name)
		}
		for f.Kind() == reflect.Pointer && !f.IsNil() {
			f = f.Elem()
		}
		if f.Kind() == reflect.Struct && f.Type().PkgPath() != "time" {
			full(t, f, zero)
		}
	}
}
