package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"
)

// planEachTime makes PostgreSQL plan for the actual arguments until the transaction ends. After five executions of a
// prepared statement it would otherwise choose one plan for all arguments if that seems cheap enough.
const planEachTime = "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)"

// readAttempts bounds the attempts to send a query on a connection of the pool, which may be closed.
const readAttempts = 3

// PlanEachTime is for queries whose best plan depends on the arguments. It lasts until the end of the transaction tx.
func PlanEachTime(tx *gorm.DB) error {
	return Wrap("set up the planner", tx.Exec(planEachTime).Error)
}

// InTx reports whether ctx carries a transaction of the database.
func InTx(ctx context.Context, db *gorm.DB) bool {
	pool, err := db.DB()
	return err == nil && current(ctx, pool) != nil
}

// ManyPlanned reads the rows of one query like [Many], with a plan for the actual arguments, in one round trip and
// outside of any transaction. The query has one more column than T has fields: last is its value in the last row, or E's
// zero if there are no rows. T is a struct whose fields are matched with the columns by name, without regard to case and
// underscores. T may have more fields.
//
// It sends the query again on another connection if the database cannot have received it.
func ManyPlanned[T, E any](ctx context.Context, db *gorm.DB, what, query string, args ...any) (rows []T, last E, err error) {
	pool, err := db.DB()
	if err != nil {
		return nil, last, Wrap(what, err)
	}
	built := db.WithContext(ctx).Raw(query, args...).Statement // numbers the placeholders and runs nothing
	query, args = built.SQL.String(), built.Vars
	start := time.Now()
	for range readAttempts {
		rows, last, err = planned[T, E](ctx, pool, query, args)
		if !errors.Is(err, driver.ErrBadConn) && !pgconn.SafeToRetry(err) {
			break
		}
	}
	db.Logger.Trace(ctx, start, func() (string, int64) { return query, int64(len(rows)) }, err)
	return rows, last, Wrap(what, err)
}

func planned[T, E any](ctx context.Context, pool *sql.DB, query string, args []any) (rows []T, last E, err error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, last, err
	}
	defer conn.Close()
	err = conn.Raw(func(driverConn any) error {
		c, ok := driverConn.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the connection is a %T", driverConn)
		}
		if c.Conn().IsClosed() {
			return driver.ErrBadConn
		}
		// Both statements are one transaction, because nothing is committed before the end of the batch.
		var batch pgx.Batch
		batch.Queue(planEachTime)
		batch.Queue(query, args...).Query(func(found pgx.Rows) error {
			var err error
			rows, err = pgx.CollectRows(found, func(row pgx.CollectableRow) (T, error) {
				return pgx.RowToStructByNameLax[T](withLast{row, &last})
			})
			return err
		})
		return c.Conn().SendBatch(ctx, &batch).Close()
	})
	if err != nil {
		var none E
		return nil, none, err
	}
	return rows, last, nil
}

// withLast is a row without its last column, which it scans into last.
type withLast struct {
	pgx.CollectableRow
	last any
}

// FieldDescriptions implements pgx.CollectableRow.
func (r withLast) FieldDescriptions() []pgconn.FieldDescription {
	all := r.CollectableRow.FieldDescriptions()
	return all[:len(all)-1]
}

// Scan implements pgx.CollectableRow.
func (r withLast) Scan(dest ...any) error {
	return r.CollectableRow.Scan(append(dest, r.last)...)
}
