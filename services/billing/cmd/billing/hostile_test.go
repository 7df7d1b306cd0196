package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"muster/libs/contracts/directoryv1"
)

// hostile are values that no member accepts, or that few do. JSON.
var hostile = []string{
	`null`, `""`, `" "`, `"\u0000"`, `"a\u0000b"`, `"\ud800"`, `"' OR 1=1 --"`, `"😀"`, `"` + strings.Repeat("x", 5000) + `"`, `true`, `0`, `-1`, `1.5`, `1e3`, `1e400`,
	`2147483648`, `9223372036854775807`, `9223372036854775808`, `-9223372036854775808`, `[]`, `[null]`, `[-1]`, `{}`, `"0001-01-01T00:00:00Z"`, `"9999-12-31T23:59:59Z"`, `"10000-01-01T00:00:00Z"`,
}

// hostileIDs are ids in a path that name nothing.
var hostileIDs = []string{"0", "-1", "x", "1.5", "1e3", "999999999", "9223372036854775807", "9223372036854775808", "%00", "a%00b", "%ff", "%27", "..%2f1", strings.Repeat("9", 300)}

// TestHostileInputs sends each route each member with each hostile value, on the real database: every answer is a refusal in
// the client's name, or an acceptance of something harmless, and never a failure of ours.
func TestHostileInputs(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	s.ask(http.MethodPost, "/api/billing/subscription", 42, s.card(plan, "", goodCard)).want(http.StatusCreated)
	s.user(43, 1, nil)
	money := map[string]any{"name": "x", "interval": "month", "intervalCount": 1, "amount": 100, "currency": "usd", "trialPeriodDays": 7}
	coupon := map[string]any{
		"name": "x", "couponTypeCode": "AMOU", "discountPercentage": nil, "discountAmount": 5, "currency": "usd", "trialDays": nil,
		"couponDurationTypeCode": "REPE", "durationInMonths": 3,
	}
	promotion := map[string]any{
		"name": "x", "code": "HOSTILE", "description": "x", "couponId": 1, "startsAt": "2026-01-01T00:00:00Z", "expiresAt": "2030-01-01T00:00:00Z", "maxRedemptions": 5,
		"perUserLimit": 1, "firstTimeOnly": true, "planIds": []int64{plan}, "active": true,
	}
	for _, c := range []struct {
		method, path string
		user         int64
		body         map[string]any
	}{
		{http.MethodPost, "plans", admin, money}, {http.MethodPut, fmt.Sprint("plans/", plan), admin, money},
		{http.MethodPost, "coupons", admin, coupon}, {http.MethodPut, "coupons/1", admin, coupon},
		{http.MethodPost, "promotions", admin, promotion}, {http.MethodPut, "promotions/1", admin, promotion},
		{http.MethodPost, "refunds", admin, map[string]any{"invoiceId": 1, "amount": 1, "reason": "fraudulent"}},
		{http.MethodPost, "subscriptions/1/extend-trial", admin, map[string]any{"trialEnd": "2030-01-01T00:00:00Z"}},
		{http.MethodPost, "subscriptions/1/cancel", admin, map[string]any{"mode": "never"}},
		{http.MethodPost, "checkout-sessions", 43, map[string]any{"planId": plan, "quantity": 1, "promotionCode": "x", "successUrl": "https://app.test/a", "cancelUrl": "https://app.test/b"}},
		{http.MethodPost, "subscription", 43, map[string]any{"planId": plan, "quantity": 1, "promotionCode": "x", "paymentMethodId": "pm_1"}},
		{http.MethodPost, "subscription/preview-change", 42, map[string]any{"planId": plan, "quantity": 2}},
		{http.MethodPost, "subscription/change", 42, map[string]any{"previewId": "x"}},
		{http.MethodPost, "subscription/cancel", 42, map[string]any{"mode": "never"}},
		{http.MethodPost, "portal-sessions", 42, map[string]any{"returnUrl": "https://app.test/"}},
		{http.MethodPost, "promotions/validate", 42, map[string]any{"code": "x", "planId": plan}},
	} {
		for _, member := range slices.Sorted(maps.Keys(c.body)) {
			for _, value := range hostile {
				body := maps.Clone(c.body)
				body[member] = json.RawMessage(value)
				s.harmless(c.method, "/api/billing/"+c.path, c.user, raw(body))
			}
		}
		for _, body := range []string{``, `null`, `[]`, `"x"`, `{`, `{}{}`, "{\"\xff\":1}", strings.Repeat("[", 20000)} {
			s.harmless(c.method, "/api/billing/"+c.path, c.user, body)
		}
	}
	for _, c := range []struct {
		method, before, after string
		user                  int64
	}{
		{http.MethodGet, "plans/", "", admin}, {http.MethodGet, "coupons/", "", admin}, {http.MethodGet, "promotions/", "", admin}, {http.MethodGet, "promotions/", "/redemptions", admin},
		{http.MethodDelete, "plans/", "", admin}, {http.MethodDelete, "coupons/", "", admin}, {http.MethodDelete, "promotions/", "", admin},
		{http.MethodGet, "reconciliation-runs/", "", admin}, {http.MethodPost, "subscriptions/", "/sync", admin}, {http.MethodPost, "webhook-events/", "/replay", admin},
		{http.MethodGet, "invoices/", "", 42}, {http.MethodPost, "invoices/", "/retry", 42}, {http.MethodGet, "checkout-sessions/", "", 42},
	} {
		for _, id := range hostileIDs {
			if status := s.harmless(c.method, "/api/billing/"+c.before+id+c.after, c.user, ""); status != http.StatusNotFound && status != http.StatusBadRequest {
				t.Errorf("%s %s%s%s: %d", c.method, c.before, id, c.after, status)
			}
		}
	}
	for _, list := range []string{"plans", "coupons", "promotions", "subscriptions", "webhook-events", "ledger", "reconciliation-runs", "audit-log", "invoices"} {
		for _, query := range []string{`filter={"id":"\u0000"}`, `filter={"nothing":1}`, `filter=[`, `sort=["id"]`, `range=[0,999999999999]`, `range=[-1,1]`, `q=%00`, `filter={"createdAt":{"from":"10000-01-01"}}`} {
			s.harmless(http.MethodGet, "/api/billing/"+list+"?"+strings.ReplaceAll(query, "%00", url.QueryEscape("\x00")), admin, "")
		}
	}
}

func raw(body map[string]any) string {
	text, _ := json.Marshal(body) // a RawMessage that is no JSON is sent as it is, below
	if text == nil {
		return `{`
	}
	return string(text)
}

// harmless sends a request and checks that the answer is neither a failure of ours nor about who asks. It returns the status.
func (s *system) harmless(method, path string, user int64, body string) int {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+strings.ReplaceAll(path, `"`, "%22"), strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	s.issuer.SignIn(s.t, r, user)
	a := s.do(r)
	if a.Status >= http.StatusInternalServerError || a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden {
		s.t.Errorf("%s %s %.300s: %d %s", method, path, body, a.Status, a.Body)
	}
	return a.Status
}

// TestWhatIsSomebodyElsesIsNotThere: another user's invoice and checkout are 404, and another user's preview is stale.
func TestWhatIsSomebodyElsesIsNotThere(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	c := decode[checkout](s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, "")).want(http.StatusCreated))
	s.pay(c.URL)
	var invoices struct{ Data []created }
	s.eventually("an invoice", func() bool {
		must(t, json.Unmarshal(s.ask(http.MethodGet, "/api/billing/invoices", 42, nil).want(http.StatusOK).Body, &invoices))
		return len(invoices.Data) == 1
	})
	preview := decode[struct{ PreviewID string }](s.ask(http.MethodPost, "/api/billing/subscription/preview-change", 42, map[string]any{"quantity": 2}).want(http.StatusOK))
	s.user(43, 1, func(u *directoryv1.User) { u.Email = "other@example.com" })
	invoice := fmt.Sprint("/api/billing/invoices/", invoices.Data[0].ID)
	s.ask(http.MethodGet, invoice, 42, nil).want(http.StatusOK)
	for _, other := range []int64{43, admin} {
		s.ask(http.MethodGet, invoice, other, nil).code(http.StatusNotFound, "INVOICE_NOT_FOUND")
		s.ask(http.MethodPost, invoice+"/retry", other, nil).code(http.StatusNotFound, "INVOICE_NOT_FOUND")
		s.ask(http.MethodGet, "/api/billing/checkout-sessions/"+c.ID, other, nil).code(http.StatusNotFound, "CHECKOUT_NOT_FOUND")
		s.ask(http.MethodPost, "/api/billing/subscription/change", other, map[string]string{"previewId": preview.PreviewID}).code(http.StatusConflict, "PREVIEW_STALE")
	}
}
