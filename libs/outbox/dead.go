package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/pg"
)

const (
	eventColumns = "id, event_id, topic, key, type, source, subject, version, occurred_at, trace, data, created_at"

	// lockDead makes burying and requeueing mutually exclusive: a row may be buried behind a dead one only while the
	// dead one exists.
	lockDead = "LOCK TABLE outbox_dead IN SHARE ROW EXCLUSIVE MODE"

	reasonHeld = "stands behind a dead record of its key"
)

// bury moves refused rows, and the rows behind them, to outbox_dead. It returns the number of rows moved.
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
		r.log.ErrorContext(ctx, "the broker refuses an event permanently; it was moved to outbox_dead. Fix the cause, then requeue or drop it", "id", id, "reason", reason,
			"command", fmt.Sprintf("muster ops %s outbox show %d", r.config.Service, id))
	}
	return buried, nil
}

// DeadEvent is a row of outbox_dead. It leaves out the event's data, which may be too large.
type DeadEvent struct {
	ID       int64
	EventID  string
	Topic    string
	Key      string
	Type     string
	Version  int64
	Bytes    int // of the data
	Reason   string
	FailedAt time.Time
}

const deadColumns = "id, event_id, topic, key, type, version, octet_length(data) AS bytes, reason, failed_at"

// Dead lists dead events in id order, starting after the given id.
func Dead(ctx context.Context, db *gorm.DB, after int64, limit int) ([]DeadEvent, error) {
	const query = "SELECT " + deadColumns + " FROM outbox_dead WHERE id > ? ORDER BY id LIMIT ?"
	return pg.Many[DeadEvent](ctx, db, "list dead events", query, after, limit)
}

// FindDead returns a dead event with its data, which may be personal. found is false when no dead event has this id.
func FindDead(ctx context.Context, db *gorm.DB, id int64) (event DeadEvent, data []byte, found bool, err error) {
	const query = "SELECT " + deadColumns + ", data FROM outbox_dead WHERE id = ?"
	type whole struct {
		DeadEvent
		Data []byte
	}
	row, found, err := pg.First[whole](ctx, db, "read a dead event", query, id)
	return row.DeadEvent, row.Data, found, err
}

// Requeue returns a dead event to the outbox, with all others of its key on its topic. Events of an event topic keep
// their ids. They are therefore published in their old order, before all newer events of that key. A dead state may
// have been superseded by a published one, and the topic must not end with an older state. Dead states are therefore
// deleted, and restate appends the current state of their key in the same transaction.
//
// It returns the number of dead events requeued, or 0 when no dead event has this id.
func Requeue(ctx context.Context, db *gorm.DB, id int64, restate func(ctx context.Context, key string) error) (n int, err error) {
	const (
		find   = "SELECT topic, key FROM outbox_dead WHERE id = ?"
		remove = "DELETE FROM outbox_dead WHERE topic = ? AND key = ?"
		move   = "WITH back AS (" + remove + " RETURNING " + eventColumns + ") " +
			"INSERT INTO outbox (" + eventColumns + ") OVERRIDING SYSTEM VALUE SELECT " + eventColumns + " FROM back"
	)
	err = pg.Tx(ctx, db, func(ctx context.Context, tx *gorm.DB) error {
		n = 0
		if _, err := pg.Exec(ctx, tx, "requeue a dead event", lockDead); err != nil {
			return err
		}
		type row struct{ Topic, Key string }
		dead, found, err := pg.First[row](ctx, tx, "requeue a dead event", find, id)
		if err != nil || !found {
			return err
		}
		pg.AfterCommit(ctx, wakeRelays)
		known := contracts.Topics(dead.Topic)
		isState := len(known) == 1 && known[0].Compact
		statement := move
		if isState {
			statement = remove
		}
		moved, err := pg.Exec(ctx, tx, "requeue a dead event", statement, dead.Topic, dead.Key)
		n = int(moved)
		if err != nil || !isState {
			return err
		}
		return restate(ctx, dead.Key)
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// Drop deletes a dead event without publishing it. It reports whether there was one.
func Drop(ctx context.Context, db *gorm.DB, id int64) (bool, error) {
	dropped, err := pg.Exec(ctx, db, "drop a dead event", "DELETE FROM outbox_dead WHERE id = ?", id)
	return dropped > 0, err
}

// Waiting counts the events that wait to be published, up to limit.
func Waiting(ctx context.Context, db *gorm.DB, limit int) (n int, err error) {
	const query = "SELECT count(*) FROM (SELECT FROM outbox LIMIT ?) AS oldest"
	n, _, err = pg.First[int](ctx, db, "count waiting events", query, limit)
	return n, err
}
