package web

import (
	"fmt"
	"slices"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/golang-jwt/jwt/v5"

	"muster/libs/errs"
)

// serviceTokenLife is the lifetime of a token for one internal call.
const serviceTokenLife = time.Minute

// ServiceTokens authenticate calls between services: short-lived JWTs that name caller and callee, signed with a secret
// that only the services know.
type ServiceTokens struct {
	secret []byte
	self   string
}

// NewServiceTokens takes a secret of at least 32 bytes, the same in every service, and the name of this service.
func NewServiceTokens(secret, self string) (ServiceTokens, error) {
	if len(secret) < minSecret {
		return ServiceTokens{}, fmt.Errorf("the service secret must have at least %d bytes", minSecret)
	}
	return ServiceTokens{[]byte(secret), self}, nil
}

// Issue returns the bearer token for a call to the service named audience.
func (s ServiceTokens) Issue(audience string, now time.Time) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.RegisteredClaims{
		Issuer: s.self, Audience: jwt.ClaimStrings{"internal:" + audience},
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(serviceTokenLife)),
	})
	signed, err := token.SignedString(s.secret)
	if err != nil {
		return "", fmt.Errorf("sign service token: %w", err)
	}
	return signed, nil
}

// errCaller is the error for a service that may not call the route.
var errCaller = errs.New(errs.KindForbidden, "CALLER_NOT_ALLOWED", "This route is not for the service that calls it")

// Only admits the named services: the request needs a token that one of them issued for this service. An invalid token
// is 401, another caller is 403.
func (s ServiceTokens) Only(callers ...string) gin.HandlerFunc {
	parser := jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithAudience("internal:"+s.self),
		jwt.WithExpirationRequired(), jwt.WithLeeway(tokenLeeway))
	return func(c *gin.Context) {
		token, ok := bearer(c.GetHeader("Authorization"))
		var claims jwt.RegisteredClaims
		if ok {
			_, err := parser.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return s.secret, nil })
			ok = err == nil && len(claims.Audience) == 1
		}
		switch {
		case !ok:
			Fail(c, ErrUnauthenticated)
		case !slices.Contains(callers, claims.Issuer):
			Fail(c, errCaller)
		}
	}
}
