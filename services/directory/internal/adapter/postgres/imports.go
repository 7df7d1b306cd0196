package postgres

import (
	"context"
	"time"

	"muster/libs/pg"
	"muster/services/directory/internal/roster"
)

const importColumns = `import_id, dry_run, started_by, lines, digest, created, updated, unchanged, linked, activated, failed,
	started_at, updated_at, finished_at`

type importRow struct {
	ImportID   string
	DryRun     bool
	StartedBy  int64
	Lines      int64
	Digest     []byte
	Created    int64
	Updated    int64
	Unchanged  int64
	Linked     int64
	Activated  int64
	Failed     int64
	StartedAt  time.Time
	UpdatedAt  time.Time
	FinishedAt *time.Time
}

func (r importRow) value() roster.Import {
	i := roster.Import{
		ID: r.ImportID, DryRun: r.DryRun, StartedBy: r.StartedBy, Lines: r.Lines,
		Tally: roster.Tally{
			Created: r.Created, Updated: r.Updated, Unchanged: r.Unchanged, Linked: r.Linked, Activated: r.Activated, Failed: r.Failed,
		},
		StartedAt: r.StartedAt, UpdatedAt: r.UpdatedAt, FinishedAt: r.FinishedAt,
	}
	copy(i.Digest[:], r.Digest)
	return i
}

// importValues returns the import's values in the order of importColumns.
func importValues(i roster.Import) []any {
	return []any{
		i.ID, i.DryRun, i.StartedBy, i.Lines, i.Digest[:], i.Tally.Created, i.Tally.Updated, i.Tally.Unchanged, i.Tally.Linked,
		i.Tally.Activated, i.Tally.Failed, i.StartedAt, i.UpdatedAt, i.FinishedAt,
	}
}

// LockImport locks and reads an import.
func (t tx) LockImport(ctx context.Context, id string) (roster.Import, error) {
	row, err := pg.One[importRow](ctx, t.db, "lock import", roster.ErrImportNotFound,
		"SELECT "+importColumns+" FROM legacy_imports WHERE import_id = ? FOR UPDATE", id)
	return row.value(), err
}

// CreateImport inserts an import, unless another transaction has just done so.
func (t tx) CreateImport(ctx context.Context, i roster.Import) error {
	return pg.ExecOne(ctx, t.db, "create import", roster.ErrImportRunning,
		"INSERT INTO legacy_imports ("+importColumns+") VALUES ? ON CONFLICT DO NOTHING", importValues(i))
}

// UpdateImport writes all columns of an import that the transaction has locked.
func (t tx) UpdateImport(ctx context.Context, i roster.Import) error {
	return pg.ExecOne(ctx, t.db, "update import", roster.ErrImportNotFound,
		"UPDATE legacy_imports SET ("+importColumns+") = ? WHERE import_id = ?", importValues(i), i.ID)
}

const reportColumns = "line, legacy_user_id, outcome, code, message"

// PutImportRows is one statement.
func (t tx) PutImportRows(ctx context.Context, importID string, reports []roster.ImportRow) error {
	if len(reports) == 0 {
		return nil
	}
	rows := make([]any, len(reports))
	for i, r := range reports {
		rows[i] = []any{importID, r.Line, r.LegacyUserID, r.Outcome, r.Code, r.Message}
	}
	_, err := pg.Exec(ctx, t.db, "put reports", "INSERT INTO legacy_import_rows (import_id, "+reportColumns+") VALUES "+pg.Placeholders(len(rows))+`
		ON CONFLICT ON CONSTRAINT legacy_import_rows_pk DO UPDATE SET legacy_user_id = excluded.legacy_user_id,
			outcome = excluded.outcome, code = excluded.code, message = excluded.message`, rows...)
	return err
}

// ImportRowsFrom reads reports.
func (t tx) ImportRowsFrom(ctx context.Context, importID string, line int64) ([]roster.ImportRow, error) {
	return pg.Many[roster.ImportRow](ctx, t.db, "read reports",
		"SELECT "+reportColumns+" FROM legacy_import_rows WHERE import_id = ? AND line >= ? ORDER BY line", importID, line)
}

// CountActivating uses a partial index on activated rows.
func (t tx) CountActivating(ctx context.Context, importID string) (int64, error) {
	n, _, err := pg.First[int64](ctx, t.db, "count who is being activated",
		`SELECT count(*) FROM legacy_import_rows r JOIN legacy_users l ON l.legacy_user_id = r.legacy_user_id
		WHERE r.import_id = ? AND r.outcome = 'activated' AND l.user_id IS NULL`, importID)
	return n, err
}
