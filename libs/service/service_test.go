package service_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/service"
	"muster/libs/service/servicetest"
	"muster/libs/testkit/pgtest"
	"muster/libs/web"
)

func TestThePublicListenerServesTheAPIAlone(t *testing.T) {
	release := make(chan struct{})
	blueprint := service.Blueprint[*settings]{
		Name:       "things",
		Settings:   func() *settings { return &settings{} },
		Migrations: []pg.Migrations{outbox.Migrations, inbox.Migrations},
		Assemble: func(_ context.Context, _ *settings, sh *service.Shell) error {
			sh.Public(service.Edge{}).GET("/api/things", func(c *gin.Context) { c.Status(http.StatusNoContent) })
			sh.Internal("another").GET("/things", func(c *gin.Context) { c.Status(http.StatusNoContent) })
			sh.Background("last", func(ctx context.Context) error { <-ctx.Done(); <-release; return nil }, time.Minute)
			return nil
		},
	}
	environment := maps.Clone(complete)
	maps.Copy(environment, map[string]string{
		"THINGS_ADDR": "127.0.0.1:0", "THINGS_INTERNAL_ADDR": "127.0.0.1:0", "THINGS_POSTGRES_URL": pgtest.NewURL(t, blueprint.Migrations...),
	})
	s, err := blueprint.Read(environment)
	if err != nil {
		t.Fatal(err)
	}
	metrics := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	r := servicetest.Start(t, blueprint, s, service.Surroundings{Log: quiet, Now: time.Now, Metrics: metrics})
	r.AwaitReady()

	tokens, err := web.NewServiceTokens(environment["THINGS_SERVICE_SECRET"], "another")
	if err != nil {
		t.Fatal(err)
	}
	token, err := tokens.Issue("things", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct{ public, internal int }{
		"/api/things":      {204, 404},
		"/healthz":         {404, 200},
		"/readyz":          {404, 200},
		"/metrics":         {404, 200},
		"/%6detrics":       {404, 200}, // the same path (RFC 3986, section 6.2.2.2)
		"/internal/things": {404, 204},
	} {
		if got := status(t, r.URL+path, token); got != want.public {
			t.Errorf("the public %s is answered %d, want %d", path, got, want.public)
		}
		if got := status(t, r.InternalURL+path, token); got != want.internal {
			t.Errorf("the internal %s is answered %d, want %d", path, got, want.internal)
		}
	}
	if got := status(t, r.InternalURL+"/internal/things", ""); got != http.StatusUnauthorized {
		t.Errorf("without a service token: %d", got)
	}

	stopped := make(chan struct{})
	go func() { r.Stop(); close(stopped) }()
	waiting := ""
	for !strings.Contains(waiting, "running") {
		waiting = body(t, r.InternalURL+"/readyz")
	}
	if !strings.Contains(waiting, `"version":"dev (commit `) {
		t.Errorf("/readyz shows no version: %s", waiting)
	}
	close(release)
	<-stopped
}

func get(t *testing.T, url, token string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func status(t *testing.T, url, token string) int {
	t.Helper()
	response := get(t, url, token)
	defer response.Body.Close()
	return response.StatusCode
}

func body(t *testing.T, url string) string {
	t.Helper()
	response := get(t, url, "")
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || !json.Valid(text) {
		t.Fatalf("%s: %v", text, err)
	}
	return string(text)
}

// A load balancer needs a moment to notice that a service stops, and sends requests until then.
func TestAServiceThatStopsAnswersForAWhile(t *testing.T) {
	blueprint := service.Blueprint[*settings]{
		Name:       "things",
		Settings:   func() *settings { return &settings{} },
		Migrations: []pg.Migrations{outbox.Migrations, inbox.Migrations},
		Assemble: func(_ context.Context, _ *settings, sh *service.Shell) error {
			sh.Public(service.Edge{}).GET("/api/things", func(c *gin.Context) { c.Status(http.StatusNoContent) })
			return nil
		},
	}
	environment := maps.Clone(complete)
	maps.Copy(environment, map[string]string{
		"THINGS_ADDR": "127.0.0.1:0", "THINGS_INTERNAL_ADDR": "127.0.0.1:0", "THINGS_POSTGRES_URL": pgtest.NewURL(t, blueprint.Migrations...), "THINGS_STOP_DELAY": "1s",
	})
	s, err := blueprint.Read(environment)
	if err != nil {
		t.Fatal(err)
	}
	r := servicetest.Start(t, blueprint, s, service.Surroundings{Log: quiet, Now: time.Now})
	r.AwaitReady()
	if answer := get(t, r.URL+"/api/things", ""); answer.Close {
		t.Error("a running service closes its connections")
	}
	stopped := make(chan struct{})
	go func() { r.Stop(); close(stopped) }()
	for !strings.Contains(body(t, r.InternalURL+"/readyz"), "running") {
		select {
		case <-stopped:
			t.Fatal("the service stopped before it was unready")
		default:
		}
	}
	answer := get(t, r.URL+"/api/things", "")
	if answer.StatusCode != http.StatusNoContent || !answer.Close {
		t.Errorf("a service that stops answers %d, and closes the connection: %t", answer.StatusCode, answer.Close)
	}
	<-stopped
}
