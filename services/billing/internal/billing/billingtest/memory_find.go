package billingtest

import (
	"context"

	"muster/services/billing/internal/billing"
)

// InvoiceOf implements billing.Accounts.
func (m *Memory) InvoiceOf(_ context.Context, userID, invoiceID int64) (billing.Invoice, error) {
	return look(m, func(d *data) (billing.Invoice, error) {
		for _, i := range d.invoices {
			if i.UserID == userID && i.ID == invoiceID {
				return i, nil
			}
		}
		return billing.Invoice{}, billing.ErrInvoiceNotFound
	})
}

// SubscriptionByID implements billing.Accounts.
func (m *Memory) SubscriptionByID(_ context.Context, id int64) (billing.Subscription, error) {
	return look(m, func(d *data) (billing.Subscription, error) {
		for _, s := range d.subs {
			if s.ID == id {
				a, err := d.account(s.UserID)
				return *find(a.Subscriptions, func(o billing.Subscription) bool { return o.ID == id }), err
			}
		}
		return billing.Subscription{}, billing.ErrSubscriptionUnknown
	})
}
