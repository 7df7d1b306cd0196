package web_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"muster/libs/testkit/pgtest"
	"muster/libs/web"
)

// TestRefusalsAreLogged with who was refused what, and with nothing of the request that may be personal.
func TestRefusalsAreLogged(t *testing.T) {
	i := newIssuer(t)
	csrf, err := web.NewCSRF(secret)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	a := web.NewAuthenticator(i.local(), csrf, func(context.Context, web.Caller) (web.Standing, error) {
		return web.Standing{Active: true, TypeCode: "NONS"}, nil
	})
	e := web.New(web.Options{Service: "test", Logger: slog.New(slog.NewTextHandler(&log, nil))})
	e.GET("/users/:id", a.Admin)
	e.PUT("/users/:id", a.User)
	for _, c := range []struct{ method, path, want string }{
		{"GET", "/users/9?email=ada@example.com", `msg="access refused" request_id=r method=GET route=/users/:id code=ADMIN_REQUIRED actor=7 session=s1 target=9 network=192.0.2.1`},
		{"PUT", "/users/ada@example.com", `msg="access refused" request_id=r method=PUT route=/users/:id code=CSRF_INVALID actor=7 session=s1 target=0 network=192.0.2.1`},
	} {
		log.Reset()
		r := httptest.NewRequest(c.method, c.path, nil)
		r.Header.Set("Authorization", "Bearer "+i.sign(t, i.claims()))
		r.Header.Set(web.HeaderRequestID, "r")
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code != http.StatusForbidden || !strings.Contains(log.String(), c.want) || strings.Contains(log.String(), "ada") {
			t.Errorf("%s %s: %d\n%s", c.method, c.path, w.Code, log.String())
		}
	}
}

func TestFailuresAreAnsweredByTheirKind(t *testing.T) {
	for _, f := range pgtest.Failures() {
		e := web.New(web.Options{Service: "test", Logger: quiet})
		e.GET("/", func(c *gin.Context) { web.Fail(c, f.Err) })
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		if w.Code != f.Kind.Status() {
			t.Errorf("%s: status %d, want %d", f.Name, w.Code, f.Kind.Status())
		}
	}
}
