package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
	"gorm.io/gorm"

	"muster/libs/errs"
	"muster/libs/pg"
)

// ErrNotYet means that the new model lacks what the live one has, or that a reader uses the live one. Try again.
var ErrNotYet = errors.New("the new read model cannot take over yet")

// errSwapped is what a batch for the new model fails with after the swap. It is transient, because the batch is not at
// fault.
var errSwapped = errs.New(errs.KindUnavailable, "NO_NEW_READ_MODEL", "The read model is not being built any more.")

// Lead makes this process the one that builds, until release is called or its connection ends. ok is false if another
// process builds.
func (m *Models) Lead(ctx context.Context, db *gorm.DB) (release func(), ok bool, err error) {
	pool, err := db.DB()
	if err != nil {
		return nil, false, pg.Wrap("lead the build", err)
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, false, pg.Wrap("lead the build", err)
	}
	if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", pg.LockKey("read model")).Scan(&ok); err != nil || !ok {
		return nil, false, pg.Wrap("lead the build", errors.Join(err, conn.Close()))
	}
	return func() {
		unlock, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_, _ = conn.ExecContext(unlock, "SELECT pg_advisory_unlock($1)", pg.LockKey("read model")) // Closing the pool releases it, too.
		_ = conn.Close()
	}, true, nil
}

// Begin begins a build that was requested, or goes on with one that was interrupted. Afterwards the new model has its
// tables. db is a pool of [Models.Open].
func (m *Models) Begin(ctx context.Context, db *gorm.DB) (phase string, err error) {
	err = pg.Tx(ctx, db, func(ctx context.Context, tx *gorm.DB) error {
		const lock = "SELECT phase FROM read_model_build WHERE version = ? FOR UPDATE"
		if phase, err = pg.One[string](ctx, tx, "lock the build", errSwapped, lock, m.Version); err != nil || phase != "requested" {
			return err
		}
		phase = "loading"
		for _, statement := range []string{
			"DROP SCHEMA IF EXISTS " + nextSchema + " CASCADE", "CREATE SCHEMA " + nextSchema, "UPDATE read_model_build SET phase = 'loading'",
		} {
			if err := tx.Exec(statement).Error; err != nil {
				return pg.Wrap("begin the build", err)
			}
		}
		return m.forget(ctx, tx)
	})
	if err != nil || phase != "loading" {
		return phase, err
	}
	if err := pg.Migrate(ctx, pg.InSchemas(m.url, nextSchema, "extensions"), m.migrations); err != nil {
		return phase, err
	}
	return "unindexed", m.lighten(ctx, db)
}

// lighten takes from the new model's main table what is cheaper to make once at the end: the totals, whose delta log would
// only grow until then, and the indexes, because each state of a user would change all of them.
func (m *Models) lighten(ctx context.Context, db *gorm.DB) error {
	const table = nextSchema + ".user_overview"
	return pg.Tx(ctx, db, func(ctx context.Context, tx *gorm.DB) error {
		if _, err := pg.Exec(ctx, tx, "begin the build", "ALTER TABLE "+table+" DISABLE TRIGGER USER"); err != nil {
			return err
		}
		const remember = `
			UPDATE read_model_build SET phase = 'unindexed', indexes = found.definitions FROM (
				SELECT coalesce(array_agg(pg_get_indexdef(indexrelid) ORDER BY indexrelid), '{}') AS definitions FROM (` + secondary + `) i
			) found`
		if _, err := pg.Exec(ctx, tx, "begin the build", remember, table); err != nil {
			return err
		}
		names, err := pg.Many[string](ctx, tx, "begin the build", "SELECT indexrelid::regclass::text FROM ("+secondary+") i", table)
		if err != nil {
			return err
		}
		for _, name := range names {
			if _, err := pg.Exec(ctx, tx, "begin the build", "DROP INDEX "+name); err != nil {
				return err
			}
		}
		return nil
	})
}

// secondary lists the indexes of a table but those of its constraints.
const secondary = `SELECT indexrelid FROM pg_index WHERE indrelid = ?::regclass
	AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)`

const (
	workers     = 2       // indexes and totals that are made at the same time
	indexMemory = "256MB" // for each of them
)

// missing returns the statements that create the indexes that [Models.lighten] took away, except those that an
// interrupted build has created already. A GIN index takes much longer than the others, so it comes first.
func (m *Models) missing(ctx context.Context, db *gorm.DB) ([]string, error) {
	const query = `
		SELECT definition FROM read_model_build, unnest(indexes) WITH ORDINALITY AS i (definition, place)
		WHERE definition NOT IN (SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = ?::regclass)
		ORDER BY definition NOT LIKE '% USING gin %', place`
	return pg.Many[string](ctx, db, "look for missing indexes", query, nextSchema+".user_overview")
}

// derive makes the indexes and the totals of the new model.
func (m *Models) derive(ctx context.Context, db *gorm.DB) error {
	statements, err := m.missing(ctx, db)
	if err != nil {
		return err
	}
	statements = append(statements, "SELECT user_overview_rollup_rebuild()", "SELECT user_overview_classes_rebuild()")
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(workers)
	for _, statement := range statements {
		work.Go(func() error {
			return pg.Tx(ctx, db, func(ctx context.Context, tx *gorm.DB) error {
				// The planner expects a group for each user, and would sort all users to count them. There are few groups.
				for _, sql := range []string{"SET LOCAL maintenance_work_mem = '" + indexMemory + "'", "SET LOCAL enable_sort = off", statement} {
					if _, err := pg.Exec(ctx, tx, "index and count the new read model", sql); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
	return work.Wait()
}

// forget deletes the offsets and the parked records of the new model's consumer.
func (m *Models) forget(ctx context.Context, db *gorm.DB) error {
	for _, table := range []string{"kafka_offsets", "parked"} {
		if _, err := pg.Exec(ctx, db, "forget a consumer", "DELETE FROM "+table+" WHERE consumer = ?", m.NextConsumer()); err != nil {
			return err
		}
	}
	return nil
}

// Restart makes the build begin anew.
func (m *Models) Restart(ctx context.Context) error {
	_, err := pg.Exec(ctx, m.db, "restart the build", "UPDATE read_model_build SET phase = 'requested' WHERE version = ?", m.Version)
	return err
}

// Lost returns why a partition of the new model's consumer is stopped, or "".
func (m *Models) Lost(ctx context.Context) (string, error) {
	const query = "SELECT lost FROM kafka_offsets WHERE consumer = ? AND lost <> '' LIMIT 1"
	why, _, err := pg.First[string](ctx, m.db, "look for lost logs", query, m.NextConsumer())
	return why, err
}

// StillNext returns an error if the new model has been swapped in. Batches check it in their transaction: they would be
// applied to the live model instead. It waits while the new model is counted. That keeps batches from waiting for a lock
// on the table, behind which the creation of indexes would queue.
func (m *Models) StillNext(ctx context.Context, db *gorm.DB) error {
	const query = "SELECT to_regclass(?) IS NOT NULL FROM pg_advisory_xact_lock_shared(?)"
	is, _, err := pg.First[bool](ctx, db, "look for the new read model", query, nextSchema+".user_overview", batchesKey())
	if err == nil && !is {
		err = errSwapped
	}
	return err
}

// batchesKey is the advisory lock that batches of the new model share.
func batchesKey() int64 { return pg.LockKey("batches of the next read model") }

// Count creates the indexes of the new model and counts its rows, so that its totals are kept from now on. Batches wait
// meanwhile, so nothing changes between the counting and the moment from which the triggers count.
func (m *Models) Count(ctx context.Context, db *gorm.DB) error {
	if _, err := pg.Exec(ctx, db, "vacuum the new read model", "VACUUM "+nextSchema+".user_overview"); err != nil { // while it has one index
		return err
	}
	return pg.Tx(ctx, db, func(locked context.Context, tx *gorm.DB) error {
		if _, err := pg.Exec(locked, tx, "count the new read model", "SET LOCAL idle_in_transaction_session_timeout = 0"); err != nil {
			return err
		}
		if _, err := pg.Exec(locked, tx, "wait for batches", "SELECT pg_advisory_xact_lock(?)", batchesKey()); err != nil {
			return err
		}
		if err := m.derive(ctx, db); err != nil { // in other transactions
			return err
		}
		for _, statement := range []string{"ALTER TABLE user_overview ENABLE TRIGGER USER", "UPDATE read_model_build SET phase = 'counted'"} {
			if _, err := pg.Exec(locked, tx, "count the new read model", statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// Analyze collects statistics of the new model's tables for the planner.
func (m *Models) Analyze(ctx context.Context, db *gorm.DB) error {
	const query = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = ? ORDER BY tablename <> 'user_overview'" // the largest first
	tables, err := pg.Many[string](ctx, db, "list the tables of the new read model", query, nextSchema)
	if err != nil {
		return err
	}
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(workers)
	for _, table := range tables {
		work.Go(func() error {
			_, err := pg.Exec(ctx, db, "analyze the new read model", "ANALYZE "+table)
			return err
		})
	}
	return work.Wait()
}

const (
	swapLockWait = "500ms" // shorter than PostgreSQL's deadlock_timeout, so that the swap gives way
	swapCatchUp  = time.Second
	swapPoll     = 10 * time.Millisecond
)

// Swap makes the new model the live one, or returns [ErrNotYet]. In one transaction, it stops the feeding of the live
// model, waits until the new one has everything that the live one has, and exchanges the tables and the offsets. The
// lock on the tables lets every transaction that reads the live model end before, and others begin after.
func (m *Models) Swap(ctx context.Context, db *gorm.DB) error {
	err := pg.Tx(ctx, db, func(ctx context.Context, tx *gorm.DB) error {
		const lock = "SELECT accepted FROM read_model_build WHERE version = ? AND phase = 'counted' FOR UPDATE"
		accepted, err := pg.One[bool](ctx, tx, "lock the build", errSwapped, lock, m.Version)
		if err != nil {
			return err
		}
		if err := m.checkReaders(ctx, tx); err != nil {
			return err
		}
		if err := tx.Exec("SET LOCAL lock_timeout = '" + swapLockWait + "'").Error; err != nil {
			return pg.Wrap("swap the read models", err)
		}
		if err := m.freeze(ctx, tx, m.consumer); err != nil {
			return err
		}
		if err := m.awaitEqual(ctx, tx); err != nil {
			return err
		}
		if err := m.freeze(ctx, tx, m.NextConsumer()); err != nil {
			return err
		}
		if err := m.checkComplete(ctx, tx); err != nil && !accepted {
			return err
		}
		if err := m.exchangeOffsets(ctx, tx); err != nil {
			return err
		}
		for _, statement := range []string{
			"DROP SCHEMA IF EXISTS " + oldSchema + " CASCADE", "CREATE SCHEMA " + oldSchema, move("public", oldSchema), move(nextSchema, "public"),
			"DROP SCHEMA " + nextSchema, "DELETE FROM read_model_build",
		} {
			if err := tx.Exec(statement).Error; err != nil {
				return pg.Wrap("swap the read models", err)
			}
		}
		return logReset(ctx, tx) // the models may differ in any user
	})
	if e := pg.Classify(err); err != nil && e.Kind == errs.KindUnavailable && !errors.Is(err, errSwapped) {
		return fmt.Errorf("%w: %w", ErrNotYet, err)
	}
	return err
}

// checkReaders returns [ErrNotYet] if a transaction has been using the live model for a while, such as an export. Waiting
// for its lock would make other readers wait in vain.
func (m *Models) checkReaders(ctx context.Context, tx *gorm.DB) error {
	const query = `
		SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
		WHERE l.relation = 'public.user_overview'::regclass AND l.database = a.datid AND a.pid <> pg_backend_pid() AND a.xact_start < now() - interval '500 ms'`
	readers, _, err := pg.First[int64](ctx, tx, "look for readers", query)
	if err == nil && readers > 0 {
		err = fmt.Errorf("%w: %d transactions read the live model", ErrNotYet, readers)
	}
	return err
}

// checkComplete returns [ErrNotYet] if the new model could not apply records that the live one has.
func (m *Models) checkComplete(ctx context.Context, tx *gorm.DB) error {
	n, _, err := pg.First[int64](ctx, tx, "compare the parked records", lacking, m.NextConsumer(), m.consumer)
	if err == nil && n > 0 {
		err = fmt.Errorf("%w: it could not apply %d records that the live one has; release a program that can, or see \"muster ops gateway model accept\"", ErrNotYet, n)
	}
	return err
}

// freeze lets the current batches of a consumer end and keeps out others.
func (m *Models) freeze(ctx context.Context, tx *gorm.DB, consumer string) error {
	const query = "SELECT next_offset FROM kafka_offsets WHERE consumer = ? ORDER BY topic, partition FOR UPDATE"
	_, err := pg.Many[int64](ctx, tx, "stop the feeding of a read model", query, consumer)
	return err
}

// awaitEqual waits until the new model has applied what the live one has. Where the live one is stopped, because its log
// is not the one that it has read, there is nothing to compare.
func (m *Models) awaitEqual(ctx context.Context, tx *gorm.DB) error {
	const query = `
		SELECT count(*) FROM kafka_offsets l
		LEFT JOIN kafka_offsets n ON n.consumer = ? AND n.topic = l.topic AND n.partition = l.partition
		WHERE l.consumer = ? AND l.lost = '' AND (n.next_offset IS NULL OR n.next_offset < l.next_offset OR n.lost <> '')`
	for deadline := time.Now().Add(swapCatchUp); ; {
		behind, _, err := pg.First[int64](ctx, tx, "compare the read models", query, m.NextConsumer(), m.consumer)
		if err != nil || behind == 0 {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%w: it is behind in %d partitions", ErrNotYet, behind)
		}
		select {
		case <-time.After(swapPoll):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// exchangeOffsets gives the live model's consumer the offsets and the parked records of the new one. A replica whose
// position differs begins anew there.
func (m *Models) exchangeOffsets(ctx context.Context, tx *gorm.DB) error {
	const fresher = `
		UPDATE kafka_offsets n SET applied_until = greatest(n.applied_until, l.applied_until) FROM kafka_offsets l
		WHERE n.consumer = ? AND l.consumer = ? AND n.topic = l.topic AND n.partition = l.partition AND l.lost = ''`
	if _, err := pg.Exec(ctx, tx, "take over the offsets", fresher, m.NextConsumer(), m.consumer); err != nil {
		return err
	}
	for _, table := range []string{"kafka_offsets", "parked"} {
		if _, err := pg.Exec(ctx, tx, "take over the offsets", "DELETE FROM "+table+" WHERE consumer = ?", m.consumer); err != nil {
			return err
		}
		if _, err := pg.Exec(ctx, tx, "take over the offsets", "UPDATE "+table+" SET consumer = ? WHERE consumer = ?", m.consumer, m.NextConsumer()); err != nil {
			return err
		}
	}
	return nil
}

// Finish removes what the new model's consumer may have stored after the swap.
func (m *Models) Finish(ctx context.Context) error { return m.forget(ctx, m.db) }

// move returns the statement that moves a model to another schema.
func move(from, to string) string {
	return fmt.Sprintf(`DO $$
DECLARE o record;
BEGIN
    FOR o IN SELECT relname FROM pg_class WHERE relnamespace = '%[1]s'::regnamespace AND relkind = 'r'
        AND (relname ~ '^user_overview(_|$)' OR relname = 'goose_gateway') ORDER BY relname = 'user_overview' DESC, relname
    LOOP
        EXECUTE format('ALTER TABLE %[1]s.%%I SET SCHEMA %[2]s', o.relname);
    END LOOP;
    FOR o IN SELECT proname, pg_get_function_identity_arguments(oid) AS arguments FROM pg_proc WHERE pronamespace = '%[1]s'::regnamespace
        AND proname ~ '^user_overview_'
    LOOP
        EXECUTE format('ALTER FUNCTION %[1]s.%%I(%%s) SET SCHEMA %[2]s', o.proname, o.arguments);
    END LOOP;
END
$$`, from, to)
}
