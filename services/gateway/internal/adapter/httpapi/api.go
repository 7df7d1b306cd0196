// Package httpapi is the gateway's HTTP edge: the one table of routes, who is let in, what goes on to the services and
// what comes back, and the lists that the gateway answers itself.
//
// A request passes these in order: the engine's manners (libs/web), CORS, the route (404, 405), the access token and
// the CSRF token (401, 403), the service behind the route, and on the way back the hold until the write has taken effect.
package httpapi

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"muster/libs/listing"
	"muster/libs/web"
	"muster/libs/web/origin"
	"muster/services/gateway/internal/gateway"
)

// Upstream is a service behind the gateway. upstream.Upstream describes the promise.
type Upstream interface {
	Forward(w http.ResponseWriter, r *http.Request, set http.Header, answer func(*http.Response) error) error
}

// Reader answers the lists that are the gateway's own.
type Reader interface {
	// FullUsers is one page of the users with what they pay, and their number, as of one moment.
	FullUsers(ctx context.Context, q listing.Query) (listing.Page[gateway.FullUser], error)
	// FullUser is one user, or gateway.ErrUserNotFound.
	FullUser(ctx context.Context, id int64) (gateway.FullUser, error)
}

// Config is what the API is made of.
type Config struct {
	Service *gateway.Service
	Reader  Reader
	// Fields are what FullUsers sorts and filters by.
	Fields *listing.List
	Keys   *web.Keys
	CSRF   web.CSRF

	Identity, Directory, Billing Upstream
	// Uploads is the way to directory for bodies that stream.
	Uploads Upstream

	// Origins are the web origins that browsers may call from.
	Origins origin.Set
	// TrustedProxies are the addresses or networks whose X-Forwarded-For is believed. With none, the client is the peer.
	TrustedProxies []string

	Logger *slog.Logger
}

type api struct {
	service   *gateway.Service
	reader    Reader
	fields    *listing.List
	auth      *web.Authenticator
	upstreams map[service]Upstream
	logger    *slog.Logger
}

// Mount adds the routes of the API to an engine with [Streams], and what comes before them: CORS, and the client's
// address behind proxies.
func Mount(engine *gin.Engine, c Config) error {
	a := &api{
		service: c.Service, reader: c.Reader, fields: c.Fields, logger: c.Logger,
		upstreams: map[service]Upstream{identity: c.Identity, directory: c.Directory, billing: c.Billing, uploads: c.Uploads},
	}
	a.auth = web.NewAuthenticator(c.Keys, c.CSRF, a.standing)
	engine.TrustedPlatform = "" // nobody stands in front who could name the client in a header of ours
	if err := engine.SetTrustedProxies(c.TrustedProxies); err != nil {
		return fmt.Errorf("trusted proxies: %w", err)
	}
	proxies := &proxies{trusted: c.TrustedProxies, log: c.Logger}
	allowOrigins, err := crossOrigin(c.Origins)
	if err != nil {
		return err
	}
	engine.Use(allowOrigins, scrub, proxies.warn)
	a.mount(engine)
	return nil
}

// internalPrefix begins the headers that the gateway and the services exchange. No client may send one or see one.
const internalPrefix = "X-Muster-"

// scrub takes internal headers off a request.
func scrub(c *gin.Context) { removeInternal(c.Request.Header) }

func removeInternal(h http.Header) {
	for name := range h {
		if strings.HasPrefix(http.CanonicalHeaderKey(name), internalPrefix) {
			delete(h, name)
		}
	}
}
