package billing_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"muster/services/billing/internal/billing"
)

// synced runs a synchronization of plans and returns what it told, without what is unchanged.
func synced(t *testing.T, sync func(ctx context.Context, dry bool, told func(billing.PlanStep)) error, dry bool) []string {
	t.Helper()
	var steps []string
	must(t, sync(t.Context(), dry, func(s billing.PlanStep) {
		if s.Act != billing.PlanUnchanged {
			steps = append(steps, fmt.Sprint(s.Act, " ", s.Plan.Name))
		}
	}))
	return steps
}

func wantSteps(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func offer(id, name string, change func(o *billing.ProviderOffer)) billing.ProviderOffer {
	o := billing.ProviderOffer{
		ProviderPrice: billing.ProviderPrice{ProductID: "prod_" + id, PriceID: id}, Name: name, Interval: "year", IntervalCount: 1, Amount: 9900, Currency: "eur", Sold: true,
	}
	if change != nil {
		change(&o)
	}
	return o
}

func TestPlansArePulled(t *testing.T) {
	h := newHouse(t)
	gold := h.plan(t)
	for _, o := range []billing.ProviderOffer{
		offer("yearly", "Yearly", func(o *billing.ProviderOffer) { o.TrialPeriodDays = ptr(7) }),
		offer("old", "Old", func(o *billing.ProviderOffer) { o.Sold = false }),
		offer("theirs", "Theirs", func(o *billing.ProviderOffer) { o.PlanKey = "of another installation" }),
		offer("tiers", "Tiers", func(o *billing.ProviderOffer) { o.Unfit = "it has tiers" }),
		offer("nameless", "", nil),
	} {
		h.provider.PutOffer(o)
	}
	want := []string{"skipped ", "skipped Theirs", "skipped Tiers", "added Yearly"}
	for _, dry := range []bool{true, true, false} {
		wantSteps(t, fmt.Sprint("dry: ", dry), synced(t, h.PullPlans, dry), want...)
	}
	wantSteps(t, "again", synced(t, h.PullPlans, false), want[:3]...)
	p, err := h.store.PlanByPrice(t.Context(), "yearly")
	must(t, err)
	if !p.Active || p.Name != "Yearly" || p.Amount != 9900 || p.Currency != "eur" || p.Interval != "year" || *p.TrialPeriodDays != 7 || p.ProductID != "prod_yearly" {
		t.Errorf("%+v", p)
	}
	must(t, h.provider.RenameProduct(t.Context(), "x", gold.ProductID, "Golden"))
	h.provider.PutOffer(offer("yearly", "Yearly", func(o *billing.ProviderOffer) { o.Sold = false }))
	wantSteps(t, "changed", synced(t, h.PullPlans, false), append([]string{"renamed Golden"}, append(slices.Clone(want[:3]), "withdrawn Yearly")...)...)
	if p, err = h.PlanOf(t.Context(), p.ID); err != nil || p.Active {
		t.Errorf("%+v, %v", p, err)
	}
	if gold, err = h.PlanOf(t.Context(), gold.ID); err != nil || !gold.Active || gold.Name != "Golden" || gold.Amount != 1500 {
		t.Errorf("%+v, %v", gold, err)
	}
}

// TestAnInterruptedPullGoesOn: a plan that was stored and not put on sale is put on sale by the next one.
func TestAnInterruptedPullGoesOn(t *testing.T) {
	h := newHouse(t)
	h.provider.PutOffer(offer("yearly", "Yearly", nil))
	_, err := h.store.AddPlan(t.Context(), billing.Plan{Key: "k", RequestKey: "price/yearly", Name: "Yearly", Interval: "year", IntervalCount: 1, Amount: 9900, Currency: "eur"})
	must(t, err)
	wantSteps(t, "again", synced(t, h.PullPlans, false), "added Yearly")
	plans, err := h.store.PlansAfter(t.Context(), 0, 10)
	must(t, err)
	if len(plans) != 1 || !plans[0].Active {
		t.Errorf("%+v", plans)
	}
	h.provider.SetDown(true)
	if err := h.PullPlans(t.Context(), false, func(billing.PlanStep) {}); !errors.Is(err, billing.ErrProviderUnavailable) {
		t.Errorf("%v", err)
	}
}

// TestPlansArePushed: to an account that does not know them, or where somebody has changed them.
func TestPlansArePushed(t *testing.T) {
	h := newHouse(t)
	missing, archived, renamed, off, kept := h.plan(t), h.plan(t), h.plan(t), h.plan(t), h.plan(t)
	h.provider.Remove(missing.PriceID)
	must(t, h.provider.ArchivePrice(t.Context(), "a", archived.PriceID), h.provider.RenameProduct(t.Context(), "b", renamed.ProductID, "Theirs"), h.ArchivePlan(t.Context(), off.ID))
	_, err := h.store.AddPlan(t.Context(), billing.Plan{Key: "k", Name: "Unfinished", Interval: "year", IntervalCount: 1, Currency: "eur"})
	must(t, err)
	want := []string{"created Gold", "priced Gold", "renamed Gold", "skipped Unfinished"}
	wantSteps(t, "dry", synced(t, h.PushPlans, true), want...)
	wantSteps(t, "pushed", synced(t, h.PushPlans, false), want...)
	wantSteps(t, "again", synced(t, h.PushPlans, false), "skipped Unfinished")
	for _, p := range []billing.Plan{missing, archived, renamed, kept} {
		now, err := h.PlanOf(t.Context(), p.ID)
		must(t, err)
		o, err := h.provider.Offer(t.Context(), now.PriceID)
		must(t, err)
		if !now.Active || !o.Sold || o.Name != "Gold" || o.Amount != 1500 {
			t.Errorf("%+v is %+v", now, o)
		}
		if by, err := h.store.PlanByPrice(t.Context(), p.PriceID); err != nil || by.ID != p.ID {
			t.Errorf("the former price is of %d, %v", by.ID, err)
		}
	}
	if n := h.provider.Count("price"); n != 7 { // five plans, one made anew, and one more price
		t.Errorf("%d prices", n)
	}
}
