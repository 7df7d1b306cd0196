package postgres

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"muster/libs/personal"
)

// person is everything that billing holds of a user. An amount is in the minor unit of its currency. Left out are what is
// billing's own about an object: its keys for requests to the provider, and how far it is synchronized.
var person = []personal.Section{
	personal.Object[personCustomer]("customer", `
		SELECT user_id, email, name, type_code, is_active, stripe_customer_id FROM billing_users WHERE user_id = ? AND NOT deleted`),
	personal.List[personFormer]("customersAtStripe", "SELECT id, deleted, created_at FROM customers WHERE user_id = ? ORDER BY created_at, id"),
	personal.List[personSubscription]("subscriptions", `
		SELECT s.id, provider_id, status, price_id, amount, currency, "interval", interval_count, quantity, period_start, period_end, trial_start, trial_end,
		       cancel_at_period_end, cancel_at, canceled_at, ended_at, created_at, updated_at,
		       (SELECT coalesce(json_agg(json_build_object('priceId', i.price_id, 'amount', i.amount, 'currency', i.currency, 'interval', i."interval",
		           'intervalCount', i.interval_count, 'quantity', i.quantity) ORDER BY i.position), '[]') FROM subscription_items i WHERE i.subscription_id = s.id) AS items
		FROM subscriptions s WHERE user_id = ? ORDER BY s.id`),
	personal.List[personInvoice]("invoices", `
		SELECT id, provider_id, subscription_id, status, reason, currency, subtotal, discount, tax, total, paid, due, issued_at, finalized_at, due_at, paid_at,
		       voided_at, uncollectible_at, lines
		FROM invoices WHERE user_id = ? ORDER BY id`),
	personal.List[personCharge]("charges", `
		SELECT id, provider_id, customer_id, invoice_id, status, currency, amount, captured, refunded, disputed, failure_code, created_at
		FROM charges WHERE user_id = ? ORDER BY id`),
	personal.List[personRefund]("refunds", `
		SELECT r.provider_id, r.charge_id, r.amount, r.status, r.reason, r.created_at, r.returned_at
		FROM refunds r JOIN charges c ON c.id = r.charge_id WHERE c.user_id = ? ORDER BY r.charge_id, r.position`),
	personal.List[personDispute]("disputes", `
		SELECT d.provider_id, d.charge_id, d.amount, d.status, d.reason, d.created_at, d.withdrawn_at, d.reinstated_at
		FROM disputes d JOIN charges c ON c.id = d.charge_id WHERE c.user_id = ? ORDER BY d.charge_id, d.position`),
	personal.List[personEntry]("ledger", `
		SELECT id, kind, amount, tax, currency, subscription_id, provider_subscription_id, invoice_id, charge_id, refund_id, dispute_id, occurred_at, recorded_at
		FROM ledger_entries WHERE user_id = ? ORDER BY id`),
	personal.List[personMovement]("revenue", `
		SELECT id, subscription_id, kind, amount, currency, occurred_at, recorded_at FROM mrr_movements WHERE user_id = ? ORDER BY id`),
	personal.List[personCheckout]("checkouts", `
		SELECT id, plan_id, promotion_code, customer_id, quantity, trial_days, direct, payment_method_id, success_url, cancel_url, status, session_id, url,
		       expires_at, subscription_id, created_at, updated_at
		FROM checkouts WHERE user_id = ? ORDER BY id`),
	personal.List[personRedemption]("redemptions", `
		SELECT id, promotion_id, checkout_id, subscription_id, status, reserved_at, applied_at, ends_at, updated_at
		FROM promotion_redemptions WHERE user_id = ? ORDER BY id`),
	personal.List[personPreview]("changePreviews", `
		SELECT id, subscription_id, plan_id, quantity, amount_due_now, next_amount, next_date, expires_at FROM change_previews WHERE user_id = ? ORDER BY expires_at, id`),
	personal.List[personRequest]("requests", "SELECT key, created_at FROM idempotency_keys WHERE user_id = ? ORDER BY created_at, key"),
	personal.List[personAct]("acts", `
		SELECT id, action, object, detail, status, begun_at, ended_at FROM audit_log WHERE admin_id = ? ORDER BY id`),
}

type personCustomer struct {
	UserID           int64   `json:"userId"`
	Email            string  `json:"email"`
	Name             string  `json:"name"`
	TypeCode         string  `json:"typeCode"`
	IsActive         bool    `json:"isActive"`
	StripeCustomerID *string `json:"stripeCustomerId"`
}

type personFormer struct {
	ID        string    `json:"id"`
	Deleted   bool      `json:"deleted"`
	CreatedAt time.Time `json:"createdAt"`
}

type personSubscription struct {
	ID                int64           `json:"id"`
	ProviderID        string          `json:"stripeSubscriptionId"`
	Status            string          `json:"status"`
	PriceID           string          `json:"stripePriceId"`
	Amount            int64           `json:"amount"`
	Currency          string          `json:"currency"`
	Interval          string          `json:"interval"`
	IntervalCount     int             `json:"intervalCount"`
	Quantity          int64           `json:"quantity"`
	PeriodStart       *time.Time      `json:"currentPeriodStart"`
	PeriodEnd         *time.Time      `json:"currentPeriodEnd"`
	TrialStart        *time.Time      `json:"trialStart"`
	TrialEnd          *time.Time      `json:"trialEnd"`
	CancelAtPeriodEnd bool            `json:"cancelAtPeriodEnd"`
	CancelAt          *time.Time      `json:"cancelAt"`
	CanceledAt        *time.Time      `json:"canceledAt"`
	EndedAt           *time.Time      `json:"endedAt"`
	CreatedAt         time.Time       `json:"createdAt"`
	UpdatedAt         time.Time       `json:"updatedAt"`
	Items             json.RawMessage `json:"items"`
}

type personInvoice struct {
	ID              int64           `json:"id"`
	ProviderID      string          `json:"stripeInvoiceId"`
	SubscriptionID  string          `json:"stripeSubscriptionId"`
	Status          string          `json:"status"`
	Reason          string          `json:"reason"`
	Currency        string          `json:"currency"`
	Subtotal        int64           `json:"subtotal"`
	Discount        int64           `json:"discount"`
	Tax             int64           `json:"tax"`
	Total           int64           `json:"total"`
	Paid            int64           `json:"paid"`
	Due             int64           `json:"due"`
	IssuedAt        time.Time       `json:"issuedAt"`
	FinalizedAt     *time.Time      `json:"finalizedAt"`
	DueAt           *time.Time      `json:"dueAt"`
	PaidAt          *time.Time      `json:"paidAt"`
	VoidedAt        *time.Time      `json:"voidedAt"`
	UncollectibleAt *time.Time      `json:"uncollectibleAt"`
	Lines           json.RawMessage `json:"lines"`
}

type personCharge struct {
	ID          int64     `json:"id"`
	ProviderID  string    `json:"stripeChargeId"`
	CustomerID  string    `json:"stripeCustomerId"`
	InvoiceID   string    `json:"stripeInvoiceId"`
	Status      string    `json:"status"`
	Currency    string    `json:"currency"`
	Amount      int64     `json:"amount"`
	Captured    int64     `json:"captured"`
	Refunded    int64     `json:"refunded"`
	Disputed    bool      `json:"disputed"`
	FailureCode string    `json:"failureCode"`
	CreatedAt   time.Time `json:"createdAt"`
}

type personRefund struct {
	ProviderID string     `json:"stripeRefundId"`
	ChargeID   int64      `json:"chargeId"`
	Amount     int64      `json:"amount"`
	Status     string     `json:"status"`
	Reason     string     `json:"reason"`
	CreatedAt  time.Time  `json:"createdAt"`
	ReturnedAt *time.Time `json:"returnedAt"`
}

type personDispute struct {
	ProviderID   string     `json:"stripeDisputeId"`
	ChargeID     int64      `json:"chargeId"`
	Amount       int64      `json:"amount"`
	Status       string     `json:"status"`
	Reason       string     `json:"reason"`
	CreatedAt    time.Time  `json:"createdAt"`
	WithdrawnAt  *time.Time `json:"withdrawnAt"`
	ReinstatedAt *time.Time `json:"reinstatedAt"`
}

type personEntry struct {
	ID                     int64     `json:"id"`
	Kind                   string    `json:"kind"`
	Amount                 int64     `json:"amount"`
	Tax                    int64     `json:"tax"`
	Currency               string    `json:"currency"`
	SubscriptionID         *int64    `json:"subscriptionId"`
	ProviderSubscriptionID *string   `json:"stripeSubscriptionId"`
	InvoiceID              *string   `json:"stripeInvoiceId"`
	ChargeID               *string   `json:"stripeChargeId"`
	RefundID               *string   `json:"stripeRefundId"`
	DisputeID              *string   `json:"stripeDisputeId"`
	OccurredAt             time.Time `json:"occurredAt"`
	RecordedAt             time.Time `json:"recordedAt"`
}

type personMovement struct {
	ID             int64     `json:"id"`
	SubscriptionID int64     `json:"subscriptionId"`
	Kind           string    `json:"kind"`
	Amount         int64     `json:"amount"`
	Currency       string    `json:"currency"`
	OccurredAt     time.Time `json:"occurredAt"`
	RecordedAt     time.Time `json:"recordedAt"`
}

type personCheckout struct {
	ID              int64      `json:"id"`
	PlanID          int64      `json:"planId"`
	PromotionCode   string     `json:"promotionCode"`
	CustomerID      string     `json:"stripeCustomerId"`
	Quantity        int64      `json:"quantity"`
	TrialDays       int        `json:"trialDays"`
	Direct          bool       `json:"direct"`
	PaymentMethodID string     `json:"stripePaymentMethodId"`
	SuccessURL      string     `json:"successUrl" gorm:"column:success_url"`
	CancelURL       string     `json:"cancelUrl" gorm:"column:cancel_url"`
	Status          string     `json:"status"`
	SessionID       *string    `json:"stripeSessionId"`
	URL             string     `json:"url" gorm:"column:url"`
	ExpiresAt       *time.Time `json:"expiresAt"`
	SubscriptionID  string     `json:"stripeSubscriptionId"`
	CreatedAt       time.Time  `json:"createdAt"`
	UpdatedAt       time.Time  `json:"updatedAt"`
}

type personRedemption struct {
	ID             int64      `json:"id"`
	PromotionID    *int64     `json:"promotionId"`
	CheckoutID     int64      `json:"checkoutId"`
	SubscriptionID int64      `json:"subscriptionId"`
	Status         string     `json:"status"`
	ReservedAt     time.Time  `json:"reservedAt"`
	AppliedAt      *time.Time `json:"appliedAt"`
	EndsAt         *time.Time `json:"endsAt"`
	UpdatedAt      time.Time  `json:"updatedAt"`
}

type personPreview struct {
	ID             string     `json:"id"`
	SubscriptionID string     `json:"stripeSubscriptionId"`
	PlanID         int64      `json:"planId"`
	Quantity       int64      `json:"quantity"`
	AmountDueNow   int64      `json:"amountDueNow"`
	NextAmount     int64      `json:"nextAmount"`
	NextDate       *time.Time `json:"nextDate"`
	ExpiresAt      time.Time  `json:"expiresAt"`
}

// personRequest is a request with an Idempotency-Key. What was answered is in the other sections.
type personRequest struct {
	Key       string    `json:"idempotencyKey"`
	CreatedAt time.Time `json:"createdAt"`
}

// personAct is what the user did as an administrator.
type personAct struct {
	ID      int64           `json:"id"`
	Action  string          `json:"action"`
	Object  string          `json:"object"`
	Detail  json.RawMessage `json:"detail"`
	Status  *int            `json:"status"`
	BegunAt time.Time       `json:"begunAt"`
	EndedAt *time.Time      `json:"endedAt"`
}

// WritePerson writes what is held of a user as JSON.
func (s *Store) WritePerson(ctx context.Context, userID int64, w io.Writer) error {
	return personal.Write(ctx, s.db, w, userID, person...)
}
