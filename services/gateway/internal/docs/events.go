package docs

import (
	"bytes"
	"encoding/json"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"muster/libs/contracts"
)

// AsyncAPI is the document of the Kafka topics.
var AsyncAPI = sync.OnceValues(func() (File, error) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, contracts.AsyncAPI); err != nil {
		return File{}, err
	}
	return file(".json", compact.Bytes())
})

// Events is the page that shows the document of the Kafka topics.
var Events = sync.OnceValues(func() (File, error) {
	var d eventsDocument
	if err := json.Unmarshal(contracts.AsyncAPI, &d); err != nil {
		return File{}, err
	}
	page, err := template.New("events.html").Funcs(template.FuncMap{
		"prose": prose, "last": afterSlash, "rows": rows, "of": d.payloadOf, "indent": indent, "sorted": sortedKeys,
	}).ParseFS(files, "pages/events.html")
	if err != nil {
		return File{}, err
	}
	var text bytes.Buffer
	if err := page.Execute(&text, d); err != nil {
		return File{}, err
	}
	return file(".html", text.Bytes())
})

// eventsDocument has the parts of the document that the page shows.
type eventsDocument struct {
	Info struct {
		Title       string `json:"title"`
		Description string `json:"description"`
	} `json:"info"`
	Channels map[string]struct {
		Title       string                     `json:"title"`
		Description string                     `json:"description"`
		Messages    map[string]json.RawMessage `json:"messages"`
		Bindings    struct {
			Kafka struct {
				Partitions    int            `json:"partitions"`
				Configuration map[string]any `json:"topicConfiguration"`
			} `json:"kafka"`
		} `json:"bindings"`
	} `json:"channels"`
	Components struct {
		Messages map[string]eventMessage `json:"messages"`
		Schemas  map[string]eventSchema  `json:"schemas"`
		Traits   map[string]struct {
			Headers eventSchema `json:"headers"`
		} `json:"messageTraits"`
	} `json:"components"`
}

type eventMessage struct {
	Summary string `json:"summary"`
	Payload struct {
		Ref string `json:"$ref"`
	} `json:"payload"`
	Examples []struct {
		Payload json.RawMessage `json:"payload"`
	} `json:"examples"`
}

type eventSchema struct {
	Type        string                 `json:"type"`
	Format      string                 `json:"format"`
	Ref         string                 `json:"$ref"`
	Description string                 `json:"description"`
	Enum        []string               `json:"enum"`
	AnyOf       []eventSchema          `json:"anyOf"`
	Items       *eventSchema           `json:"items"`
	Properties  map[string]eventSchema `json:"properties"`
	Required    []string               `json:"required"`
}

// payloadOf returns the name of the schema of an event type.
func (d eventsDocument) payloadOf(eventType string) string {
	return afterSlash(d.Components.Messages[eventType].Payload.Ref)
}

// row is a member of a payload.
type row struct {
	Name, Type, Schema, Description string // Schema is the name of the member's own schema, if it has one
}

// rows returns the members of a schema by name.
func rows(s eventSchema) []row {
	var all []row
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		member := s.Properties[name]
		r := row{Name: name, Description: member.Description}
		r.Type, r.Schema = typeOf(member)
		if !slices.Contains(s.Required, name) {
			r.Type += ", may be absent"
		}
		all = append(all, r)
	}
	return all
}

// typeOf describes the values of a schema in words.
func typeOf(s eventSchema) (words, schema string) {
	switch {
	case len(s.AnyOf) > 0:
		words, schema = typeOf(s.AnyOf[0])
		return words + " or null", schema
	case s.Ref != "":
		return "", afterSlash(s.Ref)
	case s.Items != nil:
		words, schema = typeOf(*s.Items)
		return strings.TrimSpace("list of " + words), schema
	case len(s.Enum) > 0:
		return strings.Join(s.Enum, ", "), ""
	case s.Format != "":
		return s.Format, ""
	default:
		return s.Type, ""
	}
}

func afterSlash(ref string) string { return ref[strings.LastIndex(ref, "/")+1:] }

func sortedKeys(m map[string]json.RawMessage) []string { return slices.Sorted(maps.Keys(m)) }

func indent(text json.RawMessage) (string, error) {
	var out bytes.Buffer
	err := json.Indent(&out, text, "", "  ")
	return out.String(), err
}

var (
	strong = regexp.MustCompile(`\*\*(.+?)\*\*`)
	slant  = regexp.MustCompile(`\*(.+?)\*`)
	code   = regexp.MustCompile("`(.+?)`")
)

// prose shows the little Markdown of the document's texts: paragraphs, bold, italic, code.
func prose(text string) template.HTML {
	var out strings.Builder
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		safe := template.HTMLEscapeString(paragraph)
		safe = slant.ReplaceAllString(strong.ReplaceAllString(safe, "<strong>$1</strong>"), "<em>$1</em>")
		out.WriteString("<p>" + code.ReplaceAllString(safe, "<code>$1</code>") + "</p>")
	}
	return template.HTML(out.String()) //nolint:gosec // the text is escaped above, and comes with the program
}
