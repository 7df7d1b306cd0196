package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

// created makes the route that creates an object of the catalog.
func (a *api) created(path, id, summary string, handler gin.HandlerFunc, body, answer any, errors ...*errs.Error) web.Route {
	return web.Route{
		Method: http.MethodPost, Path: path, Access: web.Admin, Handlers: do(a.idempotent, a.audit, handler), Idempotent: true,
		ID: id, Summary: summary, Body: body, Status: http.StatusCreated, Answer: answer, Errors: with(provider, repeated, errors),
	}
}

// catalog are the administrators' routes of plans, coupons and promotions. What they change is in the audit log.
func (a *api) catalog() []web.Route {
	const plan, coupon, promotion = "/api/billing/plans", "/api/billing/coupons", "/api/billing/promotions"
	changing := func(path, id, summary string, handler gin.HandlerFunc, body, answer any, errors ...*errs.Error) web.Route {
		return web.Route{
			Method: http.MethodPut, Path: path + "/:id", Access: web.Admin, Handlers: do(a.audit, handler),
			ID: id, Summary: summary, Text: "A member that is left out stays as it is.", Body: body, Answer: answer, Errors: with(provider, errors),
		}
	}
	archiving := func(path, id, summary string, handler gin.HandlerFunc, unknown *errs.Error) web.Route {
		return web.Route{
			Method: http.MethodDelete, Path: path + "/:id", Access: web.Admin, Handlers: do(a.audit, handler),
			ID: id, Summary: summary, Text: "Nothing is deleted: what uses it goes on.", Deletes: true, Errors: with(provider, []*errs.Error{unknown}),
		}
	}
	getting := func(path, id, summary string, handler gin.HandlerFunc, answer any, unknown *errs.Error) web.Route {
		return web.Route{
			Method: http.MethodGet, Path: path + "/:id", Access: web.Admin, Handlers: do(handler),
			ID: id, Summary: summary, Answer: answer, Errors: []*errs.Error{unknown},
		}
	}
	listed := func(path, id, summary string, handler gin.HandlerFunc, list string, row any, errors ...*errs.Error) web.Route {
		return web.Route{
			Method: http.MethodGet, Path: path, Access: web.Admin, Handlers: do(handler), ID: id, Summary: summary, List: list, Answer: row, Errors: errors,
		}
	}
	return []web.Route{
		a.created(plan, "createPlan", "Create a plan", a.createPlan, createPlanBody{}, planBody{}),
		getting(plan, "getPlan", "A plan", a.getPlan, planBody{}, billing.ErrPlanNotFound),
		changing(plan, "updatePlan", "Change a plan", a.updatePlan, updatePlanBody{}, planBody{}, billing.ErrPlanNotFound),
		archiving(plan, "archivePlan", "Take a plan off sale", a.archivePlan, billing.ErrPlanNotFound),

		listed(coupon, "listCoupons", "Coupons", a.listCoupons, "coupons", couponBody{}),
		a.created(coupon, "createCoupon", "Create a coupon", a.createCoupon, createCouponBody{}, couponBody{}),
		getting(coupon, "getCoupon", "A coupon", a.getCoupon, couponBody{}, billing.ErrCouponNotFound),
		changing(coupon, "updateCoupon", "Change a coupon", a.updateCoupon, updateCouponBody{}, couponBody{}, billing.ErrCouponNotFound),
		archiving(coupon, "archiveCoupon", "Archive a coupon", a.archiveCoupon, billing.ErrCouponNotFound),

		listed(promotion, "listPromotions", "Promotions", a.listPromotions, "promotions", promotionBody{}),
		a.created(promotion, "createPromotion", "Create a promotion", a.createPromotion, createPromotionBody{}, promotionBody{},
			billing.ErrCouponNotFound, billing.ErrPlanNotFound, billing.ErrPromoCodeExists),
		getting(promotion, "getPromotion", "A promotion", a.getPromotion, promotionBody{}, billing.ErrPromoNotFound),
		changing(promotion, "updatePromotion", "Change a promotion", a.updatePromotion, updatePromotionBody{}, promotionBody{},
			billing.ErrPromoNotFound, billing.ErrPlanNotFound, billing.ErrPromoCodeExists),
		archiving(promotion, "archivePromotion", "End a promotion", a.archivePromotion, billing.ErrPromoNotFound),
		listed(promotion+"/:id/redemptions", "listRedemptions", "Who redeemed a promotion", a.listRedemptions, "redemptions", usedBody{}, billing.ErrPromoNotFound),
	}
}

// operating are the administrators' routes for all users' subscriptions and the events of the provider.
func (a *api) operating() []web.Route {
	const subscriptions, events = "/api/billing/subscriptions", "/api/billing/webhook-events"
	acting := func(act, id, summary string, handler gin.HandlerFunc, body any, errors ...*errs.Error) web.Route {
		return web.Route{
			Method: http.MethodPost, Path: subscriptions + "/:id/" + act, Access: web.Admin, Handlers: do(a.idempotent, a.audit, handler), Idempotent: true,
			ID: id, Summary: summary, Body: body, Answer: listedSubscription{},
			Errors: with(provider, repeated, []*errs.Error{billing.ErrSubscriptionUnknown}, errors),
		}
	}
	return []web.Route{
		{
			Method: http.MethodGet, Path: subscriptions, Access: web.Admin, Handlers: do(a.listSubscriptions),
			ID: "listSubscriptions", Summary: "Subscriptions of all users", List: "subscriptions", Answer: listedSubscription{},
		},
		acting("sync", "syncSubscription", "Read a subscription anew from the provider", a.syncSubscription, nil),
		acting("cancel", "endSubscription", "Cancel a user's subscription", a.endSubscription, cancelBody{}, billing.ErrSubscriptionEnded),
		acting("extend-trial", "extendTrial", "Let a trial end later", a.extendTrial, extendTrialBody{}, billing.ErrNotTrialing),
		{
			Method: http.MethodGet, Path: "/api/billing/audit-log", Access: web.Admin, Handlers: do(a.listActs),
			ID: "listBillingAudit", Summary: "What administrators did", List: "acts", Answer: actBody{},
		},
		{
			Method: http.MethodGet, Path: events, Access: web.Admin, Handlers: do(a.listWebhookEvents),
			ID: "listWebhookEvents", Summary: "Events of the provider", List: "webhookEvents", Answer: eventBody{},
		},
		{
			Method: http.MethodPost, Path: events + "/:id/replay", Access: web.Admin, Handlers: do(a.idempotent, a.audit, a.replayWebhookEvent), Idempotent: true,
			ID: "replayWebhookEvent", Summary: "Handle an event again", Params: textID("The provider's id of the event."), Status: http.StatusAccepted, Answer: replayedBody{},
			Errors: with(repeated, []*errs.Error{billing.ErrEventUnknown, billing.ErrEventNotReplayable}),
		},
	}
}

// books are the administrators' routes for money: refunds, the ledger, revenue, and the comparison with the provider.
func (a *api) books() []web.Route {
	const runs = "/api/billing/reconciliation-runs"
	query := func(name, description string, schema listing.Schema) []listing.Parameter {
		return []listing.Parameter{{Name: name, In: "query", Description: description, Schema: schema}}
	}
	return []web.Route{
		a.created("/api/billing/refunds", "createRefund", "Refund an invoice, or a part of it", a.createRefund, createRefundBody{}, refundBody{},
			billing.ErrInvoiceNotFound, billing.ErrNotRefundable),
		{
			Method: http.MethodGet, Path: "/api/billing/ledger", Access: web.Admin, Handlers: do(a.listLedger),
			ID: "listLedger", Summary: "The ledger", Text: "As CSV it is all entries of the filter; page, perPage, range and sort do not apply.",
			Params: query("format", "The form of the answer.", listing.Schema{"type": "string", "enum": []string{"json", "csv"}, "default": "json"}),
			List:   "ledger", Answer: entryBody{}, Files: []string{"text/csv"},
		},
		{
			Method: http.MethodGet, Path: "/api/billing/metrics", Access: web.Admin, Handlers: do(a.getMetrics),
			ID: "getRevenue", Summary: "Recurring revenue, now and by month", Answer: metricsBody{},
			Params: query("months", "How many months, the current one included.",
				listing.Schema{"type": "integer", "minimum": 1, "maximum": longestMonths, "default": defaultMonths}),
		},
		{
			Method: http.MethodGet, Path: runs, Access: web.Admin, Handlers: do(a.listRuns),
			ID: "listReconciliationRuns", Summary: "Comparisons with the provider", List: "runs", Answer: runBody{},
		},
		{
			Method: http.MethodPost, Path: runs, Access: web.Admin, Handlers: do(a.idempotent, a.audit, a.startRun), Idempotent: true,
			ID: "startReconciliationRun", Summary: "Compare everything with the provider", Status: http.StatusAccepted, Answer: runBody{}, Errors: repeated,
		},
		{
			Method: http.MethodGet, Path: runs + "/:id", Access: web.Admin, Handlers: do(a.getRun),
			ID: "getReconciliationRun", Summary: "A comparison, with its first mismatches", Answer: wholeRun{}, Errors: []*errs.Error{billing.ErrRunNotFound},
		},
	}
}
