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

// TypeAdmin is the user type that may administrate (contract section 1).
const TypeAdmin = "ADMI"

// Errors of contract section 2.
var (
	ErrUnauthenticated = errs.New(errs.KindUnauthenticated, "", "User not authenticated")
	ErrAdminOnly       = errs.New(errs.KindForbidden, "", "Administrator access required")
	ErrCSRF            = errs.New(errs.KindForbidden, "CSRF_INVALID", "Invalid CSRF token")
)

// Principal is who makes the request.
type Principal struct {
	UserID    int64
	SessionID string
	// TypeCode is the user's type as the service's own data has it now, whatever the token says.
	TypeCode string
	// UserVersion is the version of the user that let the principal in; 0 where the service does not keep it.
	UserVersion int64
}

// IsAdmin says whether the principal is an administrator.
func (p Principal) IsAdmin() bool { return p.TypeCode == TypeAdmin }

// Standing is what a service's own data says of a user at this moment.
type Standing struct {
	// Active is false for users who are unknown, deleted or deactivated.
	Active   bool
	TypeCode string
	// UserVersion is the version of the user that says so; 0 where the service does not keep it.
	UserVersion int64
	// TokensValidFrom refuses access tokens issued before it; zero refuses none.
	TokensValidFrom time.Time
	// SessionEnded is true when the token's session is known to have ended.
	SessionEnded bool
}

// Caller is whose standing is looked up.
type Caller struct {
	UserID    int64
	SessionID string
	// AtLeast is the version of the user that the gateway has let in; 0 without a gateway. A service whose copy of the user
	// is older waits for that version, so that the two do not disagree.
	AtLeast int64
}

// StandingOf looks up a caller's standing in the service's own database. An unknown user is not an error: it is the zero
// Standing.
type StandingOf func(ctx context.Context, caller Caller) (Standing, error)

// Authenticator lets requests in by their access token.
type Authenticator struct {
	verify   func(ctx context.Context, token string) (claims, error)
	csrf     CSRF
	standing StandingOf
}

// NewAuthenticator checks tokens against keys, and each user's standing with standing.
func NewAuthenticator(keys *Keys, csrf CSRF, standing StandingOf) *Authenticator {
	return &Authenticator{verify: keys.verify, csrf: csrf, standing: standing}
}

const principalKey = "muster/principal"

// User lets in anybody who has a valid access token, is active, and, for a method that writes, shows the CSRF token of
// the session.
func (a *Authenticator) User(c *gin.Context) {
	p, err := a.authenticate(c)
	if err != nil {
		Fail(c, err)
		return
	}
	if writes(c.Request.Method) && !a.csrf.Valid(p.SessionID, c.GetHeader(HeaderCSRF)) {
		Fail(c, ErrCSRF)
		return
	}
	c.Set(principalKey, p)
}

// Admin lets in administrators only; else as [Authenticator.User].
func (a *Authenticator) Admin(c *gin.Context) {
	a.User(c)
	if !c.IsAborted() && !CurrentPrincipal(c).IsAdmin() {
		Fail(c, ErrAdminOnly)
	}
}

// Presented is who makes a request on a route that lets everybody in: the zero Principal when the request carries no
// access token that [Authenticator.User] would take. It asks for no CSRF token: the header that carries the access token
// is nothing that another site can send.
func (a *Authenticator) Presented(c *gin.Context) (Principal, error) {
	p, err := a.authenticate(c)
	if errs.KindOf(err) == errs.KindUnauthenticated {
		return Principal{}, nil
	}
	return p, err
}

// CurrentPrincipal is who [Authenticator.User] let in. It panics on a route that lets everybody in: that is a bug.
func CurrentPrincipal(c *gin.Context) Principal {
	return c.MustGet(principalKey).(Principal)
}

func (a *Authenticator) authenticate(c *gin.Context) (Principal, error) {
	token, ok := bearer(c.GetHeader("Authorization"))
	if !ok {
		return Principal{}, ErrUnauthenticated
	}
	ctx := c.Request.Context()
	cl, err := a.verify(ctx, token)
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
	return Principal{UserID: cl.userID, SessionID: cl.sessionID, TypeCode: s.TypeCode, UserVersion: s.UserVersion}, nil
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

// bearer takes the token out of an Authorization header; the scheme is compared without case (RFC 9110, section 11.1).
func bearer(header string) (string, bool) {
	scheme, token, ok := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	return token, ok && strings.EqualFold(scheme, "Bearer") && token != ""
}

func writes(method string) bool {
	return !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, method)
}
