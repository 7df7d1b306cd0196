package billingtest

import (
	"context"
	"slices"
	"testing"
	"time"

	"muster/libs/causal"
	"muster/libs/contracts/billingv1"
	"muster/services/billing/internal/billing"
)

func eventQueue(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	e := billing.Event{ID: "evt_1", Type: "invoice.paid", ObjectID: "in_1", CustomerID: "cus_1", CreatedAt: T0}
	must(t, h.Store.Receive(ctx, e, T0))
	e.ObjectID = "in_2"
	must(t, h.Store.Receive(ctx, e, *later(time.Second))) // a duplicate is ignored, even with other content
	n, err := h.Store.Unhandled(ctx, "cus_1")
	must(t, err)
	equal(t, n, 1)
	task, found, err := h.Store.Claim(ctx, T0, time.Minute)
	must(t, err)
	equal(t, found, true)
	e.ObjectID = "in_1"
	equal(t, task, billing.Task{ID: task.ID, Kind: billing.TaskEvent, Subject: "evt_1", Event: e})
	_, found, err = h.Store.Claim(ctx, T0, time.Minute)
	must(t, err)
	equal(t, found, false)
	n, err = h.Store.Unhandled(ctx, "cus_1")
	must(t, err)
	equal(t, n, 1)

	failed := billing.Outcome{State: billing.TaskWaiting, Retry: *later(time.Hour), Reason: "away", Settled: *later(time.Second)}
	must(t, h.Store.Settle(ctx, task.ID, failed))
	o, err := h.Store.EventOutcome(ctx, "evt_1")
	must(t, err)
	equal(t, len(o.Writes), 0)
	o.Writes = nil
	equal(t, o, failed)
	n, err = h.Store.Unhandled(ctx, "cus_1")
	must(t, err)
	equal(t, n, 0) // its first attempt is over
	_, found, err = h.Store.Claim(ctx, *later(59 * time.Minute), time.Minute)
	must(t, err)
	equal(t, found, false)
	task, found, err = h.Store.Claim(ctx, *later(time.Hour), time.Minute)
	must(t, err)
	equal(t, found, true)
	equal(t, task.Attempts, 1)

	done := billing.Outcome{State: billing.TaskDone, Writes: []causal.Write{{Aggregate: causal.Subscription, UserID: 42, Version: 3}}, Settled: *later(time.Hour)}
	must(t, h.Store.Settle(ctx, task.ID, done))
	o, err = h.Store.EventOutcome(ctx, "evt_1")
	must(t, err)
	equal(t, o, done)
	must(t, h.Store.Receive(ctx, e, *later(2 * time.Hour))) // a late duplicate is not handled again
	_, found, err = h.Store.Claim(ctx, *later(3 * time.Hour), time.Minute)
	must(t, err)
	equal(t, found, false)
}

func purging(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	outcomes := map[string]billing.TaskState{"evt_done": billing.TaskDone, "evt_dead": billing.TaskDead, "evt_unmatched": billing.TaskUnmatched, "evt_waiting": ""}
	for id := range outcomes {
		must(t, h.Store.Receive(ctx, billing.Event{ID: id, Type: "invoice.paid", CreatedAt: T0}, T0))
	}
	for range outcomes {
		task, found, err := h.Store.Claim(ctx, T0, time.Hour)
		must(t, err)
		equal(t, found, true)
		if state := outcomes[task.Subject]; state != "" {
			must(t, h.Store.Settle(ctx, task.ID, billing.Outcome{State: state, Settled: T0}))
		}
	}
	known := func() (ids []string) {
		for id := range outcomes {
			if _, err := h.Store.EventOutcome(ctx, id); err == nil {
				ids = append(ids, id)
			}
		}
		slices.Sort(ids)
		return ids
	}
	must(t, h.Store.PurgeHandled(ctx, T0))
	equal(t, len(known()), 4)
	must(t, h.Store.PurgeHandled(ctx, *later(time.Second)))
	equal(t, known(), []string{"evt_dead", "evt_waiting"})
	// The event itself is deleted, too: it is handled again if it arrives again.
	must(t, h.Store.Receive(ctx, billing.Event{ID: "evt_done", Type: "invoice.paid", CreatedAt: T0}, *later(time.Minute)))
	must(t, h.Store.Receive(ctx, billing.Event{ID: "evt_dead", Type: "invoice.paid", CreatedAt: T0}, *later(time.Minute)))
	task, found, err := h.Store.Claim(ctx, *later(time.Minute), time.Hour)
	must(t, err)
	equal(t, found, true)
	equal(t, task.Subject, "evt_done")
	_, found, err = h.Store.Claim(ctx, *later(time.Minute), time.Hour)
	must(t, err)
	equal(t, found, false)
}

func leases(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) { must(t, tx.Enqueue(ctx, billing.TaskClose, "1", T0)) })
	_, found, err := h.Store.Claim(ctx, T0, time.Minute)
	must(t, err)
	equal(t, found, true)
	_, found, err = h.Store.Claim(ctx, *later(59 * time.Second), time.Minute)
	must(t, err)
	equal(t, found, false)
	task, found, err := h.Store.Claim(ctx, *later(time.Minute), time.Minute)
	must(t, err)
	equal(t, found, true)
	equal(t, task, billing.Task{ID: task.ID, Kind: billing.TaskClose, Subject: "1", Attempts: 1})
}

func enqueueAgain(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	enqueue := func() {
		in(t, h.Store, func(ctx context.Context, tx billing.Tx) { must(t, tx.Enqueue(ctx, billing.TaskClose, "1", T0)) })
	}
	enqueue()
	task, found, err := h.Store.Claim(ctx, T0, time.Minute)
	must(t, err)
	equal(t, found, true)
	enqueue() // during the attempt
	must(t, h.Store.Settle(ctx, task.ID, billing.Outcome{State: billing.TaskDone, Settled: *later(time.Second)}))
	task, found, err = h.Store.Claim(ctx, *later(time.Second), time.Minute)
	must(t, err)
	equal(t, found, true)
	must(t, h.Store.Settle(ctx, task.ID, billing.Outcome{State: billing.TaskDone, Settled: *later(2 * time.Second)}))
	_, found, err = h.Store.Claim(ctx, *later(time.Hour), time.Minute)
	must(t, err)
	equal(t, found, false)
	enqueue() // after the task is done: this is new work
	_, found, err = h.Store.Claim(ctx, *later(time.Hour), time.Minute)
	must(t, err)
	equal(t, found, true)
}

func revival(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	enqueue := func(subject string) {
		in(t, h.Store, func(ctx context.Context, tx billing.Tx) { must(t, tx.Enqueue(ctx, billing.TaskClose, subject, T0)) })
	}
	settle := func(o billing.Outcome) int64 {
		task, found, err := h.Store.Claim(ctx, T0, time.Minute)
		must(t, err)
		equal(t, found, true)
		must(t, h.Store.Settle(ctx, task.ID, o))
		return task.ID
	}
	enqueue("1")
	dead := settle(billing.Outcome{State: billing.TaskDead, Reason: "refused", Settled: *later(time.Second)})
	enqueue("2")
	unmatched := settle(billing.Outcome{State: billing.TaskUnmatched, Reason: "nobody's", Settled: *later(time.Second)})
	enqueue("3")
	done := settle(billing.Outcome{State: billing.TaskDone, Settled: *later(time.Second)})

	stuck, err := h.Store.Stuck(ctx, billing.TaskDead, 0, 10)
	must(t, err)
	equal(t, stuck, []billing.StuckTask{{
		ID: dead, Kind: billing.TaskClose, Subject: "1", State: billing.TaskDead, Attempts: 1, Reason: "refused", Settled: *later(time.Second),
	}})
	stuck, err = h.Store.Stuck(ctx, billing.TaskUnmatched, 0, 10)
	must(t, err)
	equal(t, len(stuck), 1)
	stuck, err = h.Store.Stuck(ctx, billing.TaskUnmatched, unmatched, 10)
	must(t, err)
	equal(t, len(stuck), 0)

	revive := func(id int64) bool {
		revived, err := h.Store.Revive(ctx, id, T0)
		must(t, err)
		return revived
	}
	enqueue("1") // It is already waiting when the dead one is revived: one task is enough.
	equal(t, revive(dead), true)
	equal(t, revive(dead), false)
	equal(t, revive(done), false)
	equal(t, revive(unmatched), true)
	for _, subject := range []string{"1", "2"} {
		task, found, err := h.Store.Claim(ctx, T0, time.Minute)
		must(t, err)
		equal(t, found, true)
		equal(t, task, billing.Task{ID: task.ID, Kind: billing.TaskClose, Subject: subject})
	}
	_, found, err := h.Store.Claim(ctx, T0, time.Minute)
	must(t, err)
	equal(t, found, false)
}

func stateRange(t *testing.T, h StoreHarness) {
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
		for _, id := range []int64{1, 2, 3, 5} {
			u := sampleUser(id)
			if id == 2 {
				u.State = billingv1.Subscription{} // Nothing was ever published.
			}
			must(t, tx.SaveUser(ctx, u))
		}
		states, err := tx.LockStates(ctx, 2, 9, 10)
		must(t, err)
		equal(t, states, []billingv1.Subscription{sampleUser(3).State, sampleUser(5).State})
		states, err = tx.LockStates(ctx, 1, 9, 2)
		must(t, err)
		equal(t, states, []billingv1.Subscription{sampleUser(1).State, sampleUser(3).State})
	})
}
