package httpapi_test

import (
	"net/http"
	"slices"
	"testing"

	"muster/services/identity/internal/identity"
)

func TestLogout(t *testing.T) {
	d := newDoor(t)
	in := d.register()
	bearer := "Bearer " + in.body["accessToken"].(string)
	csrf := in.body["csrfToken"].(string)

	d.want(d.call("POST", "/api/auth/logout", ""), http.StatusUnauthorized, `{"message":"User not authenticated"}`)
	d.want(d.call("POST", "/api/auth/logout", "", "Authorization", bearer), http.StatusForbidden, `{"message":"Invalid CSRF token","code":"CSRF_INVALID"}`)
	d.want(d.call("GET", "/api/auth/csrf-token", "", "Authorization", bearer), http.StatusOK, `{"csrfToken":"`+csrf+`"}`)

	a := d.call("POST", "/api/auth/logout", "", "Authorization", bearer, "x-csrf-token", csrf)
	if a.status != http.StatusNoContent || a.raw != "" || a.header.Get("X-Muster-Wrote") != "account/1@2" {
		t.Errorf("%d %q, wrote %q", a.status, a.raw, a.header.Get("X-Muster-Wrote"))
	}
	for _, again := range []answer{
		d.call("GET", "/api/auth/csrf-token", "", "Authorization", bearer),
		d.call("POST", "/api/auth/logout", "", "Authorization", bearer, "x-csrf-token", csrf),
	} {
		d.want(again, http.StatusUnauthorized, `{"message":"User not authenticated"}`)
	}
}

func TestTheDeactivatedAreLetInNowhere(t *testing.T) {
	d := newDoor(t)
	in := d.register()
	err := d.service.FollowUser(t.Context(), identity.User{ID: 1, Version: 1, AccessVersion: 1, Email: "ada@example.com", TypeCode: "NONS"})
	if err != nil {
		t.Fatal(err)
	}
	d.want(d.call("GET", "/api/auth/csrf-token", "", "Authorization", "Bearer "+in.body["accessToken"].(string)),
		http.StatusUnauthorized, `{"message":"User not authenticated"}`)
	d.want(d.call("POST", "/api/auth/login", ada), http.StatusForbidden, `{"message":"This account is deactivated","code":"ACCOUNT_INACTIVE"}`)
}

func TestWellKnown(t *testing.T) {
	d := newDoor(t)
	a := d.call("GET", "/.well-known/jwks.json", "")
	d.want(a, http.StatusOK, `{"keys":["the keys"]}`)
	if a.header.Get("Cache-Control") != "public, max-age=300" {
		t.Errorf("Cache-Control %q", a.header.Get("Cache-Control"))
	}
	d.want(d.call("GET", "/.well-known/openid-configuration", ""), http.StatusOK, `{
		"issuer":"muster","jwks_uri":"https://api.example.com/.well-known/jwks.json","response_types_supported":[],
		"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["EdDSA"],
		"claims_supported":["iss","aud","sub","sid","typ","email_verified","iat","nbf","exp","jti"]}`)
}

func TestSessions(t *testing.T) {
	d := newDoor(t)
	in := d.register()
	bearer, csrf := "Bearer "+in.body["accessToken"].(string), in.body["csrfToken"].(string)
	as := func(method, path string) answer {
		return d.call(method, path, "", "Authorization", bearer, "x-csrf-token", csrf)
	}
	second := d.call("POST", "/api/auth/login", ada, "X-Muster-Client-IP", "203.0.113.9", "User-Agent", "Phone/1.0")
	third := d.call("POST", "/api/auth/login", ada)

	d.want(d.call("GET", "/api/auth/sessions", ""), http.StatusUnauthorized, `{"message":"User not authenticated"}`)
	listed := as("GET", "/api/auth/sessions")
	rows, _ := listed.body["data"].([]any)
	if listed.status != http.StatusOK || listed.body["total"] != 3.0 || len(rows) != 3 {
		t.Fatalf("%d %s", listed.status, listed.raw)
	}
	ids := map[any]string{} // by user agent
	for _, row := range rows {
		r := row.(map[string]any)
		var names []string
		for name := range r {
			names = append(names, name)
		}
		slices.Sort(names)
		if want := []string{"createdAt", "current", "id", "ipAddress", "lastUsedAt", "userAgent"}; !slices.Equal(names, want) {
			t.Errorf("members %v", names)
		}
		if r["current"] == true {
			ids["current"] = r["id"].(string)
		}
		if r["userAgent"] == "Phone/1.0" && r["ipAddress"] == "203.0.113.9" {
			ids["phone"] = r["id"].(string)
		}
	}
	phone := "/api/auth/sessions/" + ids["phone"]
	d.want(d.call("DELETE", phone, "", "Authorization", bearer), http.StatusForbidden, `{"message":"Invalid CSRF token","code":"CSRF_INVALID"}`)
	if a := as("DELETE", phone); a.status != http.StatusNoContent || a.header.Get("X-Muster-Wrote") != "account/1@4" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	for _, path := range []string{phone, "/api/auth/sessions/unknown"} {
		d.want(as("DELETE", path), http.StatusNotFound, `{"message":"Session not found","code":"SESSION_NOT_FOUND"}`)
	}
	if a := as("DELETE", "/api/auth/sessions"); a.status != http.StatusNoContent || a.header.Get("X-Muster-Wrote") != "account/1@5" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	for _, ended := range []answer{second, third} {
		if a := d.call("GET", "/api/auth/sessions", "", "Authorization", "Bearer "+ended.body["accessToken"].(string)); a.status != http.StatusUnauthorized {
			t.Errorf("an ended session: %d", a.status)
		}
	}
	if a := as("DELETE", "/api/auth/sessions/"+ids["current"]); a.status != http.StatusNoContent {
		t.Errorf("the current one: %d %s", a.status, a.raw)
	}
	d.want(as("GET", "/api/auth/sessions"), http.StatusUnauthorized, `{"message":"User not authenticated"}`)
}
