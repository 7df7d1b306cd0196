package httpapi

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"muster/libs/limits"
	"muster/libs/web"
)

// costs are the requests' shares of [Pace], by route. What is not named here costs 1.
var costs = map[string]int{
	// Stripe signs its webhooks, and sends many at a time after an outage.
	"POST /api/billing/webhooks/stripe": 0,
	"GET /api/users/full/events":        5,
	"GET /api/users/metrics":            5,
	"POST /api/users":                   10,
	"POST /api/users/import":            50,
	"POST /api/auth/register":           10,
	"POST /api/auth/login":              10,
	"POST /api/auth/accept-invitation":  10,
	"POST /api/auth/reset-password":     10,
	"POST /api/auth/change-password":    10,
}

const (
	// pacedSubjects is how many networks, and how many users, a replica remembers. The one that was not seen for the longest
	// time is forgotten for a new one.
	pacedSubjects = 100_000
	// paceBurst is for how many seconds of its rate a client may save.
	paceBurst = 10
	// leastRate is the lowest rate with which the most expensive request is still possible.
	leastRate = 5
)

// Pace limits how fast a network and a user may send requests, whatever these are. Each replica counts for itself: a count
// that all share would cost more than most requests. The limits of single things, such as sign-ins, are the services' and
// shared ([muster/libs/throttle]).
type Pace struct{ networks, users *paces }

// NewPace takes the costs that a network and a user may cause per second. With 0 there is no limit; other rates are at least 5.
func NewPace(network, user int) (*Pace, error) {
	networks, err := newPaces(network)
	if err != nil {
		return nil, err
	}
	users, err := newPaces(user)
	return &Pace{networks, users}, err
}

// paces are the limits of subjects of one kind.
type paces struct {
	rate  int
	known *lru.Cache[string, *rate.Limiter] // nil: no limit
}

func newPaces(persecond int) (*paces, error) {
	if persecond == 0 {
		return &paces{}, nil
	}
	known, err := lru.New[string, *rate.Limiter](pacedSubjects)
	return &paces{max(persecond, leastRate), known}, err
}

// take returns limits.ErrUsedUp if the subject has to wait before it may cause this cost.
func (p *paces) take(subject string, cost int) error {
	if p.known == nil || cost == 0 {
		return nil
	}
	limiter, found := p.known.Get(subject)
	if !found {
		limiter = rate.NewLimiter(rate.Limit(p.rate), p.rate*paceBurst)
		if other, found, _ := p.known.PeekOrAdd(subject, limiter); found {
			limiter = other
		}
	}
	now := time.Now()
	r := limiter.ReserveN(now, cost)
	if wait := r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return limits.UsedUp(wait)
	}
	return nil
}

// checkCosts returns an error if costs names a route that does not exist.
func checkCosts(routes gin.RoutesInfo) error {
	for named := range costs {
		if !slices.ContainsFunc(routes, func(r gin.RouteInfo) bool { return r.Method+" "+r.Path == named }) {
			return fmt.Errorf("the route %s has a cost, but does not exist", named)
		}
	}
	return nil
}

type costKey struct{}

// byNetwork is a middleware that limits requests by the client's network. The cost of the request goes on to [Pace.byUser].
func (p *Pace) byNetwork(c *gin.Context) {
	cost, named := costs[c.Request.Method+" "+c.FullPath()]
	if !named {
		cost = 1
	}
	if err := p.networks.take(web.Network(web.ClientIP(c)), cost); err != nil {
		web.Fail(c, err)
		return
	}
	if cost != 1 {
		c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), costKey{}, cost))
	}
}

// byUser limits requests by the user who sends them, wherever from.
func (p *Pace) byUser(ctx context.Context, userID int64) error {
	cost, other := ctx.Value(costKey{}).(int)
	if !other {
		cost = 1
	}
	return p.users.take(strconv.FormatInt(userID, 10), cost)
}
