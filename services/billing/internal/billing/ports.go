package billing

import (
	"context"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
	"muster/libs/limits"
)

// Store is billing's storage. One adapter implements all of it, because a change of an account, the records that it
// publishes and the tasks that it enqueues are one transaction.
type Store interface {
	Accounts
	Catalog
	CatalogChanges
	Queue
	Previews
	Reconciliation
}

// Accounts stores users: the copy of directory's record, customer, subscriptions, invoices, redemptions and checkouts.
type Accounts interface {
	Ownership
	Calls
	CheckoutLookups
	// Tx runs fn in a transaction and rolls back if fn fails. fn may run again after a conflict, so it must have no
	// effect outside the transaction. If ctx carries a transaction, fn joins it.
	Tx(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
	// User reads a user without the account; ErrUserUnknown if no record has arrived from directory.
	User(ctx context.Context, userID int64) (User, error)
	// FollowQuietly stores the version, the address and the name of users who have followed the last change that billing
	// acts on, and enqueues the task that tells the provider the new address or name of a customer. It returns, by user,
	// the versions of directory's records that are followed then. Unknown users are left out. Each user occurs once.
	FollowQuietly(ctx context.Context, profiles []Profile, now time.Time) (map[int64]int64, error)
	// Account reads an account without a lock; ErrUserUnknown as for User.
	Account(ctx context.Context, userID int64) (Account, error)
	// Invoice reads an invoice by the provider's id; ErrInvoiceNotFound if it is not stored.
	Invoice(ctx context.Context, providerID string) (Invoice, error)
	// InvoiceByID reads an invoice of any user; ErrInvoiceNotFound if there is none.
	InvoiceByID(ctx context.Context, id int64) (Invoice, error)
	// SubscriptionByID finds a subscription of any user; ErrSubscriptionUnknown if there is none.
	SubscriptionByID(ctx context.Context, id int64) (Subscription, error)
	// DueAccounts lists users whose state is due to change without an event, the longest due first.
	DueAccounts(ctx context.Context, now time.Time, limit int) ([]int64, error)
}

// Ownership says which user the provider's objects belong to.
type Ownership interface {
	// Owner returns the user who has or had the provider's customer; ErrUnmatched if no user has.
	Owner(ctx context.Context, customerID string) (int64, error)
	// UserByKey returns the user with this key; ErrUnmatched if there is none.
	UserByKey(ctx context.Context, key string) (int64, error)
	// SubscriptionOwner returns the user of a stored subscription; ErrUnmatched if it is not stored.
	SubscriptionOwner(ctx context.Context, providerID string) (int64, error)
	// Customers returns the user's customers that are not known to be deleted at the provider.
	Customers(ctx context.Context, userID int64) ([]string, error)
}

// Calls keeps what calls to the provider need to be repeatable and in order.
type Calls interface {
	// Generation returns the generation of an idempotency key: 0 until it is raised.
	Generation(ctx context.Context, key string) (int, error)
	// RaiseGeneration raises the generation of a key, unless it is not from any more.
	RaiseGeneration(ctx context.Context, key string, from int) error
	// Ticket increments the object's counter and returns it, after committing it. Each ticket is greater than all
	// earlier tickets for the object.
	Ticket(ctx context.Context, object string) (int64, error)
}

// CheckoutLookups finds checkouts of any user.
type CheckoutLookups interface {
	// CheckoutBySession finds a checkout by the provider's session; ErrCheckoutNotFound if there is none.
	CheckoutBySession(ctx context.Context, sessionID string) (Checkout, error)
	// CheckoutByRequest finds the checkout that a request with this key created; ErrCheckoutNotFound if there is none.
	CheckoutByRequest(ctx context.Context, requestKey string) (Checkout, error)
	// DueCheckouts lists checkouts whose end was missed: open after their expiry, or pending for too long.
	DueCheckouts(ctx context.Context, expiredBefore, pendingBefore time.Time, limit int) ([]Checkout, error)
}

// Tx is one transaction. The account is locked first; the lock gives exclusive access to everything that belongs to the
// user.
type Tx interface {
	CustomerTx
	Books
	Promotions
	Runs
	// LockAccount locks and reads an account; ErrUserUnknown if no record of the user has arrived from directory.
	LockAccount(ctx context.Context, userID int64) (Account, error)
	// LockStates locks users with ids from first to last whose state was ever published, by ascending id and at most
	// limit of them, and reads their last published states.
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
	// Apply records that the object as fetched with this ticket is applied; false if a newer one was applied already.
	Apply(ctx context.Context, object string, ticket int64) (bool, error)
	// Enqueue adds a task that runs after the commit. A waiting task of the same kind and subject is not added twice.
	Enqueue(ctx context.Context, kind TaskKind, subject string, now time.Time) error
	// Publish appends to the outbox: the record is published if and only if the transaction commits.
	Publish(ctx context.Context, now time.Time, payloads ...contracts.Payload) error
}

// CustomerTx stores the provider's customers of a user.
type CustomerTx interface {
	// AddCustomer stores a customer of the user. It returns false if it was stored before.
	AddCustomer(ctx context.Context, userID int64, customerID string) (bool, error)
	// DropCustomer stores that a customer is deleted at the provider.
	DropCustomer(ctx context.Context, customerID string) error
	// ForgetPages empties the addresses of pages in all checkouts of a deleted user: the frontend may have put anything into
	// them.
	ForgetPages(ctx context.Context, userID int64) error
}

// Books stores what was paid and given back.
type Books interface {
	// Invoice reads an invoice by the provider's id; ErrInvoiceNotFound if it is not stored.
	Invoice(ctx context.Context, providerID string) (Invoice, error)
	// FinalInvoices reads all invoices of the user's subscriptions that were finalized and not voided, the oldest first.
	FinalInvoices(ctx context.Context, userID int64) ([]Invoice, error)
	// Charge reads a charge with its refunds and disputes by the provider's id; ErrChargeNotFound if it is not stored.
	Charge(ctx context.Context, providerID string) (Charge, error)
	// SaveCharge inserts or updates the charge, its refunds and its disputes by the provider's ids and sets c.ID.
	SaveCharge(ctx context.Context, c *Charge) error
	// AddMovement adds a movement of the MRR. It can never be changed.
	AddMovement(ctx context.Context, m Movement) error
	// Book adds entries to the ledger and returns those whose key was not booked before, with their ids. They can never
	// be changed.
	Book(ctx context.Context, entries ...LedgerEntry) ([]LedgerEntry, error)
}

// Promotions changes promotions within a transaction, because what happens to them is published with it.
type Promotions interface {
	// AddPromotion stores a promotion with the plans that it applies to, and returns it with its id and coupon. With a
	// request key that was used before it stores nothing, and returns what was stored then, and false. Errors:
	// ErrCouponNotFound (also if it is archived), ErrPlanNotFound, ErrPromoCodeExists.
	AddPromotion(ctx context.Context, p Promotion) (added Promotion, isNew bool, err error)
	// LockPromotion locks and reads a promotion; ErrPromoNotFound if there is none.
	LockPromotion(ctx context.Context, id int64) (Promotion, error)
	// SavePromotion stores everything but code, coupon and the number of redemptions. Errors: ErrPlanNotFound;
	// ErrPromoCodeExists if it becomes active and another active one has its code; ErrTooFewRedemptions.
	SavePromotion(ctx context.Context, p Promotion) (Promotion, error)
	// ArchiveCoupon takes a coupon out of use; ErrCouponNotFound if there is none. Its promotions stay as they are.
	ArchiveCoupon(ctx context.Context, id int64) (Coupon, error)
	// RetirePromotions deactivates the first active promotions of a coupon, raises their versions by one, and returns them,
	// by ascending id.
	RetirePromotions(ctx context.Context, couponID int64, limit int) ([]Promotion, error)
	// Reserve takes one redemption of an active promotion and returns false if none is left. Of two concurrent callers
	// that ask for the last one, one gets it. last reports that none is left after it.
	Reserve(ctx context.Context, promotionID int64) (ok, last bool, err error)
	// Release gives a reserved redemption back.
	Release(ctx context.Context, promotionID int64) error
}

// Catalog stores plans, coupons and promotions. With a request key that was used before, the Add methods store nothing
// and return what was stored then.
type Catalog interface {
	// AddPlan stores an inactive plan and returns it with its id.
	AddPlan(ctx context.Context, p Plan) (Plan, error)
	// ActivatePlan sets the provider's ids and makes the plan active.
	ActivatePlan(ctx context.Context, id int64, productID, priceID string) (Plan, error)
	// Plan finds a plan; ErrPlanNotFound if there is none.
	Plan(ctx context.Context, id int64) (Plan, error)
	// PlansAfter lists all plans, those off sale as well, by ascending id after one.
	PlansAfter(ctx context.Context, after int64, limit int) ([]Plan, error)
	// PlanByPrice finds the plan that has or had the provider's price; ErrPlanNotFound if there is none.
	PlanByPrice(ctx context.Context, priceID string) (Plan, error)
	// RetirePrice takes the plan with the provider's price off sale, if there is one.
	RetirePrice(ctx context.Context, priceID string) error
	// AddCoupon stores a coupon and returns it with its id.
	AddCoupon(ctx context.Context, c Coupon) (Coupon, error)
	// LinkCoupon sets the provider's id of a coupon.
	LinkCoupon(ctx context.Context, id int64, providerID string) (Coupon, error)
	// CouponByProvider finds the newest coupon with the provider's id; ErrCouponNotFound if there is none.
	CouponByProvider(ctx context.Context, providerID string) (Coupon, error)
	// PromotionByCode finds a promotion by its code without regard to case and prefers an active one; ErrPromoNotFound
	// if there is none.
	PromotionByCode(ctx context.Context, code string) (Promotion, error)
}

// Queue stores the webhook inbox and the tasks. A task is leased, run outside any transaction, and settled.
type Queue interface {
	// Receive stores an event in a state. If that is TaskWaiting, it also enqueues the task to synchronize the subject. It
	// leaves an event that is already stored unchanged.
	Receive(ctx context.Context, e Event, subject string, state TaskState, now time.Time) error
	// Claim leases the lane's due task that has waited longest; false if there is none. When a lease expires the task is
	// due again.
	Claim(ctx context.Context, lane Lane, now time.Time, lease time.Duration) (Task, bool, error)
	// Settle records the outcome of an attempt, for the task and its events.
	Settle(ctx context.Context, t Task, o Outcome) error
	// Adopt makes a stored event without a subject wait with the events of the subject that subjectOf returns, and enqueues
	// the task of that subject. It has no effect if that is empty. ErrEventUnknown if the event is not stored.
	Adopt(ctx context.Context, eventID string, subjectOf func(Event) string, now time.Time) error
	// EventOutcome returns the progress of an event's handling; ErrEventUnknown if it was never received.
	EventOutcome(ctx context.Context, eventID string) (Outcome, error)
	// Stuck lists tasks in a state, sorted by ascending id, starting after the given id.
	Stuck(ctx context.Context, state TaskState, after int64, limit int) ([]StuckTask, error)
	// Revive enqueues a dead or unmatched task again, with a new id and no attempts, unless a task of the same kind and
	// subject is already waiting. Its events wait again, too. It returns false if there is no such task.
	Revive(ctx context.Context, taskID int64, now time.Time) (bool, error)
	// ReviveEvent makes an event wait again and enqueues the task of its subject, with a new id and no attempts if it is
	// dead or unmatched. ErrEventUnknown, or ErrEventNotReplayable if the event has no subject.
	ReviveEvent(ctx context.Context, eventID string, now time.Time) error
	// PurgeHandled deletes handled events that were received before the given time, and done tasks that were settled
	// before it. Waiting tasks stay, and so do dead and unmatched ones until an operator replays them.
	PurgeHandled(ctx context.Context, before time.Time) error
	// Unhandled counts the customer's events whose first attempt has not ended.
	Unhandled(ctx context.Context, customerID string) (int, error)
}

// Throttle counts events for rate limits, across all replicas.
type Throttle interface {
	// Take counts one event for each use. If any limit is used up it counts nothing and returns limits.ErrUsedUp with
	// the time to wait.
	Take(ctx context.Context, uses ...limits.Use) error
	// Check counts nothing. It returns limits.ErrUsedUp if any limit is used up.
	Check(ctx context.Context, uses ...limits.Use) error
}

// Payments is the payment provider. Calls that create or change something take an idempotency key: a repeated call with
// the same key and the same parameters has no further effect and returns the same result. Errors:
// ErrProviderUnavailable if the outcome is unknown or a retry may succeed, ErrProviderRefused if the same call will
// never succeed, ErrProviderMissing if an object that it names does not exist. An error that also is ErrKept comes again
// for the same key, so a retry needs another one.
type Payments interface {
	Customers
	Offers
	OfferChanges
	Checkouts
	Subscribing
	Collection
	// Subscription fetches the current state of a subscription, with its latest invoice and all its open ones.
	Subscription(ctx context.Context, id string) (ProviderSubscription, error)
	// Unpaid lists the customer's subscriptions whose first invoice can still be paid.
	Unpaid(ctx context.Context, customerID string) ([]string, error)
	// Invoice fetches the current state of an invoice with all its lines.
	Invoice(ctx context.Context, id string) (ProviderInvoice, error)
	// Charge fetches the current state of a charge with all its refunds and disputes.
	Charge(ctx context.Context, id string) (ProviderCharge, error)
	// CreateRefund gives a part of a charge back and returns the refund's id. It carries the order's request key.
	// ErrProviderRefused if less is left.
	CreateRefund(ctx context.Context, key, chargeID string, o RefundOrder) (string, error)
	// FindRefund returns the refund that CreateRefund has made with a request key.
	FindRefund(ctx context.Context, chargeID, requestKey string) (string, error)
	Records
	// VoidInvoice makes an open invoice unpayable. ErrProviderRefused if it is not open.
	VoidInvoice(ctx context.Context, key, id string) error
	// Cancel ends a subscription now or at the end of the paid period.
	Cancel(ctx context.Context, key, id string, mode CancelMode) error
}

// Customers are the provider's customers.
type Customers interface {
	// CreateCustomer creates a customer for a user and returns its id.
	CreateCustomer(ctx context.Context, key string, u User) (string, error)
	// FindCustomer returns the id of a customer that CreateCustomer has made for the user with the present address.
	FindCustomer(ctx context.Context, u User) (string, error)
	// HasCustomer reports whether a customer exists, and is not deleted.
	HasCustomer(ctx context.Context, customerID string) (bool, error)
	// UpdateCustomer sets a customer's address and name to the user's current ones. ErrProviderMissing if it is
	// deleted.
	UpdateCustomer(ctx context.Context, key, customerID string, u User) error
	// DeleteCustomer permanently removes a customer's personal data and payment methods, and ends its remaining
	// subscriptions. Payments can still be looked up. ErrProviderMissing if it is deleted already.
	DeleteCustomer(ctx context.Context, customerID string) error
}

// Offers are the provider's prices and coupons.
type Offers interface {
	// CreatePrice creates the product and the price of a plan. A value that the provider refuses, such as an unknown currency,
	// is an errs.InvalidField, here and in CreateCoupon and AddPrice.
	CreatePrice(ctx context.Context, key string, p Plan) (ProviderPrice, error)
	// FindPrice returns the price that CreatePrice has made for the plan.
	FindPrice(ctx context.Context, p Plan) (ProviderPrice, error)
	// Offer fetches a recurring price. ErrProviderMissing if there is none.
	Offer(ctx context.Context, priceID string) (ProviderOffer, error)
	// ListOffers lists all recurring prices, archived ones and other installations' too, in pages like [Records].
	ListOffers(ctx context.Context, cursor string) (page []ProviderOffer, next string, err error)
	// HasPrice reports whether a price exists and can be sold.
	HasPrice(ctx context.Context, priceID string) (bool, error)
	// CreateCoupon creates the provider's coupon for a DISC or AMOU coupon and returns its id. A coupon that it has made
	// before is returned again, whatever the key.
	CreateCoupon(ctx context.Context, key string, c Coupon) (string, error)
	// HasCoupon reports whether a coupon exists.
	HasCoupon(ctx context.Context, couponID string) (bool, error)
}

// Checkouts are the provider's checkout sessions.
type Checkouts interface {
	// CreateCheckout opens a page on which the customer subscribes, until the checkout's ExpiresAt, or for a day if that is nil
	// or not possible. The resulting subscription carries the keys of user and checkout.
	CreateCheckout(ctx context.Context, key string, c Checkout, u User) (ProviderCheckout, error)
	// FindCheckout returns the session that CreateCheckout has made for the checkout.
	FindCheckout(ctx context.Context, c Checkout) (ProviderCheckout, error)
	// Checkout fetches the current state of a session.
	Checkout(ctx context.Context, sessionID string) (ProviderCheckout, error)
	// ExpireCheckout closes an open session, which can then no longer be paid. ErrProviderRefused if it is not open.
	ExpireCheckout(ctx context.Context, key, sessionID string) error
}
