// Package httpapi is identity's HTTP API: its share of the routes of auth-api.md, and its public keys.
package httpapi

import (
	"context"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/listing"
	"muster/libs/web"
	"muster/libs/web/origin"
	"muster/services/identity/internal/identity"
)

// api handles identity's routes.
type api struct {
	service *identity.Service
	reader  Reader
	auth    *web.Authenticator
	csrf    web.CSRF
	cookie  refreshCookie
	keys    func() any
	baseURL string
	returns origin.Set
}

// Reader answers the API's reads that bypass the core.
type Reader interface {
	// Standing returns the current state of a user and one of their sessions. An unknown user or session is no error;
	// see [identity.Standing].
	Standing(ctx context.Context, userID int64, sessionID string) (identity.Standing, error)
	// Audit lists the audit trail. The query of the URL selects a page, as libs/listing defines.
	Audit(ctx context.Context, u *url.URL) (listing.Page[identity.AuditEntry], error)
	// OwnAudit lists what a user did and what was done to the user's account, without the networks of others.
	OwnAudit(ctx context.Context, userID int64, u *url.URL) (listing.Page[identity.AuditEntry], error)
}

// Config holds the dependencies of the API.
type Config struct {
	Service *identity.Service
	Reader  Reader
	Keys    *web.Keys // verify access tokens
	CSRF    web.CSRF
	// PublicKeys lists the keys of the key set, as JSON Web Keys.
	PublicKeys func() any
	// BaseURL is the public address of the whole API, without a trailing slash.
	BaseURL string
	// Returns are the frontends to which a sign-in with a provider may return.
	Returns origin.Set
}

// Mount adds the routes of the API.
func Mount(e *gin.Engine, c Config) {
	a := &api{
		service: c.Service, reader: c.Reader, csrf: c.CSRF, cookie: cookieOf(c.BaseURL), keys: c.PublicKeys, baseURL: c.BaseURL, returns: c.Returns,
		auth: web.NewAuthenticator(c.Keys, c.CSRF, standingOf(c.Reader)),
	}
	e.Use(a.anybody)
	web.Mount(e, a.routes(), map[web.Access][]gin.HandlerFunc{web.User: {a.user}}) // a.admin names the act, so it is among the handlers
}

// MountInternal adds the routes for other services.
func MountInternal(r gin.IRouter, service *identity.Service) {
	a := &api{service: service}
	r.PUT("/legacy-users", a.importLegacyUsers)
}

// standingOf adapts the reader to libs/web.
func standingOf(r Reader) web.StandingOf {
	return func(ctx context.Context, caller web.Caller) (web.Standing, error) {
		s, err := r.Standing(ctx, caller.UserID, caller.SessionID)
		if err != nil {
			return web.Standing{}, err
		}
		var validFrom time.Time
		if s.TokensValidFrom != nil {
			validFrom = *s.TokensValidFrom
		}
		return web.Standing{Active: s.Admitted, TypeCode: s.TypeCode, TokensValidFrom: validFrom, SessionEnded: s.SessionEnded}, nil
	}
}
