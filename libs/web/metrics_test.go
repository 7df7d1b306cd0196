package web_test

import (
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

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
