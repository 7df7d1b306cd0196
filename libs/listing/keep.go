package listing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
)

const (
	keepEvery = 500 * time.Millisecond // the interval between rounds, unless a reader asks for one sooner
	keepIdle  = 4 * time.Second        // the longest interval, after rounds that found nothing to do
	// foldBatch is the number of delta-log rows folded in one transaction.
	foldBatch = 2000
	// maxFilters is the number of counts kept for a list. The least recently used ones are evicted.
	maxFilters = 500
	// keptFor is how long an unused count is kept. Its filter may contain part of an email address.
	keptFor = "1 hour"
	// countsPerRound bounds the counts of one round, so that folding the delta log never waits long.
	countsPerRound = 4
	// askedAtOnce is the number of kept filters that one statement updates.
	askedAtOnce = 50
	// vacuumAfter is the number of folded rows after which the delta log is vacuumed. Dead rows slow down every reader,
	// and autovacuum runs only once a minute.
	vacuumAfter = 20_000
)

// Run calls [Totals.Keep] until ctx is done: at an interval that doubles while there is nothing to do, and as soon as a
// reader asks for a count to be kept. Failures are logged and retried. Every replica runs it.
func (t *Totals) Run(ctx context.Context, log *slog.Logger) error {
	pause := keepEvery
	for {
		worked, err := t.round(ctx)
		if err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "cannot maintain the totals of a list; retrying", "table", t.table.Name, "error", err)
		}
		if pause = min(2*pause, keepIdle); worked || err != nil {
			pause = keepEvery
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		case <-t.changed:
			timer.Stop()
		}
	}
}

// Keep runs one round: it stores the filters that readers noted, folds the delta log, and counts the filters whose
// count is to be kept. It skips a step that another replica is running.
func (t *Totals) Keep(ctx context.Context) error {
	_, err := t.round(ctx)
	return err
}

// round is [Totals.Keep]. worked reports whether there were changes or counts.
func (t *Totals) round(ctx context.Context) (worked bool, err error) {
	if err := t.writeNotes(ctx); err != nil {
		return false, fmt.Errorf("store noted filters: %w", err)
	}
	folded, err := t.foldAll(ctx)
	if err != nil {
		return false, fmt.Errorf("fold the delta log: %w", err)
	}
	worked = folded > 0
	for range countsPerRound {
		counted, err := t.countOne(ctx)
		if err != nil || !counted {
			return worked, err
		}
		worked = true
	}
	return worked, nil
}

// writeNotes stores the filters that readers noted, and deletes kept counts that are unused or too many.
func (t *Totals) writeNotes(ctx context.Context) error {
	t.mu.Lock()
	notes := t.notes
	t.notes = map[string]note{}
	t.mu.Unlock()
	var wanted, filters, used pg.Array[string]
	for _, key := range slices.Sorted(maps.Keys(notes)) {
		used = append(used, key)
		if n := notes[key]; n.wanted {
			wanted, filters = append(wanted, key), append(filters, n.filter)
		}
	}
	kept := t.table.Name + "_kept"
	return pg.Tx(ctx, t.db, func(_ context.Context, tx *gorm.DB) error {
		err := tx.Exec("DELETE FROM "+kept+" WHERE used_at < now() - interval '"+keptFor+
			"' OR key IN (SELECT key FROM "+kept+" ORDER BY used_at DESC, key OFFSET ?)", maxFilters).Error
		if err != nil || len(notes) == 0 {
			return err
		}
		// used_at need not be exact. Updating it at most once a minute saves writes, since most filters are used
		// repeatedly.
		err = tx.Exec("UPDATE "+kept+" SET used_at = now() WHERE key = ANY(?::text[]) AND used_at < now() - interval '1 minute'", used).Error
		if err != nil || len(wanted) == 0 {
			return err
		}
		return tx.Exec("INSERT INTO "+kept+" (key, filter, used_at) SELECT key, filter, now() FROM unnest(?::text[], ?::text[]) AS w (key, filter) ON CONFLICT (key) DO NOTHING",
			wanted, filters).Error
	})
}

// foldAll folds batches until less than a full batch is left in the delta log, and returns the number of rows.
func (t *Totals) foldAll(ctx context.Context) (rows int, err error) {
	for n := foldBatch; n == foldBatch; {
		if n, err = t.fold(ctx); err != nil {
			return rows, err
		}
		rows += n
	}
	if t.folded += rows; t.folded < vacuumAfter {
		return rows, nil
	}
	t.folded = 0
	return rows, t.db.WithContext(ctx).Exec("VACUUM (SKIP_LOCKED) " + t.table.Name + "_delta").Error
}

// alone runs fn in a transaction that holds the list's advisory lock. If another replica holds the lock, it does
// nothing. Each statement of fn sees all earlier folds.
func (t *Totals) alone(ctx context.Context, fn func(tx *gorm.DB) error) error {
	return pg.Tx(ctx, t.db, func(_ context.Context, tx *gorm.DB) error {
		var locked bool
		err := tx.Raw("SELECT pg_try_advisory_xact_lock(?::regclass::bigint)", t.table.Name+"_rollup").Scan(&locked).Error
		if err != nil || !locked {
			return err
		}
		return fn(tx)
	})
}

// fold moves a batch of the delta log into the rollup and the kept counts in one transaction, and returns the number of
// rows. A reader therefore sees each change either in the log or in the sums, never in both.
func (t *Totals) fold(ctx context.Context) (rows int, err error) {
	delta := t.table.Name + "_delta"
	err = t.alone(ctx, func(tx *gorm.DB) error {
		// ctid identifies the rows safely: nobody updates them, and only the holder of the lock deletes them.
		var batch struct {
			Rows  string
			Count int
		}
		err := tx.Raw("SELECT coalesce(array_agg(ctid), '{}')::text AS rows, count(*) FROM (SELECT ctid FROM "+delta+" LIMIT ?) b", foldBatch).Scan(&batch).Error
		if rows = batch.Count; err != nil || rows == 0 {
			return err
		}
		if err := tx.Exec("SELECT "+t.table.Name+"_fold(?::text::tid[])", batch.Rows).Error; err != nil {
			return err
		}
		if err := t.foldKept(tx, batch.Rows); err != nil {
			return err
		}
		return tx.Exec("DELETE FROM "+delta+" WHERE ctid = ANY (?::text::tid[])", batch.Rows).Error
	})
	return rows, err
}

// foldKept adds a batch of the delta log to every kept count.
func (t *Totals) foldKept(tx *gorm.DB, batch string) error {
	var all []struct{ Key, Filter string }
	if err := tx.Raw("SELECT key, filter FROM " + t.table.Name + "_kept WHERE n IS NOT NULL ORDER BY key").Scan(&all).Error; err != nil {
		return err
	}
	var filters []keptFilter
	var strange pg.Array[string]
	for _, k := range all {
		if f, ok := t.list.keepable(k.Filter); ok && f.key == k.Key {
			filters = append(filters, f)
		} else {
			strange = append(strange, k.Key)
		}
	}
	if strange != nil { // Another version of the program stored them. It will count them again.
		if err := tx.Exec("DELETE FROM "+t.table.Name+"_kept WHERE key = ANY(?::text[])", strange).Error; err != nil {
			return err
		}
	}
	for chunk := range slices.Chunk(filters, askedAtOnce) {
		if err := t.foldInto(tx, batch, chunk); err != nil {
			return err
		}
	}
	return nil
}

// foldInto adds a batch of the delta log to the kept counts of the given filters.
func (t *Totals) foldInto(tx *gorm.DB, batch string, filters []keptFilter) error {
	var keys pg.Array[string]
	var sums []string
	var args []any
	for _, f := range filters {
		keys = append(keys, f.key)
		sums = append(sums, "coalesce(sum(sign) FILTER (WHERE "+f.condition.sql+"), 0)")
		args = append(args, f.condition.args...)
	}
	return tx.Exec("UPDATE "+t.table.Name+"_kept k SET n = k.n + d.n"+
		" FROM (SELECT unnest(?::text[]) AS key, unnest(sums) AS n"+
		" FROM (SELECT ARRAY["+strings.Join(sums, ", ")+"] AS sums FROM "+t.from("_delta")+" WHERE ctid = ANY (?::text::tid[])) s) d"+
		" WHERE k.key = d.key AND d.n <> 0", append(append([]any{keys}, args...), batch)...).Error
}

// countOne counts the rows of one filter whose count is to be kept, minus the changes that are still in the delta log.
// The lock keeps folds out meanwhile. counted is false if no filter is waiting. A filter whose count fails, for example
// because it takes too long, is deleted. Otherwise each round would try it first.
func (t *Totals) countOne(ctx context.Context) (counted bool, err error) {
	kept := t.table.Name + "_kept"
	key := ""
	defer func() {
		if err != nil && key != "" {
			err = errors.Join(err, t.db.WithContext(ctx).Exec("DELETE FROM "+kept+" WHERE key = ? AND n IS NULL", key).Error)
		}
	}()
	err = t.alone(ctx, func(tx *gorm.DB) error {
		counted = false // The transaction may be retried.
		var wanted []struct{ Key, Filter string }
		err := tx.Raw("SELECT key, filter FROM " + kept + " WHERE n IS NULL ORDER BY used_at DESC, key LIMIT 1").Scan(&wanted).Error
		if err != nil || len(wanted) == 0 {
			return err
		}
		counted, key = true, wanted[0].Key
		f, ok := t.list.keepable(wanted[0].Filter)
		if !ok || f.key != wanted[0].Key {
			return tx.Exec("DELETE FROM "+kept+" WHERE key = ?", wanted[0].Key).Error
		}
		args := slices.Concat(f.condition.args, f.condition.args)
		if err := pg.PlanEachTime(tx); err != nil {
			return err
		}
		n, err := count(tx, "SELECT ("+t.counting(f.condition)+") - "+t.logged(f.condition.sql), args)
		if err != nil {
			return err
		}
		return tx.Exec("UPDATE "+kept+" SET n = ? WHERE key = ?", n, f.key).Error
	})
	return counted, err
}
