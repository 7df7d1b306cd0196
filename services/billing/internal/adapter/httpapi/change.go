package httpapi

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

type subscribeBody struct {
	PlanID          int64   `json:"planId" jsonschema:"required,minimum=1"`
	Quantity        *int64  `json:"quantity" jsonschema:"minimum=1,maximum=1000,default=1"`
	PromotionCode   *string `json:"promotionCode" jsonschema:"maxLength=50"`
	PaymentMethodID *string `json:"paymentMethodId"`
}

// subscribe subscribes without a page. A refusal may have written, too: a first payment that has to be confirmed.
func (a *api) subscribe(c *gin.Context) {
	in, err := web.Bind[subscribeBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	userID := web.CurrentPrincipal(c).UserID
	state, err := a.Service.Subscribe(c.Request.Context(), billing.CheckoutOrder{
		UserID: userID, PlanID: in.PlanID, Quantity: or(in.Quantity, 1), PromotionCode: or(in.PromotionCode, ""),
		PaymentMethodID: or(in.PaymentMethodID, ""), RequestKey: requestKey(c),
	})
	wrote(c, userID, state)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusCreated, subscriptionOf(state))
}

func (a *api) resumeSubscription(c *gin.Context) {
	userID := web.CurrentPrincipal(c).UserID
	state, err := a.Service.ResumeSubscription(c.Request.Context(), userID)
	wrote(c, userID, state)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, subscriptionOf(state))
}

// previewBody is what a change costs, in minor units. NextDate is null if the subscription ends before its next invoice.
type previewBody struct {
	PreviewID     string     `json:"previewId"`
	ProrationDate time.Time  `json:"prorationDate"`
	AmountDueNow  int64      `json:"amountDueNow"`
	NextAmount    int64      `json:"nextAmount"`
	NextDate      *time.Time `json:"nextDate"`
	ExpiresAt     time.Time  `json:"expiresAt"`
}

type previewChangeBody struct {
	PlanID   *int64 `json:"planId" jsonschema:"minimum=1"`
	Quantity *int64 `json:"quantity" jsonschema:"minimum=1,maximum=1000"`
}

func (a *api) previewChange(c *gin.Context) {
	in, err := web.Bind[previewChangeBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	p, err := a.Service.PreviewChange(c.Request.Context(), billing.ChangeOrder{
		UserID: web.CurrentPrincipal(c).UserID, PlanID: in.PlanID, Quantity: in.Quantity,
	})
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, previewBody{p.ID, p.Change.ProrationDate, p.AmountDueNow, p.NextAmount, p.NextDate, p.ExpiresAt})
}

type changeBody struct {
	PreviewID string `json:"previewId" jsonschema:"required"`
}

func (a *api) changeSubscription(c *gin.Context) {
	in, err := web.Bind[changeBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	userID := web.CurrentPrincipal(c).UserID
	state, err := a.Service.ChangeSubscription(c.Request.Context(), userID, in.PreviewID)
	wrote(c, userID, state)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, subscriptionOf(state))
}

type openPortalBody struct {
	ReturnURL string `json:"returnUrl" jsonschema:"required,format=uri"`
}

type portalBody struct {
	URL string `json:"url"`
}

func (a *api) openPortal(c *gin.Context) {
	in, err := web.Bind[openPortalBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	url, err := a.Service.OpenPortal(c.Request.Context(), web.CurrentPrincipal(c).UserID, in.ReturnURL)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusCreated, portalBody{url})
}
