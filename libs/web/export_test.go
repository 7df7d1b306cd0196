package web

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// NewImpatient is [New] with another time for a body to arrive.
func NewImpatient(o Options, bodyTime time.Duration) *gin.Engine { return newEngine(o, bodyTime) }

// ServeImpatiently is [Serve] with other timeouts, for headers to arrive and for a client to take a piece of an answer.
func ServeImpatiently(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger, header, write time.Duration) error {
	return serve(ctx, l, h, log, timeouts{header, write})
}

// MaxBodies is how many bodies an engine reads at a time.
const MaxBodies = maxBodies
