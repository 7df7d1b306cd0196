package httpapi

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/web"
)

const headerCache = "Cache-Control"

// outcome is what a service told the gateway in internal headers of its answer.
type outcome struct {
	writes  []causal.Write
	userID  int64  // the user that a sign-in signed in; 0 for an answer that signs nobody in
	eventID string // the webhook event that was accepted
}

// finisher processes a 2xx answer: it may hold it, change it, or refuse it with an error.
type finisher func(a *api, c *gin.Context, resp *http.Response, o outcome) error

// forward handles a route that is passed on to a service.
func (a *api) forward(r route) gin.HandlerFunc {
	upstream, finish := a.upstreams[r.to], r.finish
	if finish == nil {
		finish = (*api).hold
	}
	return func(c *gin.Context) {
		if r.to != uploads {
			body, err := web.ReadBody(c)
			if err != nil {
				web.Fail(c, err)
				return
			}
			c.Request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		}
		if err := r.rename(c); err != nil {
			web.Fail(c, err)
			return
		}
		err := upstream.Forward(c.Writer, c.Request, internal(c, r.to), func(resp *http.Response) error {
			if r.to == uploads {
				if err := endUpload(c.Request.Body, resp); err != nil {
					return err
				}
			}
			o := readOutcome(resp.Header)
			cleanAnswer(resp.Header, c.Writer.Header())
			if resp.StatusCode < 200 || resp.StatusCode > 299 {
				return a.hold(c, resp, o) // a refusal may have written, too: a reused refresh token ends its session
			}
			return finish(a, c, resp, o)
		})
		if err != nil {
			web.Fail(c, err)
		}
	}
}

// rename sets the path that the service uses for the route.
func (r route) rename(c *gin.Context) error {
	path, other := renamed[r.path]
	if !other {
		return nil
	}
	id, err := web.PathID(c, "id")
	if err != nil {
		return err
	}
	c.Request.URL.Path, c.Request.URL.RawPath = path+strconv.FormatInt(id, 10), ""
	return nil
}

// longestUploadAnswer limits how much of the answer to an upload is buffered.
const longestUploadAnswer = 1 << 20

// endUpload stops reading the body of a request that has been answered. Otherwise the server would read the rest before
// it sends the answer. The answer is read first, because ending the body closes the connection to the service.
func endUpload(body io.Closer, resp *http.Response) error {
	answer, err := io.ReadAll(io.LimitReader(resp.Body, longestUploadAnswer))
	if err != nil {
		return web.Unavailable("The service", err)
	}
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	return body.Close()
}

// vouchedFor are the services that accept vouchers, by the names that they have for each other.
var vouchedFor = map[service]string{directory: "directory", uploads: "directory", billing: "billing"}

// internal returns the headers that the gateway adds to the client's request.
func internal(c *gin.Context, to service) http.Header {
	h := http.Header{}
	h.Set(web.HeaderClientIP, c.ClientIP())
	if name, accepts := vouchedFor[to]; accepts && c.GetHeader("Authorization") != "" {
		if voucher := web.Voucher(c, name); voucher != "" {
			h.Set(web.HeaderVoucher, voucher)
		}
	}
	if version := c.GetString(causal.HeaderUserVersion); version != "" {
		h.Set(causal.HeaderUserVersion, version)
	}
	return h
}

func readOutcome(h http.Header) outcome {
	o := outcome{eventID: h.Get(web.HeaderWebhook), writes: causal.ParseWrites(h.Values(causal.HeaderWrote))}
	if id, err := strconv.ParseInt(h.Get(web.HeaderUser), 10, 64); err == nil {
		o.userID = id
	}
	return o
}

// cleanAnswer removes internal headers, headers that the gateway alone sets (CORS), and headers that it has already
// set. Answers that a service calls public stay cacheable.
func cleanAnswer(answer, client http.Header) {
	removeInternal(answer)
	for name := range answer {
		if strings.HasPrefix(name, "Access-Control-Allow-") {
			answer.Del(name)
		}
	}
	if strings.HasPrefix(answer.Get(headerCache), "public") {
		client.Del(headerCache)
	}
	for name := range client {
		if name != "Vary" { // each party adds to this header
			answer.Del(name)
		}
	}
}

// hold delays the answer until its writes have taken effect.
func (a *api) hold(c *gin.Context, resp *http.Response, o outcome) error {
	a.mark(c, resp, a.service.Follow(resp.Request.Context(), o.writes))
	return nil
}

// webhook delays the answer to an accepted webhook until its effects are visible.
func (a *api) webhook(c *gin.Context, resp *http.Response, o outcome) error {
	if o.eventID == "" {
		return a.hold(c, resp, o)
	}
	a.mark(c, resp, a.service.WebhookHandled(resp.Request.Context(), o.eventID))
	return nil
}

// mark adds the pending header and logs what was still missing when the wait ended.
func (a *api) mark(c *gin.Context, resp *http.Response, lacking []string) {
	if len(lacking) == 0 {
		return
	}
	resp.Header.Set(causal.HeaderConsistency, causal.ConsistencyPending)
	a.logger.WarnContext(resp.Request.Context(), "answered before the write had taken effect",
		"route", c.FullPath(), "request_id", c.Writer.Header().Get(web.HeaderRequestID), "lacking", lacking)
}
