// Package listingtest checks a service's migrations against the declarations of its lists, and writes the next
// migration when a declaration has changed.
package listingtest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"muster/libs/listing"
	"muster/libs/listing/schema"
	"muster/libs/testkit/golden"
)

// Listed is a list and its table.
type Listed struct {
	List  *listing.List
	Table listing.Table
}

// marker separates the handwritten part of a migration from the generated one.
const marker = "-- From here on this is made from the declarations of the lists by go generate; libs/listing/schema says what it locks.\n"

// Migration fails the test if the lists have changed since the newest migration in dir with a generated part. With
// -update it writes the next migration, NNNN_lists.sql, in that case. Statements that must run first, such as adding a
// column, are written by hand above its generated part.
func Migration(t *testing.T, dir string, lists ...Listed) {
	t.Helper()
	want := marker + "-- +goose StatementBegin\n" + statements(lists) + "-- +goose StatementEnd\n"
	files, err := filepath.Glob(filepath.Join(dir, "*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no migrations in %s (%v)", dir, err)
	}
	slices.Sort(files)
	for _, file := range slices.Backward(files) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, generated, ok := strings.Cut(string(text), marker); ok {
			if marker+generated == want {
				return
			}
			break
		}
	}
	if !golden.Updating() {
		t.Fatalf("the lists are declared otherwise than the newest migration in %s has them: run go generate in the directory above it", dir)
	}
	var number int
	if _, err := fmt.Sscanf(filepath.Base(files[len(files)-1]), "%d_", &number); err != nil {
		t.Fatalf("%s has no number: %v", files[len(files)-1], err)
	}
	next := filepath.Join(dir, fmt.Sprintf("%04d_lists.sql", number+1))
	if err := os.WriteFile(next, []byte("-- +goose Up\n\n"+want), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s is new", next)
}

func statements(lists []Listed) string {
	var sql strings.Builder
	for _, l := range lists {
		sql.WriteString(schema.SQL(l.List, l.Table))
	}
	return sql.String()
}

// Catalog fails the test if the schema of a migrated database differs from the declarations: running the generated SQL
// must change no column, index, constraint, trigger or function. It leaves the database unchanged.
func Catalog(t *testing.T, db *gorm.DB, lists ...Listed) {
	t.Helper()
	tx := db.Begin()
	defer tx.Rollback()
	read := func() (catalog []string) {
		if err := tx.Raw(catalogSQL).Scan(&catalog).Error; err != nil {
			t.Fatal(err)
		}
		return catalog
	}
	have := read()
	if err := tx.Exec(statements(lists)).Error; err != nil {
		t.Fatal(err)
	}
	want := read()
	for _, object := range want {
		if !slices.Contains(have, object) {
			t.Errorf("the migrations do not make\n%s\nas the lists are declared: run go generate, or undo what a migration changed", object)
		}
	}
	for _, object := range have {
		if !slices.Contains(want, object) {
			t.Errorf("the migrations make what the lists are not declared to have: run go generate, or undo what a migration changed\n%s", object)
		}
	}
}

// catalogSQL returns one line of text per object of the current schema.
const catalogSQL = `
SELECT 'column ' || attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attcollation::regcollation ||
	' not null ' || attnotnull || coalesce(' ' || pg_get_expr(adbin, adrelid), '') || coalesce(' ' || col_description(attrelid, attnum), '')
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND attnum > 0 AND NOT attisdropped
UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = current_schema()
UNION ALL SELECT 'constraint ' || conrelid::regclass || '.' || conname || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
UNION ALL SELECT 'function ' || pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_language g ON g.oid = prolang
WHERE pronamespace = current_schema()::regnamespace AND lanname IN ('sql', 'plpgsql') ORDER BY 1`
