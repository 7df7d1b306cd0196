package billing

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"muster/libs/errs"
)

// RefundOrder asks to give the payment of an invoice back, or a part of it.
type RefundOrder struct {
	InvoiceID  int64
	Amount     int64  // in minor units with tax; 0 for all that is left
	Reason     string // duplicate, fraudulent, requested_by_customer, or empty
	RequestKey string // identifies the request; empty if it cannot be repeated
}

var refundReasons = []string{"", "duplicate", "fraudulent", "requested_by_customer"}

// RefundInvoice refunds a paid invoice and returns the refund. ErrNotRefundable if it was not paid by a charge, or less is
// left than the order asks for.
func (s *Service) RefundInvoice(ctx context.Context, o RefundOrder) (Refund, error) {
	var wrong []errs.Field
	if o.Amount < 0 || o.Amount > maxAmount {
		wrong = append(wrong, errs.Field{Field: "amount", Message: "must be from 1 to 99999999, in the minor unit of the currency"})
	}
	if !slices.Contains(refundReasons, o.Reason) {
		wrong = append(wrong, errs.Field{Field: "reason", Message: "must be duplicate, fraudulent or requested_by_customer"})
	}
	if len(wrong) > 0 {
		return Refund{}, errs.Invalid(wrong...)
	}
	invoice, err := s.store.InvoiceByID(ctx, o.InvoiceID)
	if err != nil {
		return Refund{}, err
	}
	if invoice.Status != InvoicePaid || invoice.ChargeID == "" {
		return Refund{}, ErrNotRefundable
	}
	if o.RequestKey == "" {
		o.RequestKey = s.newID()
	}
	id, err := create(ctx, s, "refund/"+o.RequestKey,
		func(ctx context.Context) (string, error) {
			return s.payments.FindRefund(ctx, invoice.ChargeID, o.RequestKey)
		},
		func(ctx context.Context, key string) (string, error) {
			return s.payments.CreateRefund(ctx, key, invoice.ChargeID, o)
		})
	if errors.Is(err, ErrProviderRefused) {
		return Refund{}, ErrNotRefundable.Because(err)
	}
	if err != nil {
		return Refund{}, fmt.Errorf("refund: %w", err)
	}
	if _, err := s.syncCharge(ctx, invoice.ChargeID); err != nil {
		return Refund{}, err
	}
	return s.refund(ctx, invoice.ChargeID, id)
}

// refund reads a stored refund.
func (s *Service) refund(ctx context.Context, chargeID, id string) (found Refund, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.Charge(ctx, chargeID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(c.Refunds, func(r Refund) bool { return r.ProviderID == id })
		if i < 0 {
			return errOvertaken
		}
		found = c.Refunds[i]
		return nil
	})
	return found, err
}
