package stripe_test

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"muster/deploy/stripefake"
	"muster/libs/testkit/golden"
)

// parameters are those that the fake refuses or ignores although Stripe knows them, by route.
type parameters map[string]*struct{ refused, ignored []string }

// note reads an answer.
func (p parameters) note(t *testing.T, route string, w *httptest.ResponseRecorder) {
	t.Helper()
	if p[route] == nil {
		p[route] = &struct{ refused, ignored []string }{}
	}
	if header := w.Header().Get("Stripefake-Ignored"); header != "" {
		for name := range strings.SplitSeq(header, ", ") {
			p[route].ignored = with(p[route].ignored, name)
		}
	}
	if r := refusalIn(t, w); r.Code == "unsupported_by_this_server" {
		p[route].refused = with(p[route].refused, r.Param)
	}
}

func with(names []string, name string) []string {
	if slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// check compares the page of these parameters with what the fake did.
func (p parameters) check(t *testing.T) {
	t.Helper()
	var page strings.Builder
	page.WriteString("# Stripe's parameters that the fake does not have\n\n" +
		"Refused ones are answered with the code `unsupported_by_this_server`. Ignored ones are named in the header\n" +
		"`Stripefake-Ignored` of the answer. A test writes this page from the fake's answers.\n")
	for _, route := range stripefake.Routes() {
		if of := p[route]; of != nil && len(of.refused)+len(of.ignored) > 0 {
			fmt.Fprintf(&page, "\n`%s`\n%s%s", route, listed("- refused: ", of.refused), listed("- ignored: ", of.ignored))
		}
	}
	golden.File(t, "../../../../../deploy/stripefake/PARAMETERS.md", page.String())
}

func listed(what string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return what + "`" + strings.Join(names, "`, `") + "`\n"
}
