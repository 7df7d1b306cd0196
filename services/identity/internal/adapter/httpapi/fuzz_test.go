package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"muster/libs/web"
	"muster/libs/web/webtest"
	"muster/services/identity/internal/adapter/httpapi"
)

// internalBodies are the routes for other services, which describe no bodies.
var internalBodies = []web.Route{
	{Method: http.MethodPut, Path: "/internal/legacy-users", Body: struct {
		DryRun bool `json:"dryRun"`
		Users  []struct {
			LegacyUserID int64  `json:"legacyUserId"`
			Email        string `json:"email"`
			PasswordHash string `json:"passwordHash"`
			Activate     bool   `json:"activate"`
		} `json:"users"`
	}{}},
	{Method: http.MethodPost, Path: "/internal/thunder/accounts", Body: thunderBody{}},
	{Method: http.MethodPost, Path: "/internal/thunder/accounts/check", Body: thunderBody{}},
	{Method: http.MethodPut, Path: "/internal/thunder/accounts/:id/password", Body: thunderBody{}},
}

type thunderBody struct {
	Application string         `json:"application"`
	Email       string         `json:"email"`
	Password    *string        `json:"password"`
	Algorithm   string         `json:"algorithm"`
	Current     *string        `json:"current"`
	Properties  map[string]any `json:"properties"`
}

// FuzzBodies sends any body to any route, as an administrator with a fresh session, and as the service that may call it.
func FuzzBodies(f *testing.F) {
	webtest.FuzzBodies(f, append(httpapi.Routes(), internalBodies...), func(t *testing.T) webtest.Send {
		d := newDoor(t)
		if _, err := d.service.EnsureAdministrator(t.Context(), "boss@example.com", "correct horse"); err != nil {
			t.Fatal(err)
		}
		boss := d.call("POST", "/api/auth/login", `{"email":"boss@example.com","password":"correct horse"}`)
		return func(method, path, body string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(method, path, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+boss.body["accessToken"].(string))
			r.Header.Set(web.HeaderCSRF, boss.body["csrfToken"].(string))
			if caller := map[bool]string{true: "directory", false: "gateway"}[strings.Contains(path, "legacy")]; strings.HasPrefix(path, "/internal/") {
				token, err := serviceTokens(t, caller).Issue("identity", time.Now())
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Authorization", "Bearer "+token)
			}
			w := httptest.NewRecorder()
			d.engine.ServeHTTP(w, r)
			return w
		}
	})
}

// FuzzRefreshToken presents any text as a refresh token, in the body and in the cookie. Only what was handed out is one.
func FuzzRefreshToken(f *testing.F) {
	for _, token := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("A", 44), "\x00", "a.b", "ü", strings.Repeat("A", 5000), "=; x=y", `"`} {
		f.Add(token)
	}
	f.Fuzz(func(t *testing.T, token string) {
		d := newDoor(t)
		in := d.register()
		good := in.body["refreshToken"].(string)
		if token == good {
			return
		}
		body := &strings.Builder{}
		body.WriteString(`{"refreshToken":`)
		body.WriteString(quoted(token))
		body.WriteString(`}`)
		for _, a := range []answer{
			d.call("POST", "/api/auth/refresh", body.String()),
			d.call("POST", "/api/auth/refresh", `{}`, "Cookie", "__Host-muster-refresh="+token, "Authorization", "Bearer "+in.body["accessToken"].(string), web.HeaderCSRF, in.body["csrfToken"].(string)),
		} {
			if a.status < 400 || a.status >= 500 {
				t.Fatalf("%q: %d %s", token, a.status, a.raw)
			}
		}
		if a := d.call("POST", "/api/auth/refresh", `{"refreshToken":"`+good+`"}`); a.status != http.StatusOK {
			t.Fatalf("after %q the real token is refused: %d %s", token, a.status, a.raw)
		}
	})
}

// quoted is a JSON string with these bytes, whatever they are.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(text) {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ':
			b.WriteString(`\u00`)
			b.WriteString(string("0123456789abcdef"[c>>4]) + string("0123456789abcdef"[c&15]))
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
