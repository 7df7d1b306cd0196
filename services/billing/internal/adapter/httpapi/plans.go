package httpapi

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

type planBody struct {
	ID              int64     `json:"id"`
	Name            string    `json:"name"`
	Interval        string    `json:"interval"`
	IntervalCount   int       `json:"intervalCount"`
	Amount          int64     `json:"amount"`
	Currency        string    `json:"currency"`
	TrialPeriodDays *int      `json:"trialPeriodDays"`
	Active          bool      `json:"active"`
	CreatedAt       time.Time `json:"createdAt"`
}

func planOf(p billing.Plan) planBody {
	return planBody{p.ID, p.Name, p.Interval, p.IntervalCount, p.Amount, p.Currency, p.TrialPeriodDays, p.Active, p.CreatedAt}
}

func (a *api) listPlans(c *gin.Context) {
	plans, err := a.Reader.Plans(c.Request.Context())
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.Header("Cache-Control", "public, no-cache") // the same for all callers; caches must revalidate it
	c.JSON(http.StatusOK, listOf(plans, planOf))
}

func (a *api) createPlan(c *gin.Context) {
	in, err := web.Bind[struct {
		Name            string `json:"name"`
		Interval        string `json:"interval"`
		IntervalCount   *int   `json:"intervalCount"`
		Amount          *int64 `json:"amount"`
		Currency        string `json:"currency"`
		TrialPeriodDays *int   `json:"trialPeriodDays"`
	}](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	p, err := a.Service.CreatePlan(c.Request.Context(), billing.Plan{
		RequestKey: requestKey(c), Name: in.Name, Interval: in.Interval, IntervalCount: or(in.IntervalCount, 1),
		Amount: or(in.Amount, -1), Currency: in.Currency, TrialPeriodDays: in.TrialPeriodDays,
	})
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusCreated, planOf(p))
}

// or returns *p, or d if p is nil.
func or[T any](p *T, d T) T {
	if p == nil {
		return d
	}
	return *p
}
