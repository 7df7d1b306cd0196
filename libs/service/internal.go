package service

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

// answerTime is how long an answer of the internal listener may take, from the end of the request's headers until the
// caller has read it. It cuts off scrapers that do not read. The longest route takes a batch of imported users: 12 s.
const answerTime = 30 * time.Second

// newInternal makes the engine of the internal listener. Every request sets the write deadline of its connection anew.
func newInternal(name string, log *slog.Logger, answerTime time.Duration) *gin.Engine {
	e := web.New(web.Options{Service: name, Logger: log})
	e.Use(func(c *gin.Context) {
		if err := http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(answerTime)); err != nil {
			log.DebugContext(c.Request.Context(), "no write deadline", "error", err)
		}
	})
	return e
}
