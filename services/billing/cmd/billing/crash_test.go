package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/testkit/eventually"
	"muster/libs/testkit/kafkatest"
)

// TestAHistoryWithKills tells the built program one history twice: once without any trouble, and once with webhooks that
// come late, repeatedly and in any order, while the program is killed again and again. Rows, ledger and facts are the same
// in the end, and the ledger agrees with Stripe's own books.
func TestAHistoryWithKills(t *testing.T) {
	t.Parallel()
	bin := buildProgram(t)
	var calm, killed told
	t.Run("told", func(t *testing.T) {
		t.Run("in peace", func(t *testing.T) {
			t.Parallel()
			calm = tell(t, bin, nil)
		})
		t.Run("with kills", func(t *testing.T) {
			t.Parallel()
			killed = tell(t, bin, rand.New(rand.NewSource(time.Now().UnixNano())))
		})
	})
	for what := range calm {
		if !slices.Equal(calm[what], killed[what]) {
			t.Errorf("%s in peace\n%s\nwith kills\n%s", what, strings.Join(calm[what], "\n"), strings.Join(killed[what], "\n"))
		}
	}
	if len(calm["facts"]) < 20 || len(calm["ledger"]) < 8 {
		t.Errorf("little has happened: %v", calm)
	}
}

// told is what a history ends in, by kind, in an order that does not depend on the ids.
type told map[string][]string

// chronicle is one telling of the history.
type chronicle struct {
	*process
	chance *rand.Rand // nil for a telling without trouble
	began  int64      // on Stripe's clock
}

func tell(t *testing.T, bin string, chance *rand.Rand) told {
	t.Helper()
	c := &chronicle{process: startProcess(t, bin), chance: chance}
	c.began = decode[struct{ Now int64 }](c.do(request(t, c.stripe+"/_fake/clock"))).Now
	plan := c.catalog(nil)
	better := c.create("plans", map[string]any{"name": "Platinum", "interval": "month", "amount": 1510, "currency": "usd"})
	trial := c.create("coupons", map[string]any{"name": "Try", "couponTypeCode": "TRIA", "trialDays": 14, "couponDurationTypeCode": "ONCE"})
	c.create("promotions", map[string]any{"name": "Try", "code": "TRY", "couponId": trial})
	for _, step := range []func(){
		func() { c.buys(42, plan, "SPRING", "decline", "pay") },
		func() { c.buys(43, plan, "TRY", "pay") },
		func() { c.advance(15) }, // the trial ends
		func() { c.advance(17) }, // a renewal
		func() { c.declineNext(42); c.advance(31) },
		func() { c.advance(7) }, // the payment is tried again
		func() { c.changes(42, better) },
		func() { c.dashboard(http.MethodDelete, "subscriptions/"+c.subscriptionOf(42)+"/discount", "") },
		func() { c.acts("subscription/cancel", 42, map[string]string{"mode": "period_end"}) },
		func() { c.acts("subscription/resume", 42, nil) },
		func() { c.refunds(100); c.refunds(137) },
		func() { c.advance(31) },
		func() { c.disputes(500) },
		func() { c.acts("subscription/cancel", 43, map[string]string{"mode": "now"}) },
		func() { c.advance(31) },
	} {
		c.trouble()
		step()
		c.moreTrouble()
	}
	c.settle()
	if chance != nil && c.kills < 5 {
		t.Errorf("only %d kills", c.kills)
	}
	t.Logf("%d kills", c.kills)
	return c.told()
}

// trouble decides what becomes of the next webhooks.
func (c *chronicle) trouble() {
	if c.chance == nil {
		return
	}
	c.mode([]string{"hold", "hold", "duplicate", "reverse", "normal"}[c.chance.Intn(5)])
	if c.chance.Float64() < 0.3 {
		c.kill()
	}
}

// moreTrouble lets webhooks go and kills the program while it handles them.
func (c *chronicle) moreTrouble() {
	if c.chance == nil {
		c.settle()
		return
	}
	if c.chance.Float64() < 0.6 {
		c.post(c.stripe+"/_fake/webhooks/flush", map[string]any{"order": []string{"shuffle", "reverse", "created"}[c.chance.Intn(3)]})
	}
	if c.chance.Float64() < 0.6 {
		<-time.After(time.Duration(c.chance.Intn(150)) * time.Millisecond) // somewhere in the middle
		c.kill()
	}
}

// acts lets a user or an administrator do something, who waits until all that has happened is known.
func (c *chronicle) acts(path string, user int64, body any) answer {
	c.t.Helper()
	c.settle()
	c.trouble()
	return c.retry(http.MethodPost, "/api/billing/"+path, user, body, http.StatusOK)
}

// settle lets everything arrive, and waits until all of it is handled and published.
func (c *chronicle) settle() {
	c.t.Helper()
	c.mode("normal")
	c.post(c.stripe+"/_fake/webhooks/flush", map[string]any{"order": "shuffle"})
	c.post(c.stripe+"/_fake/webhooks/settle", map[string]any{"timeout": "60s"})
	eventually.Holds(c.t, 3*time.Minute, "nothing is left to do", func() bool {
		return c.table(`SELECT (SELECT count(*) FROM tasks WHERE state = 'waiting') + (SELECT count(*) FROM webhook_events WHERE state = 'waiting')
			+ (SELECT count(*) FROM outbox)`)[0] == "0"
	})
	if dead := c.table("SELECT kind, subject, reason FROM tasks WHERE state = 'dead'"); len(dead) > 0 {
		c.t.Errorf("given up: %v", dead)
	}
}

func (c *chronicle) mode(name string) {
	c.t.Helper()
	c.post(c.stripe+"/_fake/webhooks", map[string]any{"mode": name})
}

// advance moves Stripe's clock by days and two hours, in which invoices are finalized.
func (c *chronicle) advance(days int) {
	c.t.Helper()
	c.post(c.stripe+"/_fake/clock", map[string]any{"advance": (time.Duration(days)*day + 2*time.Hour).String()})
}

func (c *chronicle) buys(user, plan int64, code string, outcomes ...string) {
	c.t.Helper()
	made := decode[checkout](c.retry(http.MethodPost, "/api/billing/checkout-sessions", user, order(plan, code), http.StatusCreated))
	for _, outcome := range outcomes {
		c.press(made.URL, outcome)
	}
}

func (c *chronicle) changes(user, plan int64) {
	c.t.Helper()
	preview := decode[struct{ PreviewID string }](c.acts("subscription/preview-change", user, map[string]any{"planId": plan}))
	c.retry(http.MethodPost, "/api/billing/subscription/change", user, map[string]string{"previewId": preview.PreviewID}, http.StatusOK)
}

// customerOf returns the user's customer at Stripe.
func (c *chronicle) customerOf(user int64) string {
	c.t.Helper()
	return c.table("SELECT stripe_customer_id FROM billing_users WHERE user_id = $1", user)[0]
}

func (c *chronicle) subscriptionOf(user int64) string {
	c.t.Helper()
	return c.atStripe("/v1/subscriptions?customer=" + c.customerOf(user))[0]["id"].(string)
}

func (c *chronicle) declineNext(user int64) {
	c.t.Helper()
	c.post(c.stripe+"/_fake/fail-next-payment", map[string]any{"customer": c.customerOf(user), "times": 1})
}

// firstCharge returns the user's oldest charge that was paid.
func (c *chronicle) firstCharge(user int64) string {
	c.t.Helper()
	charges := c.atStripe("/v1/charges?limit=100&customer=" + c.customerOf(user))
	for _, charge := range slices.Backward(charges) {
		if charge["paid"] == true {
			return charge["id"].(string)
		}
	}
	c.t.Fatal("no charge")
	return ""
}

func (c *chronicle) refunds(amount int) {
	c.t.Helper()
	c.dashboard(http.MethodPost, "refunds", fmt.Sprintf("charge=%s&amount=%d", c.firstCharge(42), amount))
}

func (c *chronicle) disputes(amount int) {
	c.t.Helper()
	dispute := decode[struct{ ID string }](c.post(c.stripe+"/_fake/disputes", map[string]any{"charge": c.firstCharge(43), "amount": amount}))
	c.post(c.stripe+"/_fake/disputes/close", map[string]any{"dispute": dispute.ID, "status": "lost"})
}

// dashboard changes something at Stripe as a person does in its dashboard.
func (c *chronicle) dashboard(method, path, form string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.stripe+"/v1/"+path, strings.NewReader(form))
	must(c.t, err)
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.SetBasicAuth("sk_test_muster", "")
	c.do(r).want(http.StatusOK)
}

// hours is SQL for the hours from the beginning of the history until a time.
func (c *chronicle) hours(column string) string {
	return fmt.Sprintf("coalesce(round(extract(epoch FROM %s) / 3600.0 - %d / 3600.0)::text, '-')", column, c.began)
}

// told reads what the history has ended in, and compares the ledger with Stripe's books.
func (c *chronicle) told() told {
	c.t.Helper()
	end := told{
		"subscriptions": c.table("SELECT user_id, ' ', status, ' ', amount, ' ', quantity, ' ', cancel_at_period_end, ' ', collection_paused, ' ', past_due_since IS NULL, ' ', " +
			c.hours("period_start") + ", ' ', " + c.hours("period_end") + ", ' ', " + c.hours("trial_end") + ", ' ', " + c.hours("ended_at") + " FROM subscriptions"),
		"invoices": c.table("SELECT user_id, ' ', status, ' ', reason, ' ', subtotal, ' ', discount, ' ', total, ' ', paid, ' ', due, ' ', " +
			c.hours("issued_at") + ", ' ', " + c.hours("paid_at") + " FROM invoices"),
		"charges":     c.table("SELECT user_id, ' ', status, ' ', amount, ' ', captured, ' ', " + c.hours("created_at") + " FROM charges"),
		"refunds":     c.table("SELECT amount, ' ', status FROM refunds"),
		"disputes":    c.table("SELECT amount, ' ', status FROM disputes"),
		"redemptions": c.table("SELECT user_id, ' ', promotion_id, ' ', status FROM promotion_redemptions"),
		"checkouts":   c.table("SELECT user_id, ' ', status FROM checkouts"),
		"promotions":  c.table("SELECT code, ' ', redeemed FROM promotions"),
		"ledger":      c.table("SELECT user_id, ' ', kind, ' ', amount, ' ', tax, ' ', " + c.hours("occurred_at") + " FROM ledger_entries"),
		"revenue":     c.table("SELECT user_id, ' ', sum(amount)::bigint FROM mrr_movements GROUP BY user_id"),
		"states": c.table(`SELECT user_id, ' ', state->'current'->>'status', ' ', state->'current'->>'chargedAmount', ' ', state->>'access', ' ',
			coalesce(state->'promotion'->>'code', '-') FROM billing_users`),
		"facts": c.facts(),
	}
	for what := range end {
		slices.Sort(end[what])
	}
	c.agrees()
	return end
}

// agrees compares the sum of the ledger with Stripe's books.
func (c *chronicle) agrees() {
	c.t.Helper()
	var books int
	for _, charge := range c.atStripe("/v1/charges?limit=100") {
		if charge["paid"] == true {
			books += int(charge["amount_captured"].(float64))
		}
	}
	for _, refund := range c.atStripe("/v1/refunds?limit=100") {
		books -= int(refund["amount"].(float64))
	}
	for _, dispute := range c.atStripe("/v1/disputes?limit=100") {
		if dispute["status"] == "lost" {
			books -= int(dispute["amount"].(float64))
		}
	}
	if sum := c.table("SELECT sum(amount + tax)::bigint FROM ledger_entries"); sum[0] != fmt.Sprint(books) {
		c.t.Errorf("the ledger has %s, Stripe %d", sum, books)
	}
}

// facts returns what was published of invoices, and of starts, activations, renewals and ends of subscriptions. A record
// that was published again after a kill has the same id.
func (c *chronicle) facts() (facts []string) {
	c.t.Helper()
	seen := map[string]bool{}
	for _, m := range kafkatest.Records(c.t, c.prefix+contracts.TopicBillingEvents) {
		for _, h := range m.Headers {
			if h.Key != "ce_id" {
				continue
			}
			if fact := c.fact(m.Value); fact != "" && !seen[string(h.Value)] {
				facts = append(facts, fact)
			}
			seen[string(h.Value)] = true
		}
	}
	return facts
}

func (c *chronicle) fact(value []byte) string {
	c.t.Helper()
	var e struct {
		Kind    string
		UserID  int64
		At      time.Time
		Invoice *struct {
			BillingReason string
			Total         int64
		}
	}
	must(c.t, json.Unmarshal(value, &e))
	at := (e.At.Unix() - c.began + 1800) / 3600
	if e.Invoice != nil {
		return fmt.Sprint(e.UserID, " invoice ", e.Kind, " ", e.Invoice.BillingReason, " ", e.Invoice.Total, " ", at)
	}
	if slices.Contains([]string{"created", "trial_started", "activated", "renewed", "canceled", "expired"}, e.Kind) {
		return fmt.Sprint(e.UserID, " ", e.Kind, " ", at)
	}
	return ""
}
