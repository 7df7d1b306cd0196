package httpapi_test

import (
	"net/http"
	"testing"
)

// cookieOf returns the only cookie that an answer sets; nil when it sets none.
func cookieOf(t *testing.T, a answer) *http.Cookie {
	t.Helper()
	cookies := (&http.Response{Header: a.header}).Cookies()
	if len(cookies) > 1 {
		t.Fatalf("cookies %v", cookies)
	}
	if len(cookies) == 0 {
		return nil
	}
	return cookies[0]
}

func checkCookie(t *testing.T, a answer, name string, secure bool) *http.Cookie {
	t.Helper()
	c := cookieOf(t, a)
	if c == nil || c.Name != name || c.Secure != secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
		t.Fatalf("cookie %v", a.header["Set-Cookie"])
	}
	return c
}

// TestTheRefreshTokenInACookie: scripts see it nowhere, and a refresh with it needs the CSRF token.
func TestTheRefreshTokenInACookie(t *testing.T) {
	for base, name := range map[string]string{"https://api.example.com": "__Host-muster-refresh", "http://127.0.0.1:8080": "muster-refresh"} {
		t.Run(name, func(t *testing.T) {
			secure := name == "__Host-muster-refresh"
			d := newDoorAt(t, base)
			registered := d.call("POST", "/api/auth/register", `{"email":"ada@example.com","password":"correct horse","cookie":true}`)
			checkCookie(t, registered, name, secure)
			in := d.call("POST", "/api/auth/login", `{"email":"ada@example.com","password":"correct horse","cookie":true}`)
			c := checkCookie(t, in, name, secure)
			if token, there := in.body["refreshToken"]; token != nil || !there || len(c.Value) != 43 || c.MaxAge != 3600 {
				t.Errorf("%s, %v", in.raw, c)
			}
			sent, csrf := c.Name+"="+c.Value, in.body["csrfToken"].(string)
			for _, wrong := range []string{"", "wrong", registered.body["csrfToken"].(string)} {
				a := d.call("POST", "/api/auth/refresh", `{}`, "Cookie", sent, "x-csrf-token", wrong)
				d.want(a, http.StatusForbidden, `{"message":"Invalid CSRF token","code":"CSRF_INVALID"}`)
				if cookieOf(t, a) != nil {
					t.Error("a refused refresh sets a cookie")
				}
			}
			next := d.call("POST", "/api/auth/refresh", `{}`, "Cookie", sent, "x-csrf-token", csrf)
			renewed := checkCookie(t, next, name, secure)
			if next.status != http.StatusOK || next.body["refreshToken"] != nil || renewed.Value == c.Value {
				t.Errorf("%d %s", next.status, next.raw)
			}
			bearer := "Bearer " + next.body["accessToken"].(string)
			out := d.call("POST", "/api/auth/logout", "", "Authorization", bearer, "x-csrf-token", csrf, "Cookie", renewed.Name+"="+renewed.Value)
			if gone := checkCookie(t, out, name, secure); gone.MaxAge != -1 || gone.Value != "" {
				t.Errorf("after the logout: %v", gone)
			}
			dead := d.call("POST", "/api/auth/refresh", `{}`, "Cookie", renewed.Name+"="+renewed.Value, "x-csrf-token", csrf)
			if gone := checkCookie(t, dead, name, secure); dead.status != http.StatusUnauthorized || gone.MaxAge != -1 {
				t.Errorf("%d, %v", dead.status, gone)
			}
		})
	}
}

func TestTokensInBodiesSetNoCookie(t *testing.T) {
	d := newDoor(t)
	in := d.register()
	token := in.body["refreshToken"].(string)
	next := d.call("POST", "/api/auth/refresh", `{"refreshToken":"`+token+`"}`, "Cookie", "__Host-muster-refresh=another")
	out := d.call("POST", "/api/auth/logout", "", "Authorization", "Bearer "+in.body["accessToken"].(string), "x-csrf-token", in.body["csrfToken"].(string))
	for _, a := range []answer{in, next, out} {
		if a.status/100 != 2 || cookieOf(t, a) != nil {
			t.Errorf("%d, %v", a.status, a.header["Set-Cookie"])
		}
	}
	d.want(d.call("POST", "/api/auth/refresh", `{}`), http.StatusBadRequest,
		`{"message":"refreshToken: is required","code":"VALIDATION_FAILED","fields":[{"field":"refreshToken","message":"is required"}],"errors":{"refreshToken":"is required"}}`)
}
