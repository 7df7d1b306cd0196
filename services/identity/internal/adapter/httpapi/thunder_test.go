package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

// gateway calls as the gateway does.
func (d *door) gateway(method, path, body string) answer {
	d.t.Helper()
	token, err := serviceTokens(d.t, "gateway").Issue("identity", time.Now())
	if err != nil {
		d.t.Fatal(err)
	}
	return d.call(method, "/internal/thunder"+path, body, "Authorization", "Bearer "+token)
}

const (
	newAda = `{"email":"ada@example.com","password":"12345","algorithm":"argon","properties":{"plan":"gold"}}`
	isAda  = `{"application":"shop","email":"ada@example.com","password":"12345","commonMistakes":false}`
)

// wantWrote checks which version an answer names as written; "" for none.
func (d *door) wantWrote(a answer, want string) {
	d.t.Helper()
	if got := a.header.Get("X-Muster-Wrote"); got != want {
		d.t.Errorf("%d %s: wrote %q, want %q", a.status, a.raw, got, want)
	}
}

func TestThunderCreates(t *testing.T) {
	d := newDoor(t)
	a := d.gateway("POST", "/accounts", newAda)
	d.want(a, http.StatusCreated, `{"userId":1,"passwordHash":"1:12345"}`)
	d.wantWrote(a, "account/1@1")
	if account, _ := d.store.Account(1); string(account.Registration.Properties) != `{"plan":"gold"}` {
		t.Errorf("registration %+v", account.Registration)
	}
	a = d.gateway("POST", "/accounts", strings.Replace(newAda, "ada@", "ADA@", 1))
	d.want(a, http.StatusConflict, `{"message":"Email address is already in use","code":"EMAIL_EXISTS"}`)
	d.wantWrote(a, "")
	d.want(d.gateway("POST", "/accounts", `{"email":"x","password":"","algorithm":"md5","properties":[]}`), http.StatusBadRequest,
		`{"message":"email: must be an email address such as ada@example.com","code":"VALIDATION_FAILED","fields":[
			{"field":"email","message":"must be an email address such as ada@example.com"},
			{"field":"password","message":"must have 1 to 512 bytes"},
			{"field":"algorithm","message":"must be argon, bcrypt, sha256 or simple"},
			{"field":"properties","message":"must be a JSON object"}],"errors":{
			"email":"must be an email address such as ada@example.com","password":"must have 1 to 512 bytes",
			"algorithm":"must be argon, bcrypt, sha256 or simple","properties":"must be a JSON object"}}`)
	for _, properties := range []string{`{"a":1,"a":2}`, `{"a":"\u0000"}`, `{"a":1e999}`, strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000)} {
		a := d.gateway("POST", "/accounts", `{"email":"bob@example.com","password":"12345","algorithm":"argon","properties":`+properties+`}`)
		if a.status != http.StatusBadRequest || a.body["code"] != "VALIDATION_FAILED" {
			t.Errorf("%.30s: %d %s", properties, a.status, a.raw)
		}
	}
}

func TestThunderChecks(t *testing.T) {
	d := newDoor(t)
	d.want(d.gateway("POST", "/accounts/check", isAda), http.StatusNotFound, `{"message":"No such account","code":"ACCOUNT_NOT_FOUND"}`)
	d.gateway("POST", "/accounts", newAda)
	for _, body := range []string{
		isAda, strings.Replace(isAda, `"12345"`, "null", 1), `{"application":"shop","email":"ADA@example.com "}`,
		strings.NewReplacer(`"12345"`, `"123456"`, "false", "true").Replace(isAda),
	} {
		a := d.gateway("POST", "/accounts/check", body)
		d.want(a, http.StatusOK, `{"userId":1,"passwordHash":"1:12345"}`)
		d.wantWrote(a, "")
	}
	wrong := strings.Replace(isAda, `"12345"`, `"123456"`, 1)
	for range 2 {
		d.want(d.gateway("POST", "/accounts/check", wrong), http.StatusUnauthorized, `{"message":"Invalid email or password","code":"INVALID_CREDENTIALS"}`)
	}
	a := d.gateway("POST", "/accounts/check", isAda)
	d.want(a, http.StatusTooManyRequests, `{"message":"Too many requests. Please try again later.","code":"RATE_LIMITED"}`)
	if after := a.header.Get("Retry-After"); after != "900" && after != "899" {
		t.Errorf("Retry-After %q", after)
	}
	d.want(d.gateway("POST", "/accounts/check", `{}`), http.StatusBadRequest, `{"message":"application: must have 1 to 256 bytes","code":"VALIDATION_FAILED",
		"fields":[{"field":"application","message":"must have 1 to 256 bytes"},{"field":"email","message":"is required"}],
		"errors":{"application":"must have 1 to 256 bytes","email":"is required"}}`)
}

func TestThunderChecksALegacyUser(t *testing.T) {
	d := newDoor(t)
	hash := d.passwords.Foreign("12345")
	_, err := d.service.ImportLegacy(t.Context(), []identity.LegacyUser{{ID: 7, Email: "ada@example.com", CreatedAt: time.Unix(0, 0), PasswordHash: &hash}}, false)
	if err != nil {
		t.Fatal(err)
	}
	d.passwords.Refuse = credentials.ErrBusy
	a := d.gateway("POST", "/accounts/check", isAda)
	d.want(a, http.StatusServiceUnavailable, `{"message":"Too many passwords are being checked right now. Please try again in a few seconds.","code":"SIGN_IN_BUSY"}`)
	d.passwords.Refuse = nil
	a = d.gateway("POST", "/accounts/check", isAda)
	d.want(a, http.StatusOK, `{"userId":1,"passwordHash":"1:12345"}`)
	d.wantWrote(a, "account/1@1")
}

func TestThunderSetsPasswords(t *testing.T) {
	d := newDoor(t)
	d.gateway("POST", "/accounts", newAda)
	put := func(id any, body string) answer {
		t.Helper()
		return d.gateway("PUT", fmt.Sprintf("/accounts/%v/password", id), body)
	}
	a := put(1, `{"password":"1:12345","algorithm":"argon","current":"12345"}`)
	d.want(a, http.StatusOK, `{"passwordHash":"1:12345"}`)
	d.wantWrote(a, "")
	a = put(1, `{"password":"new","algorithm":"simple","current":null}`)
	d.want(a, http.StatusOK, `{"passwordHash":"new"}`)
	d.wantWrote(a, "account/1@2")
	notFound := `{"message":"No such account","code":"ACCOUNT_NOT_FOUND"}`
	d.want(put(2, `{"password":"new","algorithm":"simple","current":null}`), http.StatusNotFound, notFound)
	for _, id := range []string{"0", "-1", "x", "99999999999999999999"} {
		if a := put(id, `{"password":"new","algorithm":"simple"}`); a.status != http.StatusBadRequest {
			t.Errorf("id %s: %d", id, a.status)
		}
	}
	d.want(put(1, `{}`), http.StatusBadRequest, `{"message":"password: must have 1 to 512 bytes","code":"VALIDATION_FAILED",
		"fields":[{"field":"password","message":"must have 1 to 512 bytes"},{"field":"algorithm","message":"must be argon, bcrypt, sha256 or simple"}],
		"errors":{"password":"must have 1 to 512 bytes","algorithm":"must be argon, bcrypt, sha256 or simple"}}`)
}

func TestThunderIsForTheGateway(t *testing.T) {
	d := newDoor(t)
	for _, route := range []struct{ method, path string }{{"POST", "/accounts"}, {"POST", "/accounts/check"}, {"PUT", "/accounts/1/password"}} {
		path := "/internal/thunder" + route.path
		d.want(d.call(route.method, path, `{}`), http.StatusUnauthorized, `{"message":"User not authenticated"}`)
		token, err := serviceTokens(t, "directory").Issue("identity", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		d.want(d.call(route.method, path, `{}`, "Authorization", "Bearer "+token), http.StatusForbidden,
			`{"message":"This route is not for the service that calls it","code":"CALLER_NOT_ALLOWED"}`)
		for _, body := range []string{`{`, `[]`, `null`, `"x"`, ` `, `{"email":1,"password":2}`, `{"password":"\u0000"}`, `{"password":{}}`} {
			if a := d.gateway(route.method, route.path, body); a.status != http.StatusBadRequest || a.body["code"] != "VALIDATION_FAILED" {
				t.Errorf("%s %s %s: %d %s", route.method, path, body, a.status, a.raw)
			}
		}
	}
}
