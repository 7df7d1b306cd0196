package stripe_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stripe/stripe-mock/embedded"
	"github.com/stripe/stripe-mock/server"
	"github.com/stripe/stripe-mock/spec"

	"muster/deploy/stripefake"
	"muster/libs/testkit/golden"
)

// description is Stripe's OpenAPI description of this API version. It is read once, because that takes seconds.
var description = sync.OnceValues(func() (*spec.Spec, error) { return server.LoadSpec(embedded.OpenAPISpec, "") })

func stripesDescription(t *testing.T) *spec.Spec {
	t.Helper()
	d, err := description()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The fake checks parameters against a part of Stripe's own description.
func TestTheFakeHasStripesDescription(t *testing.T) {
	d := stripesDescription(t)
	routes, expand := map[string]any{}, map[string]any{}
	for _, name := range stripefake.Routes() {
		operation := operationOf(d, name)
		if operation == nil {
			t.Fatalf("Stripe has no route %s", name)
		}
		answer := answerOf(operation)
		routes[name] = map[string]any{"params": paramsOf(operation, name), "answer": answer}
		expandable(d, strings.TrimPrefix(answer, "[]"), expand)
	}
	golden.File(t, "../../../../../deploy/stripefake/internal/spec/stripe.json",
		"{\"routes\": "+lines(t, routes)+",\n\"expand\": "+lines(t, expand)+"}\n")
}

// lines is an object with one member a line, so that a change shows where it is.
func lines(t *testing.T, object map[string]any) string {
	t.Helper()
	var members []string
	for name, value := range object {
		encoded, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, fmt.Sprintf("%q: %s", name, encoded))
	}
	slices.Sort(members)
	return "{\n" + strings.Join(members, ",\n") + "\n}"
}

var pathParameter = regexp.MustCompile(`\{[a-z_]+\}`)

// operationOf finds a route of the fake; nil if Stripe has none.
func operationOf(d *spec.Spec, route string) *spec.Operation {
	method, path, _ := strings.Cut(route, " ")
	for at, verbs := range d.Paths {
		if pathParameter.ReplaceAllString(string(at), "{id}") == path {
			if operation := verbs[spec.HTTPVerb(strings.ToLower(method))]; operation != nil {
				return operation
			}
		}
	}
	return nil
}

// paramsOf is what the fake needs of an operation's parameters.
func paramsOf(operation *spec.Operation, route string) any {
	if strings.HasPrefix(route, "GET ") {
		return schemaOf(spec.BuildQuerySchema(operation))
	}
	if body := operation.RequestBody; body != nil {
		for _, content := range body.Content {
			return schemaOf(content.Schema)
		}
	}
	return map[string]any{"type": "object"}
}

func schemaOf(s *spec.Schema) map[string]any {
	o := map[string]any{}
	if s.Type != "" {
		o["type"] = s.Type
	}
	if len(s.Properties) > 0 {
		properties := map[string]any{}
		for name, p := range s.Properties {
			properties[name] = schemaOf(p)
		}
		o["properties"] = properties
	}
	if len(s.Required) > 0 {
		o["required"] = s.Required
	}
	if s.AdditionalProperties != nil {
		o["others"] = schemaOf(s.AdditionalProperties)
	}
	if s.Items != nil {
		o["items"] = schemaOf(s.Items)
	}
	if len(s.AnyOf) > 0 {
		var branches []any
		for _, b := range s.AnyOf {
			branches = append(branches, schemaOf(b))
		}
		o["anyOf"] = branches
	}
	if len(s.Enum) > 0 {
		o["enum"] = s.Enum
	}
	if s.MaxLength > 0 {
		o["maxLength"] = s.MaxLength
	}
	return o
}

// answerOf is the kind of an operation's answer; "[]customer" is a list.
func answerOf(operation *spec.Operation) string {
	for _, content := range operation.Responses["200"].Content {
		kind, _ := target(content.Schema)
		return kind
	}
	return ""
}

// target returns the kind of the objects that a schema refers to, and whether it refers to any.
func target(s *spec.Schema) (kind string, found bool) {
	if s.Ref != "" {
		name := strings.TrimPrefix(s.Ref, "#/components/schemas/")
		return name, !strings.HasPrefix(name, "deleted_")
	}
	if data := s.Properties["data"]; data != nil && s.Properties["has_more"] != nil {
		kind, found = target(data.Items)
		return "[]" + kind, found
	}
	if s.Items != nil {
		return target(s.Items)
	}
	for _, b := range s.AnyOf {
		if kind, found := target(b); found {
			return kind, true
		}
	}
	return "", false
}

// expandable adds the expandable members of a kind, and of the kinds that these lead to, to all. It ends at resources
// that the fake does not have.
func expandable(d *spec.Spec, kind string, all map[string]any) {
	schema := d.Components.Schemas[kind]
	if _, known := all[kind]; known || schema == nil || schema.XExpandableFields == nil {
		return
	}
	members := map[string]string{}
	all[kind] = members
	for _, name := range *schema.XExpandableFields {
		p := schema.Properties[name]
		if p == nil {
			continue
		}
		of, _ := target(p)
		element := strings.TrimPrefix(of, "[]")
		if next := d.Components.Schemas[element]; next == nil || next.XResourceID != "" && !slices.Contains(stripefake.Kinds(), element) {
			of, element = "", ""
		}
		members[name] = of
		expandable(d, element, all)
	}
}
