package listing

import (
	"math"
	"strings"
)

// Schema is a JSON Schema that reads the same in OpenAPI 3.0 and 3.1, with one exception: 3.0 does not know
// patternProperties, which describe the properties of a JSON field.
type Schema map[string]any

// Parameter describes a query parameter. Its JSON is OpenAPI's Parameter Object.
type Parameter struct {
	Name        string `json:"name"`
	In          string `json:"in"`
	Description string `json:"description"`
	Required    bool   `json:"required,omitempty"`
	// Schema describes a plain value.
	Schema Schema `json:"schema,omitempty"`
	// Content describes a JSON value, by media type.
	Content map[string]Content `json:"content,omitempty"`
}

// Content describes JSON inside a parameter. Its JSON is OpenAPI's Media Type Object.
type Content struct {
	Schema  Schema `json:"schema"`
	Example any    `json:"example,omitempty"`
}

// Header describes a header of the response. Its JSON is OpenAPI's Header Object.
type Header struct {
	Description string `json:"description"`
	Schema      Schema `json:"schema"`
	Example     any    `json:"example,omitempty"`
}

// Description is the API documentation of a list.
type Description struct {
	Parameters []Parameter
	Headers    map[string]Header // by name
}

// Describe returns the parameters that the list accepts and the headers that it sets.
func (l *List) Describe() Description {
	return Description{
		Parameters: []Parameter{
			plainParameter("page", "The page, from 1. One past the end is empty.", 1, 1, math.MaxInt64),
			plainParameter("perPage", "Rows on a page.", DefaultPerPage, 1, MaxPerPage),
			jsonParameter("range", "Instead of page and perPage: the first and the last row, counted from 0.",
				Schema{"type": "array", "minItems": 2, "maxItems": 2, "items": Schema{"type": "integer", "minimum": 0}}, []int{0, 24}),
			l.describeSort(),
			l.describeFilter(),
		},
		Headers: map[string]Header{
			headerContentRange: {"The rows on this page, counted from 0, and the number of all; * for an empty page.", Schema{"type": "string"}, "items 0-9/42"},
			headerAcceptRange:  {"The unit of ranges.", Schema{"type": "string"}, "items"},
			headerTotal:        {"The number of rows on all pages.", Schema{"type": "integer"}, 42},
			headerExpose:       {"Lets browsers read the other headers.", Schema{"type": "string"}, exposed},
		},
	}
}

func plainParameter(name, description string, initial, least, greatest int) Parameter {
	schema := Schema{"type": "integer", "default": initial, "minimum": least}
	if greatest != math.MaxInt64 {
		schema["maximum"] = greatest
	}
	return Parameter{Name: name, In: "query", Description: description, Schema: schema}
}

func jsonParameter(name, description string, schema Schema, example any) Parameter {
	return Parameter{Name: name, In: "query", Description: description,
		Content: map[string]Content{"application/json": {schema, example}}}
}

func (l *List) describeSort() Parameter {
	names := append([]string{}, l.sortable...)
	term := Schema{"type": "string"}
	flat := Schema{"type": "array", "minItems": 2, "items": term}
	nested := Schema{"type": "array", "minItems": 1, "items": Schema{"type": "array", "minItems": 2, "maxItems": 2, "items": term}}
	return jsonParameter("sort",
		"Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; "+l.id.Name+
			" breaks ties and is the default. Fields: "+strings.Join(names, ", ")+".",
		Schema{"anyOf": []Schema{flat, nested}}, []string{l.id.Name, "DESC"})
}

func (l *List) describeFilter() Parameter {
	properties := Schema{}
	if len(l.searched) > 0 {
		var names []string
		for _, f := range l.searched {
			names = append(names, f.Name)
		}
		properties[searchName] = Schema{"type": "string", "maxLength": maxText,
			"description": "Words, each of which is part of any of " + strings.Join(names, ", ") + ", in any case."}
	}
	patterns := Schema{}
	schema := Schema{"type": "object", "properties": properties, "additionalProperties": false}
	for _, f := range l.fields {
		switch {
		case f.Filterable && f.Kind == JSON:
			patterns[f.propertyPattern()] = f.schema()
			schema["patternProperties"] = patterns
		case f.Filterable:
			for _, name := range f.names() {
				properties[name] = f.schema()
			}
		}
	}
	return jsonParameter("filter", "All members must hold.", schema, nil)
}

// schema describes the filter values that f accepts.
func (f *Field) schema() Schema {
	one := f.scalarSchema()
	forms := []Schema{one}
	if f.Kind == Date {
		// An open end is null or empty. The other rules for the string are in the description.
		end := Schema{"anyOf": []Schema{one, {"enum": []any{nil}}}}
		forms = append(forms, rangeSchema(end), Schema{"type": "array", "minItems": 2, "maxItems": 2, "items": end})
	}
	if f.Kind.rule().ranges {
		forms = append(forms, rangeSchema(Schema{"anyOf": []Schema{one, {"enum": []any{nil}}}}))
	}
	nulls := Schema{"enum": []any{nil, isNull, isNotNull}}
	if f.Kind.rule().scalar != nil {
		items := one
		if f.Nullable {
			items = Schema{"anyOf": []Schema{one, nulls}}
		}
		forms = append(forms, Schema{"type": "array", "maxItems": maxAnyOf, "items": items})
	}
	if f.Nullable {
		forms = append(forms, nulls)
	}
	return Schema{"anyOf": forms, "description": "Must be " + f.allowed() + "."}
}

func rangeSchema(end Schema) Schema {
	return Schema{"type": "object", "properties": Schema{"from": end, "to": end}, "minProperties": 1, "additionalProperties": false}
}

// scalarSchema describes one value.
func (f *Field) scalarSchema() Schema {
	switch f.Kind {
	case Bool:
		return Schema{"type": "boolean"}
	case Integer:
		number := Schema{"type": "integer", "format": "int64"}
		if f.Digits {
			return Schema{"anyOf": []Schema{number, {"type": "string", "pattern": digits.String()}}}
		}
		return number
	case Decimal:
		return Schema{"type": "number"}
	case JSON:
		return Schema{"anyOf": []Schema{{"type": "string", "maxLength": maxText}, {"type": "number"}, {"type": "boolean"}}}
	}
	if len(f.Values) > 0 {
		return Schema{"type": "string", "enum": f.Values}
	}
	return Schema{"type": "string", "maxLength": maxText}
}
