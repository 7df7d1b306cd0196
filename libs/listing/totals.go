package listing

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
)

// Table names the table that holds a list's rows. The tables and functions that count its rows are named after it. For
// the table users they are
//
//   - users_delta: the delta log, with the list's columns and sign. A trigger logs each row that the list gains (+1)
//     and loses (-1). An update logs both.
//   - users_rollup: the columns of the fields that are in the rollup, and n, the number of such rows. For a field that
//     is in the rollup [ByNull], one fixed value stands for all values that are not null.
//   - users_kept: the kept counts of filters, with key, filter, n and used_at.
//   - users_fold(tid[]): a function that adds rows of users_delta to users_rollup.
//
// Package schema generates all of them.
type Table struct {
	Name  string
	Alias string // the prefix of the fields' columns, such as "u"; empty if they have none
	Only  string // condition for rows in the list, such as "NOT u.deleted", with Alias or else Name; empty for all rows
}

// Totals returns the exact number of rows of a list without counting them. It adds the changes in the delta log to sums
// counted earlier. The log commits with the rows themselves, so a reader in any snapshot gets the total of that
// snapshot.
//
// If the rollup has all columns of a filter, the total is the sum of rollup and delta log. Any other filter is counted
// with count(*). If that takes long, its count is kept, and later readers add the delta log to the kept count.
//
// Only [Totals.Keep] writes, on one replica at a time: it folds the delta log into the rollup and the kept counts, and
// counts the filters whose count is to be kept. Readers only note in memory which filters they used.
type Totals struct {
	// KeepAfter is the duration of a count from which it is kept. The default is 10 ms. Set it before t is used.
	KeepAfter time.Duration

	db    *gorm.DB
	list  *List
	table Table

	mu      sync.Mutex
	notes   map[string]note     // by key
	known   map[string]struct{} // keys of filters whose count was kept when last asked for
	changed chan struct{}

	folded int // rows since the last vacuum; used by Run only
}

// note records that a reader used a filter that the rollup cannot answer.
type note struct {
	filter string
	wanted bool // counting took long, so the count is to be kept
}

const keepAfter = 10 * time.Millisecond

// maxNotes bounds the number of filters noted between two rounds of Keep.
const maxNotes = 1000

// NewTotals returns the totals of list. The database must have everything that [Table] describes.
func NewTotals(db *gorm.DB, list *List, table Table) *Totals {
	return &Totals{KeepAfter: keepAfter, db: db, list: list, table: table, notes: map[string]note{}, known: map[string]struct{}{}, changed: make(chan struct{}, 1)}
}

// CountedBy restricts the query to the rows that t's table has for the list, and takes its total from t. A query that
// And narrows too is counted with count(*).
func (q Query) CountedBy(t *Totals) Query {
	q.totals = t
	return q
}

// of returns the total of q in the snapshot of tx.
func (t *Totals) of(tx *gorm.DB, q Query) (int64, error) {
	all := allOf(q.conditions...)
	if all.rollup {
		sum := t.inRollup(all)
		return count(tx, "SELECT "+sum.sql, sum.args)
	}
	f, keepable := t.list.keepable(q.filter)
	keepable = keepable && !all.unlogged
	if keepable {
		total, kept, err := t.kept(tx, f)
		if err != nil {
			return 0, err
		}
		if kept {
			t.used(f)
			return total, nil
		}
	}
	start := time.Now()
	total, err := t.counted(tx, q)
	if err == nil && keepable && time.Since(start) > t.KeepAfter {
		t.note(f, true)
	}
	return total, err
}

// inRollup returns the total of rows that match a condition on the rollup.
func (t *Totals) inRollup(all condition) storedTotal {
	return storedTotal{
		sql:  "((SELECT coalesce(sum(n), 0)::bigint FROM " + t.from("_rollup") + " WHERE " + all.sql + ") + " + t.logged(all.sql) + ")",
		args: slices.Concat(all.args, all.args),
	}
}

// counted returns the total of q by count(*).
func (t *Totals) counted(tx *gorm.DB, q Query) (int64, error) {
	q, err := q.narrowToCount(tx)
	if err != nil {
		return 0, err
	}
	if err := tx.Exec("SELECT set_config('parallel_setup_cost', '100', true)").Error; err != nil { // a caller waits, so prefer a parallel plan
		return 0, fmt.Errorf("set up the count: %w", err)
	}
	all := allOf(q.conditions...)
	return count(tx, t.counting(all), all.args)
}

// kept returns the kept count of f plus the delta log in the snapshot of tx.
func (t *Totals) kept(tx *gorm.DB, f keptFilter) (total int64, found bool, err error) {
	type row struct{ N *int64 }
	kept := t.inKept(f)
	stored, _, err := pg.First[row](tx.Statement.Context, tx, "read a kept count", "SELECT "+kept.sql+" AS n", kept.args...)
	if err != nil || stored.N == nil {
		return 0, false, err
	}
	return *stored.N, true, nil
}

// inKept returns the kept count of f plus the delta log; null if no count is kept.
func (t *Totals) inKept(f keptFilter) storedTotal {
	return storedTotal{
		sql:  "(SELECT k.n + " + t.logged(f.condition.sql) + " FROM " + t.table.Name + "_kept k WHERE k.key = ? AND k.n IS NOT NULL)",
		args: append(slices.Clip(f.condition.args), f.key), kept: f,
	}
}

// logged returns SQL for the change that the delta log makes to the number of rows that match condition.
func (t *Totals) logged(condition string) string {
	return "(SELECT coalesce(sum(sign), 0) FROM " + t.from("_delta") + " WHERE " + condition + ")"
}

// counting returns the statement that counts the rows with count(*).
func (t *Totals) counting(c condition) string {
	sql := "SELECT count(*) FROM " + t.from("") + " WHERE " + c.sql
	if t.table.Only != "" {
		sql += " AND " + t.table.Only
	}
	return sql
}

// from returns the FROM item of the table, or of the table with this suffix.
func (t *Totals) from(suffix string) string {
	if t.table.Alias == "" {
		return t.table.Name + suffix
	}
	return t.table.Name + suffix + " " + t.table.Alias
}

// note records f for the next round of Keep, and triggers a round if its count is to be kept. When the notes are full,
// f is dropped: a later reader notes it again.
func (t *Totals) note(f keptFilter, wanted bool) {
	t.mu.Lock()
	if n, known := t.notes[f.key]; known || len(t.notes) < maxNotes {
		t.notes[f.key] = note{f.filter, wanted || n.wanted}
	}
	t.mu.Unlock()
	if !wanted {
		return
	}
	select {
	case t.changed <- struct{}{}:
	default: // a round has been requested already
	}
}
