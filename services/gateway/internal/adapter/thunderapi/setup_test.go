package thunderapi_test

import (
	"context"
	"encoding/base64"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/limits/limitstest"
	"muster/libs/web"
	"muster/services/gateway/internal/adapter/thunderapi"
	"muster/services/gateway/internal/thunder"
	"muster/services/gateway/internal/thunder/thundertest"
)

// fixture is the API on fakes, with the user ada@example.com, whose password is 12345.
type fixture struct {
	*thundertest.World
	t      *testing.T
	engine *gin.Engine
	ada    int64
	now    time.Time
}

const (
	ada      = "ada@example.com"
	password = "12345"
)

// setup serves the façade. change changes the default rules.
func setup(t *testing.T, change ...func(*thunder.Rules)) *fixture {
	t.Helper()
	applications, err := thunder.ParseApplications([]string{"application:secret", "other:pass:word"})
	if err != nil {
		t.Fatal(err)
	}
	everything, err := thunder.ParsePropertyRules("")
	if err != nil {
		t.Fatal(err)
	}
	rules := thunder.Rules{
		Applications: applications, HeaderCheck: true, Algorithm: thunder.Argon, Properties: everything, MaxFailures: 3, Timeout: time.Minute,
	}
	for _, c := range change {
		c(&rules)
	}
	f := &fixture{t: t, World: thundertest.NewWorld(t), now: time.Date(2026, 3, 1, 8, 30, 0, 250e6, time.UTC)}
	f.ada = f.Add(ada, password, `{"plan":"gold"}`)
	log := slog.New(slog.DiscardHandler)
	f.engine = web.New(web.Options{Service: "gateway", Logger: log})
	f.engine.GET("/api/known", func(*gin.Context) {})
	now := func() time.Time { return f.now }
	thunderapi.Mount(f.engine, thunderapi.Config{Logger: log, Service: thunder.New(thunder.Ports{
		Accounts: f.World, Users: f.World, Effects: f.World, Throttle: limitstest.New(now), Now: now,
	}, rules)})
	return f
}

// rules that no property but plan, a string, fulfils
func onlyPlan(r *thunder.Rules) {
	r.Properties, _ = thunder.ParsePropertyRules(`{"allowed":[{"name":"plan","type":"string"}],"allowSubset":false,"allowSuperset":false}`)
}

// answer is a response.
type answer struct {
	*httptest.ResponseRecorder
	text string
}

// do sends a request of the application with the user's password. headers are names and values; an empty value
// removes the header.
func (f *fixture) do(method, path, body string, headers ...string) answer {
	f.t.Helper()
	return f.send(context.Background(), method, path, body, append([]string{
		"Authorization", basic("application:secret"), "Password", password, "Content-Type", "application/json",
	}, headers...)...)
}

func (f *fixture) send(ctx context.Context, method, path, body string, headers ...string) answer {
	f.t.Helper()
	r := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
		}
	}
	recorder := httptest.NewRecorder()
	f.engine.ServeHTTP(recorder, r)
	if recorder.Header().Get("X-Content-Type-Options") != "nosniff" || recorder.Header().Get(web.HeaderRequestID) == "" {
		f.t.Errorf("%s %s: %v", method, path, recorder.Header())
	}
	return answer{recorder, recorder.Body.String()}
}

// want fails the test unless the answer is exactly this.
func (f *fixture) want(name string, a answer, status int, text string) {
	f.t.Helper()
	if a.Code != status || a.text != text || a.Header().Get("Content-Type") != "application/json" {
		f.t.Errorf("%s:\n got %d %s %s\nwant %d application/json %s", name, a.Code, a.Header().Get("Content-Type"), a.text, status, text)
	}
}

func basic(credentials string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(credentials))
}
