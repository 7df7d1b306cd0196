package httpapi

import (
	"net/http"
	"regexp"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/contracts/billingv1"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

// subscriptionBody is a current subscription on the wire. Amounts are in minor units of planCurrency, before tax.
type subscriptionBody struct {
	ID                   int64           `json:"id"`
	StripeSubscriptionID string          `json:"stripeSubscriptionId"`
	Status               string          `json:"status"`
	PlanID               *int64          `json:"planId"`   // null if the price is no plan's
	PlanName             *string         `json:"planName"` // likewise
	PlanInterval         string          `json:"planInterval"`
	PlanIntervalCount    int             `json:"planIntervalCount"`
	PlanAmount           int64           `json:"planAmount"`
	PlanCurrency         string          `json:"planCurrency"`
	PlanTrialPeriodDays  *int            `json:"planTrialPeriodDays"`
	Quantity             int64           `json:"quantity"`
	ChargedAmount        int64           `json:"chargedAmount"`
	CurrentPeriodStart   *time.Time      `json:"currentPeriodStart"`
	CurrentPeriodEnd     *time.Time      `json:"currentPeriodEnd"`
	TrialStart           *time.Time      `json:"trialStart"`
	TrialEnd             *time.Time      `json:"trialEnd"`
	CancelAtPeriodEnd    bool            `json:"cancelAtPeriodEnd"`
	CancelAt             *time.Time      `json:"cancelAt"`
	CanceledAt           *time.Time      `json:"canceledAt"`
	EndedAt              *time.Time      `json:"endedAt"`
	CollectionPaused     bool            `json:"collectionPaused"`
	CreatedAt            time.Time       `json:"createdAt"`
	UpdatedAt            time.Time       `json:"updatedAt"`
	Access               bool            `json:"access"`
	Promotion            *redemptionBody `json:"promotion"`
}

// redemptionBody is the redemption that applies to the subscription.
type redemptionBody struct {
	RedemptionID     int64     `json:"redemptionId"`
	PromotionID      *int64    `json:"promotionId"` // null for a discount that was given in the provider's dashboard
	Name             *string   `json:"name"`        // likewise
	Code             *string   `json:"code"`        // likewise
	Description      *string   `json:"description"`
	CouponID         int64     `json:"couponId"`
	CouponName       string    `json:"couponName"`
	CouponTypeCode   string    `json:"couponTypeCode"`
	DiscountPercent  *float64  `json:"discountPercentage"`
	DiscountAmount   *int64    `json:"discountAmount"`
	TrialDays        *int      `json:"trialDays"`
	DurationTypeCode string    `json:"couponDurationTypeCode"`
	DurationInMonths *int      `json:"durationInMonths"`
	StripeDiscountID *string   `json:"stripeDiscountId"`
	AppliedAt        time.Time `json:"appliedAt"`
}

func redemptionOf(p *billingv1.Promotion) *redemptionBody {
	if p == nil {
		return nil
	}
	b := &redemptionBody{
		RedemptionID: p.RedemptionID, CouponID: p.CouponID, CouponName: p.CouponName, CouponTypeCode: p.CouponTypeCode,
		DiscountPercent: p.DiscountPercent, DiscountAmount: p.DiscountAmount, TrialDays: p.TrialDays, DurationTypeCode: p.DurationTypeCode,
		DurationInMonths: p.DurationInMonths, StripeDiscountID: p.StripeDiscountID, AppliedAt: p.AppliedAt,
	}
	if p.PromotionID != 0 {
		b.PromotionID, b.Name, b.Code, b.Description = &p.PromotionID, &p.Name, &p.Code, p.Description
	}
	return b
}

func subscriptionOf(s billingv1.Subscription) *subscriptionBody {
	c := s.Current
	if c == nil {
		return nil
	}
	return &subscriptionBody{
		ID: c.ID, StripeSubscriptionID: c.StripeSubscriptionID, Status: c.Status, PlanID: c.PlanID, PlanName: c.PlanName,
		PlanInterval: c.PlanInterval, PlanIntervalCount: c.PlanIntervalCount, PlanAmount: c.PlanAmount, PlanCurrency: c.PlanCurrency,
		PlanTrialPeriodDays: c.PlanTrialPeriodDays, Quantity: c.Quantity, ChargedAmount: c.ChargedAmount,
		CurrentPeriodStart: c.CurrentPeriodStart, CurrentPeriodEnd: c.CurrentPeriodEnd, TrialStart: c.TrialStart, TrialEnd: c.TrialEnd,
		CancelAtPeriodEnd: c.CancelAtPeriodEnd, CancelAt: c.CancelAt, CanceledAt: c.CanceledAt, EndedAt: c.EndedAt,
		CollectionPaused: c.CollectionPaused, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
		Access: s.Access, Promotion: redemptionOf(s.Promotion),
	}
}

// wrote reports the state's version to the gateway, which holds the answer until that version is visible.
func wrote(c *gin.Context, userID int64, s billingv1.Subscription) {
	if s.Version > 0 {
		web.Wrote(c, causal.Write{Aggregate: causal.Subscription, UserID: userID, Version: s.Version})
	}
}

func (a *api) getSubscription(c *gin.Context) {
	state, err := a.Service.CurrentSubscription(c.Request.Context(), web.CurrentPrincipal(c).UserID)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, subscriptionOf(state))
}

type cancelBody struct {
	Mode string `json:"mode" jsonschema:"required,enum=period_end,enum=now"`
}

func (a *api) cancelSubscription(c *gin.Context) {
	in, err := web.Bind[cancelBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	userID := web.CurrentPrincipal(c).UserID
	state, err := a.Service.CancelSubscription(c.Request.Context(), userID, billing.CancelMode(in.Mode))
	if err != nil {
		web.Fail(c, err)
		return
	}
	wrote(c, userID, state)
	c.JSON(http.StatusOK, subscriptionOf(state))
}

type checkoutBody struct {
	ID            string     `json:"id"`
	URL           string     `json:"url"`
	Status        string     `json:"status"`
	PlanID        int64      `json:"planId"`
	PromotionCode *string    `json:"promotionCode"`
	ExpiresAt     *time.Time `json:"expiresAt"`
}

func checkoutOf(k billing.Checkout) checkoutBody {
	b := checkoutBody{ID: k.SessionID, URL: k.URL, Status: string(k.Status), PlanID: k.PlanID, ExpiresAt: k.ExpiresAt}
	if k.PromotionCode != "" {
		b.PromotionCode = &k.PromotionCode
	}
	return b
}

type startCheckoutBody struct {
	PlanID        int64   `json:"planId" jsonschema:"required,minimum=1"`
	Quantity      *int64  `json:"quantity" jsonschema:"minimum=1,maximum=1000,default=1"`
	PromotionCode *string `json:"promotionCode" jsonschema:"maxLength=50"`
	SuccessURL    string  `json:"successUrl" jsonschema:"required,format=uri"`
	CancelURL     string  `json:"cancelUrl" jsonschema:"required,format=uri"`
}

func (a *api) startCheckout(c *gin.Context) {
	in, err := web.Bind[startCheckoutBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	userID := web.CurrentPrincipal(c).UserID
	r, err := a.Service.StartCheckout(c.Request.Context(), billing.CheckoutOrder{
		UserID: userID, PlanID: in.PlanID, Quantity: or(in.Quantity, 1), PromotionCode: or(in.PromotionCode, ""),
		SuccessURL: in.SuccessURL, CancelURL: in.CancelURL, RequestKey: requestKey(c),
	})
	if err != nil {
		web.Fail(c, err)
		return
	}
	wrote(c, userID, r.State)
	c.JSON(http.StatusCreated, checkoutOf(r.Checkout))
}

// wholeCheckout is a checkout with the subscription that came of it.
type wholeCheckout struct {
	checkoutBody
	Subscription *subscriptionBody `json:"subscription"` // null until the checkout is complete
}

// providerID matches the provider's ids.
var providerID = regexp.MustCompile(`^[A-Za-z0-9_]{1,255}$`)

func (a *api) getCheckout(c *gin.Context) {
	if !providerID.MatchString(c.Param("id")) {
		web.Fail(c, billing.ErrCheckoutNotFound)
		return
	}
	userID := web.CurrentPrincipal(c).UserID
	r, err := a.Service.CheckoutOf(c.Request.Context(), userID, c.Param("id"))
	if err != nil {
		web.Fail(c, err)
		return
	}
	wrote(c, userID, r.State) // of this request, or of a webhook just before it: the page after the payment shows either
	body := wholeCheckout{checkoutBody: checkoutOf(r.Checkout)}
	if r.Checkout.Status == billing.CheckoutComplete {
		body.Subscription = subscriptionOf(r.State)
	}
	c.JSON(http.StatusOK, body)
}
