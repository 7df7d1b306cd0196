package billingtest

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/services/billing/internal/billing"
)

// StoreHarness is a store under test.
type StoreHarness struct {
	Store billing.Store
	// Published counts the outbox's records.
	Published func(t *testing.T) int
}

// T0 is the time at which most events of the suites happen.
var T0 = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func later(d time.Duration) *time.Time { t := T0.Add(d); return &t }

func ptr[T any](v T) *T { return &v }

// TestStore is the contract of billing.Store. newStore creates an empty store.
func TestStore(t *testing.T, newStore func(t *testing.T) StoreHarness) {
	run := func(name string, test func(t *testing.T, h StoreHarness)) {
		t.Run(name, func(t *testing.T) { test(t, newStore(t)) })
	}
	run("every field survives", everyFieldSurvives)
	run("saving again updates", savingAgainUpdates)
	run("quiet changes are followed together", quietChangesAreFollowedTogether)
	run("unknown things have their errors", unknownThings)
	run("a failed transaction leaves nothing", failedTransaction)
	run("tickets rise and older ones do not apply", tickets)
	run("the last redemption is given once", lastRedemption)
	run("what is due comes up", dueThings)
	run("the catalog keeps what is added", catalogKeeps)
	run("a request key adds once", requestKeys)
	run("promotion codes are unique among the active", promotionCodes)
	run("an event is received once and handled", eventQueue)
	run("events of one subject are handled together", coalescing)
	run("events that are nothing to us have no task", strangeEvents)
	run("the events of a revived task are handled", revivedEvents)
	run("a lease runs out", leases)
	run("lanes do not wait for each other", lanes)
	run("what is handled is forgotten, what waits is not", purging)
	run("what is given up is listed and revived", revival)
	run("states are locked by a range of ids", stateRange)
	run("a user has several customers", customersOfAUser)
	run("idempotency keys have generations", generations)
	run("what is gone at the provider is not for sale", retired)
	run("charges are kept with what was given back", chargesKept)
	run("nothing is booked twice", bookedOnce)
	run("final invoices are found", finalInvoices)
	run("one run of a kind at a time", runsBegin)
	run("a run is kept with its progress", runsKept)
	run("marks of what is stored", marksOfStored)
	run("what is stale comes up", staleThings)
	run("work that is under way can be asked for again", enqueueAgain)
	run("the catalog changes, what was sold does not", catalogChanges)
	run("a promotion changes within its limits", promotionChanges)
	run("the promotions of a coupon are deactivated", retiredPromotions)
	run("a discount without a promotion is kept", discountWithoutPromotion)
	run("plans are listed by id", plansByID)
	run("an event of an earlier release is adopted", adopted)
	run("an event is handled again", replayedEvents)
	run("a preview is its user's until it is forgotten", previews)
}

func in(t *testing.T, s billing.Store, fn func(ctx context.Context, tx billing.Tx)) {
	t.Helper()
	err := s.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) error { fn(ctx, tx); return nil })
	must(t, err)
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

func wantErr(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("error %v, want %v", got, want)
	}
}

func sampleUser(id int64) billing.User {
	return billing.User{
		ID: id, Key: "key-" + string(rune('a'+id)), Version: 7, AccessVersion: 5, Email: "ann@example.com", Name: "Ann Bee", TypeCode: "SUBS",
		Active: true, Deleted: true, CustomerID: "cus_" + string(rune('a'+id)), DueAt: later(time.Hour),
		State: billingv1.Subscription{
			UserID: id, Version: 3, Access: true, AccessVersion: 2, UserVersion: 6, StripeCustomerID: "cus_1",
			Current: &billingv1.Current{ID: 9, Status: "active", PlanTrialPeriodDays: ptr(14), CurrentPeriodStart: later(0), CreatedAt: T0},
		},
	}
}

func addPlan(t *testing.T, s billing.Store) billing.Plan {
	t.Helper()
	p, err := s.AddPlan(t.Context(), billing.Plan{
		Key: "plan-key", RequestKey: "plan-request", Name: "Gold", Interval: "month", IntervalCount: 3, Amount: 1500, Currency: "usd",
		TrialPeriodDays: ptr(14), CreatedAt: T0,
	})
	must(t, err)
	p, err = s.ActivatePlan(t.Context(), p.ID, "prod_1", "price_1")
	must(t, err)
	return p
}

func addPromotion(t *testing.T, s billing.Store, limit *int) billing.Promotion {
	t.Helper()
	c, err := s.AddCoupon(t.Context(), billing.Coupon{
		Key: "coupon-key", RequestKey: "coupon-request", Name: "Fifth off", Type: billing.Percentage, BasisPoints: 2000,
		Duration: billing.Repeating, DurationInMonths: ptr(4), Active: true, CreatedAt: T0,
	})
	must(t, err)
	c, err = s.LinkCoupon(t.Context(), c.ID, "coupon_1")
	must(t, err)
	p, err := newPromotion(t, s, billing.Promotion{
		RequestKey: "promotion-request", Name: "Spring", Code: "Spring20", Description: ptr("of the year"), Coupon: c,
		StartsAt: later(-time.Hour), ExpiresAt: later(time.Hour), MaxRedemptions: limit, PerUserLimit: ptr(2), FirstTimeOnly: true,
		Active: true, CreatedAt: T0, Version: 1,
	})
	must(t, err)
	return p
}

func unknownThings(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	_, err := h.Store.User(ctx, 1)
	wantErr(t, err, billing.ErrUserUnknown)
	_, err = h.Store.Account(ctx, 1)
	wantErr(t, err, billing.ErrUserUnknown)
	err = h.Store.Tx(ctx, func(ctx context.Context, tx billing.Tx) error { _, err := tx.LockAccount(ctx, 1); return err })
	wantErr(t, err, billing.ErrUserUnknown)
	_, err = h.Store.Owner(ctx, "cus_x")
	wantErr(t, err, billing.ErrUnmatched)
	_, err = h.Store.CheckoutBySession(ctx, "cs_x")
	wantErr(t, err, billing.ErrCheckoutNotFound)
	_, err = h.Store.CheckoutByRequest(ctx, "x")
	wantErr(t, err, billing.ErrCheckoutNotFound)
	_, err = h.Store.Plan(ctx, 1)
	wantErr(t, err, billing.ErrPlanNotFound)
	_, err = h.Store.PlanByPrice(ctx, "")
	wantErr(t, err, billing.ErrPlanNotFound)
	_, err = h.Store.PromotionByCode(ctx, "x")
	wantErr(t, err, billing.ErrPromoNotFound)
	_, err = h.Store.EventOutcome(ctx, "evt_x")
	wantErr(t, err, billing.ErrEventUnknown)
	_, found, err := h.Store.Claim(ctx, billing.Urgent, T0, time.Minute)
	must(t, err)
	equal(t, found, false)
}

func failedTransaction(t *testing.T, h StoreHarness) {
	boom := errors.New("boom")
	promotion := addPromotion(t, h.Store, ptr(1))
	err := h.Store.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) error {
		u := sampleUser(1)
		must(t, tx.SaveUser(ctx, u), tx.Publish(ctx, T0, u.State), tx.Enqueue(ctx, billing.TaskClose, "1", T0))
		if ok, _, err := tx.Reserve(ctx, promotion.ID); !ok || err != nil {
			t.Fatal(ok, err)
		}
		return boom
	})
	wantErr(t, err, boom)
	_, err = h.Store.User(t.Context(), 1)
	wantErr(t, err, billing.ErrUserUnknown)
	_, found, err := h.Store.Claim(t.Context(), billing.Bulk, T0, time.Minute)
	must(t, err)
	equal(t, found, false)
	equal(t, h.Published(t), 0)
	p, err := h.Store.PromotionByCode(t.Context(), promotion.Code)
	must(t, err)
	equal(t, p.Redeemed, 0)
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) { must(t, tx.Publish(ctx, T0, sampleUser(1).State)) })
	equal(t, h.Published(t), 1)
}

func tickets(t *testing.T, h StoreHarness) {
	var issued []int64
	for range 3 {
		n, err := h.Store.Ticket(t.Context(), "sub_1")
		must(t, err)
		issued = append(issued, n)
	}
	if issued[0] >= issued[1] || issued[1] >= issued[2] {
		t.Fatalf("tickets %v do not rise", issued)
	}
	for _, step := range []struct {
		ticket int64
		want   bool
	}{{issued[1], true}, {issued[0], false}, {issued[1], false}, {issued[2], true}} {
		in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
			got, err := tx.Apply(ctx, "sub_1", step.ticket)
			must(t, err)
			equal(t, got, step.want)
		})
	}
}

func lastRedemption(t *testing.T, h StoreHarness) {
	p := addPromotion(t, h.Store, ptr(3))
	var sold, lasts atomic.Int32
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			err := h.Store.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) error {
				ok, last, err := tx.Reserve(ctx, p.ID)
				if ok {
					sold.Add(1)
				}
				if last {
					lasts.Add(1)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	equal(t, sold.Load(), int32(3))
	equal(t, lasts.Load(), int32(1))
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) { must(t, tx.Release(ctx, p.ID)) })
	for _, want := range []bool{true, false} {
		in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
			ok, last, err := tx.Reserve(ctx, p.ID)
			must(t, err)
			equal(t, ok, want)
			equal(t, last, want)
		})
	}
}

func dueThings(t *testing.T, h StoreHarness) {
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
		for id, due := range map[int64]*time.Time{1: later(2 * time.Hour), 2: later(time.Hour), 3: nil, 4: later(3 * time.Hour)} {
			u := sampleUser(id)
			u.DueAt = due
			must(t, tx.SaveUser(ctx, u))
		}
		for i, c := range []billing.Checkout{
			{Status: billing.CheckoutOpen, ExpiresAt: later(time.Hour), UpdatedAt: T0},
			{Status: billing.CheckoutOpen, ExpiresAt: later(3 * time.Hour), UpdatedAt: T0},
			{Status: billing.CheckoutPending, UpdatedAt: T0},
			{Status: billing.CheckoutPending, UpdatedAt: *later(3 * time.Hour)},
			{Status: billing.CheckoutExpired, ExpiresAt: later(time.Hour), UpdatedAt: T0},
		} {
			c.Key, c.UserID, c.CreatedAt, c.Quantity = "k"+string(rune('0'+i)), 1, T0, int64(i)
			must(t, tx.SaveCheckout(ctx, &c))
		}
	})
	ids, err := h.Store.DueAccounts(t.Context(), *later(2 * time.Hour), 10)
	must(t, err)
	equal(t, ids, []int64{2, 1})
	ids, err = h.Store.DueAccounts(t.Context(), *later(2 * time.Hour), 1)
	must(t, err)
	equal(t, ids, []int64{2})
	due, err := h.Store.DueCheckouts(t.Context(), *later(2 * time.Hour), *later(time.Hour), 10)
	must(t, err)
	var which []int64
	for _, c := range due {
		which = append(which, c.Quantity)
	}
	equal(t, which, []int64{0, 2})
}

func retired(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	plan := addPlan(t, h.Store)
	must(t, h.Store.RetirePrice(ctx, "price_other"))
	kept, err := h.Store.Plan(ctx, plan.ID)
	must(t, err)
	equal(t, kept.Active, true)
	must(t, h.Store.RetirePrice(ctx, plan.PriceID))
	gone, err := h.Store.PlanByPrice(ctx, plan.PriceID) // its subscribers stay on it
	must(t, err)
	equal(t, gone.Active, false)
}
