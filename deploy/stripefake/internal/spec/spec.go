// Package spec knows the parameters and the expandable members of Stripe's API, from Stripe's own OpenAPI description of
// version 2023-10-16. stripe.json is the part of it for the fake's routes. A contract test of billing's Stripe adapter
// writes the file from the description in stripe-mock, and fails when they differ.
package spec

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
)

// Schema is what Stripe allows for one parameter.
type Schema struct {
	// Type is array, boolean, integer, number, object or string; empty if AnyOf says it.
	Type string `json:"type,omitempty"`
	// Properties are the members of an object, and Required those that must be sent.
	Properties map[string]*Schema `json:"properties,omitempty"`
	Required   []string           `json:"required,omitempty"`
	// Others is the schema of an object's members with free names; nil if it has none.
	Others *Schema   `json:"others,omitempty"`
	Items  *Schema   `json:"items,omitempty"`
	AnyOf  []*Schema `json:"anyOf,omitempty"`
	Enum   []string  `json:"enum,omitempty"`
	// MaxLength is the maximum number of characters; 0 if there is none.
	MaxLength int `json:"maxLength,omitempty"`
}

// Route is a method and a path of the API.
type Route struct {
	Params *Schema `json:"params"`
	// Answer is the kind of the answer. "[]customer" is a list of customers.
	Answer string `json:"answer"`
}

// Description is the content of stripe.json.
type Description struct {
	// Routes are Stripe's routes by "METHOD /path", with {id} for the path's identifier.
	Routes map[string]*Route `json:"routes"`
	// Expand holds, by kind, the expandable members and the kinds of their objects. A kind with the prefix "[]" is a list;
	// an empty one is not among the fake's.
	Expand map[string]map[string]string `json:"expand"`
}

//go:embed stripe.json
var content []byte

var stripe = func() Description {
	var d Description
	if err := json.Unmarshal(content, &d); err != nil {
		panic(fmt.Sprintf("stripefake: stripe.json: %v", err))
	}
	return d
}()

// Find returns Stripe's description of a route; nil if Stripe has no such route.
func Find(route string) *Route { return stripe.Routes[route] }

// Expandable reports whether a path of members can be expanded in an answer. If it cannot, it returns the member at which
// the path ends. Members of objects that the fake does not have are not checked.
func (r *Route) Expandable(path []string) (member string, ok bool) {
	kind := r.Answer
	for _, step := range path {
		if kind == "" {
			return "", true
		}
		if len(kind) > 2 && kind[:2] == "[]" {
			if step != "data" {
				return step, false
			}
			kind = kind[2:]
			continue
		}
		next, ok := stripe.Expand[kind][step]
		if !ok {
			return step, false
		}
		kind = next
	}
	return "", true
}

// allows reports whether the schema allows an empty text, which unsets a parameter.
func (s *Schema) allowsEmpty() bool {
	return s.Type == "string" && len(s.Enum) == 0 || slices.Contains(s.Enum, "") || slices.ContainsFunc(s.AnyOf, (*Schema).allowsEmpty)
}
