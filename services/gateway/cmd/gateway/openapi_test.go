package main

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/goccy/go-yaml"

	"muster/libs/openapi"
	"muster/libs/openapi/openapitest"
	"muster/libs/testkit/golden"
	"muster/libs/usersapi"
	"muster/services/gateway/internal/adapter/httpapi"
	"muster/services/gateway/internal/adapter/postgres"
)

// sections group the operations of the document.
var sections = []openapi.Section{
	{Tag: openapi.Tag{Name: "Signing in", Description: "Accounts, sessions and passwords."}, Prefixes: []string{"/api/auth/"}},
	{Tag: openapi.Tag{Name: "Users", Description: "Who the users are."}, Prefixes: []string{"/api/users"}},
	{Tag: openapi.Tag{Name: "Users with subscriptions", Description: "Users together with what they pay, for administrators."}, Prefixes: []string{"/api/users/full"}},
	{Tag: openapi.Tag{Name: "Verification requests", Description: "Mailed codes."}, Prefixes: []string{"/api/users/verification-requests"}},
	{Tag: openapi.Tag{Name: "Imports", Description: "Users of another system, for administrators."}, Prefixes: []string{"/api/users/import"}},
	{Tag: openapi.Tag{Name: "Subscribing", Description: "Plans, and a user's own subscription."}, Prefixes: []string{
		"/api/billing/plans", "/api/billing/subscription", "/api/billing/checkout-sessions", "/api/billing/portal-sessions", "/api/billing/promotions/validate",
		"/api/billing/entitlements", "/api/billing/webhooks/",
	}},
	{Tag: openapi.Tag{Name: "Invoices", Description: "A user's own invoices."}, Prefixes: []string{"/api/billing/invoices"}},
	{Tag: openapi.Tag{Name: "Catalog", Description: "Coupons and promotions, for administrators."}, Prefixes: []string{"/api/billing/coupons", "/api/billing/promotions"}},
	{Tag: openapi.Tag{Name: "Operating billing", Description: "All users' subscriptions, money, and the payment provider, for administrators."}, Prefixes: []string{
		"/api/billing/subscriptions", "/api/billing/webhook-events", "/api/billing/refunds", "/api/billing/ledger", "/api/billing/metrics",
		"/api/billing/reconciliation-runs",
	}},
	{Tag: openapi.Tag{Name: "About", Description: "The API itself, and the keys that verify its tokens."}, Prefixes: []string{"/", "/.well-known/"}},
}

// document makes the document from the declarations of the gateway and the services.
func document(t *testing.T) *openapi.Document {
	t.Helper()
	parts := map[string]*openapi.Document{}
	for _, service := range []string{"identity", "directory", "billing"} {
		text, err := os.ReadFile(openapitest.File(service))
		if err != nil {
			t.Fatal(err)
		}
		parts[service] = &openapi.Document{}
		if err := json.Unmarshal(text, parts[service]); err != nil {
			t.Fatal(err)
		}
	}
	introduction, err := os.ReadFile("testdata/introduction.md")
	if err != nil {
		t.Fatal(err)
	}
	var forwards []openapi.Forward
	for _, f := range httpapi.ForwardedRoutes() {
		forwards = append(forwards, openapi.Forward(f))
	}
	joined, err := openapi.Join(openapi.Gateway{
		Info:     openapi.Info{Title: "Muster", Version: "1", Description: string(introduction)},
		Servers:  []openapi.Server{{URL: "/", Description: "This gateway."}},
		Sections: sections,
		Own:      openapi.API{Routes: httpapi.OwnRoutes(), Names: httpapi.SchemaNames, Lists: openapi.Lists{"fullUsers": postgres.Fields}},
		Forwards: forwards,
		Added:    map[string]openapi.Added{"SignedIn": {Member: httpapi.SignedInUser, Value: usersapi.User{}}},
	}, parts)
	if err != nil {
		t.Fatal(err)
	}
	joined.Elsewhere = httpapi.Elsewhere
	joined.Info.Description += "\n## Errors\n\n" + joined.Markdown() + "\n## Routes that are not here\n\n" + elsewhere()
	return joined
}

// elsewhere lists the routes that the document leaves out.
func elsewhere() string {
	var lines []string
	for prefix, reason := range httpapi.Elsewhere {
		lines = append(lines, "- `"+prefix+"`: "+reason+"\n")
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// TestDocument holds the document that is served to the declarations that the code runs on.
func TestDocument(t *testing.T) {
	text, err := document(t).JSON()
	if err != nil {
		t.Fatal(err)
	}
	golden.File(t, "../../internal/docs/openapi.json", text)
	inYAML, err := yaml.JSONToYAML([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	golden.File(t, "../../internal/docs/openapi.yaml", string(inYAML))
}

// TestEveryRouteIsInTheDocument compares it with the router that serves.
func TestEveryRouteIsInTheDocument(t *testing.T) {
	w := newWorld(t, withThunder)
	paths := document(t).Paths
	served := map[string]bool{}
	for _, r := range w.api.(*gin.Engine).Routes() {
		method, path := strings.ToLower(r.Method), openapi.PathOf(r.Path)
		switch {
		case strings.Contains(r.Handler, "refuseMethod"): // a method that the path lacks
		case isElsewhere(r.Path):
			served[r.Path] = true
		case paths[path][method] == nil:
			t.Errorf("%s %s is served and not in the document", r.Method, r.Path)
		default:
			served[method+" "+path] = true
		}
	}
	for path, item := range paths {
		for method := range item {
			if !served[method+" "+path] {
				t.Errorf("%s %s is in the document and not served", method, path)
			}
		}
	}
	for prefix := range httpapi.Elsewhere {
		if !slices.ContainsFunc(w.api.(*gin.Engine).Routes(), func(r gin.RouteInfo) bool { return strings.HasPrefix(r.Path, prefix) }) {
			t.Errorf("no route begins with %s", prefix)
		}
	}
}

func isElsewhere(path string) bool {
	for prefix := range httpapi.Elsewhere {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

func TestReference(t *testing.T) {
	w := newWorld(t)
	for path, media := range map[string]string{
		"/openapi.json": "application/json", "/openapi.yaml": "application/yaml", "/docs": "text/html; charset=utf-8", "/docs/reference.js": "text/javascript; charset=utf-8",
		"/asyncapi.json": "application/json", "/docs/events": "text/html; charset=utf-8",
		"/docs/swagger-ui-bundle.js": "text/javascript; charset=utf-8", "/docs/swagger-ui.css": "text/css; charset=utf-8", "/docs/pages.css": "text/css; charset=utf-8",
	} {
		a := w.do(http.MethodGet, path, "")
		if a.status != http.StatusOK || a.header.Get("Content-Type") != media || a.header.Get("ETag") == "" || len(a.text) < 100 {
			t.Errorf("%s: %d %v, %d bytes", path, a.status, a.header, len(a.text))
		}
		if again := w.do(http.MethodGet, path, "", "If-None-Match", a.header.Get("ETag")); again.status != http.StatusNotModified || again.text != "" {
			t.Errorf("%s again: %s", path, again)
		}
	}
	refused(t, "an unknown file", w.do(http.MethodGet, "/docs/secrets", ""), http.StatusNotFound, "NOT_FOUND", "")
	if policy := w.do(http.MethodGet, "/docs", "").header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; script-src 'self';") {
		t.Errorf("the policy of the reference is %q", policy)
	}
}

// TestEventsAreShown finds each topic, event type and schema of the AsyncAPI document on the page.
func TestEventsAreShown(t *testing.T) {
	w := newWorld(t)
	page := w.do(http.MethodGet, "/docs/events", "").text
	var d struct {
		Channels   map[string]any
		Components struct{ Messages, Schemas map[string]any }
	}
	if err := json.Unmarshal([]byte(w.do(http.MethodGet, "/asyncapi.json", "").text), &d); err != nil {
		t.Fatal(err)
	}
	for _, names := range []map[string]any{d.Channels, d.Components.Messages, d.Components.Schemas} {
		if len(names) < 7 {
			t.Errorf("the document has only %v", names)
		}
		for name := range names {
			if !strings.Contains(page, name) {
				t.Errorf("the page does not show %s", name)
			}
		}
	}
	for _, text := range []string{"rises with each entry; the same entry has the same id whenever it is published", "at least once", "<code>retention.ms=1209600000</code>"} {
		if !strings.Contains(page, text) {
			t.Errorf("the page does not say %q", text)
		}
	}
}

func TestRootSaysWhatThisIs(t *testing.T) {
	w := newWorld(t)
	for accept, media := range map[string]string{
		"": "application/json", "*/*": "application/json", "application/json": "application/json", "text/html,application/xhtml+xml,*/*;q=0.8": "text/html",
	} {
		a := w.do(http.MethodGet, "/", "", "Accept", accept)
		if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), media) || !strings.Contains(a.text, "/docs") || a.header.Get("Vary") == "" {
			t.Errorf("Accept %q: %s %v", accept, a, a.header)
		}
	}
}
