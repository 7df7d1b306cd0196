package web_test

import (
	"fmt"
	"log/slog"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/telemetry"
	"muster/libs/web"
)

// A client chooses its Host header and its method. Neither may make new time series.
func TestClientsDoNotMakeSeries(t *testing.T) {
	tel, err := telemetry.Setup(t.Context(), "test", slog.LevelError, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	e := web.New(web.Options{Service: "test", Logger: tel.Logger})
	e.GET("/things/:id", func(*gin.Context) {})
	ask := func(method, host, path string) {
		r := httptest.NewRequest(method, path, nil)
		r.Host = host
		e.ServeHTTP(httptest.NewRecorder(), r)
	}
	page := func() string {
		w := httptest.NewRecorder()
		tel.Metrics.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
		return w.Body.String()
	}
	ask("GET", "h:1", "/things/1")
	ask("BREW-0", "h:1", "/things/1")
	before := page()
	for port := range 3000 {
		ask("GET", fmt.Sprintf("h:%d", port), "/things/1")
		ask(fmt.Sprintf("BREW-%d", port), "h:1", "/things/1")
	}
	after := page()
	series := func(page string) int { return strings.Count(page, "\nhttp_") }
	if !strings.Contains(after, `http_route="/things/:id"`) || series(before) == 0 {
		t.Fatalf("requests are not measured:\n%s", after)
	}
	if series(after) != series(before) || len(after) > 2*len(before) {
		t.Errorf("series of requests grew from %d to %d, the page from %d to %d bytes", series(before), series(after), len(before), len(after))
	}
}

// Alerts name the code of what fails. What a client did wrong is not counted: it could make any number of failures.
func TestFailuresAreCountedByCode(t *testing.T) {
	tel, err := telemetry.Setup(t.Context(), "test", slog.LevelError, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	e := web.New(web.Options{Service: "test", Logger: tel.Logger})
	e.GET("/busy", func(c *gin.Context) { web.Fail(c, errs.New(errs.KindUnavailable, "SO_BUSY", "Busy.")) })
	e.GET("/wrong", func(c *gin.Context) { web.Fail(c, errs.New(errs.KindInvalid, "SO_WRONG", "Wrong.")) })
	for _, path := range []string{"/busy", "/busy", "/wrong"} {
		e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
	}
	w := httptest.NewRecorder()
	tel.Metrics.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	counted := regexp.MustCompile(`muster_http_failures_total\{code="SO_BUSY"[^}]*\} 2`)
	if page := w.Body.String(); !counted.MatchString(page) || strings.Contains(page, "SO_WRONG") {
		t.Errorf("failures are not counted as they must be:\n%s", page)
	}
}
