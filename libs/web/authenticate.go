package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/errs"
)

// TypeAdmin is the user type of administrators (contract section 1).
const TypeAdmin = "ADMI"

// Errors of contract section 2.
var (
	ErrUnauthenticated = errs.New(errs.KindUnauthenticated, "", "User not authenticated")
	ErrAdminOnly       = errs.New(errs.KindForbidden, "", "Administrator access required")
	// ErrFactorRequired is answered to an administrator without a second factor where administrators need one.
	ErrFactorRequired = errs.New(errs.KindForbidden, "SECOND_FACTOR_REQUIRED", "Please set up a second factor first")
	ErrCSRF           = errs.New(errs.KindForbidden, "CSRF_INVALID", "Invalid CSRF token")
)

// Principal is the user who makes the request.
type Principal struct {
	UserID    int64
	SessionID string
	// TypeCode is the user's current type in the service's own data. The type in the token is ignored.
	TypeCode string
	// UserVersion is the user's version at the time of the check; 0 if the service does not store versions.
	UserVersion int64
	// SignedIn is when the session began. It is zero for a token of a release that did not say it.
	SignedIn time.Time
	// lacksFactor is true for an administrator who must set up a second factor first.
	lacksFactor bool
}

// StepUpAge is how old a session may be for what needs a fresh sign-in.
const StepUpAge = 10 * time.Minute

// Fresh reports whether the session began in the last ten minutes.
func (p Principal) Fresh(now time.Time) bool { return now.Sub(p.SignedIn) <= StepUpAge }

// IsAdmin reports whether the principal is an administrator.
func (p Principal) IsAdmin() bool { return p.TypeCode == TypeAdmin }

// Standing is the current state of a user and their tokens in a service's own data.
type Standing struct {
	// Active is false for unknown, deleted and deactivated users.
	Active   bool
	TypeCode string
	// UserVersion is the user's version in that data; 0 if the service does not store versions.
	UserVersion int64
	// TokensValidFrom is the time before which issued access tokens are refused. Zero refuses none.
	TokensValidFrom time.Time
	// SessionEnded is true when the token's session is known to have ended.
	SessionEnded bool
}

// Caller is the user and session whose standing is looked up.
type Caller struct {
	UserID    int64
	SessionID string
	// AtLeast is the user's version when the gateway admitted the request; 0 without a gateway. A service with an older
	// copy of the user waits for that version, so that service and gateway agree.
	AtLeast int64
}

// StandingOf looks up a caller's standing in the service's own database. An unknown user is not an error: it is the zero
// Standing.
type StandingOf func(ctx context.Context, caller Caller) (Standing, error)

// Authenticator authenticates requests by their access token.
type Authenticator struct {
	keys     *Keys
	csrf     CSRF
	standing StandingOf
}

// NewAuthenticator checks tokens against keys, and each user with standing.
func NewAuthenticator(keys *Keys, csrf CSRF, standing StandingOf) *Authenticator {
	return &Authenticator{keys: keys, csrf: csrf, standing: standing}
}

const principalKey = "muster/principal"

// enrols reports whether a route is open to administrators who must set up a second factor first.
func enrols(route string) bool {
	return strings.HasPrefix(route, "/api/auth/mfa/") || route == "/api/auth/csrf-token" || route == "/api/auth/logout"
}

// User admits active users with a valid access token. A method that writes also needs the CSRF token of the session. An
// administrator who must set up a second factor is admitted to the routes that this needs.
func (a *Authenticator) User(c *gin.Context) {
	p, err := a.authenticate(c)
	if err != nil {
		Fail(c, err)
		return
	}
	c.Set(principalKey, p) // also when it is refused, for the log
	if writes(c.Request.Method) && !a.csrf.Valid(p.SessionID, c.GetHeader(HeaderCSRF)) {
		Fail(c, ErrCSRF)
		return
	}
	if p.lacksFactor && !enrols(c.FullPath()) {
		Fail(c, ErrFactorRequired)
	}
}

// Admin admits administrators only. Otherwise it works like [Authenticator.User].
func (a *Authenticator) Admin(c *gin.Context) {
	a.User(c)
	if !c.IsAborted() && !CurrentPrincipal(c).IsAdmin() {
		Fail(c, ErrAdminOnly)
	}
}

// Presented returns the user of a request on a route that needs no authentication. It is the zero Principal if the
// request has no access token that [Authenticator.User] would accept on any route. It requires no CSRF token, because another site
// cannot send the header that carries the access token. An administrator who must set up a second factor is nobody here.
func (a *Authenticator) Presented(c *gin.Context) (Principal, error) {
	p, err := a.authenticate(c)
	if errs.KindOf(err) == errs.KindUnauthenticated || p.lacksFactor {
		return Principal{}, nil
	}
	return p, err
}

// CurrentPrincipal returns the user that [Authenticator.User] admitted. It panics on a route without authentication,
// which is a bug.
func CurrentPrincipal(c *gin.Context) Principal {
	return c.MustGet(principalKey).(Principal)
}

func (a *Authenticator) authenticate(c *gin.Context) (Principal, error) {
	token, ok := bearer(c.GetHeader("Authorization"))
	if !ok {
		return Principal{}, ErrUnauthenticated
	}
	ctx := c.Request.Context()
	cl, err := a.keys.presented(c, token)
	if err != nil {
		return Principal{}, err
	}
	atLeast, err := userVersion(c)
	if err != nil {
		return Principal{}, err
	}
	s, err := a.standing(ctx, Caller{UserID: cl.userID, SessionID: cl.sessionID, AtLeast: atLeast})
	if err != nil {
		return Principal{}, err
	}
	if !s.Active || s.SessionEnded || cl.issuedAt.Before(s.TokensValidFrom) {
		return Principal{}, ErrUnauthenticated
	}
	return Principal{
		UserID: cl.userID, SessionID: cl.sessionID, TypeCode: s.TypeCode, UserVersion: s.UserVersion, SignedIn: cl.signedIn,
		lacksFactor: cl.factorRequired && s.TypeCode == TypeAdmin,
	}, nil
}

// userVersion is the version of the user that the gateway names; 0 when it names none.
func userVersion(c *gin.Context) (int64, error) {
	text := c.GetHeader(causal.HeaderUserVersion)
	if text == "" {
		return 0, nil
	}
	version, err := strconv.ParseInt(text, 10, 64)
	if err != nil || version < 0 {
		return 0, errs.InvalidField(causal.HeaderUserVersion, "must be a version")
	}
	return version, nil
}

// bearer returns the token of an Authorization header. The scheme is case-insensitive (RFC 9110, section 11.1).
func bearer(header string) (string, bool) {
	scheme, token, ok := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	return token, ok && strings.EqualFold(scheme, "Bearer") && token != ""
}

func writes(method string) bool {
	return !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, method)
}
