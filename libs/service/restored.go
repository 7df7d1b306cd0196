package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"gorm.io/gorm"

	"muster/libs/pg"
)

// raise is how far a restored database is moved ahead of what may have been published before. No aggregate changes so often
// between two backups, and no sequence that others see grows so much.
const raise = 1_000_000

// errRunning says that the versions of a running service cannot be raised.
var errRunning = errors.New("the service is running: stop all of its replicas first")

// restored is "identity restored". It prepares a database that was restored to an earlier time: the states that the service
// publishes from then on are newer than all that others have seen, and the numbers that it gives are new. It needs the
// database's variables alone.
func (b Blueprint[S]) restored(ctx context.Context, out io.Writer) error {
	s := b.Settings()
	p := problemsOf(b.Name, s)
	url := cmp.Or(os.Getenv(p.variable("POSTGRES_OWNER_URL")), os.Getenv(p.variable("POSTGRES_URL")))
	p.Need(url != "", "POSTGRES_URL", "is missing")
	if err := errors.Join(p.all...); err != nil {
		return fmt.Errorf("%w:\n%w", errSettings, err)
	}
	db, err := pg.Open(ctx, url)
	if err != nil {
		return err
	}
	err = pg.Tx(ctx, db, func(ctx context.Context, tx *gorm.DB) error { return b.raise(ctx, tx, out) })
	return errors.Join(err, pg.Close(db))
}

// raise raises versions and sequences in a transaction.
func (b Blueprint[S]) raise(ctx context.Context, tx *gorm.DB, out io.Writer) error {
	idle, _, err := pg.First[bool](ctx, tx, "look for a running relay", "SELECT pg_try_advisory_xact_lock(?)", pg.LockKey("outbox/"+b.Name))
	if err != nil {
		return err
	}
	if !idle {
		return errRunning
	}
	var raised int64
	for _, statement := range b.Raise {
		n, err := pg.Exec(ctx, tx, "raise versions", statement, map[string]any{"by": raise})
		if err != nil {
			return err
		}
		raised += n
	}
	const sequences = `
		SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, least(max_value, coalesce(last_value, 0) + ?))
		FROM pg_sequences WHERE schemaname NOT LIKE 'pg\_%' AND schemaname <> 'information_schema'`
	moved, err := pg.Many[int64](ctx, tx, "raise sequences", sequences, raise)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "raised the versions of %d states and %d sequences by %d; now start the service and publish its states again\n", raised, len(moved), raise)
	return err
}
