package web

import (
	"fmt"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/golang-jwt/jwt/v5"
)

// serviceTokenLife is how long a token for one internal call is good for.
const serviceTokenLife = time.Minute

// ServiceTokens authenticate calls between services: short-lived JWTs signed with a secret that only services have.
type ServiceTokens struct {
	secret []byte
	self   string
}

// NewServiceTokens needs a secret of at least 32 bytes, the same in every service, and the name of this service.
func NewServiceTokens(secret, self string) (ServiceTokens, error) {
	if len(secret) < minSecret {
		return ServiceTokens{}, fmt.Errorf("the service secret must have at least %d bytes", minSecret)
	}
	return ServiceTokens{[]byte(secret), self}, nil
}

// Issue makes the bearer token of a call to the service named audience.
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

// Only lets in other services: the request needs a token issued for this one.
func (s ServiceTokens) Only(c *gin.Context) { s.require(c) }

// OnlyFrom lets in one caller: the request needs a token that this caller issued for this service.
func (s ServiceTokens) OnlyFrom(caller string) gin.HandlerFunc {
	return func(c *gin.Context) { s.require(c, jwt.WithIssuer(caller)) }
}

func (s ServiceTokens) require(c *gin.Context, also ...jwt.ParserOption) {
	token, ok := bearer(c.GetHeader("Authorization"))
	if ok {
		_, err := jwt.ParseWithClaims(token, &jwt.RegisteredClaims{}, func(*jwt.Token) (any, error) { return s.secret, nil },
			append(also, jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithAudience("internal:"+s.self),
				jwt.WithExpirationRequired(), jwt.WithLeeway(tokenLeeway))...)
		ok = err == nil
	}
	if !ok {
		Fail(c, ErrUnauthenticated)
	}
}
