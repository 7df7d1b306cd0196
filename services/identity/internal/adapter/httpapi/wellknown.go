package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

// keySetCache is shorter than the time between publishing a key and signing with it.
const keySetCache = "public, max-age=300"

type keySet struct {
	Keys any `json:"keys"`
}

// jwks serves the JSON Web Key Set (RFC 7517).
func (a *api) jwks(c *gin.Context) {
	c.Header("Cache-Control", keySetCache)
	c.JSON(http.StatusOK, keySet{a.keys()})
}

// discovery is the part of OpenID Connect Discovery that applies here: the issuer and the address of its keys. There is
// no authorization endpoint.
type discovery struct {
	Issuer            string   `json:"issuer"`
	KeySet            string   `json:"jwks_uri"`
	ResponseTypes     []string `json:"response_types_supported"`
	SubjectTypes      []string `json:"subject_types_supported"`
	SigningAlgorithms []string `json:"id_token_signing_alg_values_supported"`
	Claims            []string `json:"claims_supported"`
}

func (a *api) openIDConfiguration(c *gin.Context) {
	c.Header("Cache-Control", keySetCache)
	c.JSON(http.StatusOK, discovery{
		Issuer: web.Issuer, KeySet: a.baseURL + "/.well-known/jwks.json",
		ResponseTypes: []string{}, SubjectTypes: []string{"public"}, SigningAlgorithms: []string{"EdDSA"},
		Claims: []string{"iss", "aud", "sub", "sid", "typ", "email_verified", "iat", "nbf", "exp", "jti"},
	})
}
