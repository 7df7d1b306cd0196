package openapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"

	"muster/libs/errs"
	"muster/libs/web"
)

// Gateway is an API that passes routes on to services, besides routes of its own.
type Gateway struct {
	Info    Info
	Servers []Server
	// Sections group the operations.
	Sections []Section
	Own      API
	Forwards []Forward
	// Added are members that the gateway puts first into a service's answers, by the names of their schemas.
	Added map[string]Added
}

// Section is a group of operations.
type Section struct {
	Tag
	Prefixes []string // of the paths; the longest that fits decides
}

// Forward is a route that is passed on.
type Forward struct {
	Method, Path string
	Service      string
	As           string // the path at the service
	Access       web.Access
	Answer       any // replaces the service's answer; nil keeps it
}

// Added is a member of an answer.
type Added struct {
	Member string
	Value  any
}

// Join describes a gateway. parts are the descriptions of the services, by their names. It returns everything that does
// not fit together.
func Join(g Gateway, parts map[string]*Document) (*Document, error) {
	d := &describer{
		document: &Document{OpenAPI: "3.1.0", Info: g.Info, Servers: g.Servers, Paths: map[string]PathItem{}},
		schemas:  &schemas{named: map[string]*jsonschema.Schema{}, types: map[string]reflect.Type{}, names: g.Own.Names, used: map[string]bool{}},
		lists:    g.Own.Lists,
	}
	for _, r := range g.Own.Routes {
		d.add(r)
	}
	j := &joining{describer: d, parts: parts, used: map[string]bool{}}
	for _, f := range g.Forwards {
		j.forward(f)
	}
	j.unused()
	d.schemas.of(ErrorBody{}, false)
	for _, service := range slices.Sorted(maps.Keys(parts)) {
		j.schemas(service)
	}
	for _, name := range slices.Sorted(maps.Keys(g.Added)) {
		j.addMember(name, g.Added[name])
	}
	d.document.Components = Components{Schemas: d.schemas.named, Security: securitySchemes}
	j.group(g.Sections)
	j.catalogue()
	return d.document, errors.Join(j.problems...)
}

type joining struct {
	describer *describer
	parts     map[string]*Document
	used      map[string]bool // operations of the services, by id
	problems  []error
}

func (j *joining) problem(format string, args ...any) {
	j.problems = append(j.problems, fmt.Errorf(format, args...))
}

func (j *joining) forward(f Forward) {
	method, path := strings.ToLower(f.Method), PathOf(f.Path)
	found := j.parts[f.Service].Paths[PathOf(f.As)][method]
	if found == nil {
		j.problem("%s describes no %s %s", f.Service, f.Method, f.As)
		return
	}
	if restricted(f.Access) != restricted(accessNamed(found.Access)) {
		j.problem("%s %s is %s at the gateway and %s at %s", f.Method, f.Path, accesses[f.Access].name, found.Access, f.Service)
	}
	operation := *found
	if f.Path != f.As {
		operation.ID += "InFull"
	} else {
		j.used[found.ID] = true
	}
	if f.Answer != nil {
		operation.Responses = maps.Clone(operation.Responses)
		for status, response := range operation.Responses {
			if media, ok := response.Content[mediaJSON]; ok && status[0] == '2' {
				media.Schema = j.describer.schemas.of(f.Answer, false)
				operation.Responses[status] = &Response{Description: response.Description, Content: map[string]Media{mediaJSON: media}}
			}
		}
	}
	paths := j.describer.document.Paths
	if paths[path] == nil {
		paths[path] = PathItem{}
	}
	paths[path][method] = &operation
}

// restricted reports whether a route needs an access token.
func restricted(a web.Access) bool { return a >= web.User }

func accessNamed(name string) web.Access {
	for access, words := range accesses {
		if words.name == name {
			return access
		}
	}
	return web.Public
}

// unused reports routes of the services that clients cannot reach.
func (j *joining) unused() {
	for service, part := range j.parts {
		for path, item := range part.Paths {
			for method, operation := range item {
				if !j.used[operation.ID] {
					j.problem("%s describes %s %s, which the gateway does not pass on", service, strings.ToUpper(method), path)
				}
			}
		}
	}
}

// schemas adds those of a service.
func (j *joining) schemas(service string) {
	named := j.describer.schemas.named
	for name, schema := range j.parts[service].Components.Schemas {
		if known, ok := named[name]; ok && text(known) != text(schema) {
			j.problem("%s has another schema %s", service, name)
		}
		named[name] = schema
	}
}

func text(schema *jsonschema.Schema) string {
	text, err := json.Marshal(schema)
	if err != nil {
		panic(err) // schemas are made of plain values
	}
	return string(text)
}

// addMember makes a member the first of a schema.
func (j *joining) addMember(name string, a Added) {
	schema := j.describer.schemas.named[name]
	if schema == nil {
		j.problem("no service has the schema %s", name)
		return
	}
	members := jsonschema.NewProperties()
	members.Set(a.Member, j.describer.schemas.of(a.Value, false))
	for p := schema.Properties.Oldest(); p != nil; p = p.Next() {
		members.Set(p.Key, p.Value)
	}
	schema.Properties, schema.Required = members, append([]string{a.Member}, schema.Required...)
}

// group tags the operations with their sections, and checks that their ids differ.
func (j *joining) group(sections []Section) {
	d := j.describer.document
	for _, s := range sections {
		d.Tags = append(d.Tags, s.Tag)
	}
	ids := map[string]string{}
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		section := sectionOf(sections, path)
		if section == "" {
			j.problem("%s is in no section", path)
		}
		for _, operation := range d.Paths[path] {
			operation.Tags = []string{section}
			if other, taken := ids[operation.ID]; taken {
				j.problem("%s and %s are both %s", other, path, operation.ID)
			}
			ids[operation.ID] = path
		}
	}
}

func sectionOf(sections []Section, path string) string {
	name, longest := "", -1
	for _, s := range sections {
		for _, prefix := range s.Prefixes {
			if strings.HasPrefix(path, prefix) && len(prefix) > longest {
				name, longest = s.Name, len(prefix)
			}
		}
	}
	return name
}

// catalogue adds the error codes that operations have, with the advice of libs/errs.
func (j *joining) catalogue() {
	statuses := map[string][]int{}
	note := func(code string, status int) {
		if !slices.Contains(statuses[code], status) {
			statuses[code] = append(statuses[code], status)
		}
	}
	for _, item := range j.describer.document.Paths {
		for _, operation := range item {
			for status, response := range operation.Responses {
				for _, code := range response.Codes {
					number, _ := strconv.Atoi(status) // statuses come from numbers
					note(code, number)
				}
			}
		}
	}
	for _, e := range web.UnroutedErrors() {
		note(e.Code, e.Kind.Status())
	}
	for _, code := range slices.Sorted(maps.Keys(statuses)) {
		advice, known := errs.Catalogue[code]
		if !known {
			j.problem("the code %s is not in errs.Catalogue", code)
		}
		slices.Sort(statuses[code])
		j.describer.document.Errors = append(j.describer.document.Errors, ErrorEntry{code, statuses[code], advice.When, advice.Do})
	}
	for code := range errs.Catalogue {
		if statuses[code] == nil {
			j.problem("errs.Catalogue has the code %s, which no route answers", code)
		}
	}
}

// Markdown returns the catalogue of error codes as a table.
func (d *Document) Markdown() string {
	var table strings.Builder
	table.WriteString("| code | status | when | what to do |\n|---|---|---|---|\n")
	for _, e := range d.Errors {
		var statuses []string
		for _, status := range e.Statuses {
			statuses = append(statuses, strconv.Itoa(status))
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", e.Code, strings.Join(statuses, ", "), e.When, e.Do)
	}
	return table.String()
}
