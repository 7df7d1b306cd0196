package main

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/services/gateway/internal/gateway"
)

const (
	incomeAnswer = `{"month":{"newMonthly":4500,"newAnnual":28800,"other":14500},"year":{"newMonthly":54000,"newAnnual":288000,"other":145000},` +
		`"total":{"monthly":125000,"annual":720000},"otherCurrencies":["eur"]}`
	rosterAnswer = `{"legacy":1500,"migrated":1400}`
	noMetrics    = `{"message":"We could not collect any data on the users."}`
)

// owners makes billing and directory answer their parts of the metrics.
func (w *world) owners() {
	w.billing.answers("GET", "/internal/income", http.StatusOK, incomeAnswer)
	w.directory.answers("GET", "/internal/legacy-users/totals", http.StatusOK, rosterAnswer)
}

// TestMetricsOnTheWire: the members are the seed's, in its order and spelling, for a user who is no administrator.
func TestMetricsOnTheWire(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(s *settings) { s.metricsZone = zone })
	w.owners()
	w.member(1, "NONS")
	w.apply(gateway.Changes{Subscriptions: []gateway.SubscriptionState{{
		State: causal.State{UserID: 1, Version: 1, Followed: causal.Followed{causal.User: 3}}, Standing: gateway.Standing{PaidSince: new(day.Add(-time.Hour))},
	}}})
	w.now, w.reader.asOf = day.Add(1500*time.Millisecond), day
	a := w.do("GET", "/api/users/metrics", "", w.bearer(1)...)
	const want = `{"data":[{"id":0,"monthlyCreatedUsers":0,"monthlyPaidUsers":1,"monthlyFreeUsers":0,"monthlyTrialUsers":0,` +
		`"monthlyUsersWithNoSubscription":0,"monthlyIncompleteRegs":0,"monthlyIncompleteVerification":0,"monthlyIncompleteSubscrptions":0,` +
		`"monthlySubscriptionIncome":14500,"monthlyNewMonthlySubscriptionIncome":4500,"monthlyNewAnnualSubscriptionIncome":28800,` +
		`"yearlyCreatedUsers":0,"yearlyPaidUsers":1,"yearlyFreeUsers":0,"yearlyTrialUsers":0,"yearlyUsersWithNoSubscription":0,` +
		`"yearlySubscriptionIncome":145000,"yearlyNewMonthlySubscriptionIncome":54000,"yearlyNewAnnualSubscriptionIncome":288000,` +
		`"totalCreatedUsers":0,"totalPaidUsers":1,"totalFreeUsers":0,"totalTrialUsers":0,"totalUsersWithNoSubscription":0,` +
		`"totalMonthlySubscriptionIncome":125000,"totalAnnualSubscriptionIncome":720000,"totalLegacyUsers":1500,` +
		`"totalMigratedLegacyUsers":1400,"totalNonMigratedLegacyUsers":100}],"total":1}`
	if a.status != http.StatusOK || a.text != want {
		t.Errorf("%s\nwant %s", a, want)
	}
	if a.header.Get("X-Data-As-Of") != "2026-03-01T08:30:00Z" || a.header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%v", a.header)
	}
	asked := w.billing.last(t, "/internal/income").URL.Query()
	for name, want := range map[string]string{"month": "2026-03-01T05:00:00Z", "year": "2026-01-01T05:00:00Z", "until": "2026-03-01T08:30:01Z", "currency": "usd"} {
		if got := asked.Get(name); got != want {
			t.Errorf("asked for the income with %s %q, want %q", name, got, want)
		}
	}
	if head := w.do("HEAD", "/api/users/metrics", "", w.bearer(1)...); head.status != http.StatusOK {
		t.Errorf("HEAD: %s", head)
	}
	refused(t, "nobody", w.do("GET", "/api/users/metrics", ""), http.StatusUnauthorized, "", "User not authenticated")
	if a := w.do("POST", "/api/users/metrics", "{}", w.bearer(1)...); a.status != http.StatusMethodNotAllowed {
		t.Errorf("POST: %s", a)
	}
}

// TestMetricsAreWholeOrNotAtAll: without a part of them there is the seed's error, and they come back by themselves.
func TestMetricsAreWholeOrNotAtAll(t *testing.T) {
	for name, c := range map[string]struct {
		path  string
		wrong func(c *gin.Context)
	}{
		"billing refuses":         {"/internal/income", func(c *gin.Context) { c.Status(http.StatusServiceUnavailable) }},
		"billing fails":           {"/internal/income", func(c *gin.Context) { c.Status(http.StatusInternalServerError) }},
		"an older billing":        {"/internal/income", func(c *gin.Context) { c.String(http.StatusNotFound, "{}") }},
		"billing answers nothing": {"/internal/income", func(c *gin.Context) { c.String(http.StatusOK, "{}") }},
		"billing answers a part": {"/internal/income", func(c *gin.Context) {
			c.String(http.StatusOK, strings.Replace(incomeAnswer, `"annual"`, `"yearly"`, 1))
		}},
		"billing hangs up":              {"/internal/income", func(*gin.Context) { panic(http.ErrAbortHandler) }},
		"directory refuses":             {"/internal/legacy-users/totals", func(c *gin.Context) { c.Status(http.StatusServiceUnavailable) }},
		"directory answers other words": {"/internal/legacy-users/totals", func(c *gin.Context) { c.String(http.StatusOK, `{"total":3}`) }},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			var well atomic.Bool
			for path, good := range map[string]string{"/internal/income": incomeAnswer, "/internal/legacy-users/totals": rosterAnswer} {
				owner := map[string]*stub{"/internal/income": w.billing, "/internal/legacy-users/totals": w.directory}[path]
				owner.engine.GET(path, func(g *gin.Context) {
					if path == c.path && !well.Load() {
						c.wrong(g)
						return
					}
					g.String(http.StatusOK, good)
				})
			}
			w.member(1, "NONS")
			a := w.do("GET", "/api/users/metrics", "", w.bearer(1)...)
			refused(t, name, a, http.StatusServiceUnavailable, "", "We could not collect any data on the users.")
			if a.text != noMetrics {
				t.Errorf("%s", a)
			}
			well.Store(true)
			if a := w.do("GET", "/api/users/metrics", "", w.bearer(1)...); a.status != http.StatusOK {
				t.Errorf("afterwards: %s", a)
			}
		})
	}
}
