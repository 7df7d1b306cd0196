package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

// Receive implements billing.Queue.
func (s *Store) Receive(ctx context.Context, e billing.Event, now time.Time) error {
	err := pg.Tx(ctx, s.db, func(_ context.Context, db *gorm.DB) error {
		r := db.Exec(`
			INSERT INTO webhook_events (id, type, object_id, customer_id, created_at, received_at)
			VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT ON CONSTRAINT webhook_events_pkey DO NOTHING`,
			e.ID, e.Type, e.ObjectID, e.CustomerID, e.CreatedAt, now)
		if r.Error != nil || r.RowsAffected == 0 {
			return r.Error
		}
		return enqueue(db, billing.TaskEvent, e.ID, now)
	})
	return wrap("receive event", err)
}

func (t tx) Enqueue(ctx context.Context, kind billing.TaskKind, subject string, now time.Time) error {
	return wrap("enqueue", enqueue(t.on(ctx), kind, subject, now))
}

// enqueue marks a task that waits already to be done once more, because it may be under way and past the point.
func enqueue(db *gorm.DB, kind billing.TaskKind, subject string, now time.Time) error {
	return db.Exec(`
		INSERT INTO tasks (kind, subject, state, next_try_at, created_at) VALUES (?, ?, 'waiting', ?, ?)
		ON CONFLICT (kind, subject) WHERE state = 'waiting' DO UPDATE SET again = true`, kind, subject, now, now).Error
}

type taskRow struct {
	ID         int64
	Kind       string
	Subject    string
	Attempts   int
	Type       string
	ObjectID   string
	CustomerID string
	CreatedAt  time.Time
}

// Claim leases by moving the next attempt to the end of the lease. Workers pass by what another one is just taking.
func (s *Store) Claim(ctx context.Context, now time.Time, lease time.Duration) (billing.Task, bool, error) {
	var row taskRow
	r := pg.From(ctx, s.db).Raw(`
		WITH claimed AS (
			UPDATE tasks SET next_try_at = ?, attempts = attempts + 1, again = false
			WHERE id = (SELECT id FROM tasks WHERE state = 'waiting' AND next_try_at <= ?
			            ORDER BY next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
			RETURNING id, kind, subject, attempts)
		SELECT c.id, c.kind, c.subject, c.attempts - 1 AS attempts, coalesce(e.type, '') AS type,
		       coalesce(e.object_id, '') AS object_id, coalesce(e.customer_id, '') AS customer_id,
		       coalesce(e.created_at, 'epoch') AS created_at
		FROM claimed c LEFT JOIN webhook_events e ON c.kind = 'event' AND e.id = c.subject`, now.Add(lease), now).Scan(&row)
	if r.Error != nil || r.RowsAffected == 0 {
		return billing.Task{}, false, wrap("claim task", r.Error)
	}
	t := billing.Task{ID: row.ID, Kind: billing.TaskKind(row.Kind), Subject: row.Subject, Attempts: row.Attempts}
	if t.Kind == billing.TaskEvent {
		t.Event = billing.Event{ID: row.Subject, Type: row.Type, ObjectID: row.ObjectID, CustomerID: row.CustomerID, CreatedAt: row.CreatedAt}
	}
	return t, true, nil
}

// Settle implements billing.Queue. A task that was asked for once more meanwhile waits again, whatever came of it.
func (s *Store) Settle(ctx context.Context, taskID int64, o billing.Outcome) error {
	writes, err := json.Marshal(o.Writes)
	if err != nil {
		return fmt.Errorf("writes of task %d: %w", taskID, err)
	}
	if o.Writes == nil {
		writes = []byte("[]")
	}
	retry := o.Settled
	if o.State == billing.TaskWaiting {
		retry = o.Retry
	}
	err = pg.From(ctx, s.db).Exec(`
		UPDATE tasks SET state = CASE WHEN again THEN 'waiting' ELSE ? END, again = false, next_try_at = ?, reason = ?,
			writes = ?, settled_at = ?
		WHERE id = ? AND state = 'waiting'`,
		o.State, retry, o.Reason, string(writes), o.Settled, taskID).Error
	return wrap("settle task", err)
}

// EventOutcome implements billing.Queue.
func (s *Store) EventOutcome(ctx context.Context, eventID string) (billing.Outcome, error) {
	var row struct {
		State     string
		NextTryAt time.Time
		Reason    string
		Writes    []byte
		SettledAt *time.Time
	}
	r := pg.From(ctx, s.db).Raw(`
		SELECT state, next_try_at, reason, writes, settled_at FROM tasks WHERE kind = 'event' AND subject = ?
		ORDER BY id DESC LIMIT 1`, eventID).Scan(&row)
	if r.Error != nil {
		return billing.Outcome{}, wrap("read event", r.Error)
	}
	if r.RowsAffected == 0 {
		return billing.Outcome{}, billing.ErrEventUnknown
	}
	o := billing.Outcome{State: billing.TaskState(row.State), Reason: row.Reason, Settled: value(row.SettledAt)}
	if o.State == billing.TaskWaiting {
		o.Retry = row.NextTryAt
	}
	if err := json.Unmarshal(row.Writes, &o.Writes); err != nil {
		return billing.Outcome{}, fmt.Errorf("writes of event: %w", err)
	}
	return o, nil
}

// Stuck implements billing.Queue.
func (s *Store) Stuck(ctx context.Context, state billing.TaskState, after int64, limit int) ([]billing.StuckTask, error) {
	var rows []struct {
		ID        int64
		Kind      string
		Subject   string
		State     string
		Attempts  int
		Reason    string
		SettledAt *time.Time
	}
	err := pg.From(ctx, s.db).Raw(`
		SELECT id, kind, subject, state, attempts, reason, settled_at FROM tasks WHERE state = ? AND id > ? ORDER BY id LIMIT ?`,
		state, after, limit).Scan(&rows).Error
	if err != nil {
		return nil, wrap("list tasks", err)
	}
	tasks := make([]billing.StuckTask, len(rows))
	for i, r := range rows {
		tasks[i] = billing.StuckTask{
			ID: r.ID, Kind: billing.TaskKind(r.Kind), Subject: r.Subject, State: billing.TaskState(r.State),
			Attempts: r.Attempts, Reason: r.Reason, Settled: value(r.SettledAt),
		}
	}
	return tasks, nil
}

// Revive implements billing.Queue. The task is enqueued anew, because one of its kind and subject may wait already.
func (s *Store) Revive(ctx context.Context, taskID int64, now time.Time) (revived bool, err error) {
	err = pg.Tx(ctx, s.db, func(_ context.Context, db *gorm.DB) error {
		var stuck struct{ Kind, Subject string }
		r := db.Raw(`DELETE FROM tasks WHERE id = ? AND state IN ('dead', 'unmatched') RETURNING kind, subject`, taskID).Scan(&stuck)
		revived = r.RowsAffected > 0
		if r.Error != nil || !revived {
			return r.Error
		}
		return enqueue(db, billing.TaskKind(stuck.Kind), stuck.Subject, now)
	})
	return revived && err == nil, wrap("revive task", err)
}

// purgeBatch is how many rows one statement of a purge removes.
const purgeBatch = 1000

// PurgeHandled implements billing.Queue. It goes from batch to batch, so that no statement is long.
func (s *Store) PurgeHandled(ctx context.Context, before time.Time) error {
	err := s.purge(ctx, `
		DELETE FROM webhook_events WHERE id IN (
			SELECT e.id FROM webhook_events e WHERE e.received_at < ? AND NOT EXISTS (
				SELECT FROM tasks t WHERE t.kind = 'event' AND t.subject = e.id AND t.state IN ('waiting', 'dead'))
			ORDER BY e.received_at LIMIT ? FOR UPDATE SKIP LOCKED)`, before)
	if err != nil {
		return wrap("purge events", err)
	}
	return wrap("purge tasks", s.purge(ctx, `
		DELETE FROM tasks WHERE id IN (
			SELECT id FROM tasks WHERE state IN ('done', 'unmatched') AND settled_at < ? ORDER BY settled_at LIMIT ? FOR UPDATE SKIP LOCKED)`, before))
}

// purge repeats a statement until it finds less than a batch.
func (s *Store) purge(ctx context.Context, statement string, before time.Time) error {
	for {
		r := pg.From(ctx, s.db).Exec(statement, before, purgeBatch)
		if r.Error != nil || r.RowsAffected < purgeBatch {
			return r.Error
		}
	}
}

// Unhandled implements billing.Queue.
func (s *Store) Unhandled(ctx context.Context, customerID string) (int, error) {
	var n int
	err := pg.From(ctx, s.db).Raw(`
		SELECT count(*) FROM webhook_events e JOIN tasks t ON t.kind = 'event' AND t.subject = e.id
		WHERE e.customer_id = ? AND t.state = 'waiting' AND t.settled_at IS NULL`, customerID).Scan(&n).Error
	return n, wrap("count unhandled events", err)
}
