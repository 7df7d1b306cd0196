package billingtest

import (
	"context"
	"slices"
	"time"

	"muster/services/billing/internal/billing"
)

// AddPreview implements billing.Previews.
func (m *Memory) AddPreview(_ context.Context, p billing.ChangePreview) error {
	_, err := look(m, func(d *data) (any, error) { d.previews = append(d.previews, p); return nil, nil })
	return err
}

// Preview implements billing.Previews.
func (m *Memory) Preview(_ context.Context, userID int64, id string) (billing.ChangePreview, error) {
	return look(m, func(d *data) (billing.ChangePreview, error) {
		if p := find(d.previews, func(p billing.ChangePreview) bool { return p.ID == id && p.UserID == userID }); p != nil {
			return *p, nil
		}
		return billing.ChangePreview{}, billing.ErrPreviewStale
	})
}

// BeginChange implements billing.Previews.
func (m *Memory) BeginChange(_ context.Context, id string) error {
	return m.changePreview(id, func(p *billing.ChangePreview) { p.Begun = true })
}

// AwaitPayment implements billing.Previews.
func (m *Memory) AwaitPayment(_ context.Context, id, invoiceID string) error {
	return m.changePreview(id, func(p *billing.ChangePreview) { p.InvoiceID = invoiceID })
}

func (m *Memory) changePreview(id string, change func(p *billing.ChangePreview)) error {
	_, err := look(m, func(d *data) (any, error) {
		if p := find(d.previews, func(p billing.ChangePreview) bool { return p.ID == id }); p != nil {
			change(p)
		}
		return nil, nil
	})
	return err
}

// PurgePreviews implements billing.Previews.
func (m *Memory) PurgePreviews(_ context.Context, before time.Time) error {
	_, err := look(m, func(d *data) (any, error) {
		d.previews = slices.DeleteFunc(d.previews, func(p billing.ChangePreview) bool { return p.ExpiresAt.Before(before) })
		return nil, nil
	})
	return err
}
