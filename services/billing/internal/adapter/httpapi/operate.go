package httpapi

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

// listedSubscription is a subscription of any user, as administrators see it. Amounts are in minor units.
type listedSubscription struct {
	ID                   int64      `json:"id"`
	UserID               int64      `json:"userId"`
	StripeSubscriptionID string     `json:"stripeSubscriptionId"`
	Status               string     `json:"status"`
	PlanID               *int64     `json:"planId"` // null if the price is no plan's
	PlanName             *string    `json:"planName"`
	PlanInterval         string     `json:"planInterval"`
	PlanIntervalCount    int        `json:"planIntervalCount"`
	PlanAmount           int64      `json:"planAmount"`
	PlanCurrency         string     `json:"planCurrency"`
	Quantity             int64      `json:"quantity"`
	CurrentPeriodStart   *time.Time `json:"currentPeriodStart"`
	CurrentPeriodEnd     *time.Time `json:"currentPeriodEnd"`
	TrialStart           *time.Time `json:"trialStart"`
	TrialEnd             *time.Time `json:"trialEnd"`
	CancelAtPeriodEnd    bool       `json:"cancelAtPeriodEnd"`
	CancelAt             *time.Time `json:"cancelAt"`
	CanceledAt           *time.Time `json:"canceledAt"`
	EndedAt              *time.Time `json:"endedAt"`
	CollectionPaused     bool       `json:"collectionPaused"`
	PastDueSince         *time.Time `json:"pastDueSince"`
	CreatedAt            time.Time  `json:"createdAt"`
	UpdatedAt            time.Time  `json:"updatedAt"`
}

func listedOf(s billing.Subscription) listedSubscription {
	item := s.First()
	b := listedSubscription{
		ID: s.ID, UserID: s.UserID, StripeSubscriptionID: s.ProviderID, Status: string(s.Status), PlanInterval: item.Interval,
		PlanIntervalCount: item.IntervalCount, PlanAmount: item.Amount, PlanCurrency: item.Currency, Quantity: item.Quantity,
		CurrentPeriodStart: s.PeriodStart, CurrentPeriodEnd: s.PeriodEnd, TrialStart: s.TrialStart, TrialEnd: s.TrialEnd,
		CancelAtPeriodEnd: s.CancelAtPeriodEnd, CancelAt: s.CancelAt, CanceledAt: s.CanceledAt, EndedAt: s.EndedAt,
		CollectionPaused: s.CollectionPaused, PastDueSince: s.PastDueSince, CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt,
	}
	if s.Plan.ID != 0 {
		b.PlanID, b.PlanName = &s.Plan.ID, &s.Plan.Name
	}
	return b
}

func (a *api) listSubscriptions(c *gin.Context) {
	page, err := a.Reader.Subscriptions(c.Request.Context(), c.Request.URL)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.List(c, listing.Map(page, listedOf))
}

// operate answers with the subscription that the path names after an act.
func operate(c *gin.Context, act func(id int64) (billing.Operated, error)) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	o, err := act(id)
	if err != nil {
		web.Fail(c, err)
		return
	}
	wrote(c, o.Subscription.UserID, o.State)
	c.JSON(http.StatusOK, listedOf(o.Subscription))
}

func (a *api) syncSubscription(c *gin.Context) {
	operate(c, func(id int64) (billing.Operated, error) { return a.Service.SyncSubscription(c.Request.Context(), id) })
}

func (a *api) endSubscription(c *gin.Context) {
	operate(c, func(id int64) (billing.Operated, error) {
		in, err := web.Bind[cancelBody](c)
		if err != nil {
			return billing.Operated{}, err
		}
		return a.Service.EndSubscription(c.Request.Context(), id, billing.CancelMode(in.Mode))
	})
}

type extendTrialBody struct {
	TrialEnd *time.Time `json:"trialEnd" jsonschema:"required"`
}

func (a *api) extendTrial(c *gin.Context) {
	operate(c, func(id int64) (billing.Operated, error) {
		in, err := web.Bind[extendTrialBody](c)
		if err != nil {
			return billing.Operated{}, err
		}
		if in.TrialEnd == nil {
			return billing.Operated{}, errs.InvalidField("trialEnd", "is required")
		}
		return a.Service.ExtendTrial(c.Request.Context(), id, *seconds(in.TrialEnd))
	})
}

// eventBody is a webhook event with the outcome of its handling.
type eventBody struct {
	ID         string     `json:"id"`
	Type       string     `json:"type"`
	ObjectID   string     `json:"objectId"`
	CustomerID *string    `json:"customerId"`
	State      string     `json:"state"`
	Reason     *string    `json:"reason"` // why the last attempt failed
	CreatedAt  time.Time  `json:"createdAt"`
	ReceivedAt time.Time  `json:"receivedAt"`
	SettledAt  *time.Time `json:"settledAt"`
}

func eventOf(e billing.ReceivedEvent) eventBody {
	b := eventBody{
		ID: e.ID, Type: e.Type, ObjectID: e.ObjectID, State: string(e.State), CreatedAt: e.CreatedAt, ReceivedAt: e.ReceivedAt, SettledAt: e.SettledAt,
	}
	if e.CustomerID != "" {
		b.CustomerID = &e.CustomerID
	}
	if e.Reason != "" {
		b.Reason = &e.Reason
	}
	return b
}

func (a *api) listWebhookEvents(c *gin.Context) {
	page, err := a.Reader.WebhookEvents(c.Request.Context(), c.Request.URL)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.List(c, listing.Map(page, eventOf))
}

type replayedBody struct {
	ID    string `json:"id"`
	State string `json:"state"`
}

// replayWebhookEvent enqueues the event; a worker handles it later.
func (a *api) replayWebhookEvent(c *gin.Context) {
	id := c.Param("id")
	if !providerID.MatchString(id) {
		web.Fail(c, billing.ErrEventUnknown)
		return
	}
	if err := a.Service.ReplayEvent(c.Request.Context(), id); err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusAccepted, replayedBody{id, string(billing.TaskWaiting)})
}
