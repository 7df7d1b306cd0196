package billing

import (
	"context"
	"errors"
	"fmt"

	"muster/libs/causal"
)

// syncCharge synchronizes a charge with its refunds and disputes: ticket, fetch, apply. Its invoice comes first, because
// the tax in a refund and the plan that it is for are the invoice's.
func (s *Service) syncCharge(ctx context.Context, id string) (causal.Write, error) {
	ticket, err := s.store.Ticket(ctx, id)
	if err != nil {
		return causal.Write{}, err
	}
	remote, err := s.payments.Charge(ctx, id)
	if errors.Is(err, ErrProviderMissing) {
		return causal.Write{}, nil // charges are never deleted: it never was
	}
	if err != nil {
		return causal.Write{}, fmt.Errorf("fetch charge: %w", err)
	}
	if err := s.needInvoice(ctx, remote); err != nil {
		return causal.Write{}, err
	}
	userID, err := s.store.Owner(ctx, remote.CustomerID)
	if err != nil {
		return causal.Write{}, err
	}
	return s.changeAccount(ctx, userID, func(ctx context.Context, tx Tx, a *Account) error {
		newest, err := tx.Apply(ctx, id, ticket)
		if err != nil || !newest {
			return err
		}
		return saveCharge(ctx, tx, a, remote)
	})
}

// needInvoice synchronizes the charge's invoice unless it is stored as it will remain.
func (s *Service) needInvoice(ctx context.Context, remote ProviderCharge) error {
	if remote.InvoiceID == "" {
		return nil
	}
	stored, err := s.store.Invoice(ctx, remote.InvoiceID)
	if err == nil && (stored.Status == InvoicePaid || remote.Status == ChargeFailed && stored.Status != InvoiceDraft) {
		return nil
	}
	if err != nil && !errors.Is(err, ErrInvoiceNotFound) {
		return err
	}
	_, err = s.syncInvoice(ctx, remote.InvoiceID)
	return err
}

// saveCharge stores a fetched charge, and notes what it adds to the ledger and what has happened to its invoice.
func saveCharge(ctx context.Context, tx Tx, a *Account, remote ProviderCharge) error {
	old, err := tx.Charge(ctx, remote.ID)
	if err != nil && !errors.Is(err, ErrChargeNotFound) {
		return err
	}
	old.UserID = a.User.ID
	next := old.follow(remote)
	if err := tx.SaveCharge(ctx, &next); err != nil {
		return err
	}
	var invoice Invoice
	if next.InvoiceID != "" {
		invoice, err = tx.Invoice(ctx, next.InvoiceID)
		if err != nil && !errors.Is(err, ErrInvoiceNotFound) {
			return err
		}
	}
	a.entries = append(a.entries, newEntries(chargeEntries(old, invoice), chargeEntries(next, invoice))...)
	if invoice.ID != 0 {
		a.putInvoice(invoice)
		a.invoiceNews = append(a.invoiceNews, newFacts(chargeFacts(old, invoice), chargeFacts(next, invoice))...)
	}
	return nil
}
