package openapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"

	"muster/libs/usersapi"
	"muster/libs/web"
)

const (
	definitions = "#/$defs/"
	components  = "#/components/schemas/"
)

// codes are the contract's codes by the names of the members that hold them.
var codes = map[string]map[string]string{
	"typeCode": usersapi.TypeNames, "userTypeCode": usersapi.TypeNames, "authTypeCode": usersapi.AuthTypeNames,
	"requestTypeCode": usersapi.RequestTypeNames, "request_type_code": usersapi.RequestTypeNames, "requestType": usersapi.RequestTypeNames,
	"couponTypeCode": usersapi.CouponTypeNames, "couponDurationTypeCode": usersapi.DurationNames,
}

// schemas collects the schemas of named structs. Those of requests have other names and rules than those of answers.
type schemas struct {
	named  map[string]*jsonschema.Schema
	types  map[string]reflect.Type // whose schemas they are
	names  map[string]string       // [API.Names]
	used   map[string]bool         // which of these
	events *Events                 // nil for an HTTP API
}

// Events says how schemas of events differ from those of answers.
type Events struct {
	// Comments are the Go comments of types and members, for the descriptions; see [jsonschema.Reflector.AddGoComments].
	Comments map[string]string
	// Values are the values of types with few values, with what they mean.
	Values map[reflect.Type][]Value
}

// Value is a value of a type with few values.
type Value struct{ Text, Meaning string }

// EventSchemas returns the schemas of payloads and of what is in them, by name. They follow the rules of answers, except
// that a slice can be null too, and that a code can be empty, as it is in the last record of a deleted user.
func EventSchemas(e Events, payloads ...any) map[string]*jsonschema.Schema {
	s := &schemas{named: map[string]*jsonschema.Schema{}, types: map[string]reflect.Type{}, events: &e}
	for _, payload := range payloads {
		s.of(payload, false)
	}
	return s.named
}

// of returns the schema of a value: a reference if its type has a name.
func (s *schemas) of(value any, request bool) *jsonschema.Schema {
	return s.ofType(reflect.TypeOf(value), request)
}

func (s *schemas) ofType(t reflect.Type, request bool) *jsonschema.Schema {
	types := map[string]reflect.Type{}
	reflector := jsonschema.Reflector{Anonymous: true, AllowAdditionalProperties: true, RequiredFromJSONSchemaTags: request}
	reflector.Namer = func(t reflect.Type) string {
		if t.Name() == "" {
			return ""
		}
		if t.Kind() != reflect.Struct {
			return t.String() // it gets no schema of its own, and must not have the name of one
		}
		name := s.nameOf(t, request)
		types[name] = t
		return name
	}
	if s.events != nil {
		reflector.CommentMap = s.events.Comments
	}
	reflector.Mapper = func(t reflect.Type) *jsonschema.Schema {
		if value, ok := memberType(t); ok {
			return s.ofType(value, request)
		}
		if t == reflect.TypeFor[json.RawMessage]() {
			return &jsonschema.Schema{}
		}
		return nil
	}
	schema := reflector.ReflectFromType(t)
	found := schema.Definitions
	schema.Definitions, schema.Version = nil, ""
	for _, name := range slices.Sorted(maps.Keys(found)) {
		s.add(name, types[name], found[name], request)
	}
	if t.Name() == "" {
		s.refine(schema, t, request)
	}
	relink(schema)
	return schema
}

// add keeps the schema of a named type.
func (s *schemas) add(name string, t reflect.Type, schema *jsonschema.Schema, request bool) {
	if known, ok := s.types[name]; ok {
		if known != t {
			panic(fmt.Sprintf("openapi: %s and %s are both named %s", known, t, name))
		}
		return
	}
	s.refine(schema, t, request)
	relink(schema)
	s.types[name], s.named[name] = t, schema
}

var (
	suffix    = regexp.MustCompile(`(Body|Object|Answer)$`)
	parameter = regexp.MustCompile(`^(\w+)\[(?:.*[./])?(\w+)\]$`) // of a generic type: list[billing.plan]
)

// nameOf makes the name of a component from the name of a Go type: planBody becomes Plan, list[planBody] PlanList, and as
// a request createPlanBody becomes CreatePlanRequest.
func (s *schemas) nameOf(t reflect.Type, request bool) string {
	name := t.Name()
	if own, ok := s.names[name]; ok {
		s.used[name] = true
		return own
	}
	if parts := parameter.FindStringSubmatch(name); parts != nil {
		name = suffix.ReplaceAllString(parts[2], "") + capital(parts[1])
	}
	name = capital(suffix.ReplaceAllString(name, ""))
	if request {
		name += "Request"
	}
	return name
}

func capital(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// memberType returns the T of a web.Member[T].
func memberType(t reflect.Type) (reflect.Type, bool) {
	if t.PkgPath() != reflect.TypeFor[web.Route]().PkgPath() || !strings.HasPrefix(t.Name(), "Member[") {
		return nil, false
	}
	value, _ := t.FieldByName("Value")
	return value.Type.Elem(), true
}

// refine adds to the schema of a struct which members can be null and which codes they hold.
func (s *schemas) refine(schema *jsonschema.Schema, t reflect.Type, request bool) {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		if t.Kind() == reflect.Slice {
			schema = schema.Items
		}
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || schema == nil || schema.Properties == nil {
		return
	}
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		member, ok := schema.Properties.Get(name)
		if !ok || f.Anonymous {
			continue
		}
		if f.Type.Name() == "" {
			s.refine(member, f.Type, request)
		}
		if of, coded := codes[name]; coded && member.Type == "string" {
			if s.events == nil {
				for _, code := range slices.Sorted(maps.Keys(of)) {
					member.Enum = append(member.Enum, code)
				}
			}
			member.Description = strings.TrimSpace(member.Description + " " + namesOf(of))
		}
		s.listValues(member, f.Type)
		if canBeNull(f, options, schema.Required, name, request) || s.events != nil && f.Type.Kind() == reflect.Slice && f.Type.Name() == "" {
			schema.Properties.Set(name, nullable(member))
		}
	}
}

// listValues adds the values that a member can have, if they are few.
func (s *schemas) listValues(member *jsonschema.Schema, t reflect.Type) {
	if s.events == nil {
		return
	}
	var meanings []string
	for _, v := range s.events.Values[t] {
		member.Enum = append(member.Enum, v.Text)
		if v.Meaning != "" {
			meanings = append(meanings, "`"+v.Text+"`: "+v.Meaning)
		}
	}
	if meanings != nil {
		member.Description = strings.TrimSpace(member.Description + "\n\n" + strings.Join(meanings, "\n\n"))
	}
}

func namesOf(codes map[string]string) string {
	var names []string
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		names = append(names, "`"+code+"` "+codes[code])
	}
	return strings.Join(names, ", ") + "."
}

func canBeNull(f reflect.StructField, options string, required []string, name string, request bool) bool {
	if f.Tag.Get("null") == "true" {
		return true
	}
	if !request {
		return f.Type.Kind() == reflect.Pointer && !strings.Contains(options, "omitempty")
	}
	if _, member := memberType(f.Type); member {
		return false
	}
	return !slices.Contains(required, name)
}

// nullable returns the schema of a member that can also be null. The description stays where readers look for it.
func nullable(member *jsonschema.Schema) *jsonschema.Schema {
	either := &jsonschema.Schema{AnyOf: []*jsonschema.Schema{member, {Type: "null"}}, Description: member.Description}
	if member.Ref == "" {
		member.Description = ""
	}
	return either
}

// relink makes references to definitions references to components.
func relink(schema *jsonschema.Schema) {
	if schema == nil {
		return
	}
	schema.Ref = strings.Replace(schema.Ref, definitions, components, 1)
	relink(schema.Items)
	relink(schema.AdditionalProperties)
	for _, inner := range slices.Concat(schema.AnyOf, schema.AllOf, schema.OneOf) {
		relink(inner)
	}
	if schema.Properties != nil {
		for p := schema.Properties.Oldest(); p != nil; p = p.Next() {
			relink(p.Value)
		}
	}
}

func ref(name string) *jsonschema.Schema { return &jsonschema.Schema{Ref: components + name} }
