package postgres

import (
	"context"
	"time"

	"gorm.io/gorm"

	"muster/libs/causal"
	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

// Receive implements billing.Queue.
func (s *Store) Receive(ctx context.Context, e billing.Event, subject string, state billing.TaskState, now time.Time) error {
	return pg.Tx(ctx, s.db, func(ctx context.Context, db *gorm.DB) error {
		received, err := pg.Exec(ctx, db, "receive event", `
			INSERT INTO webhook_events (id, type, object_id, customer_id, subscription_id, created_at, received_at, subject, state)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT ON CONSTRAINT webhook_events_pkey DO NOTHING`,
			e.ID, e.Type, e.ObjectID, e.CustomerID, e.SubscriptionID, e.CreatedAt, now, subject, state)
		if err != nil || received == 0 || state != billing.TaskWaiting {
			return err
		}
		return enqueue(ctx, db, billing.TaskSync, subject, now)
	})
}

func (t tx) Enqueue(ctx context.Context, kind billing.TaskKind, subject string, now time.Time) error {
	return enqueue(ctx, t.db, kind, subject, now)
}

// waitsAlready is the end of a statement that enqueues. It locks the waiting task even if it is marked already: a claim,
// which takes the mark away, then comes before this change or after its commit.
const waitsAlready = "ON CONFLICT (kind, subject) WHERE state = 'waiting' DO UPDATE SET again = true WHERE NOT tasks.again"

// enqueue marks a task that is already waiting to run once more: its current run may have read the data before this
// change.
func enqueue(ctx context.Context, db *gorm.DB, kind billing.TaskKind, subject string, now time.Time) error {
	_, err := pg.Exec(ctx, db, "enqueue", `
		INSERT INTO tasks (kind, subject, state, next_try_at, created_at) VALUES (?, ?, 'waiting', ?, ?)
		`+waitsAlready, kind, subject, now, now)
	return err
}

type taskRow struct {
	ID       int64
	Kind     string
	Subject  string
	Attempts int
}

type eventRow struct {
	ID             string
	Type           string
	ObjectID       string
	CustomerID     string
	SubscriptionID string
	CreatedAt      time.Time
}

// eventsAtOnce is the maximum number of events that one attempt handles.
const eventsAtOnce = 200

// The statements that claim a task. They name the lane's kinds, as the index of the lane does.
const (
	claimUrgent = claim + "kind NOT IN ('customer', 'close')" + claimed
	claimBulk   = claim + "kind IN ('customer', 'close')" + claimed

	claim = `
		UPDATE tasks SET next_try_at = ?, attempts = attempts + 1, again = false
		WHERE id = (SELECT id FROM tasks WHERE state = 'waiting' AND next_try_at <= ? AND `
	claimed = `
		            ORDER BY next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING id, kind, subject, attempts - 1 AS attempts`
)

// Claim leases a task by moving its next attempt to the end of the lease. It skips tasks that another worker has
// locked.
func (s *Store) Claim(ctx context.Context, lane billing.Lane, now time.Time, lease time.Duration) (task billing.Task, found bool, err error) {
	statement := claimUrgent
	if lane == billing.Bulk {
		statement = claimBulk
	}
	err = pg.Tx(ctx, s.db, func(ctx context.Context, db *gorm.DB) error {
		var row taskRow
		row, found, err = pg.First[taskRow](ctx, db, "claim task", statement, now.Add(lease), now)
		if err != nil || !found {
			return err
		}
		task = billing.Task{ID: row.ID, Kind: billing.TaskKind(row.Kind), Subject: row.Subject, Attempts: row.Attempts}
		if task.Kind != billing.TaskSync {
			return nil
		}
		rows, err := pg.Many[eventRow](ctx, db, "read events", `
			SELECT id, type, object_id, customer_id, subscription_id, created_at FROM webhook_events
			WHERE subject = ? AND state = 'waiting' ORDER BY received_at, id LIMIT ?`, task.Subject, eventsAtOnce)
		task.Events = pg.Map(rows, eventOf)
		if err == nil && len(rows) == eventsAtOnce { // there may be more of them
			return enqueue(ctx, db, task.Kind, task.Subject, now)
		}
		return err
	})
	return task, found && err == nil, err
}

func eventOf(r eventRow) billing.Event {
	return billing.Event{
		ID: r.ID, Type: r.Type, ObjectID: r.ObjectID, CustomerID: r.CustomerID, SubscriptionID: r.SubscriptionID, CreatedAt: r.CreatedAt,
	}
}

// Settle implements billing.Queue. A task that was enqueued again during the attempt waits again, whatever the outcome.
func (s *Store) Settle(ctx context.Context, t billing.Task, o billing.Outcome) error {
	writes := o.Writes
	if writes == nil {
		writes = []causal.Write{}
	}
	retry := o.Settled
	if o.State == billing.TaskWaiting {
		retry = o.Retry
	}
	return pg.Tx(ctx, s.db, func(ctx context.Context, db *gorm.DB) error {
		settled, err := pg.Exec(ctx, db, "settle task", `
			UPDATE tasks SET state = CASE WHEN again THEN 'waiting' ELSE ? END, again = false, next_try_at = ?, reason = ?,
				settled_at = ?
			WHERE id = ? AND state = 'waiting'`,
			o.State, retry, o.Reason, o.Settled, t.ID)
		if err != nil || settled == 0 || len(t.Events) == 0 {
			return err
		}
		_, err = pg.Exec(ctx, db, "settle events", `
			UPDATE webhook_events SET state = ?, reason = ?, writes = ?, settled_at = ? WHERE id = ANY (?) AND state = 'waiting'`,
			o.State, o.Reason, pg.JSONOf(writes), o.Settled, pg.Array[string](pg.Map(t.Events, func(e billing.Event) string { return e.ID })))
		return err
	})
}

// Adopt implements billing.Queue.
func (s *Store) Adopt(ctx context.Context, eventID string, subjectOf func(billing.Event) string, now time.Time) error {
	return pg.Tx(ctx, s.db, func(ctx context.Context, db *gorm.DB) error {
		row, err := pg.One[eventRow](ctx, db, "read event", billing.ErrEventUnknown, `
			SELECT id, type, object_id, customer_id, subscription_id, created_at FROM webhook_events WHERE id = ? FOR UPDATE`, eventID)
		if err != nil {
			return err
		}
		subject := subjectOf(eventOf(row))
		if subject == "" {
			return nil
		}
		adopted, err := pg.Exec(ctx, db, "adopt event", `UPDATE webhook_events SET subject = ?, state = 'waiting' WHERE id = ? AND subject = ''`, subject, eventID)
		if err != nil || adopted == 0 {
			return err
		}
		return enqueue(ctx, db, billing.TaskSync, subject, now)
	})
}

// EventOutcome implements billing.Queue.
func (s *Store) EventOutcome(ctx context.Context, eventID string) (billing.Outcome, error) {
	type outcomeRow struct {
		State     string
		NextTryAt *time.Time
		Reason    string
		Writes    pg.JSON[[]causal.Write]
		SettledAt *time.Time
	}
	row, err := pg.One[outcomeRow](ctx, s.db, "read event", billing.ErrEventUnknown, `
		SELECT e.state, e.reason, e.writes, e.settled_at,
		       (SELECT next_try_at FROM tasks t WHERE t.kind = 'sync' AND t.subject = e.subject AND t.state = 'waiting') AS next_try_at
		FROM webhook_events e WHERE e.id = ?`, eventID)
	o := billing.Outcome{State: billing.TaskState(row.State), Reason: row.Reason, Writes: row.Writes.V, Settled: pg.OrZero(row.SettledAt)}
	if o.State == billing.TaskWaiting {
		o.Retry = pg.OrZero(row.NextTryAt)
	}
	return o, err
}

type stuckRow struct {
	ID        int64
	Kind      string
	Subject   string
	State     string
	Attempts  int
	Reason    string
	SettledAt *time.Time
}

func (r stuckRow) task() billing.StuckTask {
	return billing.StuckTask{
		ID: r.ID, Kind: billing.TaskKind(r.Kind), Subject: r.Subject, State: billing.TaskState(r.State),
		Attempts: r.Attempts, Reason: r.Reason, Settled: pg.OrZero(r.SettledAt),
	}
}

// Stuck implements billing.Queue.
func (s *Store) Stuck(ctx context.Context, state billing.TaskState, after int64, limit int) ([]billing.StuckTask, error) {
	rows, err := pg.Many[stuckRow](ctx, s.db, "list tasks", `
		SELECT id, kind, subject, state, attempts, reason, settled_at FROM tasks WHERE state = ? AND id > ? ORDER BY id LIMIT ?`,
		state, after, limit)
	return pg.Map(rows, stuckRow.task), err
}

// Revive implements billing.Queue. It enqueues the task as a new one, because a task of its kind and subject may
// already be waiting.
func (s *Store) Revive(ctx context.Context, taskID int64, now time.Time) (revived bool, err error) {
	err = pg.Tx(ctx, s.db, func(ctx context.Context, db *gorm.DB) error {
		var stuck stuckRow
		stuck, revived, err = pg.First[stuckRow](ctx, db, "revive task",
			"DELETE FROM tasks WHERE id = ? AND state IN ('dead', 'unmatched') RETURNING kind, subject", taskID)
		if err != nil || !revived {
			return err
		}
		_, err := pg.Exec(ctx, db, "revive events", `
			UPDATE webhook_events SET state = 'waiting' WHERE subject = ? AND state IN ('dead', 'unmatched') AND ? = 'sync'`, stuck.Subject, stuck.Kind)
		if err != nil {
			return err
		}
		return enqueue(ctx, db, billing.TaskKind(stuck.Kind), stuck.Subject, now)
	})
	return revived && err == nil, err
}

// ReviveEvent implements billing.Queue. The stuck events of the same subject wait again, too: one fetch is for all of them.
func (s *Store) ReviveEvent(ctx context.Context, eventID string, now time.Time) error {
	return pg.Tx(ctx, s.db, func(ctx context.Context, db *gorm.DB) error {
		subject, err := pg.One[string](ctx, db, "read event", billing.ErrEventUnknown, `SELECT subject FROM webhook_events WHERE id = ? FOR UPDATE`, eventID)
		if err != nil {
			return err
		}
		if subject == "" {
			return billing.ErrEventNotReplayable
		}
		_, err = pg.Exec(ctx, db, "revive events", `
			UPDATE webhook_events SET state = 'waiting' WHERE subject = ? AND (id = ? OR state IN ('dead', 'unmatched'))`, subject, eventID)
		if err != nil {
			return err
		}
		_, err = pg.Exec(ctx, db, "delete stuck tasks",
			`DELETE FROM tasks WHERE kind = ? AND subject = ? AND state IN ('dead', 'unmatched')`, billing.TaskSync, subject)
		if err != nil {
			return err
		}
		return enqueue(ctx, db, billing.TaskSync, subject, now)
	})
}

// purgeBatch is the number of rows that one statement of a purge deletes.
const purgeBatch = 1000

// PurgeHandled implements billing.Queue. It deletes in batches to keep each statement short.
func (s *Store) PurgeHandled(ctx context.Context, before time.Time) error {
	err := s.purge(ctx, "purge events", `
		DELETE FROM webhook_events WHERE id IN (
			SELECT id FROM webhook_events WHERE received_at < ? AND state IN ('done', 'unmatched')
			ORDER BY received_at LIMIT ? FOR UPDATE SKIP LOCKED)`, before)
	if err != nil {
		return err
	}
	return s.purge(ctx, "purge tasks", `
		DELETE FROM tasks WHERE id IN (
			SELECT id FROM tasks WHERE state IN ('done', 'unmatched') AND settled_at < ? ORDER BY settled_at LIMIT ? FOR UPDATE SKIP LOCKED)`, before)
}

// purge repeats a statement until it deletes less than a full batch.
func (s *Store) purge(ctx context.Context, what, statement string, before time.Time) error {
	for {
		purged, err := pg.Exec(ctx, s.db, what, statement, before, purgeBatch)
		if err != nil || purged < purgeBatch {
			return err
		}
	}
}

// Unhandled implements billing.Queue.
func (s *Store) Unhandled(ctx context.Context, customerID string) (int, error) {
	n, _, err := pg.First[int](ctx, s.db, "count unhandled events", `
		SELECT count(*) FROM webhook_events WHERE customer_id = ? AND state = 'waiting' AND settled_at IS NULL`, customerID)
	return n, err
}

// OldestWaiting returns when the oldest event was received that is still to be handled, tried before or not; false if none waits.
func (s *Store) OldestWaiting(ctx context.Context) (received time.Time, waits bool, err error) {
	return pg.First[time.Time](ctx, s.db, "find the oldest waiting event",
		"SELECT received_at FROM webhook_events WHERE state = 'waiting' ORDER BY received_at LIMIT 1")
}
