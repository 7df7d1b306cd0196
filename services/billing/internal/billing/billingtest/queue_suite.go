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

func receive(t *testing.T, h StoreHarness, id, object, subject string, at time.Time) billing.Event {
	t.Helper()
	e := billing.Event{ID: id, Type: "invoice.paid", ObjectID: object, CustomerID: "cus_1", SubscriptionID: subject, CreatedAt: T0}
	must(t, h.Store.Receive(t.Context(), e, subject, billing.TaskWaiting, at))
	return e
}

func claim(t *testing.T, h StoreHarness, at time.Time) billing.Task {
	t.Helper()
	task, found, err := h.Store.Claim(t.Context(), billing.Urgent, at, time.Minute)
	must(t, err)
	equal(t, found, true)
	return task
}

func idle(t *testing.T, h StoreHarness, at time.Time) {
	t.Helper()
	task, found, err := h.Store.Claim(t.Context(), billing.Urgent, at, time.Minute)
	must(t, err)
	if found {
		t.Errorf("there is a task: %+v", task)
	}
}

func unhandled(t *testing.T, h StoreHarness, want int) {
	t.Helper()
	n, err := h.Store.Unhandled(t.Context(), "cus_1")
	must(t, err)
	equal(t, n, want)
}

func eventQueue(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	e := receive(t, h, "evt_1", "in_1", "sub_1", T0)
	receive(t, h, "evt_1", "in_2", "sub_2", *later(time.Second)) // a duplicate is ignored, even with other content
	unhandled(t, h, 1)
	task := claim(t, h, T0)
	equal(t, task, billing.Task{ID: task.ID, Kind: billing.TaskSync, Subject: "sub_1", Events: []billing.Event{e}})
	idle(t, h, T0)
	unhandled(t, h, 1)

	failed := billing.Outcome{State: billing.TaskWaiting, Retry: *later(time.Hour), Reason: "away", Settled: *later(time.Second)}
	must(t, h.Store.Settle(ctx, task, failed))
	o, err := h.Store.EventOutcome(ctx, "evt_1")
	must(t, err)
	equal(t, len(o.Writes), 0)
	o.Writes = nil
	equal(t, o, failed)
	unhandled(t, h, 0) // its first attempt is over
	idle(t, h, *later(59 * time.Minute))
	task = claim(t, h, *later(time.Hour))
	equal(t, task.Attempts, 1)

	done := billing.Outcome{State: billing.TaskDone, Writes: []causal.Write{{Aggregate: causal.Subscription, UserID: 42, Version: 3}}, Settled: *later(time.Hour)}
	must(t, h.Store.Settle(ctx, task, done))
	o, err = h.Store.EventOutcome(ctx, "evt_1")
	must(t, err)
	equal(t, o, done)
	receive(t, h, "evt_1", "in_1", "sub_1", *later(2 * time.Hour)) // a late duplicate is not handled again
	idle(t, h, *later(3 * time.Hour))
}

// Events of one subject are handled together. Those that arrive during an attempt are handled by the next one.
func coalescing(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	first := receive(t, h, "evt_2", "in_1", "sub_1", T0)
	second := receive(t, h, "evt_1", "in_2", "sub_1", *later(time.Second))
	task := claim(t, h, *later(time.Second))
	equal(t, task.Events, []billing.Event{first, second})
	third := receive(t, h, "evt_3", "in_3", "sub_1", *later(2 * time.Second))
	must(t, h.Store.Settle(ctx, task, billing.Outcome{State: billing.TaskDone, Settled: *later(3 * time.Second)}))
	for id, want := range map[string]billing.TaskState{"evt_1": billing.TaskDone, "evt_2": billing.TaskDone, "evt_3": billing.TaskWaiting} {
		o, err := h.Store.EventOutcome(ctx, id)
		must(t, err)
		equal(t, o.State, want)
	}
	unhandled(t, h, 1)
	task = claim(t, h, *later(3 * time.Second))
	equal(t, task.Events, []billing.Event{third})
	must(t, h.Store.Settle(ctx, task, billing.Outcome{State: billing.TaskDone, Settled: *later(3 * time.Second)}))
	idle(t, h, *later(time.Hour))
}

// An event that is nothing to us is stored without a task.
func strangeEvents(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	e := billing.Event{ID: "evt_1", Type: "invoice.paid", ObjectID: "in_1", CustomerID: "cus_1", CreatedAt: T0}
	must(t, h.Store.Receive(ctx, e, "", billing.TaskUnmatched, T0))
	o, err := h.Store.EventOutcome(ctx, "evt_1")
	must(t, err)
	equal(t, o.State, billing.TaskUnmatched)
	idle(t, h, *later(time.Hour))
	unhandled(t, h, 0)
}

func purging(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	outcomes := map[string]billing.TaskState{"evt_done": billing.TaskDone, "evt_dead": billing.TaskDead, "evt_unmatched": billing.TaskUnmatched, "evt_waiting": ""}
	for id := range outcomes {
		receive(t, h, id, "in_"+id, id, T0)
	}
	for range outcomes {
		task, found, err := h.Store.Claim(ctx, billing.Urgent, T0, time.Hour)
		must(t, err)
		equal(t, found, true)
		if state := outcomes[task.Subject]; state != "" {
			must(t, h.Store.Settle(ctx, task, billing.Outcome{State: state, Settled: T0}))
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
	receive(t, h, "evt_done", "in_done", "evt_done", *later(time.Minute))
	receive(t, h, "evt_dead", "in_dead", "evt_dead", *later(time.Minute))
	equal(t, claim(t, h, *later(time.Minute)).Subject, "evt_done")
	idle(t, h, *later(time.Minute))
}

func leases(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) { must(t, tx.Enqueue(ctx, billing.TaskFetch, "1", T0)) })
	_, found, err := h.Store.Claim(ctx, billing.Urgent, T0, time.Minute)
	must(t, err)
	equal(t, found, true)
	_, found, err = h.Store.Claim(ctx, billing.Urgent, *later(59 * time.Second), time.Minute)
	must(t, err)
	equal(t, found, false)
	task, found, err := h.Store.Claim(ctx, billing.Urgent, *later(time.Minute), time.Minute)
	must(t, err)
	equal(t, found, true)
	equal(t, task, billing.Task{ID: task.ID, Kind: billing.TaskFetch, Subject: "1", Attempts: 1})
}

// Many tasks that can wait do not delay one that cannot, and the other way round.
func lanes(t *testing.T, h StoreHarness) {
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
		must(t, tx.Enqueue(ctx, billing.TaskCustomer, "1", T0), tx.Enqueue(ctx, billing.TaskClose, "2", T0), tx.Enqueue(ctx, billing.TaskCustomer, "3", T0))
		must(t, tx.Enqueue(ctx, billing.TaskFetch, "4", *later(time.Second)))
	})
	bulk := func() string {
		task, found, err := h.Store.Claim(t.Context(), billing.Bulk, *later(time.Second), time.Minute)
		must(t, err)
		equal(t, found, task.Kind == billing.TaskCustomer || task.Kind == billing.TaskClose)
		return task.Subject
	}
	equal(t, bulk(), "1")
	task := claim(t, h, *later(time.Second))
	equal(t, task, billing.Task{ID: task.ID, Kind: billing.TaskFetch, Subject: "4"})
	idle(t, h, *later(time.Second))
	equal(t, []string{bulk(), bulk(), bulk()}, []string{"2", "3", ""})
}

func enqueueAgain(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	enqueue := func() {
		in(t, h.Store, func(ctx context.Context, tx billing.Tx) { must(t, tx.Enqueue(ctx, billing.TaskFetch, "1", T0)) })
	}
	enqueue()
	task, found, err := h.Store.Claim(ctx, billing.Urgent, T0, time.Minute)
	must(t, err)
	equal(t, found, true)
	enqueue() // during the attempt
	must(t, h.Store.Settle(ctx, task, billing.Outcome{State: billing.TaskDone, Settled: *later(time.Second)}))
	task, found, err = h.Store.Claim(ctx, billing.Urgent, *later(time.Second), time.Minute)
	must(t, err)
	equal(t, found, true)
	must(t, h.Store.Settle(ctx, task, billing.Outcome{State: billing.TaskDone, Settled: *later(2 * time.Second)}))
	_, found, err = h.Store.Claim(ctx, billing.Urgent, *later(time.Hour), time.Minute)
	must(t, err)
	equal(t, found, false)
	enqueue() // after the task is done: this is new work
	_, found, err = h.Store.Claim(ctx, billing.Urgent, *later(time.Hour), time.Minute)
	must(t, err)
	equal(t, found, true)
}

func revival(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	enqueue := func(subject string) {
		in(t, h.Store, func(ctx context.Context, tx billing.Tx) { must(t, tx.Enqueue(ctx, billing.TaskFetch, subject, T0)) })
	}
	settle := func(o billing.Outcome) int64 {
		task, found, err := h.Store.Claim(ctx, billing.Urgent, T0, time.Minute)
		must(t, err)
		equal(t, found, true)
		must(t, h.Store.Settle(ctx, task, o))
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
		ID: dead, Kind: billing.TaskFetch, Subject: "1", State: billing.TaskDead, Attempts: 1, Reason: "refused", Settled: *later(time.Second),
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
		task, found, err := h.Store.Claim(ctx, billing.Urgent, T0, time.Minute)
		must(t, err)
		equal(t, found, true)
		equal(t, task, billing.Task{ID: task.ID, Kind: billing.TaskFetch, Subject: subject})
	}
	_, found, err := h.Store.Claim(ctx, billing.Urgent, T0, time.Minute)
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

// The events of a revived task wait again with it.
func revivedEvents(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	e := receive(t, h, "evt_1", "in_1", "sub_1", T0)
	task := claim(t, h, T0)
	must(t, h.Store.Settle(ctx, task, billing.Outcome{State: billing.TaskDead, Reason: "refused", Settled: *later(time.Second)}))
	revived, err := h.Store.Revive(ctx, task.ID, *later(time.Minute))
	must(t, err)
	equal(t, revived, true)
	again := claim(t, h, *later(time.Minute))
	equal(t, again.Events, []billing.Event{e})
	must(t, h.Store.Settle(ctx, again, billing.Outcome{State: billing.TaskDone, Settled: *later(time.Minute)}))
	o, err := h.Store.EventOutcome(ctx, "evt_1")
	must(t, err)
	equal(t, o.State, billing.TaskDone)
}

func replayedEvents(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	for id, subject := range map[string]string{"evt_done": "sub_1", "evt_dead": "sub_2", "evt_too": "sub_2"} {
		must(t, h.Store.Receive(ctx, billing.Event{ID: id, Type: "x", ObjectID: subject, CreatedAt: T0}, subject, billing.TaskWaiting, T0))
	}
	must(t, h.Store.Receive(ctx, billing.Event{ID: "evt_strange", Type: "x", CreatedAt: T0}, "", billing.TaskDone, T0))
	for range 2 {
		task, ok, err := h.Store.Claim(ctx, billing.Urgent, T0, time.Minute)
		must(t, err)
		equal(t, ok, true)
		state := billing.TaskDone
		if task.Subject == "sub_2" {
			state = billing.TaskDead
		}
		must(t, h.Store.Settle(ctx, task, billing.Outcome{State: state, Settled: T0}))
	}
	must(t, h.Store.ReviveEvent(ctx, "evt_done", T0))
	must(t, h.Store.ReviveEvent(ctx, "evt_dead", T0))
	dead, err := h.Store.Stuck(ctx, billing.TaskDead, 0, 10)
	must(t, err)
	equal(t, len(dead), 0)
	events := map[string]int{}
	for range 2 {
		task, ok, err := h.Store.Claim(ctx, billing.Urgent, T0, time.Minute)
		must(t, err)
		equal(t, ok, true)
		equal(t, task.Attempts, 0)
		events[task.Subject] = len(task.Events)
	}
	equal(t, events, map[string]int{"sub_1": 1, "sub_2": 2})
	wantErr(t, h.Store.ReviveEvent(ctx, "evt_strange", T0), billing.ErrEventNotReplayable)
	wantErr(t, h.Store.ReviveEvent(ctx, "evt_nothing", T0), billing.ErrEventUnknown)
}

// adopted: an event without a subject gets one, once, and waits with the subject's others.
func adopted(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	e := billing.Event{ID: "evt_old", Type: "x", ObjectID: "sub_1", CustomerID: "cus_1", CreatedAt: T0}
	must(t, h.Store.Receive(ctx, e, "", billing.TaskDone, T0))
	must(t, h.Store.Receive(ctx, billing.Event{ID: "evt_new", Type: "x", ObjectID: "sub_1", CreatedAt: T0}, "sub_1", billing.TaskWaiting, T0))
	must(t, h.Store.Adopt(ctx, "evt_old", func(billing.Event) string { return "" }, T0))
	for range 2 {
		must(t, h.Store.Adopt(ctx, "evt_old", func(got billing.Event) string { equal(t, got, e); return got.ObjectID }, T0))
	}
	task, ok, err := h.Store.Claim(ctx, billing.Urgent, T0, time.Minute)
	must(t, err)
	equal(t, ok, true)
	equal(t, len(task.Events), 2)
	must(t, h.Store.Settle(ctx, task, billing.Outcome{State: billing.TaskDone, Settled: T0}))
	must(t, h.Store.Adopt(ctx, "evt_old", func(billing.Event) string { return "sub_1" }, T0))
	_, ok, err = h.Store.Claim(ctx, billing.Urgent, T0, time.Minute)
	must(t, err)
	equal(t, ok, false)
	wantErr(t, h.Store.Adopt(ctx, "evt_nothing", func(billing.Event) string { return "x" }, T0), billing.ErrEventUnknown)
}
