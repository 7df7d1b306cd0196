package postgres

import (
	"testing"

	"muster/libs/testkit/golden"
	"muster/libs/testkit/listingtest"
	"muster/libs/testkit/pgtest"
)

func TestTheListsDocumentIsWhatIsDeclared(t *testing.T) {
	golden.File(t, "../../../LISTS.md", `# The lists of directory

Made from the declarations in [lists.go](internal/adapter/postgres/lists.go); the grammar is that of
[libs/listing](../../libs/listing/doc.go).

## GET /api/users

Only administrators may filter by `+"`properties`"+`.

`+users.Markdown()+`
## GET /api/users/verification-requests

Callers who are no administrators see their own requests, and `+"`verificationCode`"+` is null to them, in filters and sorts too.

`+requests.Markdown())
}

var listed = []listingtest.Listed{{List: users, Table: usersTable}, {List: requests, Table: requestsTable}}

func TestTheNewestMigrationIsWhatIsDeclared(t *testing.T) {
	listingtest.Migration(t, "migrations", listed...)
}

func TestTheDatabaseIsWhatIsDeclared(t *testing.T) {
	db, _ := pgtest.New(t, Migrations)
	listingtest.Catalog(t, db, listed...)
}
