package e2e_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// wantError fails the test unless the answer is an error in the format of contract section 3.
func wantError(t *testing.T, what string, a answer, status int, body object) {
	t.Helper()
	if a.status != status || a.header.Get("Content-Type") != "application/json; charset=utf-8" || a.header.Get("X-Request-Id") == "" {
		t.Errorf("%s: %s %v, want %d", what, a, a.header, status)
	}
	if message, _ := a.body["message"].(string); message == "" {
		t.Errorf("%s: %s has no message", what, a)
	}
	for member, want := range body {
		if a.body[member] != want {
			t.Errorf("%s: %s, want %s %v", what, a, member, want)
		}
	}
}

var unauthenticated = object{"message": "User not authenticated"}

// protected lists routes that need a token, some also a CSRF token or an administrator.
var protected = []struct {
	method, path string
	admin        bool
}{
	{"GET", "/api/users", false}, {"GET", "/api/users/me", false}, {"GET", "/api/users/1", false}, {"GET", "/api/users/verification-requests", false},
	{"GET", "/api/users/full", true}, {"GET", "/api/users/full/1", true}, {"PUT", "/api/users/1", true}, {"DELETE", "/api/users/1", false},
	{"GET", "/api/auth/csrf-token", false}, {"POST", "/api/auth/logout", false}, {"POST", "/api/billing/plans", true}, {"GET", "/api/billing/subscription", false},
	{"PUT", "/api/billing/plans/1", true}, {"DELETE", "/api/billing/coupons/1", true}, {"GET", "/api/billing/subscriptions", true}, {"GET", "/api/billing/invoices", false},
}

// No protected route accepts a token that is missing, malformed, forged or modified, or whose session or user has
// ended.
func TestUnauthenticated(t *testing.T) {
	c := register(t, "token")
	parts := strings.Split(c.token, ".")
	if len(parts) != 3 {
		t.Fatalf("the access token is no JWT: %d parts", len(parts))
	}
	gone := register(t, "token-gone")
	gone.want(http.StatusNoContent, "DELETE", fmt.Sprintf("/api/users/%d", gone.id()), nil)
	out := register(t, "token-out")
	out.want(http.StatusNoContent, "POST", "/api/auth/logout", nil)
	off := register(t, "token-off")
	admin(t).want(http.StatusOK, "PUT", fmt.Sprintf("/api/users/%d", off.id()), object{"isActive": false})

	for name, authorization := range map[string]string{
		"missing": "", "another scheme": "Basic " + c.token, "no token": "Bearer", "an empty token": "Bearer ", "no scheme": c.token, "garbage": "Bearer x.y.z", "two tokens": "Bearer " + c.token + " " + c.token,
		"no signature":              "Bearer " + parts[0] + "." + parts[1] + ".",
		"two parts":                 "Bearer " + parts[0] + "." + parts[1],
		"algorithm none":            "Bearer " + reheaded(t, parts, object{"alg": "none"}) + ".",
		"an HMAC with a public key": "Bearer " + hmacSigned(t, parts),
		"another subject":           "Bearer " + parts[0] + "." + changed(t, parts[1], "sub", "1") + "." + parts[2],
		"a later end":               "Bearer " + parts[0] + "." + changed(t, parts[1], "exp", time.Now().Add(240*time.Hour).Unix()) + "." + parts[2],
		"another issuer":            "Bearer " + parts[0] + "." + changed(t, parts[1], "iss", "http://evil.example") + "." + parts[2],
		"another audience":          "Bearer " + parts[0] + "." + changed(t, parts[1], "aud", "another") + "." + parts[2],
		"another signature":         "Bearer " + parts[0] + "." + parts[1] + "." + strings.Repeat("A", len(parts[2])),
		"a refresh token":           "Bearer " + strings.Repeat("r", 43), "huge": "Bearer " + strings.Repeat("x", 20_000),
		"of a deleted user": "Bearer " + gone.token, "of a session that was ended": "Bearer " + out.token, "of a user who was deactivated": "Bearer " + off.token,
	} {
		for _, route := range protected {
			nobody := &client{t: t, csrf: c.csrf}
			var headers []string
			if authorization != "" {
				headers = []string{"Authorization", authorization}
			}
			var body any
			if route.method != "GET" {
				body = object{}
			}
			wantError(t, route.method+" "+route.path+" with a token that is "+name, nobody.do(route.method, route.path, body, headers...), http.StatusUnauthorized, unauthenticated)
		}
	}
	c.want(http.StatusOK, "GET", "/api/users/me", nil) // the token itself is valid
}

func decoded(t *testing.T, part string) object {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(part)
	var claims object
	if err != nil || json.Unmarshal(text, &claims) != nil {
		t.Fatalf("%s is no part of a JWT: %v", part, err)
	}
	return claims
}

func changed(t *testing.T, part, member string, value any) string {
	t.Helper()
	claims := decoded(t, part)
	if _, ok := claims[member]; !ok {
		t.Fatalf("the token has no %s to change: %v", member, claims)
	}
	claims[member] = value
	return base64.RawURLEncoding.EncodeToString([]byte(encode(claims)))
}

func reheaded(t *testing.T, parts []string, head object) string {
	t.Helper()
	all := decoded(t, parts[0])
	for member, value := range head {
		all[member] = value
	}
	return base64.RawURLEncoding.EncodeToString([]byte(encode(all))) + "." + parts[1]
}

// hmacSigned signs a token with the public key as an HMAC secret, which confuses the algorithms.
func hmacSigned(t *testing.T, parts []string) string {
	t.Helper()
	keys := (&client{t: t}).want(http.StatusOK, "GET", "/.well-known/jwks.json", nil)
	x := keys.body["keys"].([]any)[0].(object)["x"].(string)
	public, err := base64.RawURLEncoding.DecodeString(x)
	if err != nil {
		t.Fatal(err)
	}
	signed := reheaded(t, parts, object{"alg": "HS256"})
	mac := hmac.New(sha256.New, public)
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Users who are not administrators are refused on administrators' routes before anything else is checked.
func TestAdministratorsOnly(t *testing.T) {
	c := register(t, "no-admin")
	for _, route := range protected {
		if !route.admin {
			continue
		}
		for _, body := range []any{object{}, "text", nil} {
			if route.method == "GET" && body != nil {
				continue
			}
			a := c.do(route.method, route.path, body)
			wantError(t, route.method+" "+route.path, a, http.StatusForbidden, object{"message": "Administrator access required"})
		}
	}
	other := register(t, "other")
	a := c.do("DELETE", fmt.Sprintf("/api/users/%d", other.id()), nil)
	wantError(t, "deleting somebody else", a, http.StatusForbidden, nil)
	other.want(http.StatusOK, "GET", "/api/users/me", nil)
}

// Users who are not administrators see only their own verification requests, without the code: they cannot read it,
// filter by it or sort by it.
func TestOwnVerificationRequests(t *testing.T) {
	c, other := register(t, "own"), register(t, "other")
	code, path := mailedCode(t, c.email), "/api/users/verification-requests"
	for _, filter := range []string{"", "{}", `{"verificationCode":"null"}`, encode(object{"userId": c.id()}), encode(object{"email": c.email})} {
		rows := c.want(http.StatusOK, "GET", list(path, filter, `["verificationCode","ASC"]`), nil).list()
		if len(rows) != 1 || rows[0]["userId"] != c.user["id"] || rows[0]["verificationCode"] != nil {
			t.Errorf("%s: %v", filter, rows)
		}
	}
	for _, filter := range []string{
		encode(object{"verificationCode": code}), encode(object{"verificationCode": code[:1]}), encode(object{"q": code[:4]}), `{"verificationCode":"!null"}`, encode(object{"userId": other.id()}),
	} {
		if a := c.want(http.StatusOK, "GET", list(path, filter, ""), nil); a.text != `{"data":[],"total":0}` {
			t.Errorf("%s: %s", filter, a)
		}
	}
}

// A write needs the CSRF token of its own session.
func TestCSRF(t *testing.T) {
	c, other := register(t, "csrf"), register(t, "csrf-other")
	again := &client{t: t}
	again.signedIn(c.want(http.StatusOK, "POST", "/api/auth/login", object{"email": c.email, "password": password}))
	path := fmt.Sprintf("/api/users/%d", c.id())
	for name, token := range map[string]string{"missing": "", "wrong": "wrong", "another user's": other.csrf, "another session's": again.csrf, "cut": c.csrf[:len(c.csrf)-1], "longer": c.csrf + "A", "upper case": strings.ToUpper(c.csrf)} {
		for _, route := range [][2]string{{"DELETE", path}, {"PUT", path}, {"POST", "/api/auth/logout"}, {"POST", "/api/billing/checkout-sessions"}} {
			a := (&client{t: t, token: c.token}).do(route[0], route[1], object{}, "X-Csrf-Token", token)
			wantError(t, route[0]+" "+route[1]+" with a token that is "+name, a, http.StatusForbidden, object{"message": "Invalid CSRF token", "code": "CSRF_INVALID"})
		}
	}
	if a := c.want(http.StatusOK, "GET", "/api/auth/csrf-token", nil); a.body["csrfToken"] != c.csrf {
		t.Errorf("csrf-token: %s", a)
	}
	c.want(http.StatusNoContent, "DELETE", path, nil)
}

// Unknown routes, and methods that a route does not have.
func TestUnknownRoutesAndMethods(t *testing.T) {
	c := admin(t)
	for _, path := range []string{"/api", "/api/", "/api/nothing", "/api/users/", "/api/users/me/", "/api/users/1/2/3", "/api/user", "/API/USERS", "/api//users", "/internal/users/1/mail", "/metrics", "/%6detrics", "/healthz", "/readyz", "/api/users/full/1/2"} {
		for _, method := range []string{"GET", "POST", "DELETE"} {
			wantError(t, method+" "+path, c.do(method, path, nil), http.StatusNotFound, object{"code": "NOT_FOUND"})
		}
	}
	for _, route := range []struct {
		method, path string
		allowed      []string
	}{
		{"PATCH", "/api/users", []string{"GET"}}, {"DELETE", "/api/users", []string{"GET"}}, {"PATCH", "/api/users/1", []string{"GET", "PUT", "DELETE"}}, {"POST", "/api/users/1", []string{"GET", "PUT", "DELETE"}},
		{"PATCH", "/api/users/me", []string{"GET"}}, {"DELETE", "/api/users/me", []string{"GET"}}, {"DELETE", "/api/users/full", []string{"GET"}}, {"PUT", "/api/users/full", []string{"GET"}}, {"PATCH", "/api/users/full/1", []string{"GET", "PUT", "DELETE"}},
		{"DELETE", "/api/users/verification-requests", []string{"GET"}}, {"GET", "/api/auth/login", []string{"POST"}}, {"GET", "/api/auth/register", []string{"POST"}}, {"PUT", "/api/auth/logout", []string{"POST"}},
		{"TRACE", "/api/users", []string{"GET"}}, {"BREW", "/api/users", []string{"GET"}},
	} {
		a := c.do(route.method, route.path, nil)
		wantError(t, route.method+" "+route.path, a, http.StatusMethodNotAllowed, object{"code": "METHOD_NOT_ALLOWED"})
		allow := strings.Split(a.header.Get("Allow"), ", ")
		for _, method := range route.allowed {
			if !slices.Contains(allow, method) {
				t.Errorf("%s %s: Allow %q lacks %s", route.method, route.path, allow, method)
			}
		}
		if slices.Contains(allow, route.method) {
			t.Errorf("%s %s: Allow %q", route.method, route.path, allow)
		}
	}
}

// Ids of unknown users, and invalid ids.
func TestUserIDs(t *testing.T) {
	c := admin(t)
	for _, base := range []string{"/api/users/", "/api/users/full/"} {
		for _, id := range []string{"987654321", "9223372036854775807"} {
			wantError(t, "GET "+base+id, c.do("GET", base+id, nil), http.StatusNotFound, object{"message": "User not found"})
		}
		for _, id := range []string{"0", "-1", "+1", "abc", "1.0", "1e3", "0x1", "1%20", "%00", "9223372036854775808", "99999999999999999999", "1;2", "%F0%9F%98%80", "null", "1'--"} {
			a := c.do("GET", base+id, nil)
			wantError(t, "GET "+base+id, a, http.StatusBadRequest, object{"code": "VALIDATION_FAILED"})
			if fieldsOf(a)["id"] == "" {
				t.Errorf("GET %s%s: %s", base, id, a)
			}
		}
	}
	for _, method := range []string{"PUT", "DELETE"} {
		wantError(t, method, c.do(method, "/api/users/987654321", object{}), http.StatusNotFound, object{"message": "User not found"})
		wantError(t, method, c.do(method, "/api/users/abc", object{}), http.StatusBadRequest, object{"code": "VALIDATION_FAILED"})
	}
}

// sent is a request with a body that is not JSON or has the wrong shape.
func (c *client) sent(method, path, contentType string, body io.Reader) answer {
	c.t.Helper()
	req, err := http.NewRequest(method, muster.Gateway+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("X-Csrf-Token", c.csrf)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := httpClient.Do(req)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	a := answer{status: resp.StatusCode, header: resp.Header, text: string(text)}
	_ = json.Unmarshal(text, &a.body)
	return a
}

// Bodies: too long, of another type, malformed, of the wrong shape. Unknown members are ignored.
func TestBodies(t *testing.T) {
	boss, user := admin(t), register(t, "bodies")
	target := fmt.Sprintf("/api/users/%d", user.id())
	const mebibyte = 1 << 20
	for _, route := range [][2]string{{"POST", "/api/auth/register"}, {"POST", "/api/auth/login"}, {"PUT", target}, {"POST", "/api/billing/plans"}, {"POST", "/api/auth/verify-email"}} {
		method, path := route[0], route[1]
		what := method + " " + path
		huge := `{"email":"` + strings.Repeat("x", mebibyte) + `"}`
		tooLarge := object{"code": "BODY_TOO_LARGE"}
		wantError(t, what+", too long", boss.sent(method, path, "application/json", strings.NewReader(huge)), http.StatusRequestEntityTooLarge, tooLarge)
		wantError(t, what+", too long without saying so", boss.sent(method, path, "application/json", io.MultiReader(strings.NewReader(huge))), http.StatusRequestEntityTooLarge, tooLarge)
		for _, contentType := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "application/jsonp", "text/json-ish"} {
			a := boss.sent(method, path, contentType, strings.NewReader(`{"email":"x@example.com"}`))
			wantError(t, what+" as "+contentType, a, http.StatusUnsupportedMediaType, object{"code": "UNSUPPORTED_MEDIA_TYPE"})
		}
		for _, body := range []string{
			"", "{", "}", "[", "[]", "null", "1", `"x"`, "{}{}", "{} x", "{'email':'x'}", `{"email":}`, `{"email":"x",}`, "{\"email\":\"\xff\"}", "\ufeff{}", `{"email":"\u0000"}`, strings.Repeat("[", 100_000),
		} {
			a := boss.sent(method, path, "application/json", strings.NewReader(body))
			wantError(t, fmt.Sprintf("%s %.40q", what, body), a, http.StatusBadRequest, object{"code": "VALIDATION_FAILED"})
			if len(fieldsOf(a)) == 0 {
				t.Errorf("%s %.40q: %s names no field", what, body, a)
			}
		}
	}
	a := boss.sent("PUT", target, "application/json; charset=utf-8", strings.NewReader(`{"firstName":"Grace","nosuch":{"a":[1]},"id":1,"passwordHash":"x"}`))
	if a.status != http.StatusOK || a.body["firstName"] != "Grace" || a.body["id"] != user.user["id"] {
		t.Errorf("unknown members: %s", a)
	}
}

// The fields of a registration and of an administrator's change, each with values that it refuses.
func TestFieldsOfWrites(t *testing.T) {
	boss, user, other := admin(t), register(t, "fields"), register(t, "fields-other")
	target := fmt.Sprintf("/api/users/%d", user.id())
	long := strings.Repeat("é", 101)
	for field, values := range map[string][]any{
		"email":                         {nil, "", "x", "a@", "@b", "a@b@c", "a b@example.com", "<a@example.com>", "a@example.com, b@example.com", 1, true, []any{}, strings.Repeat("x", 300) + "@example.com", "a@-x.com", "a@x..com"},
		"username":                      {nil, "", "  ", long, 1, object{}, "a\nb", "a\u0007b"},
		"firstName":                     {long, 1, "a\u0085b"},
		"lastName":                      {long, false, "a\tb"},
		"userTypeCode":                  {nil, "", "subs", "NONE", 1},
		"isActive":                      {nil, "true", 1},
		"subscriptionExemptionStartsAt": {"soon", "2024-01-01", 1, "2024-13-01T00:00:00Z", ""},
		"subscriptionExemptionEndsAt":   {"later", "2024-02-30T00:00:00Z", true},
	} {
		for _, value := range values {
			a := boss.do("PUT", target, object{field: value})
			wantError(t, fmt.Sprintf("%s %v", field, value), a, http.StatusBadRequest, object{"code": "VALIDATION_FAILED"})
			if fieldsOf(a)[field] == "" {
				t.Errorf("%s %v: %s does not name it", field, value, a)
			}
		}
	}
	a := boss.do("PUT", target, object{"subscriptionExemptionStartsAt": "2024-02-01T00:00:00Z", "subscriptionExemptionEndsAt": "2024-01-31T23:59:59Z"})
	wantError(t, "an end before its start", a, http.StatusBadRequest, object{"code": "VALIDATION_FAILED"})
	a = boss.do("PUT", target, object{"username": "", "userTypeCode": "x", "email": "x"})
	if fields := fieldsOf(a); fields["username"] == "" || fields["userTypeCode"] == "" || fields["email"] == "" {
		t.Errorf("of all that is wrong at once, not all is told: %s", a)
	}
	taken := object{"message": "Email address is already in use", "code": "EMAIL_EXISTS"}
	wantError(t, "a taken address", boss.do("PUT", target, object{"email": " " + strings.ToUpper(other.email)}), http.StatusConflict, taken)
	wantError(t, "a taken address", boss.do("POST", "/api/auth/register", object{"email": other.email, "password": password}), http.StatusConflict, taken)
	if me := user.want(http.StatusOK, "GET", "/api/users/me", nil); me.body["email"] != user.email || me.body["updatedAt"] != user.user["updatedAt"] {
		t.Errorf("after what was refused: %s, was %v", me, user.user)
	}
}

// The answer's request id is the caller's if that is valid, and a new one otherwise.
func TestRequestIDs(t *testing.T) {
	c := register(t, "request-id")
	madeUp := regexp.MustCompile(`^[0-9a-f-]{36}$`)
	for _, path := range []string{"/api/users/me", "/api/users?filter={", "/api/users/full", "/api/nothing", "/api/billing/plans"} {
		for _, id := range []string{"abc", "req-1.2_3:4", strings.Repeat("x", 128)} {
			if got := c.do("GET", path, nil, "X-Request-Id", id).header.Values("X-Request-Id"); !slices.Equal(got, []string{id}) {
				t.Errorf("%s: %q becomes %q", path, id, got)
			}
		}
		seen := map[string]bool{}
		for _, id := range []string{"", " ", "a b", "<script>", "a\tb", "é", strings.Repeat("x", 129), "${jndi:ldap://x}"} {
			got := c.do("GET", path, nil, "X-Request-Id", id).header.Values("X-Request-Id")
			if len(got) != 1 || !madeUp.MatchString(got[0]) || seen[got[0]] {
				t.Errorf("%s: %q becomes %q", path, id, got)
				continue
			}
			seen[got[0]] = true
		}
	}
}

// Guessing a password is throttled, and the answer says for how long. Headers that claim another address change nothing.
func TestRateLimit(t *testing.T) {
	c := register(t, "guessed-at")
	for n := range 100 {
		elsewhere := fmt.Sprintf("198.51.100.%d", n)
		a := c.do("POST", "/api/auth/login", object{"email": c.email, "password": "wrong password"},
			"X-Forwarded-For", elsewhere, "X-Real-IP", elsewhere, "Forwarded", "for="+elsewhere, "X-Muster-Client-IP", elsewhere)
		if a.status == http.StatusUnauthorized && n < 50 {
			continue
		}
		wantError(t, "guessing", a, http.StatusTooManyRequests, nil)
		if after := a.header.Get("Retry-After"); after == "" || strings.Trim(after, "0123456789") != "" {
			t.Errorf("Retry-After %q", after)
		}
		return
	}
	t.Error("nobody slows the guessing down")
}

// A stopped service makes its own routes unavailable, with Retry-After; the others keep working.
func TestAServiceIsAway(t *testing.T) {
	c := admin(t)
	pause(t, "directory")
	back := onceResume(t, "directory")
	defer back()
	a := c.do("GET", "/api/users", nil)
	full := c.do("GET", "/api/users/full", nil)
	back()
	wantError(t, "a list of a service that is away", a, http.StatusServiceUnavailable, object{"code": "UNAVAILABLE"})
	if a.header.Get("Retry-After") == "" {
		t.Errorf("no Retry-After: %v", a.header)
	}
	if full.status != http.StatusOK {
		t.Errorf("a list that does not need it: %s", full)
	}
	c.want(http.StatusOK, "GET", "/api/users", nil)
}
