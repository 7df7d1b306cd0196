package web

import (
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"

	"muster/libs/errs"
)

// HeaderRequestID identifies a request in logs and answers.
const HeaderRequestID = "X-Request-Id"

// Options configure an engine.
type Options struct {
	Service string // the name in logs and traces
	Logger  *slog.Logger
	// Streams maps routes whose bodies have no size or time limit, such as "POST /api/users/import", to the longest
	// pause within such a body. Closing the body ends a blocked read.
	Streams map[string]time.Duration
}

// New makes an engine with request ids, traces, an access log, panic recovery, security headers, the body limit, and
// the contract's answers to unknown routes and wrong methods.
func New(o Options) *gin.Engine { return newEngine(o, bodyTime) }

func newEngine(o Options, bodyTime time.Duration) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	e.ContextWithFallback = true // a gin.Context passed as a context carries the request's deadline and span
	if err := e.SetTrustedProxies(nil); err != nil {
		panic(err) // it can't fail without proxies to parse
	}
	e.TrustedPlatform = HeaderClientIP // of c.ClientIP, in a service behind the gateway
	open := &bodies{time: bodyTime, of: map[string][]*arriving{}}
	e.Use(requestID, otelgin.Middleware(o.Service), carryLogger(o.Logger), carryFailures(), accessLog(o.Logger), recoverer, manners, open.limit(o.Streams))
	e.NoRoute(func(c *gin.Context) { Fail(c, errNoRoute) })
	e.NoMethod(func(c *gin.Context) { refuseMethod(e.Routes())(c) })
	return e
}

// Errors of requests that match no route.
var (
	errNoRoute  = errs.New(errs.KindNotFound, "NOT_FOUND", "No such route.")
	errNoMethod = errs.New(errs.KindMethod, "METHOD_NOT_ALLOWED", "This route does not answer this method.")
)

var saneID = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,128}$`)

// requestID accepts the caller's request id if it is valid, and otherwise makes one.
func requestID(c *gin.Context) {
	id := c.GetHeader(HeaderRequestID)
	if !saneID.MatchString(id) {
		id = uuid.NewString()
		c.Request.Header.Set(HeaderRequestID, id) // a proxied request passes it on
	}
	c.Header(HeaderRequestID, id)
}

// manners sets the headers of every answer. An API answer may hold personal data, so caches must not store it. A
// handler of public data overrides that.
func manners(c *gin.Context) {
	c.Header("X-Content-Type-Options", "nosniff")
	if strings.HasPrefix(c.Request.URL.Path, "/api/") {
		c.Header("Cache-Control", "private, no-store")
	}
}

const loggerKey = "muster/logger"

func carryLogger(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) { c.Set(loggerKey, log) }
}

// loggerOf returns a logger whose lines have the request's id.
func loggerOf(c *gin.Context) *slog.Logger {
	if log, ok := c.Get(loggerKey); ok {
		return log.(*slog.Logger).With("request_id", c.Writer.Header().Get(HeaderRequestID))
	}
	return slog.Default()
}

// accessLog writes one line per request, with the route instead of the path and without the query, so that no personal
// data is logged.
func accessLog(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		start := time.Now()
		c.Next()
		level := slog.LevelInfo
		if strings.HasSuffix(c.FullPath(), "z") || c.FullPath() == "/metrics" {
			level = slog.LevelDebug
		}
		log.Log(c.Request.Context(), level, "request", "request_id", c.Writer.Header().Get(HeaderRequestID),
			"method", c.Request.Method, "route", c.FullPath(), "status", c.Writer.Status(),
			"bytes", c.Writer.Size(), "ms", float64(time.Since(start).Microseconds())/1000)
	}
}

// recoverer answers a panic with 500 and logs its stack. It passes http.ErrAbortHandler on, by which a proxy asks to
// close the connection.
func recoverer(c *gin.Context) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if p == http.ErrAbortHandler { //nolint:errorlint // the sentinel is panicked as it is
			panic(p)
		}
		loggerOf(c).ErrorContext(c.Request.Context(), "panic", "panic", p, "stack", string(debug.Stack()))
		if !c.Writer.Written() {
			write(c, errs.From(nil))
		}
		c.Abort()
	}()
	c.Next()
}
