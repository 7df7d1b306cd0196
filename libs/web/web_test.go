package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgconn"

	"muster/libs/causal"
	"muster/libs/errs"
	"muster/libs/web"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

type greeting struct {
	Name string `json:"name"`
	Age  int    `json:"age"`
}

func engine(checks ...web.Check) *gin.Engine {
	e := web.New(web.Options{Service: "test", Logger: quiet})
	web.MountProbes(e, web.Probes{Service: "test", Ready: checks})
	e.POST("/hello/:id", func(c *gin.Context) {
		if _, err := web.PathID(c, "id"); err != nil {
			web.Fail(c, err)
			return
		}
		in, err := web.Bind[greeting](c)
		if err != nil {
			web.Fail(c, err)
			return
		}
		c.JSON(http.StatusOK, in)
	})
	e.GET("/hello/:id", func(c *gin.Context) { c.Status(http.StatusOK) })
	e.GET("/secret", func(c *gin.Context) { web.Fail(c, errors.New(`pq: duplicate key "users_email"`)) })
	e.GET("/away", func(c *gin.Context) { web.Fail(c, web.Unavailable("Billing", errors.New("dial tcp"))) })
	e.GET("/database-away", func(c *gin.Context) {
		web.Fail(c, fmt.Errorf("read user: %w", &pgconn.PgError{Code: "57P01", Message: "terminating connection"}))
	})
	e.GET("/panic", func(*gin.Context) { panic("secret in a panic") })
	return e
}

func do(t *testing.T, e http.Handler, method, path, contentType, body string) (*httptest.ResponseRecorder, map[string]any) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	var answer map[string]any
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatalf("%s %s answers %q, not JSON", method, path, w.Body)
		}
	}
	return w, answer
}

func TestErrorsOfTheEdge(t *testing.T) {
	const jsonType = "application/json"
	for _, tc := range []struct {
		name, method, path, contentType, body string
		status                                int
		code, message                         string
	}{
		{"good", "POST", "/hello/1", jsonType + "; charset=utf-8", `{"name":"Ann","age":3,"unknown":1}`, 200, "", ""},
		{"not JSON by type", "POST", "/hello/1", "text/plain", `{}`, 415, "UNSUPPORTED_MEDIA_TYPE", ""},
		{"no type", "POST", "/hello/1", "", `{}`, 415, "UNSUPPORTED_MEDIA_TYPE", ""},
		{"empty", "POST", "/hello/1", jsonType, ``, 400, "VALIDATION_FAILED", "body: is required: send a JSON object"},
		{"malformed", "POST", "/hello/1", jsonType, `{"name":`, 400, "VALIDATION_FAILED", ""},
		{"trailing garbage", "POST", "/hello/1", jsonType, `{} {}`, 400, "VALIDATION_FAILED", ""},
		{"null", "POST", "/hello/1", jsonType, `null`, 400, "VALIDATION_FAILED", "body: must be a JSON object"},
		{"array", "POST", "/hello/1", jsonType, `[1]`, 400, "VALIDATION_FAILED", "body: must be a JSON object, not an array"},
		{"wrong type", "POST", "/hello/1", jsonType, `{"age":"old"}`, 400, "VALIDATION_FAILED", "age: must be an integer, not a string"},
		{"number too big", "POST", "/hello/1", jsonType, `{"age":1e99}`, 400, "VALIDATION_FAILED", ""},
		{"NUL", "POST", "/hello/1", jsonType, `{"name":"a\u0000b"}`, 400, "VALIDATION_FAILED", "body: must not hold the character U+0000"},
		{"not a NUL", "POST", "/hello/1", jsonType, `{"name":"a\\u0000b"}`, 200, "", ""},
		{"not UTF-8", "POST", "/hello/1", jsonType, "{\"name\":\"Zo\xeb\"}", 400, "VALIDATION_FAILED", "body: must be UTF-8"},
		{"too large", "POST", "/hello/1", jsonType, `{"name":"` + strings.Repeat("x", web.MaxBody) + `"}`, 413, "BODY_TOO_LARGE", ""},
		{"no id", "POST", "/hello/x", jsonType, `{}`, 400, "VALIDATION_FAILED", "id: must be a positive integer"},
		{"id with a sign", "POST", "/hello/+1", jsonType, `{}`, 400, "VALIDATION_FAILED", "id: must be a positive integer"},
		{"id out of range", "POST", "/hello/99999999999999999999", jsonType, `{}`, 400, "VALIDATION_FAILED", ""},
		{"unknown route", "GET", "/nowhere", "", "", 404, "NOT_FOUND", ""},
		{"wrong method", "DELETE", "/hello/1", "", "", 405, "METHOD_NOT_ALLOWED", ""},
		{"driver's text", "GET", "/secret", "", "", 500, "INTERNAL", "Something went wrong on our side."},
		{"panic", "GET", "/panic", "", "", 500, "INTERNAL", "Something went wrong on our side."},
		{"database away", "GET", "/database-away", "", "", 503, "UNAVAILABLE", "The service is not available right now. Please try again."},
		{"away", "GET", "/away", "", "", 503, "UNAVAILABLE", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w, answer := do(t, engine(), tc.method, tc.path, tc.contentType, tc.body)
			if w.Code != tc.status {
				t.Fatalf("status %d, want %d: %s", w.Code, tc.status, w.Body)
			}
			if tc.code != "" && answer["code"] != tc.code {
				t.Errorf("code %v, want %v", answer["code"], tc.code)
			}
			if tc.message != "" && answer["message"] != tc.message {
				t.Errorf("message %q, want %q", answer["message"], tc.message)
			}
			if w.Header().Get(web.HeaderRequestID) == "" {
				t.Error("no request id")
			}
			if tc.status == 405 && w.Header().Get("Allow") != "GET, HEAD, POST" {
				t.Errorf("Allow %q", w.Header().Get("Allow"))
			}
			if tc.status == 503 && w.Header().Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
		})
	}
}

func TestBodyWithoutALengthIsLimited(t *testing.T) {
	r := httptest.NewRequest("POST", "/hello/1", io.MultiReader(strings.NewReader(`{"name":"`), strings.NewReader(strings.Repeat("x", web.MaxBody))))
	r.Header.Set("Content-Type", "application/json")
	r.ContentLength = -1
	w := httptest.NewRecorder()
	engine().ServeHTTP(w, r)
	if w.Code != 413 {
		t.Errorf("status %d, want 413", w.Code)
	}
}

func TestRequestIDIsTakenWhenSane(t *testing.T) {
	for id, kept := range map[string]bool{"abc-12345678": true, "7": true, "two words": false, "new\nline-12345": false, strings.Repeat("a", 200): false} {
		r := httptest.NewRequest("GET", "/healthz", nil)
		r.Header["X-Request-Id"] = []string{id}
		w := httptest.NewRecorder()
		engine().ServeHTTP(w, r)
		if got := w.Header().Get(web.HeaderRequestID); (got == id) != kept || got == "" {
			t.Errorf("sent %q, got %q", id, got)
		}
	}
}

func TestReadyNamesWhatIsMissing(t *testing.T) {
	ok := web.Check{Name: "database", Probe: func(context.Context) error { return nil }}
	bad := web.Check{Name: "broker", Probe: func(context.Context) error { return errors.New("dial tcp 10.0.0.1: secret") }}
	if w, _ := do(t, engine(ok), "GET", "/readyz", "", ""); w.Code != 200 {
		t.Errorf("status %d, want 200", w.Code)
	}
	w, _ := do(t, engine(ok, bad), "GET", "/readyz", "", "")
	if w.Code != 503 || !strings.Contains(w.Body.String(), `"for":["broker"]`) || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestFailShowsFieldsAndDetailInTheContractsOrder(t *testing.T) {
	e := web.New(web.Options{Service: "test", Logger: quiet})
	e.GET("/x", func(c *gin.Context) {
		web.Fail(c, errs.New(errs.KindInvalid, "INVALID_CODE", "Wrong.").With("attemptsRemaining", 4).With("error", "Invalid verification code"))
	})
	w, _ := do(t, e, "GET", "/x", "", "")
	// The contract's order, section 3.
	if want := `{"error":"Invalid verification code","message":"Wrong.","code":"INVALID_CODE","attemptsRemaining":4}`; w.Body.String() != want {
		t.Errorf("%s, want %s", w.Body, want)
	}
	e.GET("/fields", func(c *gin.Context) { web.Fail(c, errs.InvalidField("email", "is required")) })
	w, _ = do(t, e, "GET", "/fields", "", "")
	if want := `{"message":"email: is required","code":"VALIDATION_FAILED","fields":[{"field":"email","message":"is required"}],"errors":{"email":"is required"}}`; w.Body.String() != want {
		t.Errorf("%s, want %s", w.Body, want)
	}
}

func TestWroteNamesEveryWrite(t *testing.T) {
	e := web.New(web.Options{Service: "test", Logger: quiet})
	want := []causal.Write{{Aggregate: causal.User, UserID: 42, Version: 7}, {Aggregate: causal.Account, UserID: 42, Version: 9}}
	e.GET("/x", func(c *gin.Context) {
		for _, w := range want {
			web.Wrote(c, w)
		}
		c.Status(200)
	})
	w, _ := do(t, e, "GET", "/x", "", "")
	if got := causal.ParseWrites(w.Header()[causal.HeaderWrote]); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}
