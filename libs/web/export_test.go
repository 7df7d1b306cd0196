package web

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"net"
	"net/http"
	"strconv"
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

// FillMemory adds tokens to what the keys remember, and returns how many they remember at most meanwhile.
func FillMemory(k *Keys, tokens int) (most int) {
	for n := range tokens {
		k.memory.add(digest(sha256.Sum256([]byte(strconv.Itoa(n)))), claims{}, time.Now())
		most = max(most, len(k.memory.recent)+len(k.memory.older))
	}
	return most
}
