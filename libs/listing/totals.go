package listing

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"gorm.io/gorm"
)

// Table is a table with the rows of a list, and what stands beside it to count them. For the table users that is
//
//   - users_delta: the list's columns and sign. A trigger logs each row that the list gets (+1) and loses (-1); an
//     update does both.
//   - users_rollup: the columns of fields that are in the rollup, and n, how many such rows there are. Where a field is
//     there [ByNull], any value stands for all that are not null.
//   - users_kept: totals that were asked for, with key, filter, n and used_at.
//   - users_fold(tid[]): a function that adds rows of users_delta to users_rollup.
//
// Package schema makes all of it.
type Table struct {
	Name  string
	Alias string // what the fields' columns say: "u"; empty where they say none
	Only  string // which rows the list has: "NOT u.deleted", with the alias or else the name; empty when all
}

// Totals knows how many rows a list has, exactly and without counting them: what has been counted, and the changes since,
// which commit with the rows themselves. So whatever moment a reader sees, it sees the total of that moment.
//
// A filter whose conditions the rollup knows is the sum of rollup and delta log. Any other is counted as it comes, and if
// that took long, its count is kept: the next reader adds the delta log to it.
//
// Only [Totals.Keep] writes, one at a time: it folds the delta log into the rollup and the kept counts, and counts what is
// to be kept. Readers just leave a note of what they asked for.
type Totals struct {
	// KeepAfter is how long counting may take without being kept: 10 ms unless it is set, before t is used.
	KeepAfter time.Duration

	db    *gorm.DB
	list  *List
	table Table

	mu      sync.Mutex
	notes   map[string]note // by key
	changed chan struct{}

	folded int // since the last vacuum; only Run's
}

// note is what a reader leaves of a filter that the rollup does not know.
type note struct {
	filter string
	wanted bool // it was counted, and that took long
}

const keepAfter = 10 * time.Millisecond

// maxNotes bounds how many filters are noted between two rounds of Keep.
const maxNotes = 1000

// NewTotals uses a database that has all of table.
func NewTotals(db *gorm.DB, list *List, table Table) *Totals {
	return &Totals{KeepAfter: keepAfter, db: db, list: list, table: table, notes: map[string]note{}, changed: make(chan struct{}, 1)}
}

// CountedBy narrows the query to the rows of t's table that the list has, and has their total from t. A query that is
// also narrowed by And is counted plainly.
func (q Query) CountedBy(t *Totals) Query {
	q.totals = t
	return q
}

// of is the total of q in the snapshot of tx.
func (t *Totals) of(tx *gorm.DB, q Query) (int64, error) {
	all := allOf(q.conditions...)
	if all.rollup {
		args := slices.Concat(all.args, all.args)
		return count(tx, "SELECT (SELECT coalesce(sum(n), 0)::bigint FROM "+t.from("_rollup")+" WHERE "+all.sql+") + "+t.logged(all.sql), args)
	}
	f, keepable := t.list.keepable(q.filter)
	if !keepable || all.unlogged {
		return count(tx, t.counting(all), all.args)
	}
	total, kept, err := t.kept(tx, f)
	if err != nil {
		return 0, err
	}
	if kept {
		t.note(f, false)
		return total, nil
	}
	start := time.Now()
	if err := tx.Exec("SELECT set_config('parallel_setup_cost', '100', true)").Error; err != nil { // somebody waits for it
		return 0, fmt.Errorf("set up the count: %w", err)
	}
	total, err = count(tx, t.counting(all), all.args)
	if err == nil && time.Since(start) > t.KeepAfter {
		t.note(f, true)
	}
	return total, err
}

// kept is the kept count of f, brought up to the snapshot of tx.
func (t *Totals) kept(tx *gorm.DB, f keptFilter) (total int64, found bool, err error) {
	args := append(slices.Clip(f.condition.args), f.key)
	var totals []int64
	err = tx.Raw("SELECT k.n + "+t.logged(f.condition.sql)+" FROM "+t.table.Name+"_kept k WHERE k.key = ? AND k.n IS NOT NULL", args...).Scan(&totals).Error
	if err != nil || len(totals) == 0 {
		return 0, false, err
	}
	return totals[0], true, nil
}

// logged is how much the delta log adds to the number of rows for which condition holds.
func (t *Totals) logged(condition string) string {
	return "(SELECT coalesce(sum(sign), 0) FROM " + t.from("_delta") + " WHERE " + condition + ")"
}

// counting is the statement that counts rows plainly.
func (t *Totals) counting(c condition) string {
	sql := "SELECT count(*) FROM " + t.from("") + " WHERE " + c.sql
	if t.table.Only != "" {
		sql += " AND " + t.table.Only
	}
	return sql
}

// from is the table, or one beside it, as it stands behind FROM.
func (t *Totals) from(suffix string) string {
	if t.table.Alias == "" {
		return t.table.Name + suffix
	}
	return t.table.Name + suffix + " " + t.table.Alias
}

// note remembers f for the next round of Keep, and asks for one if f is to be counted. What does not fit is asked for
// again by a later reader.
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
	default: // it has been asked for
	}
}
