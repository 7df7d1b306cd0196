package postgres

import (
	"context"
	"fmt"
	"time"

	"muster/services/directory/internal/directory"
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

func (r importRow) value() directory.Import {
	return directory.Import{
		ID: r.ImportID, DryRun: r.DryRun, StartedBy: r.StartedBy, Lines: r.Lines, Digest: directory.Digest(r.Digest),
		Tally: directory.Tally{
			Created: r.Created, Updated: r.Updated, Unchanged: r.Unchanged, Linked: r.Linked, Activated: r.Activated, Failed: r.Failed,
		},
		StartedAt: r.StartedAt, UpdatedAt: r.UpdatedAt, FinishedAt: r.FinishedAt,
	}
}

// importValues are the import's columns in the order of importColumns.
func importValues(i directory.Import) []any {
	return []any{
		i.ID, i.DryRun, i.StartedBy, i.Lines, i.Digest[:], i.Tally.Created, i.Tally.Updated, i.Tally.Unchanged, i.Tally.Linked,
		i.Tally.Activated, i.Tally.Failed, i.StartedAt, i.UpdatedAt, i.FinishedAt,
	}
}

// LockImport locks and reads an import.
func (t tx) LockImport(ctx context.Context, id string) (directory.Import, error) {
	row, found, err := first[importRow](ctx, t.db, "SELECT "+importColumns+" FROM legacy_imports WHERE import_id = ? FOR UPDATE", id)
	if err != nil {
		return directory.Import{}, fmt.Errorf("lock import: %w", err)
	}
	if !found {
		return directory.Import{}, directory.ErrImportNotFound
	}
	return row.value(), nil
}

// CreateImport inserts an import, unless another transaction has just done so.
func (t tx) CreateImport(ctx context.Context, i directory.Import) error {
	n, err := exec(ctx, t.db, "INSERT INTO legacy_imports ("+importColumns+") VALUES ? ON CONFLICT DO NOTHING", importValues(i))
	if err != nil {
		return fmt.Errorf("create import: %w", err)
	}
	if n == 0 {
		return directory.ErrImportRunning
	}
	return nil
}

// UpdateImport writes all columns of an import that the transaction has locked.
func (t tx) UpdateImport(ctx context.Context, i directory.Import) error {
	n, err := exec(ctx, t.db, "UPDATE legacy_imports SET ("+importColumns+") = ? WHERE import_id = ?", importValues(i), i.ID)
	if err != nil {
		return fmt.Errorf("update import: %w", err)
	}
	if n == 0 {
		return directory.ErrImportNotFound
	}
	return nil
}

const reportColumns = "line, legacy_user_id, outcome, code, message"

// PutImportRows is one statement.
func (t tx) PutImportRows(ctx context.Context, importID string, reports []directory.ImportRow) error {
	if len(reports) == 0 {
		return nil
	}
	rows := make([]any, len(reports))
	for i, r := range reports {
		rows[i] = []any{importID, r.Line, r.LegacyUserID, r.Outcome, r.Code, r.Message}
	}
	_, err := exec(ctx, t.db, "INSERT INTO legacy_import_rows (import_id, "+reportColumns+") VALUES "+tuples(len(rows))+`
		ON CONFLICT ON CONSTRAINT legacy_import_rows_pk DO UPDATE SET legacy_user_id = excluded.legacy_user_id,
			outcome = excluded.outcome, code = excluded.code, message = excluded.message`, rows...)
	if err != nil {
		return fmt.Errorf("put reports: %w", err)
	}
	return nil
}

// ImportRowsFrom reads reports.
func (t tx) ImportRowsFrom(ctx context.Context, importID string, line int64) ([]directory.ImportRow, error) {
	var rows []directory.ImportRow
	err := t.db.WithContext(ctx).Raw("SELECT "+reportColumns+" FROM legacy_import_rows WHERE import_id = ? AND line >= ? ORDER BY line",
		importID, line).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read reports: %w", err)
	}
	return rows, nil
}

// CountActivating counts by an index that holds activated rows alone.
func (t tx) CountActivating(ctx context.Context, importID string) (int64, error) {
	n, _, err := first[int64](ctx, t.db, `SELECT count(*) FROM legacy_import_rows r JOIN legacy_users l ON l.legacy_user_id = r.legacy_user_id
		WHERE r.import_id = ? AND r.outcome = 'activated' AND l.user_id IS NULL`, importID)
	if err != nil {
		return 0, fmt.Errorf("count who is being activated: %w", err)
	}
	return n, nil
}
