package e2e_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestBadInput sends invalid input to each step of the story and expects the contract's error, never a 500.
func TestBadInput(t *testing.T) {
	user := verified(t, "badinput")
	nobody := &client{t: t}
	boss := admin(t)
	long := strings.Repeat("x", 10_000)

	bodies := []any{
		object{}, object{"email": nil}, object{"email": 7}, object{"email": "x"}, object{"email": "a@b@c", "password": password},
		object{"email": "a\u0000@example.com", "password": password}, object{"email": long + "@example.com", "password": password},
		object{"email": "a b@example.com", "password": password}, object{"email": "x@example.com\r\nBcc: y@example.com", "password": password},
		object{"email": uniqueEmail("x"), "password": ""}, object{"email": uniqueEmail("x"), "password": long},
		object{"email": uniqueEmail("x"), "password": password, "firstName": long}, object{"email": uniqueEmail("x"), "password": password, "username": ""},
		object{"email": object{"$ne": 1}, "password": []int{1}}, []int{1}, "text", nil, true,
		object{"email": "'; DROP TABLE users; --", "password": password},
		object{"code": "' OR 1=1"}, object{"email": user.email, "code": long}, object{"email": user.email, "code": nil},
		object{"planId": "x"}, object{"planId": -1}, object{"planId": 1e30}, object{"planId": 999999999, "successUrl": origin, "cancelUrl": origin},
		object{"planId": 1, "successUrl": "javascript:alert(1)", "cancelUrl": "http://evil.example"},
		object{"planId": 1, "successUrl": origin, "cancelUrl": origin, "promotionCode": "no-such-code-\u0000"},
		object{"refreshToken": long}, object{"refreshToken": 1}, object{"mode": "never"},
		object{"emails": []any{nil}}, object{"emails": []any{1}}, object{"emails": []string{long}}, object{"userReqList": []any{nil}},
		object{"userReqList": []object{{"userId": 1e30, "request_type_code": "REGR"}}}, object{"userReqList": object{}},
		object{"email": uniqueEmail("x"), "verificationCode": long}, object{"email": uniqueEmail("x"), "verificationCode": nil, "username": nil},
	}
	writes := []string{
		"/api/auth/register", "/api/auth/login", "/api/auth/refresh", "/api/auth/verify-email", "/api/auth/resend-verification",
		"/api/billing/checkout-sessions", "/api/billing/subscription/cancel", "/api/billing/plans", "/api/billing/coupons", "/api/billing/promotions",
		"/api/billing/subscription", "/api/billing/subscription/resume", "/api/billing/subscription/preview-change", "/api/billing/subscription/change",
		"/api/billing/portal-sessions", "/api/billing/promotions/validate", "/api/billing/invoices/1/retry", "/api/billing/invoices/x/retry",
		"/api/billing/subscriptions/0/cancel", "/api/billing/subscriptions/x/extend-trial", "/api/billing/webhook-events/%00/replay",
		"/api/billing/webhooks/stripe", "/api/users/me/verify-update", "/api/users/verification-requests/resend-email",
		"/api/users/verification-requests/new-request-code",
	}
	for _, path := range writes {
		for _, c := range []*client{nobody, user, boss} {
			for _, body := range bodies {
				a := c.do("POST", path, body)
				designed(t, "POST "+path, body, a)
			}
		}
	}

	reads := []string{
		"/api/users?filter={", "/api/users?filter=%00", "/api/users?filter=" + strings.Repeat("[", 5000), "/api/users?sort=x", `/api/users?sort=["password","ASC"]`,
		`/api/users?sort=["id","SIDEWAYS"]`, "/api/users?page=0", "/api/users?page=-1", "/api/users?page=x", "/api/users?page=99999999999999999999",
		"/api/users?perPage=0", "/api/users?perPage=1001", "/api/users?perPage=1e3", `/api/users?filter={"id":"x"}`, `/api/users?filter={"nosuch":1}`,
		`/api/users?filter={"username":"\u0000"}`, `/api/users?filter={"createdAt":"yesterday"}`, `/api/users?filter={"isActive":"maybe"}`,
		`/api/users?filter={"id":99999999999999999999999}`, `/api/users?filter={"username":{"$gt":""}}`, "/api/users?range=[5,1]", "/api/users?range=x",
		"/api/users/0", "/api/users/-1", "/api/users/abc", "/api/users/1e3", "/api/users/99999999999999999999", "/api/users/%00", "/api/users/me/../..",
		"/api/users/full?filter={", "/api/users/full/abc", "/api/users/full/0", `/api/users/full?filter={"subscriptionChargedAmount":"x"}`,
		"/api/billing/checkout-sessions/cs_none", "/api/billing/checkout-sessions/%00", "/api/nothing",
		"/api/billing/invoices?filter={", `/api/billing/invoices?filter={"userId":1}`, "/api/billing/invoices/0", "/api/billing/invoices/x", "/api/billing/entitlements",
		"/api/billing/subscriptions?sort=x", `/api/billing/webhook-events?filter={"id":"\u0000"}`, "/api/billing/promotions/x/redemptions",
		`/api/billing/coupons?filter={"discountPercentage":"x"}`, "/api/billing/plans/x", "/api/billing/plans?page=0", "/api/billing/plans?filter={",
	}
	for _, path := range reads {
		for _, c := range []*client{nobody, user, boss} {
			designed(t, "GET "+path, nil, rawGet(t, c, path))
		}
	}
	if a := boss.do("GET", `/api/users?filter={"nosuch":1}`, nil); a.status != 400 || a.body["code"] != "VALIDATION_FAILED" || !strings.Contains(a.text, "nosuch") {
		t.Errorf("unknown field: %s", a)
	}
	if a := boss.do("DELETE", "/api/users/full", nil); a.status != 405 || a.header.Get("Allow") == "" {
		t.Errorf("wrong method: %s %v", a, a.header)
	}
	if a := boss.do("GET", "/api/users/999999999", nil); a.status != 404 || a.body["message"] != "User not found" {
		t.Errorf("unknown user: %s", a)
	}
	if a := user.do("POST", "/api/billing/checkout-sessions", object{"planId": 1}, "X-Csrf-Token", "wrong"); a.status != 403 || a.body["code"] != "CSRF_INVALID" {
		t.Errorf("wrong CSRF token: %s", a)
	}
	if a := nobody.do("GET", "/api/users/me", nil, "Authorization", "Bearer x.y.z"); a.status != 401 || a.body["message"] != "User not authenticated" {
		t.Errorf("garbage token: %s", a)
	}
	if a := nobody.do("POST", "/api/auth/login", object{"email": user.email, "password": "wrong password"}); a.status != 401 || a.body["code"] != "INVALID_CREDENTIALS" {
		t.Errorf("wrong password: %s", a)
	}
	user.want(http.StatusOK, "GET", "/api/users/me", nil) // the session still works after all that
}

// designed fails the test unless the answer is a deliberate error: no 5xx, a message, no driver's text.
func designed(t *testing.T, what string, sent any, a answer) {
	t.Helper()
	if a.status >= 500 {
		t.Errorf("%s %.200v: %s", what, sent, a)
	}
	if a.status >= 400 {
		if m, _ := a.body["message"].(string); m == "" {
			t.Errorf("%s %.200v: no message in %s", what, sent, a)
		}
	}
	for _, leak := range []string{"SQLSTATE", "pq:", "gorm", "goroutine", "dial tcp", "ERROR:"} {
		if strings.Contains(a.text, leak) {
			t.Errorf("%s %.200v leaks %q: %s", what, sent, leak, a)
		}
	}
}
