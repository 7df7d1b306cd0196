package postgres

import (
	"context"
	"net/url"
	"time"

	"gorm.io/gorm"

	"muster/libs/listing"
	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

type runRow struct {
	ID          int64
	Kind        string
	Status      string
	RequestedBy int64
	Phase       string
	Cursor      string
	Checked     int64
	Mismatches  int64
	Healed      int64
	Reason      string
	StartedAt   time.Time
	UpdatedAt   time.Time
	FinishedAt  *time.Time
}

func (r runRow) run() billing.Run {
	return billing.Run{
		ID: r.ID, Kind: billing.RunKind(r.Kind), Status: billing.RunStatus(r.Status), RequestedBy: r.RequestedBy, Phase: billing.ObjectKind(r.Phase),
		Cursor: r.Cursor, Checked: r.Checked, Mismatches: r.Mismatches, Healed: r.Healed, Reason: r.Reason, StartedAt: r.StartedAt,
		UpdatedAt: r.UpdatedAt, FinishedAt: r.FinishedAt,
	}
}

const selectRuns = `
	SELECT id, kind, status, requested_by, phase, cursor, checked, mismatches, healed, reason, started_at, updated_at, finished_at
	FROM reconciliation_runs `

// BeginRun implements billing.Reconciliation. The lock on the kind lets one caller at a time look and begin.
func (s *Store) BeginRun(ctx context.Context, r billing.Run, notSince time.Time) (run billing.Run, begun bool, err error) {
	err = pg.Tx(ctx, s.db, func(ctx context.Context, db *gorm.DB) error {
		if _, err := pg.Exec(ctx, db, "lock runs", `SELECT pg_advisory_xact_lock(?)`, pg.LockKey("billing reconciliation "+string(r.Kind))); err != nil {
			return err
		}
		held, found, err := pg.First[runRow](ctx, db, "read newest run", selectRuns+`
			WHERE kind = ? AND (status = 'running' OR started_at >= ?) ORDER BY started_at DESC LIMIT 1`, r.Kind, notSince)
		if err != nil || found {
			run, begun = held.run(), false
			return err
		}
		run, begun = r, true
		run.ID, _, err = pg.First[int64](ctx, db, "begin run", `
			INSERT INTO reconciliation_runs (kind, status, requested_by, phase, cursor, checked, mismatches, healed, reason, started_at, updated_at, finished_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			r.Kind, r.Status, r.RequestedBy, r.Phase, r.Cursor, r.Checked, r.Mismatches, r.Healed, r.Reason, r.StartedAt, r.UpdatedAt, r.FinishedAt)
		return err
	})
	return run, begun, err
}

// Run implements billing.Reconciliation.
func (s *Store) Run(ctx context.Context, id int64) (billing.Run, error) {
	row, err := pg.One[runRow](ctx, s.db, "read run", billing.ErrRunNotFound, selectRuns+`WHERE id = ?`, id)
	return row.run(), err
}

func (t tx) SaveRun(ctx context.Context, r billing.Run) error {
	return pg.ExecOne(ctx, t.db, "save run", billing.ErrRunNotFound, `
		UPDATE reconciliation_runs SET status = ?, phase = ?, cursor = ?, checked = ?, mismatches = ?, healed = ?, reason = ?, updated_at = ?, finished_at = ?
		WHERE id = ?`,
		r.Status, r.Phase, r.Cursor, r.Checked, r.Mismatches, r.Healed, r.Reason, r.UpdatedAt, r.FinishedAt, r.ID)
}

// LastRun implements billing.Reconciliation.
func (s *Store) LastRun(ctx context.Context, kind billing.RunKind) (*billing.Run, error) {
	row, found, err := pg.First[runRow](ctx, s.db, "read last run", selectRuns+`WHERE kind = ? AND status = 'done' ORDER BY started_at DESC LIMIT 1`, kind)
	if err != nil || !found {
		return nil, err
	}
	run := row.run()
	return &run, nil
}

// Stalled implements billing.Reconciliation.
func (s *Store) Stalled(ctx context.Context, before time.Time) ([]billing.Run, error) {
	rows, err := pg.Many[runRow](ctx, s.db, "read stalled runs", selectRuns+`WHERE status = 'running' AND updated_at < ? ORDER BY id`, before)
	return pg.Map(rows, runRow.run), err
}

// PurgeRuns implements billing.Reconciliation.
func (s *Store) PurgeRuns(ctx context.Context, before time.Time) error {
	_, err := pg.Exec(ctx, s.db, "purge runs", `DELETE FROM reconciliation_runs WHERE status <> 'running' AND started_at < ?`, before)
	return err
}

func (t tx) AddMismatch(ctx context.Context, m billing.Mismatch) error {
	_, err := pg.Exec(ctx, t.db, "add mismatch", `
		INSERT INTO reconciliation_mismatches (run_id, kind, object, object_id, healed, reason, found_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		m.RunID, m.Kind, m.Object, m.ObjectID, m.Healed, m.Reason, m.FoundAt)
	return err
}

// markTables are the tables of the objects with marks.
var markTables = map[billing.ObjectKind]string{
	billing.KindSubscription: "subscriptions", billing.KindInvoice: "invoices", billing.KindCharge: "charges", billing.KindRefund: "refunds",
	billing.KindDispute: "disputes",
}

// Marks implements billing.Reconciliation.
func (s *Store) Marks(ctx context.Context, kind billing.ObjectKind, ids []string) (map[string]string, error) {
	type markRow struct{ ProviderID, Mark string }
	rows, err := pg.Many[markRow](ctx, s.db, "read marks",
		"SELECT provider_id, mark FROM "+markTables[kind]+" WHERE provider_id = ANY (?)", pg.Array[string](ids))
	marks := map[string]string{}
	for _, r := range rows {
		marks[r.ProviderID] = r.Mark
	}
	return marks, err
}

// Received implements billing.Reconciliation.
func (s *Store) Received(ctx context.Context, ids []string) (map[string]bool, error) {
	rows, err := pg.Many[string](ctx, s.db, "read events", `SELECT id FROM webhook_events WHERE id = ANY (?)`, pg.Array[string](ids))
	received := map[string]bool{}
	for _, id := range rows {
		received[id] = true
	}
	return received, err
}

// Seen implements billing.Reconciliation.
func (s *Store) Seen(ctx context.Context, subscriptions []string, at time.Time) error {
	if len(subscriptions) == 0 {
		return nil
	}
	_, err := pg.Exec(ctx, s.db, "note seen", `UPDATE subscriptions SET seen_at = ? WHERE provider_id = ANY (?)`, at, pg.Array[string](subscriptions))
	return err
}

// Stale implements billing.Reconciliation.
func (s *Store) Stale(ctx context.Context, after int64, seenBefore, overdue time.Time, limit int) ([]billing.Stale, error) {
	return pg.Many[billing.Stale](ctx, s.db, "read stale subscriptions", `
		SELECT id, provider_id, mark FROM subscriptions s
		WHERE id > ? AND status NOT IN ('canceled', 'incomplete_expired')
		  AND (seen_at < ? OR period_end < ? OR cancel_at < ? OR (status = 'trialing' AND trial_end < ?))
		  AND NOT EXISTS (SELECT FROM webhook_events e WHERE e.subject = s.provider_id AND e.state = 'waiting')
		ORDER BY id LIMIT ?`, after, seenBefore, overdue, overdue, overdue, limit)
}

// runs is the list of reconciliation runs.
var runs = listing.New(
	listing.Field{Name: "id", Column: "r.id", Kind: listing.Integer, Digits: true, ID: true, Sortable: true, Filterable: true},
	listing.Field{Name: "kind", Column: "r.kind", Kind: listing.Code, Sortable: true, Filterable: true},
	listing.Field{Name: "status", Column: "r.status", Kind: listing.Code, Sortable: true, Filterable: true},
	listing.Field{Name: "checked", Column: "r.checked", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "mismatches", Column: "r.mismatches", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "startedAt", Column: "r.started_at", Kind: listing.Date, Sortable: true, Filterable: true},
	listing.Field{Name: "finishedAt", Column: "r.finished_at", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
)

// ListRuns returns the page of runs that the URL asks for.
func (s *Store) ListRuns(ctx context.Context, u *url.URL) (listing.Page[billing.Run], error) {
	q, err := runs.ParseURL(u)
	if err != nil {
		return listing.Page[billing.Run]{}, err
	}
	page, err := listing.Fetch[runRow](ctx, s.db, q, `r.id, r.kind, r.status, r.requested_by, r.phase, r.cursor, r.checked, r.mismatches, r.healed,
		r.reason, r.started_at, r.updated_at, r.finished_at`, "reconciliation_runs r")
	return listing.Map(page, runRow.run), err
}

// Mismatches returns the first mismatches of a run, by ascending id.
func (s *Store) Mismatches(ctx context.Context, runID int64, limit int) ([]billing.Mismatch, error) {
	return pg.Many[billing.Mismatch](ctx, s.db, "read mismatches", `
		SELECT id, run_id, kind, object, object_id, healed, reason, found_at FROM reconciliation_mismatches WHERE run_id = ? ORDER BY id LIMIT ?`,
		runID, limit)
}
