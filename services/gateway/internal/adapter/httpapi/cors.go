package httpapi

import (
	"fmt"
	"net/http"
	"time"

	"github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/web"
	"muster/libs/web/origin"
)

// preflightLife is how long a browser may cache a preflight answer.
const preflightLife = 10 * time.Minute

// crossOrigin lets pages of the given origins call the API with credentials. Requests from other origins are answered
// as usual, but without the headers that would let the page read the answer.
func crossOrigin(origins origin.Set) (gin.HandlerFunc, error) {
	config := cors.Config{
		AllowOriginFunc: origins.Allow,
		AllowMethods:    []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete},
		AllowHeaders: []string{
			"Authorization", "Content-Type", web.HeaderCSRF, "Idempotency-Key", "Range", "Prefer", headerLastEventID, web.HeaderRequestID, "traceparent", "tracestate",
			"X-Grpc-Web", "X-User-Agent", "Grpc-Timeout", "Connect-Protocol-Version", "Connect-Timeout-Ms", // of gRPC-Web and Connect clients
		},
		ExposeHeaders: []string{
			"Content-Range", "X-Total-Count", "Accept-Range", web.HeaderRequestID, causal.HeaderConsistency, headerAsOf, "Preference-Applied", "Retry-After",
			"Content-Disposition", "Grpc-Status", "Grpc-Message", "Grpc-Status-Details-Bin",
		},
		AllowCredentials: true,
		MaxAge:           preflightLife,
	}
	if len(origins) == 0 {
		return func(*gin.Context) {}, nil
	}
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("cross-origin: %w", err)
	}
	allow := cors.New(config)
	return func(c *gin.Context) {
		if origins.Allow(c.GetHeader("Origin")) {
			allow(c)
			return
		}
		c.Header("Vary", "Origin")
	}, nil
}
