package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
	"muster/libs/testkit/kafkatest"
)

// subscribe buys a plan and pays for it.
func (s *system) subscribe(user, plan int64) {
	s.t.Helper()
	c := decode[checkout](s.ask(http.MethodPost, "/api/billing/checkout-sessions", user, order(plan, "")).want(http.StatusCreated))
	s.pay(c.URL)
}

// charge returns the newest charge at Stripe.
func (s *system) charge() string {
	s.t.Helper()
	r := request(s.t, s.stripe+"/v1/charges")
	r.SetBasicAuth("sk_test_muster", "")
	list := decode[struct{ Data []struct{ ID string } }](s.do(r).want(http.StatusOK))
	if len(list.Data) == 0 {
		s.t.Fatal("no charge")
	}
	return list.Data[0].ID
}

// refund gives a part of a charge back, as an administrator does in Stripe's dashboard.
func (s *system) refund(charge string, amount int64) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.stripe+"/v1/refunds", strings.NewReader(fmt.Sprintf("charge=%s&amount=%d", charge, amount)))
	must(s.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth("sk_test_muster", "")
	s.do(r).want(http.StatusOK)
}

type ledger struct {
	Data []struct {
		Kind   string
		Amount int64
	}
	Total int
}

func (s *system) ledger(query string) ledger {
	s.t.Helper()
	return decode[ledger](s.ask(http.MethodGet, "/api/billing/ledger?"+query, admin, nil).want(http.StatusOK))
}

func TestMoneyIsBookedAndPublished(t *testing.T) {
	s := start(t)
	s.subscribe(42, s.catalog(nil))
	s.refund(s.charge(), 500)
	s.eventually("a payment and a refund", func() bool { return s.ledger(`filter={"userId":42}`).Total == 2 })
	if l := s.ledger(`sort=["id","DESC"]`); l.Data[0].Kind != "refund" || l.Data[0].Amount != -500 || l.Data[1].Amount != 1500 {
		t.Errorf("%+v", l)
	}
	lines, err := csv.NewReader(bytes.NewReader(s.ask(http.MethodGet, "/api/billing/ledger?format=csv", admin, nil).want(http.StatusOK).Body)).ReadAll()
	if err != nil || len(lines) != 3 || lines[2][2] != "refund" || lines[2][3] != "-500" {
		t.Errorf("%v %v", lines, err)
	}
	s.eventually("both on Kafka", func() bool {
		var sum int64
		for _, m := range kafkatest.Records(t, s.prefix+contracts.TopicLedger) {
			var e billingv1.LedgerEntry
			must(t, json.Unmarshal(m.Value, &e))
			sum += e.Amount
		}
		return sum == 1000
	})
	m := decode[struct {
		Currencies []struct {
			Currency string
			MRR, ARR int64
			Months   []struct{ New int64 }
		}
	}](s.ask(http.MethodGet, "/api/billing/metrics", admin, nil).want(http.StatusOK))
	if len(m.Currencies) != 1 || m.Currencies[0].MRR != 1500 || m.Currencies[0].ARR != 18000 || m.Currencies[0].Months[0].New != 1500 {
		t.Errorf("%+v", m)
	}
}

type reconciliationRun struct {
	ID                          int64
	Status                      string
	Checked, Mismatches, Healed int64
	Found                       []struct{ Kind, Object, ObjectID string }
}

// Webhooks are lost for good; a run on request finds and heals all of it.
func TestReconciliationOnRequest(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	s.post(s.stripe+"/_fake/webhooks", map[string]any{"mode": "drop"})
	c := decode[checkout](s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, "")).want(http.StatusCreated))
	s.pay(c.URL)
	s.refund(s.charge(), 500)
	made := decode[reconciliationRun](s.ask(http.MethodPost, "/api/billing/reconciliation-runs", admin, map[string]any{}).want(http.StatusAccepted))
	var run reconciliationRun
	s.eventually("the run is done", func() bool {
		run = decode[reconciliationRun](s.ask(http.MethodGet, fmt.Sprint("/api/billing/reconciliation-runs/", made.ID), admin, nil).want(http.StatusOK))
		return run.Status == "done"
	})
	if run.Mismatches == 0 || run.Mismatches != run.Healed || int64(len(run.Found)) != run.Mismatches {
		t.Errorf("%+v", run)
	}
	if got := decode[subscription](s.ask(http.MethodGet, "/api/billing/subscription", 42, nil).want(http.StatusOK)); got.Status != "active" {
		t.Errorf("%+v", got)
	}
	if l := s.ledger(""); l.Total != 2 {
		t.Errorf("%+v", l)
	}
	s.state(42, "the healed state", func(r billingv1.Subscription) bool { return r.Access })
}

// The command copies what Stripe has, beside the running service and without webhooks, and can be repeated.
func TestBackfillCommand(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	s.post(s.stripe+"/_fake/webhooks", map[string]any{"mode": "drop"})
	s.subscribe(42, plan)
	for range 2 {
		var out bytes.Buffer
		must(t, runBackfill(t.Context(), s.environment, &out))
		if !strings.Contains(out.String(), "done: 3 checked") {
			t.Errorf("%s", out.String())
		}
	}
	if got := decode[subscription](s.ask(http.MethodGet, "/api/billing/subscription", 42, nil).want(http.StatusOK)); got.Status != "active" {
		t.Errorf("%+v", got)
	}
	s.state(42, "the copied state", func(r billingv1.Subscription) bool { return r.Access })
}
