package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"muster/libs/pg"
)

const (
	eventColumns = "id, event_id, topic, key, type, source, subject, version, occurred_at, trace, data, created_at"

	// lockDead makes burying and requeueing exclude each other: a row may be buried behind a dead one only while that is
	// still there.
	lockDead = "LOCK TABLE outbox_dead IN SHARE ROW EXCLUSIVE MODE"

	reasonHeld = "stands behind a dead record of its key"
)

// bury moves refused rows, and those that stand behind them, to outbox_dead. It returns how many it moved.
func (r *Relay) bury(ctx context.Context, conn *pgx.Conn, result outcome) (buried int, err error) {
	const (
		refuse = "WITH gone AS (DELETE FROM outbox WHERE id = $1 RETURNING " + eventColumns + ") " +
			"INSERT INTO outbox_dead (" + eventColumns + ", reason) SELECT " + eventColumns + ", $2 FROM gone"
		hold = "WITH gone AS (DELETE FROM outbox o WHERE id = ANY($1) AND EXISTS " +
			"(SELECT 1 FROM outbox_dead d WHERE d.topic = o.topic AND d.key = o.key AND d.id < o.id) RETURNING " + eventColumns + ") " +
			"INSERT INTO outbox_dead (" + eventColumns + ", reason) SELECT " + eventColumns + ", $2 FROM gone"
	)
	ctx, cancel := context.WithTimeout(ctx, statementTimeout)
	defer cancel()
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, lockDead); err != nil {
			return err
		}
		for id, reason := range result.refused {
			tag, err := tx.Exec(ctx, refuse, id, reason)
			if err != nil {
				return err
			}
			buried += int(tag.RowsAffected())
		}
		tag, err := tx.Exec(ctx, hold, result.held, reasonHeld)
		buried += int(tag.RowsAffected())
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("move rows to outbox_dead: %w", err)
	}
	r.meters.dead.Add(ctx, int64(buried))
	for id, reason := range result.refused {
		r.log.ErrorContext(ctx, "the broker will never take an event; it is in outbox_dead: remove the cause, then requeue its key", "id", id, "reason", reason)
	}
	return buried, nil
}

// DeadEvent is a row of outbox_dead. The event's data is left out: it may be what is too large.
type DeadEvent struct {
	ID       int64
	EventID  string
	Topic    string
	Key      string
	Type     string
	Version  int64
	Bytes    int
	Reason   string
	FailedAt time.Time
}

// Dead lists dead events in their order, from after the given id on.
func Dead(ctx context.Context, db *gorm.DB, after int64, limit int) ([]DeadEvent, error) {
	const query = `
		SELECT id, event_id, topic, key, type, version, octet_length(data) AS bytes, reason, failed_at
		FROM outbox_dead WHERE id > ? ORDER BY id LIMIT ?`
	var dead []DeadEvent
	if err := pg.From(ctx, db).Raw(query, after, limit).Scan(&dead).Error; err != nil {
		return nil, fmt.Errorf("list dead events: %w", err)
	}
	return dead, nil
}

// Requeue returns the dead events of one key of a topic to the outbox, with their old ids and so in their old order,
// before everything of that key that came since. It returns how many there were.
func Requeue(ctx context.Context, db *gorm.DB, topic, key string) (n int, err error) {
	const query = "WITH back AS (DELETE FROM outbox_dead WHERE topic = ? AND key = ? RETURNING " + eventColumns + ") " +
		"INSERT INTO outbox (" + eventColumns + ") OVERRIDING SYSTEM VALUE SELECT " + eventColumns + " FROM back"
	err = pg.Tx(ctx, db, func(ctx context.Context, tx *gorm.DB) error {
		if err := tx.Exec(lockDead).Error; err != nil {
			return err
		}
		moved := tx.Exec(query, topic, key)
		n = int(moved.RowsAffected)
		pg.AfterCommit(ctx, wakeRelays)
		return moved.Error
	})
	if err != nil {
		return 0, fmt.Errorf("requeue dead events: %w", err)
	}
	return n, nil
}

// Drop gives a dead event up for good. It reports whether there was one.
func Drop(ctx context.Context, db *gorm.DB, id int64) (bool, error) {
	dropped := pg.From(ctx, db).Exec("DELETE FROM outbox_dead WHERE id = ?", id)
	if dropped.Error != nil {
		return false, fmt.Errorf("drop a dead event: %w", dropped.Error)
	}
	return dropped.RowsAffected > 0, nil
}
