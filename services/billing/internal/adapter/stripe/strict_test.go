package stripe_test

import (
	"errors"
	"fmt"
	"net/url"
	"testing"

	"muster/libs/errs"
	"muster/services/billing/internal/adapter/stripe"
	"muster/services/billing/internal/billing"
)

// account is a fake with a customer whose card works.
type account struct {
	t                    *testing.T
	url, customer, price string
	payments             *stripe.Payments
}

func openAccount(t *testing.T) *account {
	t.Helper()
	a := &account{t: t, url: newFake(t).URL}
	a.payments = newPayments(t, a.url)
	a.customer = a.make("customers", "email", "ann@example.com", "source", "tok_visa")
	a.price = a.make("prices", "product_data[name]", "Gold", "currency", "usd", "unit_amount", "1000", "recurring[interval]", "month")
	return a
}

// make sends a POST to Stripe and returns the object's id; params are alternating names and values.
func (a *account) make(path string, params ...string) string {
	a.t.Helper()
	values := url.Values{}
	for i := 0; i < len(params); i += 2 {
		values.Set(params[i], params[i+1])
	}
	return made(a.t, a.url+"/v1/"+path, "application/x-www-form-urlencoded", values.Encode())
}

func (a *account) subscribe(params ...string) billing.ProviderSubscription {
	a.t.Helper()
	id := a.make("subscriptions", append([]string{"customer", a.customer, "items[0][price]", a.price}, params...)...)
	sub, err := a.payments.Subscription(a.t.Context(), id)
	if err != nil {
		a.t.Fatal(err)
	}
	return sub
}

// Stripe shows ten elements of a list within an object. The others are fetched.
func TestLongListsAreFetched(t *testing.T) {
	a := openAccount(t)
	var params []string
	for n := 1; n < 12; n++ {
		price := a.make("prices", "product_data[name]", "Extra", "currency", "usd", "unit_amount", fmt.Sprint(100+n), "recurring[interval]", "month")
		params = append(params, fmt.Sprintf("items[%d][price]", n), price)
	}
	sub := a.subscribe(params...)
	if len(sub.Items) != 12 || len(sub.Invoices) != 1 || len(sub.Invoices[0].Lines) != 12 {
		t.Errorf("%d items, %+v", len(sub.Items), sub.Invoices)
	}
	for n := range 12 {
		a.make("refunds", "charge", sub.Invoices[0].ChargeID, "amount", fmt.Sprint(1+n))
	}
	charge, err := a.payments.Charge(t.Context(), sub.Invoices[0].ChargeID)
	if err != nil || len(charge.Refunds) != 12 || charge.Refunded != 78 {
		t.Errorf("%d refunds, %v", len(charge.Refunds), err)
	}
}

func TestTaxesAreRead(t *testing.T) {
	a := openAccount(t)
	for inclusive, want := range map[string][3]int64{"true": {167, 167, 1000}, "false": {200, 0, 1200}} {
		rate := a.make("tax_rates", "display_name", "VAT", "percentage", "20", "inclusive", inclusive)
		in := a.subscribe("default_tax_rates[0]", rate).Invoices[0]
		if got := [3]int64{in.Tax, in.Lines[0].InclusiveTax, in.Paid}; got != want {
			t.Errorf("inclusive %s: %v, want %v", inclusive, got, want)
		}
	}
}

func TestPausesAndSentInvoicesAreRead(t *testing.T) {
	a := openAccount(t)
	sub := a.subscribe("collection_method", "send_invoice", "days_until_due", "7")
	if sub.CollectionMethod != "send_invoice" || sub.Status != billing.Active || sub.CollectionPaused {
		t.Errorf("%+v", sub)
	}
	a.make("subscriptions/"+sub.ID, "pause_collection[behavior]", "void")
	if sub, err := a.payments.Subscription(t.Context(), sub.ID); err != nil || !sub.CollectionPaused {
		t.Errorf("%+v %v", sub, err)
	}
}

// The reason for which Stripe declines a card reaches the user.
func TestDeclineCodesAreTold(t *testing.T) {
	a := openAccount(t)
	for card, want := range map[string]string{
		"visa_chargeDeclined": "generic_decline", "visa_chargeDeclinedInsufficientFunds": "insufficient_funds",
		"visa_chargeDeclinedLostCard": "lost_card", "visa_chargeDeclinedStolenCard": "stolen_card",
		"chargeDeclinedExpiredCard": "expired_card", "chargeDeclinedIncorrectCvc": "incorrect_cvc",
		"chargeDeclinedProcessingError": "processing_error",
	} {
		_, err := a.payments.AttachPaymentMethod(t.Context(), card, a.customer, "pm_card_"+card)
		told, ok := errors.AsType[*errs.Error](err)
		if !ok || !errors.Is(err, billing.ErrPaymentFailed) || told.Detail["declineCode"] != want {
			t.Errorf("%s: %v, want %s", card, err, want)
		}
	}
}
