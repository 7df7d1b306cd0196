package billing

import (
	"context"
	"time"
)

// Previews stores the previews of changes.
type Previews interface {
	AddPreview(ctx context.Context, p ChangePreview) error
	// Preview finds a user's preview; ErrPreviewStale if there is none.
	Preview(ctx context.Context, userID int64, id string) (ChangePreview, error)
	// BeginChange notes that the change of a preview is being made, which cannot be undone.
	BeginChange(ctx context.Context, id string) error
	// AwaitPayment notes that the change of a preview waits for the payment of an invoice.
	AwaitPayment(ctx context.Context, id, invoiceID string) error
	// PurgePreviews deletes the previews that expired before the given time.
	PurgePreviews(ctx context.Context, before time.Time) error
}

// Subscribing is how a subscription is made and changed at the provider without its pages.
type Subscribing interface {
	// AttachPaymentMethod makes a payment method the customer's own and returns its id, which may be another one.
	// ErrPaymentFailed if the card is refused, or if there is no such method or it is another customer's.
	AttachPaymentMethod(ctx context.Context, key, customerID, methodID string) (string, error)
	// CreateSubscription subscribes the customer with the checkout's payment method, or the customer's default one, and
	// returns the subscription's id. The subscription carries the keys of user and checkout. If its first payment fails
	// or waits for the customer, it is incomplete. ErrPaymentFailed if there is no payment method.
	CreateSubscription(ctx context.Context, key string, c Checkout, u User) (string, error)
	// FindSubscription returns the id of the subscription that CreateSubscription has made for the checkout.
	FindSubscription(ctx context.Context, c Checkout) (string, error)
	// Resume takes back the end of a subscription that is to be cancelled, or resumes a paused one.
	Resume(ctx context.Context, key string, s Subscription) error
	// ChangeItem changes an item, and bills the difference at once. If that cannot be paid, it changes nothing:
	// ErrPaymentFailed. If the customer has to confirm the payment, it changes nothing yet and returns the invoice: the item
	// changes when that is paid, within a day, and never if it is voided.
	ChangeItem(ctx context.Context, key string, c Change) (unpaidInvoice string, err error)
	// ExtendTrial moves the end of a trial.
	ExtendTrial(ctx context.Context, key, id string, until time.Time) error
	// PortalSession opens the provider's page on which the customer manages subscriptions and payment methods, and
	// returns its URL.
	PortalSession(ctx context.Context, key, customerID, returnURL string) (string, error)
}

// Collection is how invoices are foretold and paid.
type Collection interface {
	// Upcoming returns the subscription's next invoice after a change. It has no id. If prorate is set, that is the
	// invoice of the change itself, if it would have one. ErrProviderMissing if no invoice will follow.
	Upcoming(ctx context.Context, c Change, prorate bool) (ProviderInvoice, error)
	// Payment fetches what is known of the payment of an invoice.
	Payment(ctx context.Context, invoiceID string) (ProviderPayment, error)
	// PayInvoice tries to collect an open invoice. ErrPaymentFailed, also if the customer has to confirm the payment;
	// ErrProviderRefused if the invoice is not open.
	PayInvoice(ctx context.Context, key, invoiceID string) error
}
