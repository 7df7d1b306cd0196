// Package upstream is the way from the gateway to the services behind it: requests that are passed on ([Upstream]), and the few
// that the gateway makes itself ([Neighbours]).
package upstream

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"muster/libs/web"
)

// Limits bound what one upstream can cost.
type Limits struct {
	// Timeout is how long the service may take to begin its answer.
	Timeout time.Duration
	// Connections is how many connections are open at most. Requests beyond that wait for one.
	Connections int
	// Stream lets a request take as long as it likes to be sent. Timeout begins when it has been.
	Stream bool
}

const (
	dialTimeout = 2 * time.Second
	// idleTimeout is well below the services' own (120 s), so that no request meets a connection that is just closing.
	idleTimeout = 60 * time.Second
	// streamTime is for ever, and yet ends.
	streamTime = 24 * time.Hour
	// holdTime comes on top of the service's time: for a connection to be free, and for the answer to be held and sent.
	holdTime       = 20 * time.Second
	maxHeaderBytes = 64 << 10
)

// Upstream is one service behind the gateway.
type Upstream struct {
	name      string
	base      *url.URL
	total     time.Duration
	transport http.RoundTripper
	logger    *slog.Logger
}

// New makes the way to the service with this name, for messages, and this base URL.
func New(name, baseURL string, limits Limits, logger *slog.Logger) (*Upstream, error) {
	base, err := url.Parse(baseURL)
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return nil, fmt.Errorf("the address of %s is no http URL: %q", name, baseURL)
	}
	total := limits.Timeout + holdTime
	if limits.Stream {
		total += streamTime
	}
	dialer := net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}
	return &Upstream{
		name: name, base: base, total: total, logger: logger,
		transport: otelhttp.NewTransport(&http.Transport{
			DialContext:            dialer.DialContext,
			MaxConnsPerHost:        limits.Connections,
			MaxIdleConnsPerHost:    limits.Connections,
			IdleConnTimeout:        idleTimeout,
			ResponseHeaderTimeout:  limits.Timeout,
			ExpectContinueTimeout:  time.Second,
			MaxResponseHeaderBytes: maxHeaderBytes,
			DisableCompression:     true, // The answers cross one machine room at most, and some are completed on the way.
		}),
	}, nil
}

// Forward passes the request on and its answer back to w. set are headers that only the gateway may set, added after the
// client's own are cleaned. answer sees the answer before any of it is sent; it may change it, hold it, or refuse it
// with an error.
//
// An error means that nothing was written to w: the one that answer returned, or UNAVAILABLE when the service did not
// answer (it may or may not have done its work). When the client hangs up, the request to the service is cancelled.
func (u *Upstream) Forward(w http.ResponseWriter, r *http.Request, set http.Header, answer func(*http.Response) error) error {
	ctx, cancel := context.WithTimeout(r.Context(), u.total)
	defer cancel()
	var refused, failed error
	proxy := httputil.ReverseProxy{
		Rewrite:    func(p *httputil.ProxyRequest) { u.rewrite(p, set) },
		Transport:  u.transport,
		BufferPool: buffers{},
		ErrorLog:   slog.NewLogLogger(u.logger.Handler(), slog.LevelDebug),
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
	return web.Unavailable("The "+u.name+" service", failed)
}

// rewrite runs after the hop-by-hop headers are gone, those that the client named in Connection among them. So what is
// set here cannot be talked away.
func (u *Upstream) rewrite(p *httputil.ProxyRequest, set http.Header) {
	p.SetURL(u.base)
	p.SetXForwarded()
	p.Out.URL.RawQuery = p.In.URL.RawQuery // as it came: raw JSON is the service's to read
	p.Out.Header.Del("Connection")         // no upgrades: no service speaks another protocol
	p.Out.Header.Del("Upgrade")
	p.Out.Header.Del("Accept-Encoding")
	for name, values := range set {
		p.Out.Header[name] = values
	}
}

// buffers are shared by all answers that are copied.
type buffers struct{}

const bufferSize = 32 << 10

var bufferPool = sync.Pool{New: func() any { return new([bufferSize]byte) }}

// Get implements httputil.BufferPool.
func (buffers) Get() []byte { return bufferPool.Get().(*[bufferSize]byte)[:] }

// Put implements httputil.BufferPool.
func (buffers) Put(b []byte) { bufferPool.Put((*[bufferSize]byte)(b)) }
