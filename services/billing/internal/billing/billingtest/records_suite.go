package billingtest

import (
	"testing"

	"muster/services/billing/internal/billing"
)

// What a list shows of an object has the same mark as the fetched object.
func listsAgree(t *testing.T, s *shop) {
	var subs []billing.ProviderSubscription
	for n := range 3 {
		made, err := s.Payments.CreateCheckout(t.Context(), "checkout/"+string(rune('a'+n)), s.order(nil), ann)
		must(t, err)
		s.Pay(t, made)
		made, err = s.Payments.Checkout(t.Context(), made.ID)
		must(t, err)
		sub, err := s.Payments.Subscription(t.Context(), made.SubscriptionID)
		must(t, err)
		subs = append(subs, sub)
	}
	charge := subs[0].Invoices[0].ChargeID
	refund := s.Refund(t, charge, 100)
	dispute := s.Dispute(t, charge, 200)
	must(t, s.Payments.Cancel(t.Context(), "cancel/1", subs[1].ID, billing.CancelAtPeriodEnd))

	listed := map[string]billing.Listed{}
	for kind, want := range map[billing.ObjectKind]int{
		billing.KindSubscription: 3, billing.KindInvoice: 3, billing.KindCharge: 3, billing.KindRefund: 1, billing.KindDispute: 1,
	} {
		page, cursor, err := s.Payments.List(t.Context(), kind, "")
		must(t, err)
		all := page
		for cursor != "" {
			page, cursor, err = s.Payments.List(t.Context(), kind, cursor)
			must(t, err)
			all = append(all, page...)
		}
		equal(t, len(all), want)
		for _, o := range all {
			equal(t, o.Kind, kind)
			listed[o.ID] = o
		}
	}
	for _, sub := range subs {
		fetched, err := s.Payments.Subscription(t.Context(), sub.ID)
		must(t, err)
		equal(t, listed[sub.ID], billing.Listed{Kind: billing.KindSubscription, ID: sub.ID, CustomerID: s.customer, UserKey: "user-key", Mark: fetched.Mark()})
		i := fetched.Invoices[0]
		equal(t, listed[i.ID], billing.Listed{Kind: billing.KindInvoice, ID: i.ID, CustomerID: s.customer, SubscriptionID: sub.ID, Mark: i.Mark()})
		equal(t, listed[i.ChargeID], billing.Listed{
			Kind: billing.KindCharge, ID: i.ChargeID, CustomerID: s.customer, Mark: s.charge(t, i.ChargeID).Mark(),
		})
	}
	equal(t, listed[refund], billing.Listed{Kind: billing.KindRefund, ID: refund, ChargeID: charge, Mark: s.charge(t, charge).Refunds[0].Mark()})
	equal(t, listed[dispute], billing.Listed{Kind: billing.KindDispute, ID: dispute, ChargeID: charge, Mark: s.charge(t, charge).Disputes[0].Mark()})
	if listed[subs[0].ID].Mark == listed[subs[1].ID].Mark || listed[charge].Mark == listed[subs[1].Invoices[0].ChargeID].Mark {
		t.Error("different objects have one mark")
	}
}
