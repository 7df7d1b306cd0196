package httpapi_test

import (
	"net/http"
	"testing"

	"muster/services/identity/internal/identity"
)

func TestResetPassword(t *testing.T) {
	d := newDoor(t)
	d.register()
	const body = `{"email":"ada@example.com","code":"abc123def456","newPassword":"another battery staple"}`
	d.want(d.call("POST", "/api/auth/reset-password", body), http.StatusNotFound,
		`{"message":"There is no pending verification for this email address.","code":"NO_VERIFICATION_REQUEST"}`)
	d.directory.Mail("RPWR", "ada@example.com", "abc123def456", identity.Proof{UserID: 1, UserVersion: 4})
	d.want(d.call("POST", "/api/auth/reset-password", `{"email":"ada@example.com","code":"x","newPassword":"another battery staple"}`), http.StatusBadRequest,
		`{"message":"The verification code is incorrect.","code":"INVALID_CODE","attemptsRemaining":4}`)
	d.want(d.call("POST", "/api/auth/reset-password", `{"email":"a","newPassword":"1234567"}`), http.StatusBadRequest,
		`{"message":"email: must be an email address such as ada@example.com","code":"VALIDATION_FAILED","fields":[
			{"field":"email","message":"must be an email address such as ada@example.com"},{"field":"code","message":"is required"},
			{"field":"newPassword","message":"must have 8 to 128 characters"}],"errors":{
			"email":"must be an email address such as ada@example.com","code":"is required","newPassword":"must have 8 to 128 characters"}}`)
	d.directory.Leave(true)
	if a := d.call("POST", "/api/auth/reset-password", body); a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" {
		t.Errorf("without directory: %d %s", a.status, a.raw)
	}
	d.directory.Leave(false)
	a := d.call("POST", "/api/auth/reset-password", body)
	d.want(a, http.StatusOK, `{"message":"Password changed"}`)
	if wrote := a.header.Values("X-Muster-Wrote"); len(wrote) != 2 || wrote[0] != "account/1@2" || wrote[1] != "user/1@4" {
		t.Errorf("wrote %v", wrote)
	}
	if a := d.call("POST", "/api/auth/login", `{"email":"ada@example.com","password":"another battery staple"}`); a.status != http.StatusOK {
		t.Errorf("login: %d %s", a.status, a.raw)
	}
}

func TestChangePassword(t *testing.T) {
	d := newDoor(t)
	in := d.register()
	other := d.call("POST", "/api/auth/login", ada)
	bearer, csrf := "Bearer "+in.body["accessToken"].(string), in.body["csrfToken"].(string)
	change := func(body string) answer {
		return d.call("POST", "/api/auth/change-password", body, "Authorization", bearer, "x-csrf-token", csrf)
	}
	const body = `{"currentPassword":"correct horse","newPassword":"another battery staple"}`
	d.want(d.call("POST", "/api/auth/change-password", body), http.StatusUnauthorized, `{"message":"User not authenticated"}`)
	d.want(d.call("POST", "/api/auth/change-password", body, "Authorization", bearer), http.StatusForbidden, `{"message":"Invalid CSRF token","code":"CSRF_INVALID"}`)
	d.want(change(`{"currentPassword":"wrong","newPassword":"another battery staple"}`), http.StatusUnauthorized,
		`{"message":"The current password is wrong","code":"INVALID_CREDENTIALS"}`)
	d.want(change(`{"newPassword":"ADA@example.com"}`), http.StatusBadRequest,
		`{"message":"currentPassword: is required","code":"VALIDATION_FAILED","fields":[
			{"field":"currentPassword","message":"is required"},{"field":"newPassword","message":"must not be the email address or the part of it before the @"}],
			"errors":{"currentPassword":"is required","newPassword":"must not be the email address or the part of it before the @"}}`)
	for _, bad := range []string{``, `[]`, `{"currentPassword":1}`} {
		if a := change(bad); a.status/100 != 4 {
			t.Errorf("%s: %d", bad, a.status)
		}
	}
	a := change(body)
	if a.status != http.StatusNoContent || a.raw != "" || a.header.Get("X-Muster-Wrote") != "account/1@3" {
		t.Errorf("%d %q, wrote %q", a.status, a.raw, a.header.Get("X-Muster-Wrote"))
	}
	for token, status := range map[string]int{bearer: 200, "Bearer " + other.body["accessToken"].(string): 401} {
		if a := d.call("GET", "/api/auth/csrf-token", "", "Authorization", token); a.status != status {
			t.Errorf("%d, want %d", a.status, status)
		}
	}
	for range 2 {
		change(body)
	}
	a = change(`{"currentPassword":"another battery staple","newPassword":"correct horse"}`)
	d.want(a, http.StatusTooManyRequests, `{"message":"Too many requests. Please try again later.","code":"RATE_LIMITED"}`)
}
