package postgres

import (
	"context"
	"net/url"

	"muster/libs/listing"
	"muster/libs/pg"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/roster"
)

var imports = listing.New(
	listing.Field{Name: "importId", Column: "i.import_id", Kind: listing.Text, ID: true, Sortable: true, Filterable: true},
	listing.Field{Name: "dryRun", Column: "i.dry_run", Kind: listing.Bool, Sortable: true, Filterable: true},
	listing.Field{Name: "startedBy", Column: "i.started_by", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "lines", Column: "i.lines", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "failed", Column: "i.failed", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "startedAt", Column: "i.started_at", Kind: listing.Date, Sortable: true, Filterable: true},
	listing.Field{Name: "updatedAt", Column: "i.updated_at", Kind: listing.Date, Sortable: true, Filterable: true},
	listing.Field{Name: "finishedAt", Column: "i.finished_at", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
)

var importRows = listing.New(
	listing.Field{Name: "line", Column: "r.line", Kind: listing.Integer, ID: true, Sortable: true, Filterable: true},
	listing.Field{Name: "legacyUserId", Column: "r.legacy_user_id", Kind: listing.Integer, Nullable: true, Filterable: true},
	listing.Field{Name: "outcome", Column: "r.outcome", Kind: listing.Code, Filterable: true, Values: []string{
		string(roster.RowCreated), string(roster.RowUpdated), string(roster.RowUnchanged),
		string(roster.RowLinked), string(roster.RowActivated), string(roster.RowFailed),
	}},
	listing.Field{Name: "code", Column: "r.code", Kind: listing.Code, Filterable: true},
)

// Import returns an import, or [roster.ErrImportNotFound].
func (l *Lists) Import(ctx context.Context, id string) (roster.Import, error) {
	row, err := pg.One[importRow](ctx, l.db, "read import", roster.ErrImportNotFound,
		"SELECT "+importColumns+" FROM legacy_imports WHERE import_id = ?", id)
	return row.value(), err
}

// Imports returns the page of imports that the URL asks for.
func (l *Lists) Imports(ctx context.Context, u *url.URL) (listing.Page[roster.Import], error) {
	q, err := imports.ParseURL(u)
	if err != nil {
		return listing.Page[roster.Import]{}, err
	}
	page, err := listing.Fetch[importRow](ctx, l.db, q, importColumns, "legacy_imports i")
	return listing.Map(page, importRow.value), err
}

// ImportRows returns the page of an import's reports that the URL asks for.
func (l *Lists) ImportRows(ctx context.Context, id string, u *url.URL) (listing.Page[roster.ImportRow], error) {
	q, err := importRows.ParseURL(u)
	if err != nil {
		return listing.Page[roster.ImportRow]{}, err
	}
	i, err := l.Import(ctx, id)
	if err != nil {
		return listing.Page[roster.ImportRow]{}, err
	}
	return listing.Fetch[roster.ImportRow](ctx, l.db, q.And("r.import_id = ? AND r.line <= ?", id, i.Lines), reportColumns, "legacy_import_rows r")
}

// ImportFailures returns the first reports of rows that failed.
func (l *Lists) ImportFailures(ctx context.Context, id string, limit int) ([]roster.ImportRow, error) {
	return pg.Many[roster.ImportRow](ctx, l.db, "read failures",
		"SELECT "+reportColumns+` FROM legacy_import_rows WHERE import_id = ? AND outcome = 'failed'
		AND line <= (SELECT lines FROM legacy_imports WHERE import_id = ?) ORDER BY line LIMIT ?`, id, id, limit)
}

// ImportedUsers returns the ids and versions of the users linked by the last rows.
func (l *Lists) ImportedUsers(ctx context.Context, id string, limit int) ([]directory.User, error) {
	rows, err := pg.Many[userRow](ctx, l.db, "read imported users", `SELECT u.id, u.version FROM legacy_import_rows r
		JOIN legacy_users l ON l.legacy_user_id = r.legacy_user_id JOIN users u ON u.id = l.user_id
		WHERE r.import_id = ? AND r.outcome IN ('linked', 'activated') AND NOT u.deleted ORDER BY r.line DESC LIMIT ?`, id, limit)
	return pg.Map(rows, userRow.user), err
}
