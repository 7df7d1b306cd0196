package seed_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/deploy/local/seed"
)

// account is a user of the world.
type account struct {
	ID                 int64      `json:"id"`
	Email              string     `json:"email"`
	IsActive           bool       `json:"isActive"`
	VerifiedAt         *time.Time `json:"verifiedAt"`
	ExemptionStartsAt  any        `json:"subscriptionExemptionStartsAt"`
	CustomerID         *string    `json:"stripeCustomerId"`
	SubscriptionID     *string    `json:"stripeSubscriptionId"`
	SubscriptionStatus *string    `json:"subscriptionStatus"`
	CancelAtPeriodEnd  *bool      `json:"cancelAtPeriodEnd"`

	password, code, plan, promotion string
	failing                         bool
}

// world is a minimal gateway, mail catcher and Stripe fake in one, with only what the seed needs.
type world struct {
	*httptest.Server

	mu       sync.Mutex
	accounts map[string]*account
	items    map[string][]map[string]any // by path: plans, coupons, promotions
	orders   map[string]map[string]any   // checkouts by id
	byKey    map[string]string           // checkout ids by idempotency key
	writes   []string
	unlucky  string // whose codes are never accepted
	// refuse, if not nil, decides before a write whether it is refused with the status.
	refuse func(write int, path string) int
}

const adminEmail = "admin@muster.local"

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{
		accounts: map[string]*account{adminEmail: {ID: 1, Email: adminEmail, IsActive: true, password: "admin"}},
		items:    map[string][]map[string]any{}, orders: map[string]map[string]any{}, byKey: map[string]string{},
	}
	mux := http.NewServeMux()
	routes := map[string]func(*http.Request, map[string]any) (int, any){
		"POST /api/auth/login":                  w.login,
		"POST /api/auth/register":               w.register,
		"GET /{provider}/button":                w.button,
		"POST /api/auth/{provider}/register":    w.registerWith,
		"POST /api/auth/verify-email":           w.verify,
		"POST /api/auth/resend-verification":    func(*http.Request, map[string]any) (int, any) { return 200, nil },
		"GET /api/users/full":                   w.list,
		"PUT /api/users/{id}":                   w.change,
		"GET /api/billing/{kind}":               w.listItems,
		"POST /api/billing/{kind}":              w.createItem,
		"POST /api/billing/checkout-sessions":   w.checkout,
		"POST /api/billing/subscription/cancel": w.cancel,
		"GET /api/v1/message/latest":            w.mail,
		"POST /c/pay/{id}":                      w.pay,
		"POST /_fake/fail-next-payment":         w.fail,
		"POST /v1/subscriptions/{id}":           w.endTrial,
	}
	for pattern, handle := range routes {
		mux.HandleFunc(pattern, func(out http.ResponseWriter, r *http.Request) { w.answer(out, r, handle) })
	}
	w.Server = httptest.NewServer(mux)
	t.Cleanup(w.Close)
	return w
}

func (w *world) target() seed.Target {
	return seed.Target{
		Gateway: w.URL, Mail: w.URL, Stripe: w.URL, StripeKey: "sk_test", Providers: w.URL, PublicURL: "http://frontend",
		Admin:      seed.Credentials{Email: adminEmail, Password: "admin"},
		Subscriber: seed.Credentials{Email: "subscriber@muster.local", Password: "subscriber"},
	}
}

func (w *world) answer(out http.ResponseWriter, r *http.Request, handle func(*http.Request, map[string]any) (int, any)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	body := map[string]any{}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		_ = json.NewDecoder(r.Body).Decode(&body)
	} else {
		_ = r.ParseForm()
	}
	status, answer := http.StatusOK, any(nil)
	if r.Method != http.MethodGet && r.URL.Path != "/api/auth/login" {
		if w.refuse != nil {
			status = max(status, w.refuse(len(w.writes), r.URL.Path))
		}
		if status == http.StatusOK {
			w.writes = append(w.writes, r.Method+" "+r.URL.Path)
		}
	}
	if status == http.StatusOK {
		status, answer = handle(r, body)
	}
	out.WriteHeader(status)
	if answer == nil {
		answer = map[string]any{}
	}
	_ = json.NewEncoder(out).Encode(answer)
}

// caller returns the account in the bearer token, which is its email. Writes need the CSRF token "csrf".
func (w *world) caller(r *http.Request) *account {
	if r.Method != http.MethodGet && r.Header.Get("x-csrf-token") != "csrf" {
		return nil
	}
	return w.accounts[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
}

func (w *world) isAdmin(r *http.Request) bool { a := w.caller(r); return a != nil && a.ID == 1 }

func (w *world) login(_ *http.Request, body map[string]any) (int, any) {
	a := w.accounts[body["email"].(string)]
	if a == nil || a.password != body["password"] || !a.IsActive {
		return http.StatusUnauthorized, nil
	}
	return http.StatusOK, map[string]any{"accessToken": a.Email, "csrfToken": "csrf", "user": a}
}

func (w *world) register(_ *http.Request, body map[string]any) (int, any) {
	email := body["email"].(string)
	if w.accounts[email] != nil {
		return http.StatusConflict, nil
	}
	id := int64(len(w.accounts) + 1)
	w.accounts[email] = &account{ID: id, Email: email, IsActive: true, password: body["password"].(string), code: fmt.Sprintf("abcdefgh%04d", id)}
	return http.StatusCreated, nil
}

// button gives the person's address as an ID token, or as a code at the providers that issue no tokens.
func (w *world) button(r *http.Request, _ map[string]any) (int, any) {
	person := r.URL.Query().Get("person")
	if p := r.PathValue("provider"); p == "facebook" || p == "x" {
		return http.StatusOK, map[string]any{"code": person}
	}
	return http.StatusOK, map[string]any{"idToken": person}
}

// registerWith takes what button gives. Of Facebook's addresses nobody knows whether they are verified.
func (w *world) registerWith(r *http.Request, body map[string]any) (int, any) {
	email, ok := body["idToken"].(string)
	if !ok || email == "" {
		email = body["code"].(string)
	}
	if w.accounts[email] != nil {
		return http.StatusConflict, nil
	}
	id := int64(len(w.accounts) + 1)
	a := &account{ID: id, Email: email, IsActive: true, code: fmt.Sprintf("abcdefgh%04d", id)}
	if r.PathValue("provider") != "facebook" {
		now := time.Now()
		a.VerifiedAt, a.code = &now, ""
	}
	w.accounts[email] = a
	return http.StatusCreated, nil
}

func (w *world) verify(_ *http.Request, body map[string]any) (int, any) {
	a := w.accounts[body["email"].(string)]
	if a == nil || a.code == "" || a.code != body["code"] || a.Email == w.unlucky {
		return http.StatusBadRequest, nil
	}
	now := time.Now()
	a.VerifiedAt, a.code = &now, ""
	return http.StatusOK, nil
}

func (w *world) mail(r *http.Request, _ map[string]any) (int, any) {
	for email, a := range w.accounts {
		if strings.Contains(r.URL.Query().Get("query"), `"`+email+`"`) && a.code != "" {
			return http.StatusOK, map[string]any{"Text": "Open http://frontend/verify-email?email=x&code=" + a.code + "\r\n\r\nYour code: " + a.code}
		}
	}
	return http.StatusNotFound, nil
}

func (w *world) list(r *http.Request, _ map[string]any) (int, any) {
	if !w.isAdmin(r) {
		return http.StatusForbidden, nil
	}
	var filter struct{ Email string }
	_ = json.Unmarshal([]byte(r.URL.Query().Get("filter")), &filter)
	found := []*account{}
	for _, email := range slices.Sorted(maps.Keys(w.accounts)) {
		if strings.Contains(email, filter.Email) {
			found = append(found, w.accounts[email])
		}
	}
	return http.StatusOK, map[string]any{"data": found, "total": len(found)}
}

func (w *world) change(r *http.Request, body map[string]any) (int, any) {
	if !w.isAdmin(r) {
		return http.StatusForbidden, nil
	}
	for _, a := range w.accounts {
		if fmt.Sprint(a.ID) == r.PathValue("id") {
			if active, ok := body["isActive"].(bool); ok {
				a.IsActive = active
			}
			if begin, ok := body["subscriptionExemptionStartsAt"]; ok {
				a.ExemptionStartsAt = begin
			}
			return http.StatusOK, a
		}
	}
	return http.StatusNotFound, nil
}

func (w *world) listItems(r *http.Request, _ map[string]any) (int, any) {
	return http.StatusOK, map[string]any{"data": w.items[r.URL.Path]}
}

func (w *world) createItem(r *http.Request, body map[string]any) (int, any) {
	if !w.isAdmin(r) {
		return http.StatusForbidden, nil
	}
	body["id"] = len(w.items[r.URL.Path]) + 1
	w.items[r.URL.Path] = append(w.items[r.URL.Path], body)
	return http.StatusCreated, body
}

func (w *world) checkout(r *http.Request, body map[string]any) (int, any) {
	me := w.caller(r)
	if me == nil || me.VerifiedAt == nil {
		return http.StatusForbidden, nil
	}
	key := r.Header.Get("Idempotency-Key")
	id := w.byKey[key]
	if id == "" && me.SubscriptionStatus != nil {
		return http.StatusConflict, nil
	}
	if id == "" {
		id = fmt.Sprintf("cs_%d", len(w.orders)+1)
		body["email"] = me.Email
		w.orders[id], w.byKey[key] = body, id
	}
	return http.StatusCreated, map[string]any{"url": "http://127.0.0.1:1/c/pay/" + id} // the address of an earlier run
}

func (w *world) pay(r *http.Request, _ map[string]any) (int, any) {
	order := w.orders[r.PathValue("id")]
	if order == nil {
		return http.StatusNotFound, nil
	}
	if order["paid"] == true {
		return http.StatusSeeOther, nil
	}
	order["paid"] = true
	me := w.accounts[order["email"].(string)]
	plan := w.items["/api/billing/plans"][int(order["planId"].(float64))-1]
	me.plan = plan["name"].(string)
	me.promotion, _ = order["promotionCode"].(string)
	status := "active"
	if plan["trialPeriodDays"] != nil || me.promotion == "FREEMONTH" {
		status = "trialing"
	}
	subscription, customer, atEnd := "sub_"+me.Email, "cus_"+me.Email, false
	me.SubscriptionStatus, me.SubscriptionID, me.CustomerID, me.CancelAtPeriodEnd = &status, &subscription, &customer, &atEnd
	return http.StatusSeeOther, nil
}

func (w *world) cancel(r *http.Request, body map[string]any) (int, any) {
	me := w.caller(r)
	if me == nil || me.SubscriptionStatus == nil {
		return http.StatusNotFound, nil
	}
	if body["mode"] == "now" {
		*me.SubscriptionStatus = "canceled"
	} else {
		*me.CancelAtPeriodEnd = true
	}
	return http.StatusOK, nil
}

func (w *world) fail(_ *http.Request, body map[string]any) (int, any) {
	w.accounts[strings.TrimPrefix(body["customer"].(string), "cus_")].failing = true
	return http.StatusOK, nil
}

func (w *world) endTrial(r *http.Request, _ map[string]any) (int, any) {
	a := w.accounts[strings.TrimPrefix(r.PathValue("id"), "sub_")]
	if r.Header.Get("Authorization") != "Bearer sk_test" || r.PostForm.Get("trial_end") != "now" {
		return http.StatusUnauthorized, nil
	}
	if *a.SubscriptionStatus = "active"; a.failing {
		*a.SubscriptionStatus = "past_due"
	}
	return http.StatusOK, nil
}

// summary counts the accounts in each state.
func (w *world) summary() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	counts := map[string]int{}
	for _, a := range w.accounts {
		state := []string{}
		add := func(holds bool, word string) {
			if holds {
				state = append(state, word)
			}
		}
		add(a.VerifiedAt != nil, "verified")
		add(!a.IsActive, "deactivated")
		add(a.ExemptionStartsAt != nil, "exempt")
		add(a.SubscriptionStatus != nil, strings.Join(strings.Fields(a.plan+" "+a.promotion), " "))
		if a.SubscriptionStatus != nil {
			add(true, *a.SubscriptionStatus)
			add(*a.CancelAtPeriodEnd, "ending")
		}
		counts[strings.Join(state, ", ")]++
	}
	lines := []string{}
	for state, n := range counts {
		lines = append(lines, fmt.Sprintf("%d %s", n, state))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
