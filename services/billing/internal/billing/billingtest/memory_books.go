package billingtest

import (
	"cmp"
	"context"
	"slices"

	"muster/services/billing/internal/billing"
)

// Invoice implements billing.Accounts.
func (m *Memory) Invoice(_ context.Context, providerID string) (billing.Invoice, error) {
	return look(m, func(d *data) (billing.Invoice, error) { return d.invoice(providerID) })
}

// InvoiceByID implements billing.Accounts.
func (m *Memory) InvoiceByID(_ context.Context, id int64) (billing.Invoice, error) {
	return look(m, func(d *data) (billing.Invoice, error) {
		for _, i := range d.invoices {
			if i.ID == id {
				return i, nil
			}
		}
		return billing.Invoice{}, billing.ErrInvoiceNotFound
	})
}

func (d *data) invoice(providerID string) (billing.Invoice, error) {
	i, ok := d.invoices[providerID]
	if !ok {
		return billing.Invoice{}, billing.ErrInvoiceNotFound
	}
	return i, nil
}

func (t *memoryTx) Invoice(_ context.Context, providerID string) (billing.Invoice, error) {
	return t.invoice(providerID)
}

func (t *memoryTx) FinalInvoices(_ context.Context, userID int64) ([]billing.Invoice, error) {
	var final []billing.Invoice
	for _, i := range t.invoices {
		if i.UserID == userID && i.SubscriptionID != "" && i.Status != billing.InvoiceDraft && i.Status != billing.InvoiceVoid {
			final = append(final, i)
		}
	}
	slices.SortFunc(final, func(a, b billing.Invoice) int { return cmp.Or(a.IssuedAt.Compare(b.IssuedAt), cmp.Compare(a.ID, b.ID)) })
	return final, nil
}

func (t *memoryTx) Charge(_ context.Context, providerID string) (billing.Charge, error) {
	c, ok := t.charges[providerID]
	if !ok {
		return billing.Charge{}, billing.ErrChargeNotFound
	}
	return c, nil
}

func (t *memoryTx) SaveCharge(_ context.Context, c *billing.Charge) error {
	if c.ID = t.charges[c.ProviderCharge.ID].ID; c.ID == 0 {
		c.ID = t.id()
	}
	t.charges[c.ProviderCharge.ID] = *c
	return nil
}

func (t *memoryTx) Book(_ context.Context, entries ...billing.LedgerEntry) ([]billing.LedgerEntry, error) {
	var booked []billing.LedgerEntry
	for _, e := range entries {
		if slices.ContainsFunc(t.ledger, func(o billing.LedgerEntry) bool { return o.Key == e.Key }) {
			continue
		}
		e.ID = t.id()
		t.ledger = append(t.ledger, e)
		booked = append(booked, e)
	}
	return booked, nil
}

// Ledger returns all entries, in the order in which they were added.
func (m *Memory) Ledger() []billing.LedgerEntry {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.data.ledger)
}

func (t *memoryTx) AddMovement(_ context.Context, m billing.Movement) error {
	m.ID = t.id()
	t.movements = append(t.movements, m)
	return nil
}

// Movements returns all movements of the MRR, in the order in which they were added.
func (m *Memory) Movements() []billing.Movement {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.data.movements)
}
