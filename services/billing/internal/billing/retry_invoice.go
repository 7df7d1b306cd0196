package billing

import (
	"context"
	"errors"
	"fmt"

	"muster/libs/contracts/billingv1"
)

// InvoiceOf returns a user's invoice; ErrInvoiceNotFound if the user has no such invoice, or it is a draft.
func (s *Service) InvoiceOf(ctx context.Context, userID, invoiceID int64) (Invoice, error) {
	i, err := s.store.InvoiceByID(ctx, invoiceID)
	if err == nil && (i.UserID != userID || i.Status == InvoiceDraft) {
		return Invoice{}, ErrInvoiceNotFound
	}
	return i, err
}

// UpcomingInvoice returns the next invoice of the user's subscription as the provider foresees it. It has no id.
func (s *Service) UpcomingInvoice(ctx context.Context, userID int64) (Invoice, error) {
	current, err := s.live(ctx, userID)
	if err != nil {
		return Invoice{}, err
	}
	next, err := s.payments.Upcoming(ctx, Change{SubscriptionID: current.ProviderID}, false)
	if errors.Is(err, ErrProviderMissing) {
		return Invoice{}, ErrNoUpcomingInvoice.Because(err)
	}
	if err != nil {
		return Invoice{}, fmt.Errorf("preview the next invoice: %w", err)
	}
	return Invoice{UserID: userID}.follow(next), nil
}

// RetryInvoice tries to collect a user's open invoice at once. It returns the invoice and the state afterwards, also with
// an error: ErrPaymentFailed with the decline code; ErrActionRequired with the client secret if the user has to confirm
// the payment; ErrInvoiceNotOpen if there is nothing to pay.
func (s *Service) RetryInvoice(ctx context.Context, userID, invoiceID int64) (Invoice, billingv1.Subscription, error) {
	i, err := s.InvoiceOf(ctx, userID, invoiceID)
	if err != nil {
		return Invoice{}, billingv1.Subscription{}, err
	}
	if i.Status != InvoiceOpen {
		return i, billingv1.Subscription{}, ErrInvoiceNotOpen
	}
	callErr := s.limitDeclines(ctx, userID, func() error {
		// The provider collects an invoice once, whatever the key. With the same key a declined card would stay declined.
		err := s.payments.PayInvoice(ctx, "pay/"+i.ProviderID+"/"+s.newID(), i.ProviderID)
		if errors.Is(err, ErrPaymentFailed) {
			err = s.explain(ctx, i, err)
		}
		return err
	})
	switch {
	case errors.Is(callErr, ErrPaymentFailed), errors.Is(callErr, ErrActionRequired):
	case refused(callErr):
		callErr = ErrInvoiceNotOpen.Because(callErr)
	case callErr != nil:
		return i, billingv1.Subscription{}, fmt.Errorf("pay invoice: %w", callErr)
	}
	if i.SubscriptionID != "" {
		_, err = s.syncSubscription(ctx, i.SubscriptionID, known{invoices: []string{i.ProviderID}})
	} else {
		_, err = s.syncInvoice(ctx, i.ProviderID)
	}
	if err != nil {
		return i, billingv1.Subscription{}, errors.Join(callErr, err)
	}
	if i, err = s.store.InvoiceByID(ctx, invoiceID); err != nil {
		return i, billingv1.Subscription{}, errors.Join(callErr, err)
	}
	u, err := s.store.User(ctx, userID)
	return i, u.State, errors.Join(callErr, err)
}

// explain tells a payment that waits for its confirmation from one that has failed.
func (s *Service) explain(ctx context.Context, i Invoice, failed error) error {
	payment, err := s.payments.Payment(ctx, i.ProviderID)
	if err != nil || !payment.NeedsAction {
		return failed
	}
	return ErrActionRequired.Because(failed).With("clientSecret", payment.ClientSecret)
}
