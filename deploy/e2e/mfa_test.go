package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// appCode is the code of an authenticator app.
func appCode(t *testing.T, secret any, at time.Time) string {
	t.Helper()
	text, _ := secret.(string)
	code, err := totp.GenerateCode(text, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// TestASecondFactor is set up, asked for, used once, and removed.
func TestASecondFactor(t *testing.T) {
	c := verified(t, "factor")
	if a := register(t, "unproven").do("POST", "/api/auth/mfa/totp", object{}); a.status != http.StatusForbidden || a.body["code"] != "EMAIL_NOT_VERIFIED" {
		t.Errorf("unverified: %s", a)
	}
	enrolled := c.want(http.StatusCreated, "POST", "/api/auth/mfa/totp", object{"name": "Phone"})
	secret, id := enrolled.body["secret"], enrolled.body["id"].(string)
	confirm := "/api/auth/mfa/totp/" + id + "/confirm"
	if a := c.do("POST", confirm, object{"code": "000000"}); a.status != http.StatusUnauthorized || a.body["code"] != "MFA_INVALID" {
		t.Errorf("a wrong code: %s", a)
	}
	now := time.Now()
	confirmed := c.want(http.StatusOK, "POST", confirm, object{"code": appCode(t, secret, now.Add(-30*time.Second))})
	codes, _ := confirmed.body["recoveryCodes"].([]any)
	if len(codes) != 10 {
		t.Fatalf("recovery codes: %s", confirmed)
	}
	awaitNotice(t, c.email, "A second factor was added to your account")

	pending := func() any {
		a := (&client{t: t}).want(http.StatusOK, "POST", "/api/auth/login", object{"email": c.email, "password": password})
		if a.body["mfaRequired"] != true || a.body["accessToken"] != nil || a.body["user"] != nil {
			t.Fatalf("the password alone: %s", a)
		}
		return a.body["mfaToken"]
	}
	verify := func(token any, method string, code any) answer {
		return (&client{t: t}).do("POST", "/api/auth/mfa/verify", object{"mfaToken": token, "method": method, "code": code})
	}
	code := appCode(t, secret, now)
	a := verify(pending(), "totp", code)
	in := &client{t: t}
	in.signedIn(a)
	if a.status != http.StatusOK || in.user["email"] != c.email || a.header.Get("X-Consistency") != "" {
		t.Fatalf("verified: %s", a)
	}
	in.want(http.StatusOK, "GET", "/api/users/me", nil)
	for name, a := range map[string]answer{
		"the code again": verify(pending(), "totp", code), "no token": verify("x", "totp", code), "a recovery code that is none": verify(pending(), "recovery", "x"),
	} {
		if a.status != http.StatusUnauthorized || a.body["code"] != "MFA_INVALID" {
			t.Errorf("%s: %s", name, a)
		}
	}
	if a := verify("", "sms", ""); a.status != http.StatusBadRequest || a.body["code"] != "VALIDATION_FAILED" {
		t.Errorf("wrong input: %s", a)
	}
	if a := verify(pending(), "recovery", codes[0]); a.status != http.StatusOK {
		t.Errorf("a recovery code: %s", a)
	}
	listed := in.want(http.StatusOK, "GET", "/api/auth/mfa/factors", nil)
	if listed.body["total"] != 1.0 || listed.body["recoveryCodesLeft"] != 9.0 || listed.list()[0]["name"] != "Phone" || listed.list()[0]["lastUsedAt"] == nil {
		t.Errorf("factors: %s", listed)
	}
	in.want(http.StatusOK, "PUT", "/api/auth/mfa/factors/"+id, object{"name": "Tablet"})
	if renewed := in.want(http.StatusOK, "POST", "/api/auth/mfa/recovery-codes", object{}); len(renewed.body["recoveryCodes"].([]any)) != 10 {
		t.Errorf("renewed: %s", renewed)
	}
	in.want(http.StatusNotFound, "DELETE", "/api/auth/mfa/factors/0190a1b2-0000-7000-8000-000000000001", nil)
	in.want(http.StatusNoContent, "DELETE", "/api/auth/mfa/factors/"+id, nil)
	if _, again := login(t, c.email, password); !again {
		t.Error("the password is not enough again")
	}
}
