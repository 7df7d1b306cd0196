package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// metrics are the members that have changed since before.
func (c *client) metricsSince(before object) object {
	c.t.Helper()
	now := c.metrics()
	changed := object{}
	for member, value := range now {
		if d := value.(float64) - before[member].(float64); d != 0 {
			changed[member] = d
		}
	}
	return changed
}

func (c *client) metrics() object {
	c.t.Helper()
	a := c.want(http.StatusOK, "GET", "/api/users/metrics", nil)
	if a.body["total"] != 1.0 || len(a.list()) != 1 || a.list()[0]["id"] != 0.0 {
		c.t.Fatalf("metrics: %s", a)
	}
	return a.list()[0]
}

// TestMetricsCountTheStorysUsers: each step of a user's life is in the metrics as soon as it is answered.
func TestMetricsCountTheStorysUsers(t *testing.T) {
	boss := admin(t)
	plan := boss.want(http.StatusCreated, "POST", "/api/billing/plans", object{"name": "Metrics", "interval": "month", "amount": 1500, "currency": "usd"})
	c := &client{t: t, email: uniqueEmail("metrics")}
	before := boss.metrics()
	step := func(what string, want object) {
		t.Helper()
		if got := c.metricsSince(before); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: the metrics have changed by\n%v, want\n%v", what, got, want)
		}
	}
	created := func(more object) object {
		for _, window := range []string{"monthly", "yearly", "total"} {
			more[window+"CreatedUsers"] = 1.0
		}
		return more
	}
	in := func(class string) object {
		return created(object{"monthly" + class: 1.0, "yearly" + class: 1.0, "total" + class: 1.0})
	}

	c.signedIn(c.want(http.StatusCreated, "POST", "/api/auth/register", object{"email": c.email, "password": password}))
	step("registered", created(object{"monthlyIncompleteVerification": 1.0}))
	c.want(http.StatusOK, "POST", "/api/auth/verify-email", object{"email": c.email, "code": mailedCode(t, c.email)})
	c.signedIn(c.want(http.StatusOK, "POST", "/api/auth/login", object{"email": c.email, "password": password}))
	step("verified", in("UsersWithNoSubscription"))

	path := fmt.Sprintf("/api/users/%d", c.id())
	past, future := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339), time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	boss.want(http.StatusOK, "PUT", path, object{"subscriptionExemptionStartsAt": past, "subscriptionExemptionEndsAt": future})
	step("exempt", in("FreeUsers"))
	boss.want(http.StatusOK, "PUT", path, object{"subscriptionExemptionStartsAt": future, "subscriptionExemptionEndsAt": nil})
	step("exempt later", in("UsersWithNoSubscription"))

	session := c.want(http.StatusCreated, "POST", "/api/billing/checkout-sessions", object{
		"planId": plan.body["id"], "successUrl": origin + "/thanks", "cancelUrl": origin + "/plans",
	})
	step("a checkout", created(object{"monthlyIncompleteSubscrptions": 1.0}))
	pay(t, session.body["url"].(string))
	paid := func(more object) object {
		for _, member := range []string{"monthlyNewMonthlySubscriptionIncome", "yearlyNewMonthlySubscriptionIncome", "totalMonthlySubscriptionIncome"} {
			more[member] = 1500.0
		}
		return more
	}
	step("paid", paid(in("PaidUsers")))
	c.want(http.StatusOK, "POST", "/api/billing/subscription/cancel", object{"mode": "now"})
	step("cancelled", paid(in("UsersWithNoSubscription")))
	boss.want(http.StatusOK, "PUT", path, object{"userTypeCode": "ADMI"})
	step("an administrator", paid(created(object{})))
	boss.want(http.StatusOK, "PUT", path, object{"userTypeCode": "NONS"})
	boss.want(http.StatusNoContent, "DELETE", path, nil)
	if got := boss.metricsSince(before); fmt.Sprint(got) != fmt.Sprint(paid(object{})) {
		t.Errorf("deleted: %v", got)
	}
}
