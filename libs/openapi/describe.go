package openapi

import (
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"

	"muster/libs/listing"
	"muster/libs/web"
)

// Lists are the declarations of the lists that routes name.
type Lists map[string]*listing.List

// API is what a service mounts.
type API struct {
	Title  string // of the document
	Routes []web.Route
	Lists  Lists
	// Names are the names of components by the names of Go types, where the general rule makes a bad one or one that two
	// services share.
	Names map[string]string
}

// Describe describes an API. It panics if the declarations contradict each other or say too little: that is a programming
// error, which a test finds.
func Describe(a API) *Document {
	d := &describer{
		document: &Document{OpenAPI: "3.1.0", Info: Info{Title: a.Title, Version: "1"}, Paths: map[string]PathItem{}},
		schemas:  &schemas{named: map[string]*jsonschema.Schema{}, types: map[string]reflect.Type{}, names: a.Names, used: map[string]bool{}},
		lists:    a.Lists,
	}
	for _, r := range a.Routes {
		d.add(r)
	}
	for name := range a.Names {
		if !d.schemas.used[name] {
			panic("openapi: no route has the type " + name)
		}
	}
	d.schemas.of(ErrorBody{}, false)
	d.document.Components = Components{Schemas: d.schemas.named, Security: securitySchemes}
	return d.document
}

type describer struct {
	document *Document
	schemas  *schemas
	lists    Lists
}

func (d *describer) add(r web.Route) {
	path, method := PathOf(r.Path), strings.ToLower(r.Method)
	switch {
	case r.ID == "" || r.Summary == "":
		panic("openapi: " + r.Method + " " + r.Path + " is not described")
	case d.document.Paths[path][method] != nil:
		panic("openapi: " + r.Method + " " + r.Path + " is described twice")
	case d.document.Paths[path] == nil:
		d.document.Paths[path] = PathItem{}
	}
	d.document.Paths[path][method] = &Operation{
		ID: r.ID, Summary: r.Summary, Description: r.Text, Access: accesses[r.Access].name, Security: securityOf(r),
		Parameters: d.parameters(r), Body: d.body(r), Responses: d.responses(r),
	}
}

var pathParameter = regexp.MustCompile(`:(\w+)`)

// PathOf returns a path of gin's in OpenAPI's form: /api/users/{id}.
func PathOf(path string) string { return pathParameter.ReplaceAllString(path, "{$1}") }

func (d *describer) parameters(r web.Route) []listing.Parameter {
	var all []listing.Parameter
	for _, match := range pathParameter.FindAllStringSubmatch(r.Path, -1) {
		if !slices.ContainsFunc(r.Params, func(p listing.Parameter) bool { return p.Name == match[1] && p.In == "path" }) {
			all = append(all, listing.Parameter{Name: match[1], In: "path", Required: true, Description: "The id.",
				Schema: listing.Schema{"type": "integer", "format": "int64", "minimum": 1}})
		}
	}
	all = append(all, r.Params...)
	if r.List != "" {
		all = append(all, d.list(r).Parameters...)
	}
	switch {
	case r.List != "":
		all = append(all, preferParameter("list=array", "Answers the bare array of rows."))
	case r.Deletes:
		all = append(all, preferParameter("return=representation", "Answers the id instead of nothing."))
	case r.Idempotent:
		all = append(all, listing.Parameter{Name: "Idempotency-Key", In: "header",
			Description: "Makes a repetition of the request answer what the first one did, for 24 hours.",
			Schema:      listing.Schema{"type": "string", "maxLength": 255, "pattern": "^[ -~]*$"}})
	}
	return all
}

func preferParameter(value, description string) listing.Parameter {
	return listing.Parameter{Name: "Prefer", In: "header", Description: description, Schema: listing.Schema{"type": "string", "examples": []string{value}}}
}

func (d *describer) list(r web.Route) listing.Description {
	list, ok := d.lists[r.List]
	if !ok {
		panic("openapi: " + r.Method + " " + r.Path + " names an unknown list " + r.List)
	}
	return list.Describe()
}

func (d *describer) body(r web.Route) *Body {
	switch {
	case r.Body != nil:
		return &Body{Required: true, Content: map[string]Media{mediaJSON: {d.schemas.of(r.Body, true)}}}
	case r.RawBody != "":
		raw := &jsonschema.Schema{Type: "string"}
		if r.RawBody == mediaJSON {
			raw.Type = "object"
		}
		return &Body{Required: true, Content: map[string]Media{r.RawBody: {raw}}}
	}
	return nil
}

const mediaJSON = "application/json"

func (d *describer) responses(r web.Route) map[string]*Response {
	all := errorResponses(slices.Concat(r.Refusals(), r.Errors))
	if r.List != "" { // the server answers this itself, before any route
		all["431"] = &Response{Description: "The request line and the headers are too long.", Content: map[string]Media{"text/plain": {fileSchema("text/plain")}}}
	}
	if r.Deletes {
		all["204"] = &Response{Description: "Done."}
		all["200"] = &Response{Description: "Done, for Prefer: return=representation.", Content: map[string]Media{mediaJSON: {d.schemas.of(deletedBody{}, false)}}}
		return all
	}
	status := r.Status
	if status == 0 {
		status = http.StatusOK
	}
	done := &Response{Description: http.StatusText(status)}
	if r.List != "" {
		done.Headers = d.list(r).Headers
	}
	if r.Answer != nil {
		done.Content = map[string]Media{mediaJSON: {d.answer(r)}}
	}
	for _, media := range r.Files {
		if done.Content == nil {
			done.Content = map[string]Media{}
		}
		done.Content[media] = Media{fileSchema(media)}
	}
	all[strconv.Itoa(status)] = done
	return all
}

// fileSchema returns the schema of an answer that is no JSON. YAML has values of all types. Server-sent events have none:
// some tools check the text, others each event.
func fileSchema(media string) *jsonschema.Schema {
	switch media {
	case "application/yaml":
		return &jsonschema.Schema{Type: "object"}
	case "text/event-stream":
		return &jsonschema.Schema{}
	}
	return &jsonschema.Schema{Type: "string"}
}

// deletedBody is what web.Deleted answers.
type deletedBody struct {
	ID int64 `json:"id"`
}

func (d *describer) answer(r web.Route) *jsonschema.Schema {
	forms, several := r.Answer.(web.AnyOf)
	if !several {
		forms = web.AnyOf{r.Answer}
	}
	var of []*jsonschema.Schema
	for _, form := range forms {
		if form == nil {
			of = append(of, &jsonschema.Schema{Type: "null"})
			continue
		}
		if r.List == "" {
			of = append(of, d.schemas.of(form, false))
			continue
		}
		row := d.schemas.of(form, false)
		of = append(of, d.page(row), &jsonschema.Schema{Type: "array", Items: row})
	}
	if len(of) == 1 {
		return of[0]
	}
	return &jsonschema.Schema{AnyOf: of}
}

// page returns the schema of listing.Page for rows of a schema.
func (d *describer) page(row *jsonschema.Schema) *jsonschema.Schema {
	name := strings.TrimPrefix(row.Ref, components) + "Page"
	if d.schemas.named[name] == nil {
		members := jsonschema.NewProperties()
		members.Set("data", &jsonschema.Schema{Type: "array", Items: row})
		members.Set("total", &jsonschema.Schema{Type: "integer", Minimum: "0", Description: "The number of rows on all pages."})
		d.schemas.named[name] = &jsonschema.Schema{Type: "object", Properties: members, Required: []string{"data", "total"}}
	}
	return ref(name)
}
