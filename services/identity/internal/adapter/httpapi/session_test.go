package httpapi_test

import (
	"net/http"
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
