package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// described checks every answer of a gateway against its OpenAPI document, and every request that was answered 2xx. A
// request whose exchange is not as documented fails.
type described struct{ next http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (d described) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	if r.Body != nil {
		var err error
		if sent, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	resp, err := d.next.RoundTrip(r)
	if err != nil || "http://"+r.URL.Host != muster.Gateway {
		return resp, err
	}
	text, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(text))
	if err != nil {
		return resp, nil //nolint:nilerr // whoever reads the body gets the part that arrived
	}
	document, err := readDocument()
	if err != nil {
		return nil, err
	}
	if problem := document.check(exchange{r, sent, resp, text}); problem != "" {
		return nil, fmt.Errorf("%s %s is not as the OpenAPI document says: %s; it was answered %d %s", r.Method, r.URL.Path, problem, resp.StatusCode, text)
	}
	return resp, nil
}

// CloseIdleConnections lets http.Client.CloseIdleConnections close those of the transport.
func (d described) CloseIdleConnections() {
	if closer, ok := d.next.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

type exchange struct {
	request  *http.Request
	sent     []byte
	response *http.Response
	answered []byte
}

// document is the OpenAPI document of the gateway.
type document struct {
	Paths     map[string]map[string]describedRoute `json:"paths"`
	Elsewhere map[string]string                    `json:"x-routes-elsewhere"`

	schemas sync.Mutex // guards the compiler, which compiles a schema when it is first needed
	*jsonschema.Compiler
}

// describedRoute is an operation of the document.
type describedRoute struct {
	Body struct {
		Content map[string]json.RawMessage `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Codes   []string                   `json:"x-error-codes"`
		Content map[string]json.RawMessage `json:"content"`
	} `json:"responses"`
}

// documentURL names the document among the compiler's resources.
const documentURL = "https://muster.invalid/openapi.json"

// readDocument reads the document once. Its schemas of answers are made strict: a member that they do not have is wrong.
var readDocument = sync.OnceValues(func() (*document, error) {
	resp, err := http.Get(muster.Gateway + "/openapi.json")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	d := document{Compiler: jsonschema.NewCompiler()}
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, err
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	for name, schema := range whole.(object)["components"].(object)["schemas"].(object) {
		if _, has := schema.(object)["properties"]; has && !strings.HasSuffix(name, "Request") {
			schema.(object)["additionalProperties"] = false
		}
	}
	d.AssertFormat()
	return &d, d.AddResource(documentURL, whole)
})

// check returns what is not as documented, or "".
func (d *document) check(e exchange) string {
	path := d.pathOf(e.request.URL.Path)
	method := strings.ToLower(e.request.Method)
	if method == "head" {
		method = "get"
	}
	operation, known := d.Paths[path][method]
	switch {
	case known:
	case d.isElsewhere(e.request.URL.Path), method == "options", e.response.StatusCode == http.StatusNotFound, e.response.StatusCode == http.StatusMethodNotAllowed:
		return ""
	default:
		return "there is no such route"
	}
	documented, known := operation.Responses[strconv.Itoa(e.response.StatusCode)]
	switch {
	case e.response.StatusCode == http.StatusNotModified:
		return ""
	case !known:
		return "the status is not documented"
	}
	if e.request.Method == http.MethodHead || len(documented.Content) == 0 {
		return ""
	}
	media, _, _ := strings.Cut(e.response.Header.Get("Content-Type"), ";")
	if _, known := documented.Content[media]; !known {
		return "the media type " + media + " is not documented"
	}
	if code := codeOf(e.answered); e.response.StatusCode >= 400 && code != "" && !slices.Contains(documented.Codes, code) {
		return "the code " + code + " is not documented"
	}
	if media != jsonMedia {
		return ""
	}
	at := []string{"paths", path, method}
	if problem := d.validate(e.answered, append(at, "responses", strconv.Itoa(e.response.StatusCode), "content", jsonMedia, "schema")...); problem != "" {
		return problem
	}
	if _, binds := operation.Body.Content[jsonMedia]; binds && e.response.StatusCode < 300 {
		return d.validate(e.sent, append(at, "requestBody", "content", jsonMedia, "schema")...)
	}
	return ""
}

const jsonMedia = "application/json"

// validate returns how a text breaks the schema at a place in the document, or "".
func (d *document) validate(text []byte, at ...string) string {
	pointer := ""
	for _, name := range at {
		pointer += "/" + url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(name))
	}
	d.schemas.Lock()
	schema, err := d.Compile(documentURL + "#" + pointer)
	d.schemas.Unlock()
	if err != nil {
		return err.Error()
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func codeOf(answered []byte) string {
	var body struct {
		Code string `json:"code"`
	}
	_ = json.Unmarshal(answered, &body) // what is no object has no code
	return body.Code
}

func (d *document) isElsewhere(path string) bool {
	for prefix := range d.Elsewhere {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// pathOf returns the document's path for a path: the one with the fewest parameters that fits.
func (d *document) pathOf(path string) string {
	best := ""
	for candidate := range d.Paths {
		if fits(candidate, path) && (best == "" || strings.Count(candidate, "{") < strings.Count(best, "{")) {
			best = candidate
		}
	}
	return best
}

func fits(template, path string) bool {
	want, have := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		if want[i] != have[i] && (!strings.HasPrefix(want[i], "{") || have[i] == "") {
			return false
		}
	}
	return true
}
