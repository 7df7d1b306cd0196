package e2e_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const origin = "http://127.0.0.1:3000"

// TestStory is the product's main story, through the gateway on one port. Each step reads at once what the step before
// wrote, without any retry or pause.
func TestStory(t *testing.T) {
	boss := admin(t)
	plan := boss.want(http.StatusCreated, "POST", "/api/billing/plans", object{
		"name": "Story Monthly", "interval": "month", "intervalCount": 1, "amount": 1500, "currency": "usd",
	})
	coupon := boss.want(http.StatusCreated, "POST", "/api/billing/coupons", object{
		"name": "Story Discount", "couponTypeCode": "DISC", "discountPercentage": 20, "couponDurationTypeCode": "FORE",
	})
	code := fmt.Sprintf("STORY%d", run%1_000_000_000)
	boss.want(http.StatusCreated, "POST", "/api/billing/promotions", object{
		"name": "Story Special", "code": code, "description": "20% off", "couponId": coupon.body["id"],
	})

	// Register.
	c := &client{t: t, email: uniqueEmail("story")}
	a := c.want(http.StatusCreated, "POST", "/api/auth/register", object{
		"email": "  " + c.email + " ", "password": password, "firstName": "Sam", "lastName": "Story",
	})
	if a.body["emailVerificationRequired"] != true || a.body["tokenType"] != "Bearer" || a.body["expiresIn"] != 900.0 {
		t.Errorf("register: %s", a)
	}
	c.signedIn(a)
	if c.user["email"] != c.email || c.user["username"] != strings.Split(c.email, "@")[0] || c.user["typeCode"] != "NONS" ||
		c.user["typeName"] != "Not Subscribed" || c.user["authTypeCode"] != "EMAI" || c.user["verifiedAt"] != nil || c.user["isActive"] != true {
		t.Errorf("registered user %v", c.user)
	}
	if dup := c.do("POST", "/api/auth/register", object{"email": strings.ToUpper(c.email), "password": password}); dup.status != 409 || dup.body["code"] != "EMAIL_EXISTS" {
		t.Errorf("the same address again: %s", dup)
	}

	// Verify the email with the code from the mail.
	if wrong := c.do("POST", "/api/auth/verify-email", object{"email": c.email, "code": "aaaaaaaaaaaa"}); wrong.status != 400 ||
		wrong.body["code"] != "INVALID_CODE" || wrong.body["attemptsRemaining"] != 4.0 {
		t.Errorf("a wrong code: %s", wrong)
	}
	a = c.want(http.StatusOK, "POST", "/api/auth/verify-email", object{"email": c.email, "code": mailedCode(t, c.email)})
	if a.body["message"] != "Email verified" {
		t.Errorf("verify: %s", a)
	}

	// Login, me.
	c.token, c.csrf = "", ""
	c.signedIn(c.want(http.StatusOK, "POST", "/api/auth/login", object{"email": c.email, "password": password}))
	me := c.want(http.StatusOK, "GET", "/api/users/me", nil)
	if me.body["verifiedAt"] == nil || me.body["lastLoginAt"] == nil || me.body["id"] != c.user["id"] {
		t.Errorf("me: %s", me)
	}

	// The list, with sort, filter and page.
	a = c.want(http.StatusOK, "GET", list("/api/users", fmt.Sprintf(`{"email":%q,"verifiedAt":"!null"}`, strings.ToUpper(c.email)), `["username","ASC"]`, "page", "1", "perPage", "10"), nil)
	if len(a.list()) != 1 || a.body["total"] != 1.0 || a.list()[0]["id"] != c.user["id"] || a.header.Get("Content-Range") != "items 0-0/1" ||
		a.header.Get("Accept-Range") != "items" || a.header.Get("X-Total-Count") != "1" {
		t.Errorf("list: %s %v", a, a.header)
	}

	// Plans, checkout, payment on the page, webhook.
	plans := c.want(http.StatusOK, "GET", "/api/billing/plans", nil)
	if len(plans.list()) == 0 {
		t.Fatalf("plans: %s", plans)
	}
	session := c.want(http.StatusCreated, "POST", "/api/billing/checkout-sessions", object{
		"planId": plan.body["id"], "promotionCode": strings.ToLower(code),
		"successUrl": origin + "/thanks?session={CHECKOUT_SESSION_ID}", "cancelUrl": origin + "/plans",
	})
	pay(t, session.body["url"].(string))

	// An admin sees all of it joined, at once.
	full := boss.want(http.StatusOK, "GET", list("/api/users/full", fmt.Sprintf(`{"subscriptionStatus":"active","email":%q}`, c.email), `["subscriptionChargedAmount","DESC"]`), nil)
	if len(full.list()) != 1 || full.header.Get("Content-Range") != "items 0-0/1" {
		t.Fatalf("full: %s", full)
	}
	row := full.list()[0]
	wanted := object{
		"id": c.user["id"], "typeCode": "SUBS", "typeName": "Subscribed", "subscriptionStatus": "active",
		"subscriptionPlanId": plan.body["id"], "subscriptionPlanName": "Story Monthly", "subscriptionPlanInterval": "month",
		"subscriptionPlanAmount": 1500.0, "subscriptionPlanCurrency": "usd", "subscriptionChargedAmount": 1200.0,
		"promotionName": "Story Special", "promotionCode": code, "promotionDescription": "20% off", "couponName": "Story Discount",
		"couponTypeCode": "DISC", "couponTypeName": "Discount Percentage", "discountPercentage": 20.0,
		"couponDurationTypeCode": "FORE", "couponDurationTypeName": "Forever", "cancelAtPeriodEnd": false,
		"canceledAt": nil, "trialEnd": nil, "trialDays": nil, "durationInMonths": nil,
	}
	for member, want := range wanted {
		if row[member] != want {
			t.Errorf("full: %s = %v, want %v", member, row[member], want)
		}
	}
	one := boss.want(http.StatusOK, "GET", fmt.Sprintf("/api/users/full/%d", c.id()), nil)
	if one.body["subscriptionChargedAmount"] != 1200.0 || one.body["email"] != c.email {
		t.Errorf("full/:id: %s", one)
	}
	if me := c.want(http.StatusOK, "GET", "/api/users/me", nil); me.body["typeCode"] != "SUBS" {
		t.Errorf("me after the payment: %s", me)
	}
	if sub := c.want(http.StatusOK, "GET", "/api/billing/subscription", nil); !strings.Contains(sub.text, `"active"`) {
		t.Errorf("subscription: %s", sub)
	}
	if done := c.want(http.StatusOK, "GET", "/api/billing/checkout-sessions/"+session.body["id"].(string), nil); done.body["status"] != "complete" {
		t.Errorf("checkout session: %s", done)
	}
	if a := c.do("GET", "/api/users/full", nil); a.status != 403 || a.body["message"] != "Administrator access required" {
		t.Errorf("full without admin: %s", a)
	}
}

// pay presses the pay button on the Stripe fake's page and expects a redirect to the frontend.
func pay(t testing.TB, page string) {
	t.Helper()
	resp, err := httpClient.PostForm(page, url.Values{"outcome": {"pay"}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if back := resp.Header.Get("Location"); resp.StatusCode != http.StatusSeeOther || !strings.HasPrefix(back, origin) {
		t.Fatalf("paying answers %s, Location %q", resp.Status, back)
	}
}

// TestSessionLife: a refreshed token works, a reused refresh token ends its family, and a logout takes effect at once.
func TestSessionLife(t *testing.T) {
	c := &client{t: t, email: uniqueEmail("session")}
	a := c.want(http.StatusCreated, "POST", "/api/auth/register", object{"email": c.email, "password": password})
	c.signedIn(a)
	first := a.body["refreshToken"]
	a = c.want(http.StatusOK, "POST", "/api/auth/refresh", object{"refreshToken": first})
	c.signedIn(c.want(http.StatusOK, "POST", "/api/auth/refresh", object{"refreshToken": a.body["refreshToken"]}))
	c.want(http.StatusOK, "GET", "/api/users/me", nil)
	if again := c.do("POST", "/api/auth/refresh", object{"refreshToken": first}); again.status != 401 || again.body["code"] != "REFRESH_INVALID" {
		t.Errorf("a reused refresh token: %s", again)
	}
	if me := c.do("GET", "/api/users/me", nil); me.status != 401 {
		t.Errorf("the family's access token after a reuse: %s", me)
	}
	c.signedIn(c.want(http.StatusOK, "POST", "/api/auth/login", object{"email": c.email, "password": password}))
	if token := c.want(http.StatusOK, "GET", "/api/auth/csrf-token", nil); token.body["csrfToken"] != c.csrf {
		t.Errorf("csrf-token: %s", token)
	}
	c.want(http.StatusNoContent, "POST", "/api/auth/logout", nil)
	if me := c.do("GET", "/api/users/me", nil); me.status != 401 || me.body["message"] != "User not authenticated" {
		t.Errorf("me after logout: %s", me)
	}
}
