package pg_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
)

type note struct {
	ID   int
	Body string
}

var errNoNote = errors.New("no such note")

func TestOneAndFirst(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	ctx := t.Context()
	if err := insert(ctx, db, 1, "x"); err != nil {
		t.Fatal(err)
	}
	const query = "SELECT id, body FROM notes WHERE id = ?"
	if got, err := pg.One[note](ctx, db, "read note", errNoNote, query, 1); err != nil || got != (note{1, "x"}) {
		t.Errorf("one: %+v, %v", got, err)
	}
	if got, err := pg.One[note](ctx, db, "read note", errNoNote, query, 2); !errors.Is(err, errNoNote) || got != (note{}) {
		t.Errorf("one of none: %+v, %v", got, err)
	}
	if got, found, err := pg.First[note](ctx, db, "read note", query, 1); err != nil || !found || got.Body != "x" {
		t.Errorf("first: %+v, %v, %v", got, found, err)
	}
	if got, found, err := pg.First[note](ctx, db, "read note", query, 2); err != nil || found || got != (note{}) {
		t.Errorf("first of none: %+v, %v, %v", got, found, err)
	}
	if n, found, err := pg.First[int](ctx, db, "count", "SELECT count(*) FROM notes"); err != nil || !found || n != 1 {
		t.Errorf("scalar: %d, %v, %v", n, found, err)
	}
	_, err := pg.One[note](ctx, db, "read note", errNoNote, "SELECT nonsense FROM notes")
	if err == nil || errors.Is(err, errNoNote) || !strings.HasPrefix(err.Error(), "read note: ") {
		t.Errorf("error: %v", err)
	}
}

func TestMany(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	ctx := t.Context()
	if err := errors.Join(insert(ctx, db, 1, "x"), insert(ctx, db, 2, "y")); err != nil {
		t.Fatal(err)
	}
	got, err := pg.Many[note](ctx, db, "read notes", "SELECT id, body FROM notes ORDER BY id DESC")
	if want := []note{{2, "y"}, {1, "x"}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("many: %+v, %v", got, err)
	}
	bodies := pg.Map(got, func(n note) string { return n.Body })
	if !slices.Equal(bodies, []string{"y", "x"}) {
		t.Errorf("bodies: %q", bodies)
	}
	none, err := pg.Many[note](ctx, db, "read notes", "SELECT id, body FROM notes WHERE id > 2")
	if err != nil || len(none) != 0 || pg.Map(none, func(n note) int { return n.ID }) == nil {
		t.Errorf("none: %+v, %v", none, err)
	}
	if _, err := pg.Many[note](ctx, db, "read notes", "nonsense"); err == nil || !strings.HasPrefix(err.Error(), "read notes: ") {
		t.Errorf("error: %v", err)
	}
}

func TestExecCountsRows(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	ctx := t.Context()
	rows := []any{[]any{1, "x"}, []any{2, "y"}}
	if n, err := pg.Exec(ctx, db, "insert", "INSERT INTO notes (id, body) VALUES "+pg.Placeholders(len(rows)), rows...); err != nil || n != 2 {
		t.Errorf("insert: %d, %v", n, err)
	}
	const touch = "UPDATE notes SET body = body || '.' WHERE id = ?"
	if err := pg.ExecOne(ctx, db, "touch", errNoNote, touch, 1); err != nil {
		t.Error(err)
	}
	if err := pg.ExecOne(ctx, db, "touch", errNoNote, touch, 3); !errors.Is(err, errNoNote) {
		t.Errorf("nothing touched: %v", err)
	}
	if err := pg.ExecOne(ctx, db, "touch", errNoNote, "UPDATE notes SET body = 'y' WHERE id = 1"); !pg.IsUnique(err, "notes_body_unique") {
		t.Errorf("error: %v", err)
	}
}

// TestStatementsRunInTheTransactionOfTheContext also where they are given the pool, or the handle of an outer level.
func TestStatementsRunInTheTransactionOfTheContext(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	err := pg.Tx(t.Context(), db, func(ctx context.Context, tx *gorm.DB) error {
		for id, handle := range map[int]*gorm.DB{1: db, 2: tx} {
			if _, err := pg.Exec(ctx, handle, "insert", "INSERT INTO notes (id, body) VALUES (?, ?)", id, strconv.Itoa(id)); err != nil {
				return err
			}
			if n, _, err := pg.First[int](ctx, handle, "count", "SELECT count(*) FROM notes WHERE id = ?", id); err != nil || n != 1 {
				t.Errorf("handle %d: %d, %v", id, n, err)
			}
		}
		if outside, err := pg.Many[int](context.Background(), db, "read", "SELECT id FROM notes"); err != nil || len(outside) != 0 {
			t.Errorf("outside: %v, %v", outside, err)
		}
		return errOops
	})
	if !errors.Is(err, errOops) {
		t.Error(err)
	}
	if got := ids(t, db); len(got) != 0 {
		t.Errorf("after the rollback: %v", got)
	}
}

func TestArray(t *testing.T) {
	db, _ := pgtest.New(t)
	texts := pg.Array[string]{"plain", "", `quote " backslash \ brace } comma ,`, "null", "Zoë 🦆"}
	got, err := pg.Many[string](t.Context(), db, "texts", "SELECT e FROM unnest(?::text[]) WITH ORDINALITY AS a (e, n) ORDER BY n", texts)
	if err != nil || !slices.Equal(got, texts) {
		t.Errorf("texts: %q, %v", got, err)
	}
	numbers := pg.Array[int64]{1, -1 << 63, 1<<63 - 1}
	back, err := pg.Many[int64](t.Context(), db, "numbers", "SELECT unnest(?::bigint[])", numbers)
	if err != nil || !slices.Equal(back, numbers) {
		t.Errorf("numbers: %v, %v", back, err)
	}
	none, err := pg.Many[int64](t.Context(), db, "none", "SELECT 1 WHERE 1 = ANY(?::bigint[])", pg.Array[int64](nil))
	if err != nil || len(none) != 0 {
		t.Errorf("none: %v, %v", none, err)
	}
}

func TestJSON(t *testing.T) {
	db, _ := pgtest.New(t)
	type member struct {
		Name string    `json:"name"`
		At   time.Time `json:"at"`
	}
	type row struct {
		ID      int
		One     pg.JSON[member]
		Many    pg.JSON[[]member]
		Text    pg.JSON[map[string]int]
		Null    pg.JSON[*member]
		SQLNull bool
	}
	m := member{"Zoë", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	got, _, err := pg.First[row](t.Context(), db, "read", `SELECT 1 AS id, ?::jsonb AS one, ?::jsonb AS many, '{"a":1}'::json AS text,
		?::jsonb AS "null", ?::jsonb IS NULL AS sql_null`, pg.JSONOf(m), pg.JSONOf([]member{m, m}), pg.OrNull(pg.JSONOf[*member](nil)), (*pg.JSON[member])(nil))
	if err != nil || got.ID != 1 || got.One.V != m || !slices.Equal(got.Many.V, []member{m, m}) || got.Text.V["a"] != 1 || got.Null.V != nil || !got.SQLNull {
		t.Errorf("%+v, %v", got, err)
	}
	kind, _, err := pg.First[string](t.Context(), db, "read", "SELECT jsonb_typeof(?::jsonb)", pg.JSONOf([]int(nil)))
	if err != nil || kind != "null" {
		t.Errorf("a nil slice is %q, %v", kind, err)
	}
	if _, err := pg.Exec(t.Context(), db, "store", "SELECT ?::jsonb", pg.JSONOf(func() {})); err == nil {
		t.Error("a function was encoded")
	}
	if _, _, err := pg.First[row](t.Context(), db, "read", `SELECT '[1]'::jsonb AS one`); err == nil {
		t.Error("an array was read as an object")
	}
}

func TestNullAndZero(t *testing.T) {
	if pg.OrNull("") != nil || *pg.OrNull("x") != "x" || pg.OrZero[int](nil) != 0 || pg.OrZero(pg.OrNull(7)) != 7 {
		t.Error("zero and null are not each other")
	}
}

func TestColumnsAreReadAsRows(t *testing.T) {
	db, _ := pgtest.New(t)
	type Inner struct {
		Note *string   `json:"note"`
		Day  time.Time `json:"day"`
	}
	type entry struct {
		ID int64 `json:"id"`
		*Inner
		Share *float64       `json:"share"`
		Small int            `json:"small"`
		On    bool           `json:"on"`
		Tags  []string       `json:"tags"`
		More  map[string]int `json:"more"`
		Who   *Inner         `json:"who"`
	}
	day, share, hostile := time.Date(2026, 2, 3, 4, 5, 6, 7000, time.UTC), 12.5, `{"a",NULL}\'`
	rows := []entry{
		{1, &Inner{&hostile, day}, &share, 7, true, []string{`"`, ""}, map[string]int{"x": 1}, &Inner{Day: day}},
		{ID: 2, Inner: &Inner{}},
		{ID: 3},
	}
	const query = `
		SELECT concat_ws(' ', id, coalesce(note, '-'), coalesce(extract(epoch FROM day)::text, '-'), coalesce(share::text, '-'), small, "on", coalesce(tags->>0, '-'), coalesce(more->>'x', '-'), coalesce(who->>'day', '-'))
		FROM unnest(?::bigint[], ?::text[], ?::timestamptz[], ?::numeric(5, 2)[], ?::integer[], ?::boolean[], ?::jsonb[], ?::jsonb[], ?::jsonb[])
			AS r (id, note, day, share, small, "on", tags, more, who) ORDER BY id`
	args := pg.Columns(rows, "id", "note", "day", "share", "small", "on", "tags", "more", "who")
	got, err := pg.Many[string](t.Context(), db, "read arrays", query, args...)
	want := []string{
		`1 {"a",NULL}\' 1770091506.000007 12.50 7 t " 1 2026-02-03T04:05:06.000007Z`, "2 - -62135596800.000000 - 0 f - - -", "3 - - - 0 f - - -",
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got  %q, %v\nwant %q", got, err, want)
	}
	none, err := pg.Many[string](t.Context(), db, "read empty arrays", query, pg.Columns(rows[:0], "id", "note", "day", "share", "small", "on", "tags", "more", "who")...)
	if err != nil || len(none) > 0 {
		t.Errorf("no rows: %q, %v", none, err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a member that does not exist is ignored")
		}
	}()
	pg.Columns(rows, "nothing")
}
