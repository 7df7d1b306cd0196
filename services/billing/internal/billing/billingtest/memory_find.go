package billingtest

import (
	"context"

	"muster/services/billing/internal/billing"
)

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
