// Package upstream calls the services behind the gateway: it passes requests on ([Upstream]), and makes a few requests
// of the gateway's own ([Neighbours], [Emails], [ThunderAccounts], [ThunderUsers]).
package upstream

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"

	"muster/libs/telemetry"
	"muster/libs/web"
)

// Limits bound the resources that one upstream can use.
type Limits struct {
	// Timeout is how long the service may take to begin its answer.
	Timeout time.Duration
	// Connections is the maximum number of open connections. Further requests wait for one.
	Connections int
	// Stream removes the time limit on sending a request. Timeout then begins when the request has been sent. The client
	// decides how a streamed request goes, so it is never repeated and tells nothing about the service.
	Stream bool
	// IdempotencyKeys says that the service honours the header Idempotency-Key: such a POST may be repeated.
	IdempotencyKeys bool
}

const (
	dialTimeout = 2 * time.Second
	// idleTimeout is well below the services' own (120 s), so that no request uses a connection that is just being
	// closed.
	idleTimeout = 60 * time.Second
	// streamTime is practically unlimited, but finite.
	streamTime = 24 * time.Hour
	// holdTime is added to the service's time: for waiting for a free connection, and for holding and sending the
	// answer.
	holdTime       = 20 * time.Second
	maxHeaderBytes = 64 << 10
)

// Upstream is one service behind the gateway.
type Upstream struct {
	name      string
	base      *url.URL
	total     time.Duration
	transport http.RoundTripper
	keyed     bool // Limits.IdempotencyKeys
	log       *log.Logger
}

// New creates the upstream for the service at this base URL. The name appears in messages.
func New(name, baseURL string, limits Limits, logger *slog.Logger) (*Upstream, error) {
	base, err := url.Parse(baseURL)
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return nil, fmt.Errorf("the address of %s is not an http URL: %q", name, baseURL)
	}
	total := limits.Timeout + holdTime
	if limits.Stream {
		total += streamTime
	}
	return &Upstream{name: name, base: base, total: total, keyed: limits.IdempotencyKeys, transport: transport(name, limits, logger),
		log: slog.NewLogLogger(logger.Handler(), slog.LevelDebug)}, nil
}

// transport sends requests. The connections of an open circuit are closed, because they may lead to a dead host: the
// request that tries the service then makes a new one.
func transport(name string, limits Limits, logger *slog.Logger) http.RoundTripper {
	dialer := net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}
	connections := &http.Transport{
		DialContext:            dialer.DialContext,
		MaxConnsPerHost:        limits.Connections,
		MaxIdleConnsPerHost:    limits.Connections,
		IdleConnTimeout:        idleTimeout,
		ResponseHeaderTimeout:  limits.Timeout,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: maxHeaderBytes,
		DisableCompression:     true, // answers only cross the local network, and some are changed on the way
	}
	traced := telemetry.Inside(connections)
	if limits.Stream {
		return traced
	}
	return &retrier{newBreaker(name, traced, connections.CloseIdleConnections, logger), limits.IdempotencyKeys}
}

// Forward passes the request on and copies its answer to w. set holds headers that only the gateway may set; they are
// added after the client's own are cleaned. answer is called before any of the answer is sent; it may change it, hold
// it, or refuse it with an error.
//
// An error means that nothing was written to w: it is the error from answer, or UNAVAILABLE if the service did not
// answer (it may or may not have done its work). If the client disconnects, the request to the service is cancelled.
func (u *Upstream) Forward(w http.ResponseWriter, r *http.Request, set http.Header, answer func(*http.Response) error) error {
	ctx, cancel := context.WithTimeout(r.Context(), u.total)
	defer cancel()
	var refused, failed error
	proxy := httputil.ReverseProxy{
		Rewrite:    func(p *httputil.ProxyRequest) { u.rewrite(p, set) },
		Transport:  u.transport,
		BufferPool: buffers{},
		ErrorLog:   u.log,
		ModifyResponse: func(resp *http.Response) error {
			refused = answer(resp)
			return refused
		},
		ErrorHandler: func(_ http.ResponseWriter, _ *http.Request, err error) { failed = err },
	}
	proxy.ServeHTTP(w, r.WithContext(ctx))
	if refused != nil || failed == nil {
		return refused
	}
	return u.unavailable(failed)
}

// unavailable is the error when the service did not answer as agreed.
func (u *Upstream) unavailable(cause error) error {
	return web.Unavailable("The "+u.name+" service", cause)
}

// rewrite runs after the hop-by-hop headers are removed, including those that the client named in Connection. The
// client therefore cannot remove what is set here.
func (u *Upstream) rewrite(p *httputil.ProxyRequest, set http.Header) {
	p.SetURL(u.base)
	p.SetXForwarded()
	p.Out.URL.RawQuery = p.In.URL.RawQuery // unchanged: the service parses raw JSON
	p.Out.Header.Del("Connection")         // no upgrades: no service speaks another protocol
	p.Out.Header.Del("Upgrade")
	p.Out.Header.Del("Accept-Encoding")
	p.Out.Header.Del("X-Idempotency-Key") // net/http repeats a request that has one of these
	if !u.keyed {
		p.Out.Header.Del(headerIdempotencyKey)
	}
	for name, values := range set {
		p.Out.Header[name] = values
	}
}

// buffers are shared by all copies of answers.
type buffers struct{}

const bufferSize = 32 << 10

var bufferPool = sync.Pool{New: func() any { return new([bufferSize]byte) }}

// Get implements httputil.BufferPool.
func (buffers) Get() []byte { return bufferPool.Get().(*[bufferSize]byte)[:] }

// Put implements httputil.BufferPool.
func (buffers) Put(b []byte) { bufferPool.Put((*[bufferSize]byte)(b)) }
