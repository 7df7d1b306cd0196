package openapi

import (
	"encoding/json"

	"github.com/invopop/jsonschema"

	"muster/libs/listing"
)

// Document is an OpenAPI 3.1 document, with the parts that Muster uses.
type Document struct {
	OpenAPI    string              `json:"openapi"`
	Info       Info                `json:"info"`
	Servers    []Server            `json:"servers,omitempty"`
	Tags       []Tag               `json:"tags,omitempty"`
	Paths      map[string]PathItem `json:"paths"`
	Components Components          `json:"components"`
	// Errors is the catalogue of error codes.
	Errors []ErrorEntry `json:"x-error-catalogue,omitempty"`
	// Elsewhere are the routes that the document leaves out, by the beginnings of their paths, and why.
	Elsewhere map[string]string `json:"x-routes-elsewhere,omitempty"`
}

// Info is OpenAPI's Info Object.
type Info struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	Version     string `json:"version"`
}

// Server is OpenAPI's Server Object.
type Server struct {
	URL         string `json:"url"`
	Description string `json:"description,omitempty"`
}

// Tag is OpenAPI's Tag Object.
type Tag struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

// PathItem holds operations by method in lower case.
type PathItem map[string]*Operation

// Operation is OpenAPI's Operation Object.
type Operation struct {
	Tags        []string              `json:"tags,omitempty"`
	Summary     string                `json:"summary"`
	Description string                `json:"description,omitempty"`
	ID          string                `json:"operationId"`
	Parameters  []listing.Parameter   `json:"parameters,omitempty"`
	Body        *Body                 `json:"requestBody,omitempty"`
	Responses   map[string]*Response  `json:"responses"`
	Security    []map[string][]string `json:"security"`
	Access      string                `json:"x-access"` // of web.Route
}

// Body is OpenAPI's Request Body Object.
type Body struct {
	Required bool             `json:"required"`
	Content  map[string]Media `json:"content"`
}

// Response is OpenAPI's Response Object.
type Response struct {
	Description string                    `json:"description"`
	Headers     map[string]listing.Header `json:"headers,omitempty"`
	Content     map[string]Media          `json:"content,omitempty"`
	// Codes are the error codes that answers with this status have.
	Codes []string `json:"x-error-codes,omitempty"`
}

// Media is OpenAPI's Media Type Object.
type Media struct {
	Schema *jsonschema.Schema `json:"schema"`
}

// Components is OpenAPI's Components Object.
type Components struct {
	Schemas  map[string]*jsonschema.Schema `json:"schemas,omitempty"`
	Security map[string]SecurityScheme     `json:"securitySchemes,omitempty"`
}

// SecurityScheme is OpenAPI's Security Scheme Object.
type SecurityScheme struct {
	Type         string `json:"type"`
	Scheme       string `json:"scheme,omitempty"`
	BearerFormat string `json:"bearerFormat,omitempty"`
	In           string `json:"in,omitempty"`
	Name         string `json:"name,omitempty"`
	Description  string `json:"description"`
}

// ErrorEntry is an entry of the catalogue of error codes.
type ErrorEntry struct {
	Code     string `json:"code"`
	Statuses []int  `json:"statuses"`
	When     string `json:"when"`
	Do       string `json:"do"`
}

// JSON returns the document, indented. Equal documents have equal texts.
func (d *Document) JSON() (string, error) {
	text, err := json.MarshalIndent(d, "", "  ")
	return string(text) + "\n", err
}
