package postgres

import (
	"testing"

	"muster/libs/testkit/golden"
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
