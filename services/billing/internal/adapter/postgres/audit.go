package postgres

import (
	"context"

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
