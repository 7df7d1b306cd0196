package postgres

import (
	"context"
	"encoding/json"
	"net/url"
	"time"

	"muster/libs/listing"
	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

// BeginAct implements billing.AuditLog.
func (s *Store) BeginAct(ctx context.Context, a billing.Act) (int64, error) {
	var detail *string
	if a.Detail != nil {
		text := string(a.Detail)
		detail = &text
	}
	id, _, err := pg.First[int64](ctx, s.db, "begin act", `
		INSERT INTO audit_log (admin_id, action, object, detail, begun_at) VALUES (?, ?, ?, ?, ?) RETURNING id`,
		a.AdminID, a.Action, a.Object, detail, a.At)
	return id, err
}

// EndAct implements billing.AuditLog.
func (s *Store) EndAct(ctx context.Context, id int64, e billing.ActEnd) error {
	_, err := pg.Exec(ctx, s.db, "end act", `
		UPDATE audit_log SET status = ?, ended_at = ?, object = CASE WHEN ? = '' THEN object ELSE ? END WHERE id = ?`,
		e.Status, e.At, e.Object, e.Object, id)
	return err
}

// acts is the list of what administrators did.
var acts = listing.New(
	listing.Field{Name: "id", Column: "a.id", Kind: listing.Integer, Digits: true, ID: true, Sortable: true, Filterable: true},
	listing.Field{Name: "adminId", Column: "a.admin_id", Kind: listing.Integer, Digits: true, Sortable: true, Filterable: true},
	listing.Field{Name: "action", Column: "a.action", Kind: listing.Text, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "object", Column: "NULLIF(a.object, '')", Kind: listing.Text, Nullable: true, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "status", Column: "a.status", Kind: listing.Integer, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "begunAt", Column: "a.begun_at", Kind: listing.Date, Sortable: true, Filterable: true},
	listing.Field{Name: "endedAt", Column: "a.ended_at", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
)

type actRow struct {
	ID      int64
	AdminID int64
	Action  string
	Object  string
	Detail  *string
	Status  *int
	BegunAt time.Time
	EndedAt *time.Time
}

func (r actRow) act() billing.RecordedAct {
	a := billing.RecordedAct{
		ID: r.ID, Act: billing.Act{AdminID: r.AdminID, Action: r.Action, Object: r.Object, At: r.BegunAt}, Status: r.Status, EndedAt: r.EndedAt,
	}
	if r.Detail != nil {
		a.Detail = json.RawMessage(*r.Detail)
	}
	return a
}

// Acts lists what administrators did.
func (s *Store) Acts(ctx context.Context, u *url.URL) (listing.Page[billing.RecordedAct], error) {
	q, err := acts.ParseURL(u)
	if err != nil {
		return listing.Page[billing.RecordedAct]{}, err
	}
	page, err := listing.Fetch[actRow](ctx, s.db, q, `a.id, a.admin_id, a.action, a.object, a.detail::text AS detail, a.status, a.begun_at, a.ended_at`, "audit_log a")
	return listing.Map(page, actRow.act), err
}

// PurgeActs implements billing.AuditLog.
func (s *Store) PurgeActs(ctx context.Context, before time.Time) error {
	return s.purge(ctx, "purge audit log", `
		DELETE FROM audit_log WHERE id IN (
			SELECT id FROM audit_log WHERE begun_at < ? ORDER BY begun_at LIMIT ? FOR UPDATE SKIP LOCKED)`, before)
}
