package main

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"muster/libs/contracts/billingv1"
)

type invoice struct {
	ID                           int64
	Status                       string
	Total, AmountPaid, AmountDue int64
	Lines                        []struct{ Amount, Discount int64 }
}

type page[T any] struct {
	Data  []T
	Total int
}

func TestInvoicesAndTheirRetry(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	const path = "/api/billing/invoices"
	s.ask(http.MethodGet, path+"/upcoming", 42, nil).code(http.StatusNotFound, "NO_SUBSCRIPTION")
	s.ask(http.MethodPost, "/api/billing/subscription", 42, s.card(plan, "SPRING", goodCard)).want(http.StatusCreated)
	next := decode[invoice](s.ask(http.MethodGet, path+"/upcoming", 42, nil).want(http.StatusOK))
	if next.ID != 0 || next.Total != 1200 || len(next.Lines) != 1 || next.Lines[0].Discount != 300 {
		t.Errorf("upcoming %+v", next)
	}
	first := s.ask(http.MethodGet, path+"?sort="+url.QueryEscape(`["issuedAt","DESC"]`), 42, nil).want(http.StatusOK)
	all := decode[page[invoice]](first)
	if all.Total != 1 || all.Data[0].Status != "paid" || all.Data[0].AmountPaid != 1200 || first.Header.Get("X-Total-Count") != "1" {
		t.Fatalf("invoices %s", first.Body)
	}
	s.ask(http.MethodPost, retryOf(all.Data[0]), 42, nil).code(http.StatusConflict, "INVOICE_NOT_OPEN")
	s.user(43, 1, nil)
	s.ask(http.MethodGet, path+"/"+strconv.FormatInt(all.Data[0].ID, 10), 43, nil).code(http.StatusNotFound, "INVOICE_NOT_FOUND")
	if got := decode[page[invoice]](s.ask(http.MethodGet, path, 43, nil).want(http.StatusOK)); got.Total != 0 {
		t.Errorf("another user sees %+v", got)
	}

	customer := s.state(42, "a customer", func(r billingv1.Subscription) bool { return r.StripeCustomerID != "" }).StripeCustomerID
	s.post(s.stripe+"/_fake/fail-next-payment", map[string]any{"customer": customer, "times": 2})
	s.post(s.stripe+"/_fake/clock", map[string]any{"advance": "770h"})
	s.state(42, "a past-due state", func(r billingv1.Subscription) bool { return r.Current != nil && r.Current.Status == "past_due" })
	open := decode[page[invoice]](s.ask(http.MethodGet, path+"?filter="+url.QueryEscape(`{"status":"open"}`), 42, nil).want(http.StatusOK))
	if open.Total != 1 || open.Data[0].AmountDue != 1200 {
		t.Fatalf("open %+v", open)
	}
	declined := decode[refusal](s.ask(http.MethodPost, retryOf(open.Data[0]), 42, nil).want(http.StatusPaymentRequired))
	if declined.Code != "PAYMENT_FAILED" || declined.DeclineCode == nil {
		t.Errorf("%+v", declined)
	}
	paid := decode[invoice](s.ask(http.MethodPost, retryOf(open.Data[0]), 42, nil).want(http.StatusOK))
	if paid.Status != "paid" || paid.AmountPaid != 1200 || len(paid.Lines) != 1 {
		t.Errorf("%+v", paid)
	}
	s.state(42, "a recovered state", func(r billingv1.Subscription) bool { return r.Current != nil && r.Current.Status == "active" })
}

func retryOf(i invoice) string {
	return "/api/billing/invoices/" + strconv.FormatInt(i.ID, 10) + "/retry"
}

// TestAPlanKeepsItsFormerPrices: a subscriber of a former price is still one of the plan, in every answer.
func TestAPlanKeepsItsFormerPrices(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	s.ask(http.MethodPost, "/api/billing/subscription", 42, s.card(plan, "", goodCard)).want(http.StatusCreated)
	s.ask(http.MethodPut, "/api/billing/plans/"+strconv.FormatInt(plan, 10), admin, map[string]any{"amount": 1900}).want(http.StatusOK)
	type row struct {
		ID, UserID, PlanID, PlanAmount int64
	}
	listed := decode[page[row]](s.ask(http.MethodGet, "/api/billing/subscriptions?filter="+url.QueryEscape(`{"planName":"gold"}`), admin, nil).want(http.StatusOK))
	if listed.Total != 1 || listed.Data[0].PlanID != plan || listed.Data[0].PlanAmount != 1500 || listed.Data[0].UserID != 42 {
		t.Fatalf("%+v", listed)
	}
	synced := decode[row](s.ask(http.MethodPost, "/api/billing/subscriptions/"+strconv.FormatInt(listed.Data[0].ID, 10)+"/sync", admin, nil).want(http.StatusOK))
	if synced != listed.Data[0] {
		t.Errorf("%+v", synced)
	}
	s.user(43, 1, nil)
	s.ask(http.MethodPost, "/api/billing/subscription", 43, s.card(plan, "", goodCard)).want(http.StatusCreated)
	s.state(43, "the new price", func(r billingv1.Subscription) bool { return r.Current != nil && r.Current.PlanAmount == 1900 })
	s.ask(http.MethodDelete, "/api/billing/plans/"+strconv.FormatInt(plan, 10), admin, nil).want(http.StatusNoContent)
	s.user(44, 1, nil)
	s.ask(http.MethodPost, "/api/billing/subscription", 44, s.card(plan, "", goodCard)).code(http.StatusNotFound, "PLAN_NOT_FOUND")
	own := decode[struct{ PlanID int64 }](s.ask(http.MethodGet, "/api/billing/subscription", 42, nil).want(http.StatusOK))
	if own.PlanID != plan {
		t.Errorf("%+v", own)
	}
}
