package billingtest

import (
	"context"
	"slices"
	"time"

	"muster/services/billing/internal/billing"
)

// DueAccounts implements billing.Accounts.
func (m *Memory) DueAccounts(_ context.Context, now time.Time, limit int) ([]int64, error) {
	return look(m, func(d *data) ([]int64, error) {
		var due []billing.User
		for _, u := range d.users {
			if u.DueAt != nil && !u.DueAt.After(now) {
				due = append(due, u)
			}
		}
		slices.SortFunc(due, func(a, b billing.User) int { return a.DueAt.Compare(*b.DueAt) })
		var ids []int64
		for _, u := range due[:min(limit, len(due))] {
			ids = append(ids, u.ID)
		}
		return ids, nil
	})
}

// DueCheckouts implements billing.Accounts.
func (m *Memory) DueCheckouts(_ context.Context, expired, pending time.Time, limit int) ([]billing.Checkout, error) {
	return look(m, func(d *data) ([]billing.Checkout, error) {
		var due []billing.Checkout
		for _, c := range d.checkouts {
			over := c.Status == billing.CheckoutOpen && c.ExpiresAt != nil && c.ExpiresAt.Before(expired)
			if over || (c.Status == billing.CheckoutPending && c.UpdatedAt.Before(pending)) {
				due = append(due, c)
			}
		}
		return due[:min(limit, len(due))], nil
	})
}
