package httpapi_test

import (
	"net/http"
	"testing"

	"muster/services/identity/internal/identity"
)

func TestInvitations(t *testing.T) {
	d := newDoor(t)
	in := d.register()
	bearer, csrf := "Bearer "+in.body["accessToken"].(string), in.body["csrfToken"].(string)
	invite := func(body string) answer {
		return d.call("POST", "/api/users", body, "Authorization", bearer, "x-csrf-token", csrf)
	}
	const body = `{"email":"grace@example.com","firstName":"Grace","userTypeCode":"SUBS"}`
	d.want(d.call("POST", "/api/users", body), http.StatusUnauthorized, `{"message":"User not authenticated"}`)
	d.want(invite(body), http.StatusForbidden, `{"message":"Administrator access required"}`)
	err := d.service.FollowUser(t.Context(), identity.User{ID: 1, Version: 1, AccessVersion: 1, Email: "ada@example.com", TypeCode: "ADMI", Active: true})
	if err != nil {
		t.Fatal(err)
	}
	d.want(d.call("POST", "/api/users", body, "Authorization", bearer), http.StatusForbidden, `{"message":"Invalid CSRF token","code":"CSRF_INVALID"}`)
	a := invite(body)
	d.want(a, http.StatusCreated, `{"id":2}`)
	if a.header.Get("X-Muster-User") != "2" || a.header.Get("X-Muster-Wrote") != "account/2@1" {
		t.Errorf("headers %v", a.header)
	}
	d.want(invite(body), http.StatusConflict, `{"message":"Email address is already in use","code":"EMAIL_EXISTS"}`)
	d.want(invite(`{"email":"eve@example.com","userTypeCode":"ROOT"}`), http.StatusBadRequest,
		`{"message":"userTypeCode: must be SUBS, NONS or ADMI","code":"VALIDATION_FAILED","fields":[{"field":"userTypeCode","message":"must be SUBS, NONS or ADMI"}],
			"errors":{"userTypeCode":"must be SUBS, NONS or ADMI"}}`)
	for _, bad := range []string{``, `[]`, `{"email":1}`} {
		if a := invite(bad); a.status/100 != 4 {
			t.Errorf("%s: %d", bad, a.status)
		}
	}

	const accept = `{"email":"grace@example.com","code":"abc123def456","password":"another battery staple","cookie":true}`
	d.want(d.call("POST", "/api/auth/accept-invitation", accept), http.StatusNotFound,
		`{"message":"There is no pending verification for this email address.","code":"NO_VERIFICATION_REQUEST"}`)
	d.directory.Mail("INVI", "grace@example.com", "abc123def456", identity.Proof{UserID: 2, UserVersion: 2})
	accepted := d.call("POST", "/api/auth/accept-invitation", accept)
	if wrote := accepted.header.Values("X-Muster-Wrote"); accepted.status != http.StatusOK || len(wrote) != 2 || wrote[0] != "account/2@2" || wrote[1] != "user/2@2" {
		t.Fatalf("%d %s, wrote %v", accepted.status, accepted.raw, wrote)
	}
	if accepted.header.Get("X-Muster-User") != "2" || accepted.body["refreshToken"] != nil || cookieOf(t, accepted) == nil {
		t.Errorf("%s %v", accepted.raw, accepted.header)
	}
	if a := d.call("GET", "/api/auth/csrf-token", "", "Authorization", "Bearer "+accepted.body["accessToken"].(string)); a.status != http.StatusOK {
		t.Errorf("the access token: %d", a.status)
	}
}
