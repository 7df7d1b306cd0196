package postgres_test

import (
	"testing"

	"muster/libs/testkit/golden"
	"muster/services/gateway/internal/adapter/postgres"
)

func TestTheListsDocumentIsWhatIsDeclared(t *testing.T) {
	golden.File(t, "../../../LISTS.md", `# The list of the gateway

Made from the declaration in [list.go](internal/adapter/postgres/list.go); the grammar is that of
[libs/listing](../../libs/listing/doc.go).

## GET /api/users/full

`+postgres.Fields.Markdown())
}
