package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/listing"
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

// listPlans shows the plans on sale to everybody, and all plans to administrators, in the grammar of lists.
func (a *api) listPlans(c *gin.Context) {
	c.Writer.Header().Add("Vary", "Authorization")
	caller, err := a.auth.Presented(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	if caller.IsAdmin() {
		page, err := a.Reader.AllPlans(c.Request.Context(), c.Request.URL)
		if err != nil {
			web.Fail(c, err)
			return
		}
		web.List(c, listing.Map(page, planOf))
		return
	}
	plans, err := a.Reader.Plans(c.Request.Context())
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.Header("Cache-Control", "public, no-cache") // the same for all but administrators; caches must revalidate it
	c.JSON(http.StatusOK, listOf(plans, planOf))
}

func (a *api) getPlan(c *gin.Context) {
	one(c, a.Service.PlanOf, planOf)
}

type updatePlanBody struct {
	Name            web.Member[string] `json:"name" jsonschema:"minLength=1,maxLength=100"`
	Amount          web.Member[int64]  `json:"amount" jsonschema:"minimum=0,maximum=99999999"`
	Currency        web.Member[string] `json:"currency" jsonschema:"pattern=^[a-z]{3}$"`
	TrialPeriodDays web.Member[int]    `json:"trialPeriodDays" jsonschema:"minimum=1,maximum=730" null:"true"`
}

func (a *api) updatePlan(c *gin.Context) {
	change(c, planOf, func(ctx context.Context, id int64, in updatePlanBody) (billing.Plan, error) {
		return a.Service.UpdatePlan(ctx, id, billing.PlanChange{
			Name: billing.Member[string](in.Name), Amount: billing.Member[int64](in.Amount), Currency: billing.Member[string](in.Currency),
			TrialPeriodDays: billing.Member[int](in.TrialPeriodDays),
		})
	})
}

func (a *api) archivePlan(c *gin.Context) { archive(c, a.Service.ArchivePlan) }

type createPlanBody struct {
	Name            string `json:"name" jsonschema:"required,minLength=1,maxLength=100"`
	Interval        string `json:"interval" jsonschema:"required,enum=day,enum=week,enum=month,enum=year"`
	IntervalCount   *int   `json:"intervalCount" jsonschema:"minimum=1,maximum=365,default=1"`
	Amount          *int64 `json:"amount" jsonschema:"required,minimum=0,maximum=99999999"`
	Currency        string `json:"currency" jsonschema:"required,pattern=^[a-z]{3}$"`
	TrialPeriodDays *int   `json:"trialPeriodDays" jsonschema:"minimum=1,maximum=730"`
}

func (a *api) createPlan(c *gin.Context) {
	in, err := web.Bind[createPlanBody](c)
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
	actedOn(c, p.ID)
	c.JSON(http.StatusCreated, planOf(p))
}

// or returns *p, or d if p is nil.
func or[T any](p *T, d T) T {
	if p == nil {
		return d
	}
	return *p
}
