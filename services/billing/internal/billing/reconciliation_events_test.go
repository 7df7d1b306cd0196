package billing_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

// runKinds returns the published events of runs of a kind.
func (h *fixture) runKinds(kind billing.RunKind) []string {
	var kinds []string
	for _, p := range h.store.Published() {
		if e, ok := p.(billingv1.ReconciliationEvent); ok && e.RunKind == string(kind) {
			object := ""
			if e.Mismatch != nil {
				object = fmt.Sprint(" ", e.Mismatch.Kind, " ", e.Mismatch.Object)
			}
			kinds = append(kinds, fmt.Sprint(e.Version, " ", e.Kind, object, " ", e.Mismatches, "/", e.Healed))
		}
	}
	return kinds
}

func (h *fixture) wantRunKinds(t *testing.T, kind billing.RunKind, want ...string) {
	t.Helper()
	if got := h.runKinds(kind); !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
}

// TestAReconciliationTellsWhatItFound: each difference, each one that is healed, and the end of the run.
func TestAReconciliationTellsWhatItFound(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 0)
	h.event(t, "charge.succeeded", i.ChargeID)
	h.full(t)
	h.wantRunKinds(t, billing.RunFull, "1 completed 0/0")
	h.provider.Refund(i.ChargeID, 100)
	h.advance(month)
	h.provider.Change(i.SubscriptionID, func(s *billing.ProviderSubscription) { s.CancelAtPeriodEnd = true })
	h.full(t)
	h.wantRunKinds(t, billing.RunFull, "1 completed 0/0",
		"1 mismatch_found different subscription 1/0", "2 mismatch_healed different subscription 1/1",
		"3 mismatch_found different charge 2/1", "4 mismatch_healed different charge 2/2", "5 completed 2/2")
}

// refusing refuses to show a charge.
type refusing struct{ *billingtest.Provider }

func (refusing) Charge(context.Context, string) (billing.ProviderCharge, error) {
	return billing.ProviderCharge{}, billing.ErrProviderRefused
}

// TestAnUnhealedMismatchIsNotCalledHealed: it is found again by each run, until it can be healed.
func TestAnUnhealedMismatchIsNotCalledHealed(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 0)
	h.event(t, "charge.succeeded", i.ChargeID)
	h.provider.Refund(i.ChargeID, 100)
	healthy := h.Service
	h.Service = h.serve(refusing{h.provider})
	h.full(t)
	h.Service = healthy
	h.full(t)
	h.wantRunKinds(t, billing.RunFull, "1 mismatch_found different charge 1/0", "2 mismatch_found missing refund 2/0", "3 completed 2/0",
		"1 mismatch_found different charge 1/0", "2 mismatch_healed different charge 1/1", "3 completed 1/1")
}

// TestABackfillTellsItsEndOnly: everything is missing before it.
func TestABackfillTellsItsEndOnly(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	r, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	must(t, err)
	h.provider.Pay(r.Checkout.SessionID)
	h.advance(time.Minute)
	must(t, h.Backfill(t.Context(), func(billing.Run) {}))
	if n := len(h.store.Mismatches()); n == 0 {
		t.Error("nothing was missing")
	}
	if kinds := h.runKinds(billing.RunBackfill); len(kinds) != 1 {
		t.Errorf("told %q", kinds)
	}
}
