package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
)

// TestDeactivation: a deactivated user is refused everywhere once the administrator has the answer, and an old session
// stays ended after a reactivation.
func TestDeactivation(t *testing.T) {
	boss, c := admin(t), &client{t: t, email: uniqueEmail("deactivated")}
	registered := c.want(http.StatusCreated, "POST", "/api/auth/register", object{"email": c.email, "password": password})
	c.signedIn(registered)
	self := fmt.Sprintf("/api/users/%d", c.id())

	if a := boss.want(http.StatusOK, "PUT", self, object{"isActive": false}); a.body["isActive"] != false {
		t.Errorf("deactivated: %s", a)
	}
	c.want(http.StatusUnauthorized, "GET", "/api/users/me", nil)
	if a := c.do("POST", "/api/auth/login", object{"email": c.email, "password": password}); a.status != http.StatusForbidden || a.body["code"] != "ACCOUNT_INACTIVE" {
		t.Errorf("signing in while deactivated: %s", a)
	}
	boss.want(http.StatusOK, "PUT", self, object{"isActive": true})
	c.want(http.StatusUnauthorized, "GET", "/api/users/me", nil)
	c.want(http.StatusUnauthorized, "POST", "/api/auth/refresh", object{"refreshToken": registered.body["refreshToken"]})
	c.signedIn(c.want(http.StatusOK, "POST", "/api/auth/login", object{"email": c.email, "password": password}))
	c.want(http.StatusOK, "GET", "/api/users/me", nil)
}

// TestAdministratorsChangeUsers: administrators change each other and themselves, but not the last one.
func TestAdministratorsChangeUsers(t *testing.T) {
	boss, c := admin(t), register(t, "changed")
	self := fmt.Sprintf("/api/users/%d", c.id())
	a := boss.want(http.StatusOK, "PUT", self, object{
		"username": "renamed", "lastName": nil, "userTypeCode": "ADMI",
		"subscriptionExemptionStartsAt": "2024-01-01T00:00:00Z", "subscriptionExemptionEndsAt": "2024-12-31T23:59:59Z",
	})
	if a.body["username"] != "renamed" || a.body["lastName"] != nil || a.body["typeName"] != "Administrator" || a.body["subscriptionExemptionEndsAt"] != "2024-12-31T23:59:59Z" {
		t.Errorf("changed: %s", a)
	}
	c.want(http.StatusOK, "GET", "/api/users/full", nil) // an administrator at once
	if a := c.want(http.StatusOK, "PUT", self, object{"firstName": "Own", "userTypeCode": "NONS"}); a.body["firstName"] != "Own" {
		t.Errorf("oneself: %s", a)
	}
	c.want(http.StatusForbidden, "GET", "/api/users/full", nil)
	c.want(http.StatusForbidden, "PUT", self, object{"firstName": "Again"})
	for _, bad := range []object{{"userTypeCode": "GOLD"}, {"subscriptionExemptionEndsAt": "2023-12-31T00:00:00Z"}, {"email": "x"}} {
		if a := boss.do("PUT", self, bad); a.status != http.StatusBadRequest || a.body["code"] != "VALIDATION_FAILED" {
			t.Errorf("%v: %s", bad, a)
		}
	}
	last := fmt.Sprintf("/api/users/%d", boss.id())
	if a := boss.do("PUT", last, object{"userTypeCode": "NONS"}); a.status != http.StatusConflict || a.body["code"] != "LAST_ADMIN" {
		t.Errorf("the last administrator: %s", a)
	}
	boss.want(http.StatusNoContent, "DELETE", self, nil)
	boss.want(http.StatusNotFound, "DELETE", self, nil)
}

// TestVerificationRequests: who may request codes for whom, and which codes then work.
func TestVerificationRequests(t *testing.T) {
	const resend, renew = "/api/users/verification-requests/resend-email", "/api/users/verification-requests/new-request-code"
	boss, c, other := admin(t), register(t, "requests"), register(t, "requests")
	order := func(id int64, typeCode string) object {
		return object{"userReqList": []object{{"userId": id, "request_type_code": typeCode}}}
	}
	first := mailedCode(t, c.email)

	if a := c.do("POST", resend, object{"emails": []string{other.email}}); a.status != http.StatusForbidden || a.body["message"] != "Administrator access required" {
		t.Errorf("for somebody else: %s", a)
	}
	c.want(http.StatusForbidden, "PUT", renew, order(c.id(), "RPWR"))
	c.want(http.StatusForbidden, "PUT", renew, order(other.id(), "REGR"))
	c.want(http.StatusForbidden, "POST", resend, object{"emails": []string{c.email}}, "X-Csrf-Token", "wrong")
	if a := boss.do("POST", resend, object{"emails": []string{c.email, uniqueEmail("nobody")}}); a.status != http.StatusNotFound || a.body["message"] != "One or more users not found." {
		t.Errorf("for nobody: %s", a)
	}

	a := boss.want(http.StatusOK, "PUT", renew, order(c.id(), "REGR"))
	code := a.body["verificationCodes"].([]any)[0].(object)["verificationCode"].(string)
	a = boss.want(http.StatusOK, "POST", resend, object{"emails": []string{c.email, other.email}})
	if a.text != `{"code":200,"message":"Successfully sent verification codes."}` {
		t.Errorf("resent: %s", a)
	}
	if mailed := mailedCode(t, c.email); mailed != code || mailed == first {
		t.Errorf("mailed %s after %s, want %s", mailed, first, code)
	}
	c.want(http.StatusBadRequest, "POST", "/api/auth/verify-email", object{"email": c.email, "code": first})
	c.want(http.StatusOK, "POST", "/api/auth/verify-email", object{"email": c.email, "code": code})

	listed := boss.want(http.StatusOK, "GET", list("/api/users/verification-requests", fmt.Sprintf(`{"userId":%d}`, other.id()), ""), nil)
	target := fmt.Sprintf("/api/users/verification-requests/%.0f", listed.list()[0]["id"])
	c.want(http.StatusForbidden, "DELETE", target, nil)
	boss.want(http.StatusNoContent, "DELETE", target, nil)
	if a := boss.do("DELETE", target, nil); a.status != http.StatusNotFound || a.body["message"] != "Verification request not found" {
		t.Errorf("again: %s", a)
	}
}
