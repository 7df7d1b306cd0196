package e2e_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// outage says what works while a part is away, and what does not. Requests are "METHOD path".
type outage struct {
	part        string
	works, lost []string
}

var outages = []outage{
	{
		"directory",
		[]string{"GET /api/users/full", "GET /api/auth/csrf-token", "GET /api/auth/sessions", "GET /api/billing/plans", "GET /api/billing/entitlements"},
		[]string{"GET /api/users", "GET /api/users/me", "GET /api/users/verification-requests", "PUT /api/users/me"},
	},
	{
		"identity",
		[]string{"GET /api/users/full", "GET /api/users", "GET /api/users/me", "GET /api/users/verification-requests", "GET /api/billing/plans", "PUT /api/users/me"},
		[]string{"GET /api/auth/csrf-token", "GET /api/auth/sessions", "POST /api/auth/login", "POST /api/auth/refresh"},
	},
	{
		"billing",
		[]string{"GET /api/users/full", "GET /api/users", "GET /api/users/me", "GET /api/auth/csrf-token", "POST /api/auth/login", "PUT /api/users/me"},
		[]string{"GET /api/billing/plans", "GET /api/billing/subscription", "POST /api/billing/portal-sessions"},
	},
}

// outageBody returns the body of a request that needs one.
func outageBody(request string) any {
	switch request {
	case "POST /api/auth/login":
		return object{"email": muster.Admin.Email, "password": muster.Admin.Password}
	case "POST /api/auth/refresh":
		return object{"refreshToken": "none"}
	case "PUT /api/users/me":
		return object{"firstName": "Grace"}
	}
	return nil
}

// TestWhatNeedsNoServiceThatIsAwayWorks stops each service. What does not need it works, the rest is 503, also after so many
// requests that the gateway does not ask the service any more; and when the service is back, all works without a hand.
func TestWhatNeedsNoServiceThatIsAwayWorks(t *testing.T) {
	for _, o := range outages {
		t.Run(o.part, func(t *testing.T) {
			boss := admin(t)
			pause(t, o.part)
			back := onceResume(t, o.part)
			defer back()
			for range 6 {
				for _, request := range o.lost {
					o.isLost(t, boss, request)
				}
			}
			for _, request := range o.works {
				if a := sendInOutage(boss, request); a.status != http.StatusOK {
					t.Errorf("%s needs no %s: %s", request, o.part, a)
				}
			}
			back()
			for _, request := range o.lost {
				eventually(t, time.Minute, request+" works again", func() bool {
					return sendInOutage(boss, request).status < http.StatusInternalServerError
				})
			}
		})
	}
}

func sendInOutage(c *client, request string) answer {
	method, path, _ := strings.Cut(request, " ")
	return c.do(method, path, outageBody(request))
}

func (o outage) isLost(t *testing.T, c *client, request string) {
	t.Helper()
	a := sendInOutage(c, request)
	seconds, err := strconv.Atoi(a.header.Get("Retry-After"))
	if a.status != http.StatusServiceUnavailable || a.body["code"] != "UNAVAILABLE" || err != nil || seconds < 1 {
		t.Errorf("%s without %s: %s, Retry-After %q", request, o.part, a, a.header.Get("Retry-After"))
	}
}
