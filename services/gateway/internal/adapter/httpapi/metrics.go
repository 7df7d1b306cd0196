package httpapi

import (
	"net/http"
	"sync"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
	"muster/services/gateway/internal/gateway"
)

// told remembers what has been logged already.
type told struct{ said sync.Map }

// first reports whether this is the first call with these words.
func (t *told) first(words string) bool {
	_, before := t.said.LoadOrStore(words, true)
	return !before
}

// metricsAnswer is a list of one.
type metricsAnswer struct {
	Data  []gateway.Metrics `json:"data"`
	Total int               `json:"total"`
}

// metrics handles GET /api/users/metrics (contract metrics). Currencies other than the setting's are left out, and logged
// once.
func (a *api) metrics(c *gin.Context) {
	if err := a.setAsOf(c.Request.Context(), c.Writer.Header()); err != nil {
		web.Fail(c, gateway.ErrNoMetrics.Because(err))
		return
	}
	m, others, err := a.service.Metrics(c.Request.Context())
	if err != nil {
		web.Fail(c, err)
		return
	}
	for _, currency := range others {
		if a.leftOut.first(currency) {
			a.logger.WarnContext(c.Request.Context(), "income in another currency than METRICS_CURRENCY is left out of the metrics", "currency", currency)
		}
	}
	c.JSON(http.StatusOK, metricsAnswer{[]gateway.Metrics{m}, 1})
}
