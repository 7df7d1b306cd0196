package web

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// Check is a dependency that a service needs to do its work.
type Check struct {
	Name string
	// Probe returns nil when the dependency works. Its error is logged, and the answer names only the check.
	Probe func(ctx context.Context) error
}

const probeTimeout = 2 * time.Second

// Probes configure the endpoints for operators.
type Probes struct {
	Service string
	Version string       // what /readyz shows
	Ready   []Check      // run by /readyz
	Metrics http.Handler // nil for none
}

// MountProbes adds /healthz (the process is alive), /readyz (200 when all checks pass, else 503 with the failing
// checks) and /metrics. /readyz also shows the version.
func MountProbes(e *gin.Engine, o Probes) {
	e.GET("/healthz", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok", "service": o.Service}) })
	e.GET("/readyz", func(c *gin.Context) {
		waiting := waitingFor(c, o.Ready)
		if len(waiting) > 0 {
			c.Header("Retry-After", "1")
			c.JSON(http.StatusServiceUnavailable, gin.H{"status": "waiting", "service": o.Service, "version": o.Version, "for": waiting})
			return
		}
		c.JSON(http.StatusOK, gin.H{"status": "ready", "service": o.Service, "version": o.Version})
	})
	if o.Metrics != nil {
		e.GET("/metrics", gin.WrapH(o.Metrics))
	}
}

// waitingFor returns the names of the checks that fail.
func waitingFor(c *gin.Context, checks []Check) []string {
	var names []string
	for i, err := range Failing(c.Request.Context(), checks) {
		if err != nil {
			names = append(names, checks[i].Name)
			loggerOf(c).DebugContext(c.Request.Context(), "not ready", "check", checks[i].Name, "error", err.Error())
		}
	}
	return names
}

// Failing runs all checks concurrently, for 2 s at most, and returns the error of each.
func Failing(ctx context.Context, checks []Check) []error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	failed := make([]error, len(checks))
	var wg sync.WaitGroup
	for i, check := range checks {
		wg.Go(func() { failed[i] = check.Probe(ctx) })
	}
	wg.Wait()
	return failed
}
