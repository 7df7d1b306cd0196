package billingtest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"muster/services/billing/internal/billing"
)

type task struct {
	billing.Task
	outcome billing.Outcome
	due     time.Time
	again   bool
	tries   int
}

func (d *data) enqueue(k billing.TaskKind, subject string, now time.Time) {
	for i := range d.tasks {
		if t := &d.tasks[i]; t.Kind == k && t.Subject == subject && t.outcome.State == billing.TaskWaiting {
			t.again = true
			return
		}
	}
	d.lastID++
	d.tasks = append(d.tasks, task{
		Task: billing.Task{ID: d.lastID, Kind: k, Subject: subject}, outcome: billing.Outcome{State: billing.TaskWaiting, Retry: now}, due: now,
	})
}

// Receive implements billing.Queue.
func (m *Memory) Receive(_ context.Context, e billing.Event, subject string, state billing.TaskState, now time.Time) error {
	_, err := look(m, func(d *data) (any, error) {
		if _, ok := d.events[e.ID]; ok {
			return nil, nil
		}
		d.events[e.ID], d.received[e.ID] = e, now
		d.inbox[e.ID] = inboxed{subject, billing.Outcome{State: state}}
		if state == billing.TaskWaiting {
			d.enqueue(billing.TaskSync, subject, now)
		}
		return nil, nil
	})
	return err
}

// Adopt implements billing.Queue.
func (m *Memory) Adopt(_ context.Context, eventID string, subjectOf func(billing.Event) string, now time.Time) error {
	_, err := look(m, func(d *data) (any, error) {
		e, ok := d.events[eventID]
		if !ok {
			return nil, billing.ErrEventUnknown
		}
		if subject := subjectOf(e); subject != "" && d.inbox[eventID].subject == "" {
			d.inbox[eventID] = inboxed{subject, billing.Outcome{State: billing.TaskWaiting}}
			d.enqueue(billing.TaskSync, subject, now)
		}
		return nil, nil
	})
	return err
}

// eventsOf returns the waiting events of a subject, the oldest first.
func (d *data) eventsOf(subject string) []billing.Event {
	var events []billing.Event
	for id, in := range d.inbox {
		if in.subject == subject && in.outcome.State == billing.TaskWaiting {
			events = append(events, d.events[id])
		}
	}
	slices.SortFunc(events, func(a, b billing.Event) int {
		return cmp.Or(d.received[a.ID].Compare(d.received[b.ID]), strings.Compare(a.ID, b.ID))
	})
	return events
}

// Claim implements billing.Queue.
func (m *Memory) Claim(_ context.Context, lane billing.Lane, now time.Time, lease time.Duration) (billing.Task, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var next *task
	for i := range m.data.tasks {
		t := &m.data.tasks[i]
		if t.outcome.State == billing.TaskWaiting && t.Kind.Lane() == lane && !t.due.After(now) && (next == nil || t.due.Before(next.due)) {
			next = t
		}
	}
	if next == nil {
		return billing.Task{}, false, nil
	}
	next.due, next.again = now.Add(lease), false
	claimed := next.Task
	claimed.Attempts = next.tries
	next.tries++
	if next.Kind == billing.TaskSync {
		claimed.Events = m.data.eventsOf(next.Subject)
	}
	return claimed, true, nil
}

// Settle implements billing.Queue.
func (m *Memory) Settle(_ context.Context, settled billing.Task, o billing.Outcome) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := find(m.data.tasks, func(t task) bool { return t.ID == settled.ID })
	if t == nil || t.outcome.State != billing.TaskWaiting {
		return nil
	}
	for _, e := range settled.Events {
		if in := m.data.inbox[e.ID]; in.outcome.State == billing.TaskWaiting {
			in.outcome = o
			m.data.inbox[e.ID] = in
		}
	}
	t.due = o.Settled
	if o.State == billing.TaskWaiting {
		t.due = o.Retry
	}
	if t.again {
		o.State, o.Retry, t.again = billing.TaskWaiting, o.Settled, false
	}
	t.outcome = o
	return nil
}

// EventOutcome implements billing.Queue.
func (m *Memory) EventOutcome(_ context.Context, id string) (billing.Outcome, error) {
	return look(m, func(d *data) (billing.Outcome, error) {
		in, ok := d.inbox[id]
		if !ok {
			return billing.Outcome{}, billing.ErrEventUnknown
		}
		return in.outcome, nil
	})
}

// Stuck implements billing.Queue.
func (m *Memory) Stuck(_ context.Context, state billing.TaskState, after int64, limit int) ([]billing.StuckTask, error) {
	return look(m, func(d *data) (stuck []billing.StuckTask, err error) {
		for _, t := range d.tasks {
			if t.outcome.State == state && t.ID > after && len(stuck) < limit {
				stuck = append(stuck, billing.StuckTask{
					ID: t.ID, Kind: t.Kind, Subject: t.Subject, State: state, Attempts: t.tries, Reason: t.outcome.Reason, Settled: t.outcome.Settled,
				})
			}
		}
		return stuck, nil
	})
}

// Revive implements billing.Queue.
func (m *Memory) Revive(_ context.Context, id int64, now time.Time) (bool, error) {
	return look(m, func(d *data) (bool, error) {
		i := slices.IndexFunc(d.tasks, func(t task) bool {
			return t.ID == id && (t.outcome.State == billing.TaskDead || t.outcome.State == billing.TaskUnmatched)
		})
		if i < 0 {
			return false, nil
		}
		stuck := d.tasks[i]
		d.tasks = slices.Delete(d.tasks, i, i+1)
		for id, in := range d.inbox {
			if in.subject == stuck.Subject && stuck.Kind == billing.TaskSync && in.outcome.State != billing.TaskDone {
				in.outcome.State = billing.TaskWaiting
				d.inbox[id] = in
			}
		}
		d.enqueue(stuck.Kind, stuck.Subject, now)
		return true, nil
	})
}

// PurgeHandled implements billing.Queue.
func (m *Memory) PurgeHandled(_ context.Context, before time.Time) error {
	_, err := look(m, func(d *data) (any, error) {
		over := func(o billing.Outcome) bool { return o.State == billing.TaskDone || o.State == billing.TaskUnmatched }
		d.tasks = slices.DeleteFunc(d.tasks, func(t task) bool { return over(t.outcome) && t.outcome.Settled.Before(before) })
		maps.DeleteFunc(d.inbox, func(id string, in inboxed) bool { return d.received[id].Before(before) && over(in.outcome) })
		maps.DeleteFunc(d.events, func(id string, _ billing.Event) bool { _, kept := d.inbox[id]; return !kept })
		return nil, nil
	})
	return err
}

// Unhandled implements billing.Queue.
func (m *Memory) Unhandled(_ context.Context, customerID string) (int, error) {
	return look(m, func(d *data) (int, error) {
		n := 0
		for id, in := range d.inbox {
			if d.events[id].CustomerID == customerID && in.outcome.State == billing.TaskWaiting && in.outcome.Settled.IsZero() {
				n++
			}
		}
		return n, nil
	})
}

// ReviveEvent implements billing.Queue.
func (m *Memory) ReviveEvent(_ context.Context, id string, now time.Time) error {
	_, err := look(m, func(d *data) (any, error) {
		e, ok := d.inbox[id]
		switch {
		case !ok:
			return nil, billing.ErrEventUnknown
		case e.subject == "":
			return nil, billing.ErrEventNotReplayable
		}
		stuck := func(s billing.TaskState) bool { return s == billing.TaskDead || s == billing.TaskUnmatched }
		for other, in := range d.inbox {
			if in.subject == e.subject && (other == id || stuck(in.outcome.State)) {
				in.outcome.State = billing.TaskWaiting
				d.inbox[other] = in
			}
		}
		d.tasks = slices.DeleteFunc(d.tasks, func(t task) bool {
			return stuck(t.outcome.State) && t.Kind == billing.TaskSync && t.Subject == e.subject
		})
		d.enqueue(billing.TaskSync, e.subject, now)
		return nil, nil
	})
	return err
}
