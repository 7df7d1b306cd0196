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
	e.POST("/api/auth/register", a.register)
	e.POST("/api/auth/login", a.login)
	e.POST("/api/users", a.admin(identity.ActInvite), a.invite)
	e.POST("/api/auth/accept-invitation", a.acceptInvitation)
	e.POST("/api/auth/refresh", a.refresh)
	e.POST("/api/auth/reset-password", a.resetPassword)
	e.POST("/api/auth/change-password", a.user, a.changePassword)
	e.POST("/api/auth/logout", a.user, a.logout)
	e.GET("/api/auth/sessions", a.user, a.listSessions)
	e.DELETE("/api/auth/sessions", a.user, a.endOtherSessions)
	e.DELETE("/api/auth/sessions/:id", a.user, a.endSession)
	e.GET("/api/auth/csrf-token", a.user, a.csrfToken)
	e.POST("/api/auth/mfa/verify", a.verifyFactor)
	e.POST("/api/auth/mfa/totp", a.user, a.enrolTOTP)
	e.POST("/api/auth/mfa/totp/:id/confirm", a.user, a.confirmTOTP)
	e.GET("/api/auth/mfa/factors", a.user, a.listFactors)
	e.PUT("/api/auth/mfa/factors/:id", a.user, a.renameFactor)
	e.DELETE("/api/auth/mfa/factors/:id", a.user, a.removeFactor)
	e.POST("/api/auth/mfa/recovery-codes", a.user, a.renewRecoveryCodes)
	e.GET("/api/auth/audit", a.admin(identity.ActReadAudit), a.listAudit)
	e.GET("/api/auth/audit/me", a.user, a.listOwnAudit)
	a.mountProviders(e)
	e.GET("/.well-known/jwks.json", a.jwks)
	e.GET("/.well-known/openid-configuration", a.openIDConfiguration)
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
