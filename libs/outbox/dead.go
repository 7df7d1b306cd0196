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
		r.log.ErrorContext(ctx, "the broker will never take an event, and it is in outbox_dead: remove the cause, then requeue or drop it", "id", id, "reason", reason,
			"command", fmt.Sprintf("muster ops %s outbox show %d", r.config.Service, id))
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
	Bytes    int // of the data
	Reason   string
	FailedAt time.Time
}

const deadColumns = "id, event_id, topic, key, type, version, octet_length(data) AS bytes, reason, failed_at"

// Dead lists dead events in their order, from after the given id on.
func Dead(ctx context.Context, db *gorm.DB, after int64, limit int) ([]DeadEvent, error) {
	const query = "SELECT " + deadColumns + " FROM outbox_dead WHERE id > ? ORDER BY id LIMIT ?"
	var dead []DeadEvent
	if err := pg.From(ctx, db).Raw(query, after, limit).Scan(&dead).Error; err != nil {
		return nil, fmt.Errorf("list dead events: %w", err)
	}
	return dead, nil
}

// FindDead returns a dead event with its data, which may be personal. found is false when there is none with this id.
func FindDead(ctx context.Context, db *gorm.DB, id int64) (event DeadEvent, data []byte, found bool, err error) {
	const query = "SELECT " + deadColumns + ", data FROM outbox_dead WHERE id = ?"
	var row struct {
		DeadEvent
		Data string
	}
	result := pg.From(ctx, db).Raw(query, id).Scan(&row)
	if result.Error != nil {
		return DeadEvent{}, nil, false, fmt.Errorf("read dead event %d: %w", id, result.Error)
	}
	return row.DeadEvent, []byte(row.Data), result.RowsAffected > 0, nil
}

// Requeue returns a dead event to the outbox, with all others of its key on its topic. Events of an event topic keep
// their ids and so their old order, before everything of that key that came since. A state may have been superseded:
// newer ones of its key were published, and the topic must not end with an older one. So dead states are removed, and
// restate, in the same transaction, appends the present state of their key.
//
// It returns how many dead events there were; 0 when there is none with this id.
func Requeue(ctx context.Context, db *gorm.DB, id int64, restate func(ctx context.Context, key string) error) (n int, err error) {
	const (
		find   = "SELECT topic, key FROM outbox_dead WHERE id = ?"
		remove = "DELETE FROM outbox_dead WHERE topic = ? AND key = ?"
		move   = "WITH back AS (" + remove + " RETURNING " + eventColumns + ") " +
			"INSERT INTO outbox (" + eventColumns + ") OVERRIDING SYSTEM VALUE SELECT " + eventColumns + " FROM back"
	)
	err = pg.Tx(ctx, db, func(ctx context.Context, tx *gorm.DB) error {
		n = 0
		if err := tx.Exec(lockDead).Error; err != nil {
			return err
		}
		var dead struct{ Topic, Key string }
		if found := tx.Raw(find, id).Scan(&dead); found.Error != nil || found.RowsAffected == 0 {
			return found.Error
		}
		pg.AfterCommit(ctx, wakeRelays)
		known := contracts.Topics(dead.Topic)
		if len(known) == 0 || !known[0].Compact {
			moved := tx.Exec(move, dead.Topic, dead.Key)
			n = int(moved.RowsAffected)
			return moved.Error
		}
		removed := tx.Exec(remove, dead.Topic, dead.Key)
		n = int(removed.RowsAffected)
		if removed.Error != nil {
			return removed.Error
		}
		return restate(ctx, dead.Key)
	})
	if err != nil {
		return 0, fmt.Errorf("requeue dead event %d: %w", id, err)
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

// Waiting counts the events that wait to be published, up to limit.
func Waiting(ctx context.Context, db *gorm.DB, limit int) (n int, err error) {
	const query = "SELECT count(*) FROM (SELECT FROM outbox LIMIT ?) AS oldest"
	if err := pg.From(ctx, db).Raw(query, limit).Scan(&n).Error; err != nil {
		return 0, fmt.Errorf("count waiting events: %w", err)
	}
	return n, nil
}
