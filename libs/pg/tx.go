package pg

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"gorm.io/gorm"

	"muster/libs/internal/wait"
)

// conflictAttempts is the number of attempts of the outermost Tx when transactions conflict.
const conflictAttempts = 6

// txKey is the context key of the open transaction.
type txKey struct{}

// txn is an open transaction, or a savepoint inside one.
type txn struct {
	db    *gorm.DB
	pool  *sql.DB // tells transactions of different databases apart
	depth int     // 0 for the transaction, then one per savepoint
	after []func()
	whole bool  // see [Whole]
	err   error // of the first nested transaction that failed, if whole
}

// Tx runs fn in a transaction and commits it if fn returns nil, else rolls back and returns fn's error.
//
// If ctx carries a transaction of the same database, fn runs inside it under a savepoint: an error undoes what fn did
// and leaves the outer transaction usable. Only the outermost Tx commits, and only it retries when the database
// reports a serialization failure or a deadlock; fn then runs again, so it must have no effect outside the
// transaction. An error of the commit itself is returned as it is: the outcome may then be unknown.
//
// The transaction ends with ctx: when ctx is done before the commit, the database rolls back.
func Tx(ctx context.Context, db *gorm.DB, fn func(ctx context.Context, tx *gorm.DB) error) error {
	return run(ctx, db, nil, fn)
}

// Whole is a Tx that succeeds or fails as a whole: a Tx inside fn sets no savepoint, which saves two round trips. If one
// fails, Whole fails with that error, and so does each further Tx inside fn. If ctx carries a transaction of the same
// database, Whole is [Tx].
func Whole(ctx context.Context, db *gorm.DB, fn func(ctx context.Context, tx *gorm.DB) error) error {
	return run(ctx, db, nil, func(ctx context.Context, tx *gorm.DB) error {
		t, ok := ctx.Value(txKey{}).(*txn)
		if !ok || t.depth > 0 {
			return fn(ctx, tx)
		}
		t.whole = true
		err := fn(ctx, tx)
		return cmp.Or(t.err, err)
	})
}

// Snapshot is a read-only Tx: all statements see the database as of the first one (REPEATABLE READ, READ ONLY), so that
// a page and its total agree. If ctx carries a transaction, it reads in that one.
func Snapshot(ctx context.Context, db *gorm.DB, fn func(ctx context.Context, tx *gorm.DB) error) error {
	return run(ctx, db, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, fn)
}

// From returns the connection to run statements on: the transaction that ctx carries, or else the pool.
func From(ctx context.Context, db *gorm.DB) *gorm.DB {
	pool, err := db.DB()
	if err != nil {
		return db.WithContext(ctx) // The statement itself will return the error.
	}
	if t := current(ctx, pool); t != nil {
		return t.db.WithContext(ctx)
	}
	return db.WithContext(ctx)
}

// AfterCommit runs fn after the outermost transaction of ctx has committed, in the order of registration, or at once if
// ctx carries no transaction. After a rollback, including that of an enclosing savepoint, fn does not run. It must be
// quick and must not fail.
func AfterCommit(ctx context.Context, fn func()) {
	if t, ok := ctx.Value(txKey{}).(*txn); ok {
		t.after = append(t.after, fn)
		return
	}
	fn()
}

func current(ctx context.Context, pool *sql.DB) *txn {
	if t, ok := ctx.Value(txKey{}).(*txn); ok && t.pool == pool {
		return t
	}
	return nil
}

func run(ctx context.Context, db *gorm.DB, opts *sql.TxOptions, fn func(context.Context, *gorm.DB) error) error {
	pool, err := db.DB()
	if err != nil {
		return Wrap("transaction", err)
	}
	if outer := current(ctx, pool); outer != nil {
		if outer.whole {
			return outer.join(ctx, fn)
		}
		return savepoint(ctx, outer, fn)
	}
	if _, inTx := db.Statement.ConnPool.(gorm.TxCommitter); inTx {
		return errors.New("transaction: the handle is a transaction that its context does not carry")
	}
	for attempt := 1; ; attempt++ {
		err = transaction(ctx, db, pool, opts, fn)
		if !isConflict(err) || attempt == conflictAttempts {
			return err
		}
		if wait.Sleep(ctx, conflictDelay(attempt)) != nil {
			return err
		}
	}
}

// transaction is one attempt of an outermost transaction.
func transaction(ctx context.Context, db *gorm.DB, pool *sql.DB, opts *sql.TxOptions, fn func(context.Context, *gorm.DB) error) error {
	var options []*sql.TxOptions
	if opts != nil {
		options = append(options, opts)
	}
	tx := db.WithContext(ctx).Begin(options...)
	if tx.Error != nil {
		return Wrap("begin", tx.Error)
	}
	t := &txn{pool: pool}
	inner := context.WithValue(ctx, txKey{}, t)
	t.db = tx.WithContext(inner)
	finished := false
	defer func() {
		if !finished { // fn failed or panicked; a rollback that fails leaves a dead connection, which rolls back too.
			tx.Rollback()
		}
	}()
	if err := fn(inner, t.db); err != nil {
		return err
	}
	finished = true
	if err := tx.Commit().Error; err != nil {
		return Wrap("commit", err)
	}
	for _, after := range t.after {
		after()
	}
	return nil
}

// join runs fn as a part of a transaction that fails if fn fails.
func (t *txn) join(ctx context.Context, fn func(context.Context, *gorm.DB) error) error {
	if t.err != nil {
		return t.err
	}
	t.err = errors.New("a nested transaction panicked")
	t.err = fn(ctx, t.db.WithContext(ctx))
	return t.err
}

// savepoint runs fn inside outer and undoes what it did if it fails.
func savepoint(ctx context.Context, outer *txn, fn func(context.Context, *gorm.DB) error) error {
	t := &txn{pool: outer.pool, depth: outer.depth + 1}
	inner := context.WithValue(ctx, txKey{}, t)
	t.db = outer.db.WithContext(inner)
	name := fmt.Sprintf("sp_%d", t.depth)
	if err := t.db.Exec("SAVEPOINT " + name).Error; err != nil {
		return Wrap("savepoint", err)
	}
	finished := false
	undo := func() error {
		finished = true
		return t.db.Exec("ROLLBACK TO SAVEPOINT " + name).Error
	}
	defer func() {
		if !finished { // fn panicked, and the panic may be recovered inside the outer transaction.
			_ = undo()
		}
	}()
	if err := fn(inner, t.db); err != nil {
		if undoErr := undo(); undoErr != nil {
			return errors.Join(err, Wrap("roll back to savepoint", undoErr))
		}
		return err
	}
	finished = true
	if err := t.db.Exec("RELEASE SAVEPOINT " + name).Error; err != nil {
		return Wrap("release savepoint", err)
	}
	outer.after = append(outer.after, t.after...)
	return nil
}

// conflictDelay spreads colliding transactions: about 2 ms, doubling, half of it random.
func conflictDelay(attempt int) time.Duration {
	base := time.Millisecond << attempt
	return base/2 + rand.N(base)
}
