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

// subscriptionBody is the current subscription as the state record has it.
type subscriptionBody struct {
	billingv1.Current
	Access    bool                 `json:"access"`
	Promotion *billingv1.Promotion `json:"promotion"`
}

func subscriptionOf(s billingv1.Subscription) *subscriptionBody {
	if s.Current == nil {
		return nil
	}
	return &subscriptionBody{*s.Current, s.Access, s.Promotion}
}

// wrote names the state's version to the gateway, which lets others see it before it answers.
func wrote(c *gin.Context, userID int64, s billingv1.Subscription) {
	if s.Version > 0 {
		web.Wrote(c, causal.Write{Aggregate: causal.Subscription, UserID: userID, Version: s.Version})
	}
}

func (a *API) getSubscription(c *gin.Context) {
	state, err := a.Service.CurrentSubscription(c.Request.Context(), web.CurrentPrincipal(c).UserID)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, subscriptionOf(state))
}

func (a *API) cancelSubscription(c *gin.Context) {
	in, err := web.Bind[struct {
		Mode string `json:"mode"`
	}](c)
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

func (a *API) startCheckout(c *gin.Context) {
	in, err := web.Bind[struct {
		PlanID        int64   `json:"planId"`
		Quantity      *int64  `json:"quantity"`
		PromotionCode *string `json:"promotionCode"`
		SuccessURL    string  `json:"successUrl"`
		CancelURL     string  `json:"cancelUrl"`
	}](c)
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

// providerID is the shape of the provider's ids.
var providerID = regexp.MustCompile(`^[A-Za-z0-9_]{1,255}$`)

func (a *API) getCheckout(c *gin.Context) {
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
	if r.Synced {
		wrote(c, userID, r.State)
	}
	body := struct {
		checkoutBody
		Subscription *subscriptionBody `json:"subscription"`
	}{checkoutBody: checkoutOf(r.Checkout)}
	if r.Checkout.Status == billing.CheckoutComplete {
		body.Subscription = subscriptionOf(r.State)
	}
	c.JSON(http.StatusOK, body)
}
