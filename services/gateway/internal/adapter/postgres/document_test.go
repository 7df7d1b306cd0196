package postgres

import (
	"testing"

	"muster/libs/testkit/golden"
	"muster/libs/testkit/listingtest"
	"muster/libs/testkit/pgtest"
)

func TestTheListsDocumentIsWhatIsDeclared(t *testing.T) {
	golden.File(t, "../../../LISTS.md", `# The list of the gateway

Made from the declaration in [list.go](internal/adapter/postgres/list.go); the grammar is that of
[libs/listing](../../libs/listing/doc.go).

## GET /api/users/full

`+Fields.Markdown())
}

var listed = listingtest.Listed{List: Fields, Table: table}

func TestTheNewestMigrationIsWhatIsDeclared(t *testing.T) {
	listingtest.Migration(t, "migrations", listed)
}

func TestTheDatabaseIsWhatIsDeclared(t *testing.T) {
	db, _ := pgtest.New(t, Migrations)
	listingtest.Catalog(t, db, listed)
}
