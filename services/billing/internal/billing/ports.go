package billing

import (
	"context"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
)

// Store is what billing remembers. One adapter keeps all of it, because a change of an account, what it publishes and
// what it leaves to be done are one transaction.
type Store interface {
	Accounts
	Catalog
	Queue
}

// Accounts keeps what users have: their copy, customer, subscriptions, invoices, redemptions and checkouts.
type Accounts interface {
	// Tx runs fn in a transaction; fn's error undoes it. fn may run again after a conflict, so it must have no effect
	// outside the transaction. If ctx carries a transaction, fn joins it.
	Tx(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
	// User reads a user without its account; ErrUserUnknown if directory has not told of it.
	User(ctx context.Context, userID int64) (User, error)
	// Account reads an account without a lock; ErrUserUnknown as User.
	Account(ctx context.Context, userID int64) (Account, error)
	// Owner is the user who has the provider's customer; ErrUnmatched if nobody has.
	Owner(ctx context.Context, customerID string) (int64, error)
	// Ticket raises the object's counter and returns it, committed before it returns: every ticket is greater than all
	// that were handed out for the object before.
	Ticket(ctx context.Context, object string) (int64, error)
	// CheckoutBySession finds a checkout by the provider's session; ErrCheckoutNotFound if there is none.
	CheckoutBySession(ctx context.Context, sessionID string) (Checkout, error)
	// CheckoutByRequest finds the checkout that a request with this key has made; ErrCheckoutNotFound if there is none.
	CheckoutByRequest(ctx context.Context, requestKey string) (Checkout, error)
	// DueAccounts lists users whose state changes by time alone and is due, the longest due first.
	DueAccounts(ctx context.Context, now time.Time, limit int) ([]int64, error)
	// DueCheckouts lists checkouts whose end was missed: open past their expiry, or pending since before.
	DueCheckouts(ctx context.Context, expiredBefore, pendingBefore time.Time, limit int) ([]Checkout, error)
}

// Tx is one transaction. The account is locked first; whoever holds its lock is alone with everything that belongs to
// the user.
type Tx interface {
	// LockAccount locks and reads an account; ErrUserUnknown if directory has not told of the user.
	LockAccount(ctx context.Context, userID int64) (Account, error)
	// LockStates locks the users from id first to id last of whom a state was ever published, by ascending id and at
	// most limit of them, and reads the states that were published last.
	LockStates(ctx context.Context, first, last int64, limit int) ([]billingv1.Subscription, error)
	// SaveUser inserts or updates.
	SaveUser(ctx context.Context, u User) error
	// SaveSubscription inserts or updates by the provider's id and sets s.ID.
	SaveSubscription(ctx context.Context, s *Subscription) error
	// SaveInvoice inserts or updates by the provider's id and sets i.ID.
	SaveInvoice(ctx context.Context, i *Invoice) error
	// SaveRedemption inserts when r.ID is 0, which it sets, else updates.
	SaveRedemption(ctx context.Context, r *Redemption) error
	// SaveCheckout inserts when c.ID is 0, which it sets, else updates.
	SaveCheckout(ctx context.Context, c *Checkout) error
	// Reserve takes one redemption of an active promotion and returns false when none is left. Of two who ask for the
	// last one at the same time, one gets it.
	Reserve(ctx context.Context, promotionID int64) (bool, error)
	// Release gives a reserved redemption back.
	Release(ctx context.Context, promotionID int64) error
	// Apply notes that the object is applied as fetched with this ticket; false if a newer one was applied already.
	Apply(ctx context.Context, object string, ticket int64) (bool, error)
	// Enqueue leaves work to be done after the commit. Work of the same kind and subject that waits already is enough.
	Enqueue(ctx context.Context, kind TaskKind, subject string, now time.Time) error
	// Publish appends to the outbox: it happens if and only if the transaction commits.
	Publish(ctx context.Context, now time.Time, payloads ...contracts.Payload) error
}

// Catalog keeps what is for sale. With a request key that was used before, the Add methods store nothing and return
// what was stored then.
type Catalog interface {
	// AddPlan stores a plan, not active, and returns it with its id.
	AddPlan(ctx context.Context, p Plan) (Plan, error)
	// ActivatePlan sets the provider's ids and makes the plan active.
	ActivatePlan(ctx context.Context, id int64, productID, priceID string) (Plan, error)
	// Plan finds a plan; ErrPlanNotFound if there is none.
	Plan(ctx context.Context, id int64) (Plan, error)
	// PlanByPrice finds the plan of the provider's price; ErrPlanNotFound if there is none.
	PlanByPrice(ctx context.Context, priceID string) (Plan, error)
	// AddCoupon stores a coupon and returns it with its id.
	AddCoupon(ctx context.Context, c Coupon) (Coupon, error)
	// LinkCoupon sets the provider's id of a coupon.
	LinkCoupon(ctx context.Context, id int64, providerID string) (Coupon, error)
	// AddPromotion stores a promotion with the plans it is for, and returns it with its id and coupon: ErrCouponNotFound,
	// ErrPlanNotFound, ErrPromoCodeExists.
	AddPromotion(ctx context.Context, p Promotion) (Promotion, error)
	// PromotionByCode finds a promotion by its code without regard to case, an active one before others; ErrPromoNotFound
	// if there is none.
	PromotionByCode(ctx context.Context, code string) (Promotion, error)
}

// Queue keeps the webhook inbox and the work that waits. Work is leased, done outside of any transaction, and settled.
type Queue interface {
	// Receive stores an event and the task to handle it. An event that is there already is left as it is.
	Receive(ctx context.Context, e Event, now time.Time) error
	// Claim leases the task that has waited longest and is due; false if there is none. A lease that runs out makes the
	// task due again.
	Claim(ctx context.Context, now time.Time, lease time.Duration) (Task, bool, error)
	// Settle notes how an attempt went.
	Settle(ctx context.Context, taskID int64, o Outcome) error
	// EventOutcome says how far the handling of an event is; ErrEventUnknown if it was never received.
	EventOutcome(ctx context.Context, eventID string) (Outcome, error)
	// Stuck lists tasks in a state, by ascending id from after the given one on.
	Stuck(ctx context.Context, state TaskState, after int64, limit int) ([]StuckTask, error)
	// Revive puts a task that is dead or unmatched back to where it was enqueued, with a new id and no attempts; work of the
	// same kind and subject that waits already is enough. It returns false when there is no such task.
	Revive(ctx context.Context, taskID int64, now time.Time) (bool, error)
	// PurgeHandled forgets events that were received before and are handled, and tasks settled before
	// that leave nothing to do. What waits, and what was given up until somebody replays it, stays.
	PurgeHandled(ctx context.Context, before time.Time) error
	// Unhandled counts the customer's events that still await the end of their first attempt.
	Unhandled(ctx context.Context, customerID string) (int, error)
}

// Payments is the payment provider. Calls that make or change something take a key: a repeated call with the same key
// and the same parameters has no further effect and returns the same. Errors: ErrProviderUnavailable when the outcome is
// unknown or a later attempt may succeed, ErrProviderRefused when the same call will never succeed, ErrProviderMissing
// when an object it names does not exist.
type Payments interface {
	// CreateCustomer makes a customer for a user and returns its id.
	CreateCustomer(ctx context.Context, key string, u User) (string, error)
	// UpdateCustomer gives a customer the user's present address and name. ErrProviderMissing when it is deleted.
	UpdateCustomer(ctx context.Context, key, customerID string, u User) error
	// DeleteCustomer takes everything personal and every means of payment from a customer for ever, and ends the
	// subscriptions that are left. What was paid can still be looked up. ErrProviderMissing when it is deleted already.
	DeleteCustomer(ctx context.Context, customerID string) error
	// CreatePrice makes product and price of a plan and returns their ids.
	CreatePrice(ctx context.Context, key string, p Plan) (productID, priceID string, err error)
	// CreateCoupon makes the coupon of a DISC or AMOU coupon and returns its id.
	CreateCoupon(ctx context.Context, key string, c Coupon) (string, error)
	// CreateCheckout opens a page on which the customer subscribes. What comes of it carries the ids of user and checkout.
	CreateCheckout(ctx context.Context, key string, c Checkout) (ProviderCheckout, error)
	// Checkout fetches a session as it is now.
	Checkout(ctx context.Context, sessionID string) (ProviderCheckout, error)
	// ExpireCheckout closes an open session, so that nobody can pay it any more, and returns it. ErrProviderRefused if it
	// is not open.
	ExpireCheckout(ctx context.Context, key, sessionID string) (ProviderCheckout, error)
	// Subscription fetches a subscription as it is now.
	Subscription(ctx context.Context, id string) (ProviderSubscription, error)
	// Invoice fetches an invoice as it is now, with all its lines.
	Invoice(ctx context.Context, id string) (ProviderInvoice, error)
	// Cancel ends a subscription now or at the end of the period that is paid, and returns it as it is after.
	Cancel(ctx context.Context, key, id string, mode CancelMode) (ProviderSubscription, error)
}
