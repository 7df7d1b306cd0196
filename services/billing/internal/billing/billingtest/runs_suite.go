package billingtest

import (
	"context"
	"testing"
	"time"

	"muster/services/billing/internal/billing"
)

func begin(t *testing.T, h StoreHarness, kind billing.RunKind, at, notSince time.Time) (billing.Run, bool) {
	t.Helper()
	run, begun, err := h.Store.BeginRun(t.Context(), billing.Run{
		Kind: kind, Status: billing.RunRunning, RequestedBy: 5, Phase: billing.KindInvoice, StartedAt: at, UpdatedAt: at,
	}, notSince)
	must(t, err)
	return run, begun
}

func saveRun(t *testing.T, s billing.Store, r billing.Run) error {
	t.Helper()
	return s.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) error { return tx.SaveRun(ctx, r) })
}

func runsBegin(t *testing.T, h StoreHarness) {
	first, begun := begin(t, h, billing.RunFull, T0, T0)
	if !begun || first.ID == 0 {
		t.Fatalf("%+v %v", first, begun)
	}
	second, begun := begin(t, h, billing.RunFull, T0.Add(time.Hour), T0.Add(time.Hour))
	equal(t, begun, false) // one is running
	equal(t, second, first)
	_, begun = begin(t, h, billing.RunEvents, T0, T0)
	equal(t, begun, true)
	first.Status, first.FinishedAt = billing.RunDone, later(time.Minute)
	must(t, saveRun(t, h.Store, first))
	second, begun = begin(t, h, billing.RunFull, T0.Add(time.Hour), T0)
	equal(t, begun, false) // one was started then
	equal(t, second, first)
	second, begun = begin(t, h, billing.RunFull, T0.Add(time.Hour), T0.Add(time.Second))
	equal(t, begun, true)
	last, err := h.Store.LastRun(t.Context(), billing.RunFull)
	must(t, err)
	equal(t, last, &first) // the second is not finished
	second.Status, second.FinishedAt = billing.RunFailed, later(2*time.Hour)
	must(t, saveRun(t, h.Store, second))
	last, err = h.Store.LastRun(t.Context(), billing.RunFull)
	must(t, err)
	equal(t, last, &first)
	none, err := h.Store.LastRun(t.Context(), billing.RunStale)
	must(t, err)
	if none != nil {
		t.Errorf("%+v", none)
	}
}

func runsKept(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	run, _ := begin(t, h, billing.RunFull, T0, T0)
	run.Phase, run.Cursor, run.Checked, run.Mismatches, run.Healed = billing.KindCharge, "ch_1", 7, 3, 2
	run.Reason, run.UpdatedAt = "the provider is down", *later(time.Hour)
	must(t, saveRun(t, h.Store, run))
	got, err := h.Store.Run(ctx, run.ID)
	must(t, err)
	equal(t, got, run)
	_, err = h.Store.Run(ctx, run.ID+1000)
	wantErr(t, err, billing.ErrRunNotFound)
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
		must(t, tx.AddMismatch(ctx, billing.Mismatch{
			RunID: run.ID, Kind: billing.MismatchMissing, Object: billing.KindCharge, ObjectID: "ch_1", Healed: true, Reason: "x", FoundAt: T0,
		}))
	})
	stalled, err := h.Store.Stalled(ctx, *later(time.Hour))
	must(t, err)
	equal(t, len(stalled), 0)
	stalled, err = h.Store.Stalled(ctx, *later(time.Hour + time.Second))
	must(t, err)
	equal(t, stalled, []billing.Run{run})
	must(t, h.Store.PurgeRuns(ctx, *later(24 * time.Hour)))
	_, err = h.Store.Run(ctx, run.ID) // it is running
	must(t, err)
	run.Status, run.FinishedAt = billing.RunDone, later(time.Hour)
	must(t, saveRun(t, h.Store, run), h.Store.PurgeRuns(ctx, T0))
	got, err = h.Store.Run(ctx, run.ID)
	must(t, err)
	equal(t, got, run)
	must(t, h.Store.PurgeRuns(ctx, *later(time.Second)))
	_, err = h.Store.Run(ctx, run.ID)
	wantErr(t, err, billing.ErrRunNotFound)
}

func marksOfStored(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	charge := billing.Charge{UserID: 1, ProviderCharge: billing.ProviderCharge{
		ID: "ch_1", Status: billing.ChargeSucceeded, CreatedAt: T0, Disputes: []billing.Dispute{{ProviderID: "dp_1", Status: "won", Amount: 5, CreatedAt: T0}},
		Refunds: []billing.Refund{{ProviderID: "re_1", Status: billing.RefundSucceeded, Amount: 5, CreatedAt: T0}},
	}}
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
		must(t,
			tx.SaveSubscription(ctx, &billing.Subscription{ProviderID: "sub_1", UserID: 1, Status: billing.Active, Mark: "m1", CreatedAt: T0, UpdatedAt: T0}),
			tx.SaveInvoice(ctx, &billing.Invoice{ProviderID: "in_1", UserID: 1, Mark: "m2", IssuedAt: T0}), tx.SaveCharge(ctx, &charge))
	})
	must(t, h.Store.Receive(ctx, billing.Event{ID: "evt_1", Type: "x", CreatedAt: T0}, "", billing.TaskDone, T0))
	for kind, want := range map[billing.ObjectKind]map[string]string{
		billing.KindSubscription: {"sub_1": "m1"}, billing.KindInvoice: {"in_1": "m2"}, billing.KindCharge: {"ch_1": charge.Mark()},
		billing.KindRefund: {"re_1": charge.Refunds[0].Mark()}, billing.KindDispute: {"dp_1": charge.Disputes[0].Mark()},
	} {
		got, err := h.Store.Marks(ctx, kind, []string{"sub_1", "in_1", "ch_1", "re_1", "dp_1", "other"})
		must(t, err)
		equal(t, got, want)
	}
	received, err := h.Store.Received(ctx, []string{"evt_1", "evt_2"})
	must(t, err)
	equal(t, received, map[string]bool{"evt_1": true})
}

func staleThings(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	var ids []int64
	save := func(id string, change func(s *billing.Subscription)) {
		s := billing.Subscription{
			ProviderID: id, UserID: 1, Status: billing.Active, PeriodEnd: later(time.Hour), SeenAt: T0, Mark: "m-" + id, CreatedAt: T0, UpdatedAt: T0,
		}
		change(&s)
		in(t, h.Store, func(ctx context.Context, tx billing.Tx) { must(t, tx.SaveSubscription(ctx, &s)) })
		ids = append(ids, s.ID)
	}
	save("fresh", func(*billing.Subscription) {})
	save("unseen", func(s *billing.Subscription) { s.SeenAt = T0.Add(-time.Hour) })
	save("late", func(s *billing.Subscription) { s.PeriodEnd = later(-time.Minute) })
	save("tried", func(s *billing.Subscription) { s.Status, s.TrialEnd = billing.Trialing, later(-time.Minute) })
	save("paid after its trial", func(s *billing.Subscription) { s.TrialEnd = later(-time.Minute) })
	save("canceled by now", func(s *billing.Subscription) { s.CancelAt = later(-time.Minute) })
	save("ended", func(s *billing.Subscription) { s.Status, s.SeenAt = billing.Canceled, T0.Add(-time.Hour) })
	save("waiting", func(s *billing.Subscription) { s.SeenAt = T0.Add(-time.Hour) })
	must(t, h.Store.Receive(ctx, billing.Event{ID: "evt_1", Type: "x", ObjectID: "waiting", CreatedAt: T0}, "waiting", billing.TaskWaiting, T0))
	is := func(after int64, limit int, want ...string) {
		t.Helper()
		stale, err := h.Store.Stale(ctx, after, T0, T0, limit)
		must(t, err)
		var got []string
		for _, s := range stale {
			got = append(got, s.ProviderID)
			equal(t, s.Mark, "m-"+s.ProviderID)
		}
		equal(t, got, want)
	}
	is(0, 10, "unseen", "late", "tried", "canceled by now")
	is(ids[1], 2, "late", "tried")
	must(t, h.Store.Seen(ctx, []string{"unseen"}, T0), h.Store.Seen(ctx, nil, T0))
	is(0, 10, "late", "tried", "canceled by now")
}
