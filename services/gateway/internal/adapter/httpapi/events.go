package httpapi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
	"muster/services/gateway/internal/livefeed"
)

const (
	headerLastEventID = "Last-Event-ID"

	// standingCheck is the longest time between checks that the caller may still read the feed. Each request checks it; a
	// feed is a request that goes on.
	standingCheck = 500 * time.Millisecond
	// feedGather is the shortest time between two writes, so that a flood of changes arrives in few pieces, and changes of
	// the same user as one.
	feedGather = 250 * time.Millisecond
	// feedHeartbeat is the longest time without a byte, shorter than the idle time of usual proxies.
	feedHeartbeat = 15 * time.Second
	// feedRetry is when a client should connect again.
	feedRetry = 2 * time.Second
)

// userEvents handles GET /api/users/full/events: which users have changed, as server-sent events (HTML Standard, section
// 9.2). It ends when the client leaves, does not read, or may not read any more, and when the service stops.
func (a *api) userEvents(c *gin.Context) {
	reader, err := a.feed.Open(c.Request.Context(), web.CurrentPrincipal(c).UserID, lastEventID(c))
	if err != nil {
		web.Fail(c, err)
		return
	}
	defer reader.Close()
	c.Header("Content-Type", "text/event-stream")
	c.Header("X-Accel-Buffering", "no") // nginx would collect the events
	c.Status(http.StatusOK)
	if web.WantsHeadOnly(c.Request) {
		return
	}
	ctx, cancel := context.WithCancelCause(c.Request.Context())
	defer cancel(nil)
	go func() {
		select {
		case <-a.stopping:
			cancel(nil)
		case <-ctx.Done():
		}
	}()
	s := &eventStream{c: c, out: bufio.NewWriter(c.Writer), pace: a.feedPace, cancel: cancel}
	if err := s.follow(ctx, reader, a.stillAdmin); errors.Is(err, errSlowReader) {
		a.logger.WarnContext(c.Request.Context(), "a live feed was cut off", "error", err)
		panic(http.ErrAbortHandler)
	}
}

// lastEventID is the position after which the client wants to go on; 0 if it does not say. Whatever cannot be one is
// unknown, which makes the client begin anew.
func lastEventID(c *gin.Context) int64 {
	text := c.GetHeader(headerLastEventID)
	if text == "" {
		return 0
	}
	id, err := strconv.ParseUint(text, 10, 63)
	if err != nil || id == 0 {
		return livefeed.Unknown
	}
	return int64(id)
}

// stillAdmin reports whether the request would be admitted now: the token may have expired, the session ended, and the
// caller may be an administrator no more.
func (a *api) stillAdmin(c *gin.Context) bool {
	p, err := a.auth.Presented(c)
	return err == nil && p.IsAdmin()
}

// eventStream writes the events of one feed.
type eventStream struct {
	c      *gin.Context
	out    *bufio.Writer
	pace   time.Duration
	cancel context.CancelCauseFunc
	wrote  time.Time
}

// follow writes what the reader returns until ctx is done or the caller is not admitted any more. It returns an error if
// the connection or the feed fails.
func (s *eventStream) follow(ctx context.Context, reader *livefeed.Reader, admitted func(*gin.Context) bool) error {
	err := s.write(func() {
		fmt.Fprintf(s.out, "retry: %d\nid: %d\nevent: ready\ndata: {\"kind\":\"ready\"}\n\n", feedRetry.Milliseconds(), reader.Position())
	})
	for err == nil {
		var changes []livefeed.Change
		if changes, err = s.next(ctx, reader); err != nil || ctx.Err() != nil || !admitted(s.c) {
			break
		}
		switch {
		case len(changes) > 0:
			err = s.write(func() { s.events(changes) })
			if !reader.Lags() {
				gather(ctx)
			}
		case time.Since(s.wrote) > feedHeartbeat:
			err = s.write(func() { fmt.Fprint(s.out, ":\n\n") })
		}
	}
	return errors.Join(err, context.Cause(ctx))
}

// next returns changes, or nothing when the caller's standing must be checked.
func (s *eventStream) next(ctx context.Context, reader *livefeed.Reader) ([]livefeed.Change, error) {
	ctx, cancel := context.WithTimeout(ctx, standingCheck)
	defer cancel()
	return reader.Next(ctx)
}

func gather(ctx context.Context) {
	select {
	case <-time.After(feedGather):
	case <-ctx.Done():
	}
}

func (s *eventStream) events(changes []livefeed.Change) {
	for _, change := range changes {
		data := fmt.Sprintf(`{"kind":%q,"id":%d}`, change.Kind, change.UserID)
		if change.Kind == livefeed.Reset {
			data = fmt.Sprintf(`{"kind":%q}`, change.Kind)
		}
		fmt.Fprintf(s.out, "id: %d\nevent: %s\ndata: %s\n\n", change.Position, change.Kind, data)
	}
}

// write sends what fn writes. It cuts off a client that takes longer than the pace.
func (s *eventStream) write(fn func()) error {
	defer cutOffAfter(s.pace, s.c, s.cancel).Stop()
	fn()
	s.wrote = time.Now()
	return flush(s.out, s.c)
}
