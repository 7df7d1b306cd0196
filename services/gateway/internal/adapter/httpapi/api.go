// Package httpapi is the gateway's HTTP adapter: the routing table, authentication, the headers that are passed on in
// both directions, and the lists that the gateway answers itself.
//
// A request passes these steps in order: the middleware of libs/web, CORS, the pace of its network (429), the route (404, 405),
// the access token and the CSRF token (401, 403) and the pace of its user, the service behind the route, and for the answer the wait until the write has taken
// effect.
package httpapi

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/listing"
	"muster/libs/web"
	"muster/libs/web/origin"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/livefeed"
)

// Upstream is a service behind the gateway. upstream.Upstream documents the methods.
type Upstream interface {
	Forward(w http.ResponseWriter, r *http.Request, set http.Header, answer func(*http.Response) error) error
}

// Reader reads the lists that the gateway answers itself.
type Reader interface {
	// FullUsers returns one page of full users, and their total as of the same moment.
	FullUsers(ctx context.Context, q listing.Query) (listing.Page[gateway.FullUser], error)
	// FullUser returns one user, or gateway.ErrUserNotFound.
	FullUser(ctx context.Context, id int64) (gateway.FullUser, error)
	// EachFullUser passes all full users that match the filter to fn, in the order of the query and as of one moment,
	// whatever the query's page. It ends with the first error of fn. fn keeps none of the rows.
	EachFullUser(ctx context.Context, q listing.Query, fn func(rows []gateway.FullUser) error) error
	// AsOf returns the time up to which every change that was published is in what is read after the call. known is false
	// until that can be told.
	AsOf(ctx context.Context) (at time.Time, known bool, err error)
}

// Config holds the dependencies of the API.
type Config struct {
	Service *gateway.Service
	Reader  Reader
	People  gateway.People
	// Fields are the fields by which FullUsers sorts and filters.
	Fields *listing.List
	// Auth is the one that [Authenticator] makes.
	Auth *web.Authenticator
	Pace *Pace

	Identity, Directory, Billing Upstream
	// Uploads reaches directory for streamed bodies.
	Uploads Upstream

	// Origins are the web origins whose pages may call the API.
	Origins origin.Set
	// TrustedProxies are the addresses or networks whose X-Forwarded-For is trusted. If empty, the client is the peer.
	TrustedProxies []string

	// ExportPace is how long the client of an export may take for a batch of rows ([listing.EachBatch]).
	ExportPace time.Duration

	// Feed has the changes of users.
	Feed *livefeed.Feed
	// FeedPace is how long a client of the feed may take for what is sent at a time.
	FeedPace time.Duration
	// Stopping is closed when the service begins to stop. Feeds end then.
	Stopping <-chan struct{}

	Logger *slog.Logger
}

type api struct {
	service   *gateway.Service
	reader    Reader
	people    gateway.People
	fields    *listing.List
	auth      *web.Authenticator
	upstreams map[service]Upstream
	exports   chan struct{} // holds a value for each export in progress
	logger    *slog.Logger
	leftOut   told // currencies that are not in the metrics

	exportPace time.Duration

	feed     *livefeed.Feed
	feedPace time.Duration
	stopping <-chan struct{}
}

// Mount adds the API's routes to an engine that was created with [Streams], and the middleware before them: CORS and
// the client's address behind proxies.
func Mount(engine *gin.Engine, c Config) error {
	a := &api{
		service: c.Service, reader: c.Reader, people: c.People, fields: c.Fields, auth: c.Auth, logger: c.Logger, exports: make(chan struct{}, maxExports), exportPace: c.ExportPace,
		feed: c.Feed, feedPace: c.FeedPace, stopping: c.Stopping,
		upstreams: map[service]Upstream{identity: c.Identity, directory: c.Directory, billing: c.Billing, uploads: c.Uploads},
	}
	engine.TrustedPlatform = "" // no platform in front of the gateway sets a header with the client's address
	if err := engine.SetTrustedProxies(c.TrustedProxies); err != nil {
		return fmt.Errorf("trusted proxies: %w", err)
	}
	proxies := &proxies{trusted: c.TrustedProxies, log: c.Logger}
	allowOrigins, err := crossOrigin(c.Origins)
	if err != nil {
		return err
	}
	engine.Use(allowOrigins, scrub, proxies.warn, c.Pace.byNetwork)
	a.mount(engine)
	return checkCosts(engine.Routes())
}

// internalPrefix is the prefix of headers between the gateway and the services. Clients can neither send nor see them.
const internalPrefix = "X-Muster-"

// scrub removes internal headers from a request.
func scrub(c *gin.Context) { removeInternal(c.Request.Header) }

func removeInternal(h http.Header) {
	for name := range h {
		if strings.HasPrefix(http.CanonicalHeaderKey(name), internalPrefix) {
			delete(h, name)
		}
	}
}
