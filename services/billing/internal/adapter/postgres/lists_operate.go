package postgres

import (
	"context"
	"net/url"
	"time"

	"muster/libs/listing"
	"muster/services/billing/internal/billing"
)

const subscriptionsTable = "subscriptions s LEFT JOIN plan_prices o ON o.price_id = s.price_id LEFT JOIN plans p ON p.id = o.plan_id"

var subscriptions = listing.New(
	listing.Field{Name: "id", Column: "s.id", Kind: listing.Integer, Digits: true, ID: true, Sortable: true, Filterable: true},
	listing.Field{Name: "userId", Column: "s.user_id", Kind: listing.Integer, Digits: true, Sortable: true, Filterable: true},
	listing.Field{Name: "stripeSubscriptionId", Column: "s.provider_id", Kind: listing.Text, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "status", Column: "s.status", Kind: listing.Code, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "planId", Column: "p.id", Kind: listing.Integer, Digits: true, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "planName", Column: "p.name", Kind: listing.Text, Nullable: true, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "planInterval", Column: `s."interval"`, Kind: listing.Code, Sortable: true, Filterable: true},
	listing.Field{Name: "planIntervalCount", Column: "s.interval_count", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "planAmount", Column: "s.amount", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "planCurrency", Column: "s.currency", Kind: listing.Code, Sortable: true, Filterable: true},
	listing.Field{Name: "quantity", Column: "s.quantity", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "currentPeriodStart", Column: "s.period_start", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "currentPeriodEnd", Column: "s.period_end", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "trialStart", Column: "s.trial_start", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "trialEnd", Column: "s.trial_end", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "cancelAtPeriodEnd", Column: "s.cancel_at_period_end", Kind: listing.Bool, Sortable: true, Filterable: true},
	listing.Field{Name: "cancelAt", Column: "s.cancel_at", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "canceledAt", Column: "s.canceled_at", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "endedAt", Column: "s.ended_at", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "collectionPaused", Column: "s.collection_paused", Kind: listing.Bool, Sortable: true, Filterable: true},
	listing.Field{Name: "pastDueSince", Column: "s.past_due_since", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "createdAt", Column: "s.created_at", Kind: listing.Date, Sortable: true, Filterable: true},
	listing.Field{Name: "updatedAt", Column: "s.updated_at", Kind: listing.Date, Sortable: true, Filterable: true},
)

var webhookEvents = listing.New(
	listing.Field{Name: "id", Column: "e.id", Kind: listing.Text, ID: true, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "type", Column: "e.type", Kind: listing.Text, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "objectId", Column: "e.object_id", Kind: listing.Text, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "customerId", Column: "NULLIF(e.customer_id, '')", Kind: listing.Text, Nullable: true, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "state", Column: "e.state", Kind: listing.Code, Sortable: true, Filterable: true, Values: []string{
		string(billing.TaskWaiting), string(billing.TaskDone), string(billing.TaskUnmatched), string(billing.TaskDead),
	}},
	listing.Field{Name: "createdAt", Column: "e.created_at", Kind: listing.Date, Sortable: true, Filterable: true},
	listing.Field{Name: "receivedAt", Column: "e.received_at", Kind: listing.Date, Sortable: true, Filterable: true},
	listing.Field{Name: "settledAt", Column: "e.settled_at", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
)

// Subscriptions lists the subscriptions of all users.
func (s *Store) Subscriptions(ctx context.Context, u *url.URL) (listing.Page[billing.Subscription], error) {
	q, err := subscriptions.ParseURL(u)
	if err != nil {
		return listing.Page[billing.Subscription]{}, err
	}
	page, err := listing.Fetch[subscriptionRow](ctx, s.db, q, subscriptionColumns, subscriptionsTable)
	if err != nil {
		return listing.Page[billing.Subscription]{}, err
	}
	return completed(ctx, s.db, page, completeSubscriptions)
}

type receivedRow struct {
	Event      eventRow `gorm:"embedded"`
	State      string
	Reason     string
	ReceivedAt time.Time
	SettledAt  *time.Time
}

// WebhookEvents lists the events that were received and are still stored.
func (s *Store) WebhookEvents(ctx context.Context, u *url.URL) (listing.Page[billing.ReceivedEvent], error) {
	q, err := webhookEvents.ParseURL(u)
	if err != nil {
		return listing.Page[billing.ReceivedEvent]{}, err
	}
	page, err := listing.Fetch[receivedRow](ctx, s.db, q, `e.id, e.type, e.object_id, e.customer_id, e.subscription_id, e.created_at, e.state,
		e.reason, e.received_at, e.settled_at`, "webhook_events e")
	return listing.Map(page, func(r receivedRow) billing.ReceivedEvent {
		return billing.ReceivedEvent{
			Event: eventOf(r.Event), State: billing.TaskState(r.State), Reason: r.Reason, ReceivedAt: r.ReceivedAt, SettledAt: r.SettledAt,
		}
	}), err
}
