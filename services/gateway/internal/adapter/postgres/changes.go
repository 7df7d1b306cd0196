package postgres

import (
	"context"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/gateway/internal/livefeed"
)

// keptChanges is the number of changes that the log keeps.
const keptChanges = 100_000

// changeChannel is the channel on which replicas tell each other that the log has grown.
const changeChannel = "user_change"

// Changes implements the log of the live feed. The database must have [Registry].
type Changes struct {
	db  *gorm.DB
	url string
	// Keep is the number of changes that the log keeps.
	Keep  int64
	woken chan struct{}
}

// NewChanges creates a log. url is that of db.
func NewChanges(db *gorm.DB, url string) *Changes {
	return &Changes{db: db, url: url, Keep: keptChanges, woken: make(chan struct{}, 1)}
}

// wake tells this replica's feed that the log may have grown.
func (l *Changes) wake() {
	select {
	case l.woken <- struct{}{}:
	default: // it is told already
	}
}

// Grown implements livefeed.Log.
func (l *Changes) Grown() <-chan struct{} { return l.woken }

// Number implements livefeed.Log.
func (l *Changes) Number(ctx context.Context) (livefeed.Bounds, error) {
	if _, _, err := pg.First[int64](ctx, l.db, "number changes", "SELECT user_change_number(?)", l.Keep); err != nil {
		return livefeed.Bounds{}, err
	}
	b, _, err := pg.First[livefeed.Bounds](ctx, l.db, "read the bounds of the log", "SELECT last, forgotten FROM user_change_log")
	return b, err
}

// Since implements livefeed.Log.
func (l *Changes) Since(ctx context.Context, after int64, limit int) ([]livefeed.Change, error) {
	const query = "SELECT position, user_id, kind FROM user_change WHERE position > ? ORDER BY position LIMIT ?"
	return pg.Many[livefeed.Change](ctx, l.db, "read changes", query, after, limit)
}

// Listen passes on what other replicas tell, until ctx is done. It takes a connection outside the pool.
func (l *Changes) Listen(ctx context.Context, failed func(error)) {
	pg.Listen(ctx, l.url, changeChannel, l.wake, failed)
}

var _ livefeed.Log = (*Changes)(nil)

// logged adds to an upsert that the users are logged that it has changed.
func logged(u upsert, kind, condition string) upsert {
	u.sql = "WITH applied AS (" + u.sql + " RETURNING user_id, visible, user_deleted, rejected_because)" +
		" INSERT INTO user_change_new (user_id, kind) SELECT user_id, " + kind + " FROM applied WHERE " + condition
	return u
}

var (
	// A registration that was refused has never been a user.
	logUsers = logged(storeUsers, "CASE WHEN user_deleted THEN '"+string(livefeed.Deleted)+"' ELSE '"+string(livefeed.Changed)+"' END", "rejected_because = ''")
	// What remains of a deleted user's subscription is not shown.
	logSubscriptions = logged(storeSubscriptions, "'"+string(livefeed.Changed)+"'", "visible")
)

// logReset tells the clients of the feed, in the transaction that ctx carries, to read everything anew.
func logReset(ctx context.Context, tx *gorm.DB) error {
	_, err := pg.Exec(ctx, tx, "log a reset", "INSERT INTO user_change_new (user_id, kind) VALUES (0, ?)", string(livefeed.Reset))
	return err
}
