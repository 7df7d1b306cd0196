package ops

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/internal/wait"
	"muster/libs/outbox"
	"muster/libs/web"
)

func (d *desk) listDead(c *gin.Context, _ func(...any)) (any, error) {
	after, limit, err := page(c)
	if err != nil {
		return nil, err
	}
	rows, err := outbox.Dead(c.Request.Context(), d.DB, after, limit)
	return paged(rows, limit, dead, func(e outbox.DeadEvent) int64 { return e.ID }), err
}

func dead(e outbox.DeadEvent) DeadEvent { return DeadEvent(e) }

func (d *desk) showDead(c *gin.Context, _ func(...any)) (any, error) {
	id, err := web.PathID(c, "id")
	if err != nil {
		return nil, err
	}
	event, data, found, err := outbox.FindDead(c.Request.Context(), d.DB, id)
	if err != nil || !found {
		return nil, orMissing(err, ErrDeadNotFound)
	}
	return DeadContent{dead(event), payload(data)}, nil
}

func (d *desk) requeueDead(c *gin.Context, note func(...any)) (any, error) {
	id, err := web.PathID(c, "id")
	if err != nil {
		return nil, err
	}
	n, err := outbox.Requeue(c.Request.Context(), d.DB, id, d.restate)
	if err != nil || n == 0 {
		return nil, orMissing(err, ErrDeadNotFound)
	}
	note("requeued", n)
	return Requeued{n}, nil
}

// restate publishes the current state of the user whose id is the record's key.
func (d *desk) restate(ctx context.Context, key string) error {
	id, err := strconv.ParseInt(key, 10, 64)
	if err != nil {
		return fmt.Errorf("the key of a state record is not a user id: %w", err)
	}
	_, _, err = d.Republish(ctx, id, id, 1)
	return err
}

func (d *desk) dropDead(c *gin.Context, _ func(...any)) (any, error) {
	id, err := web.PathID(c, "id")
	if err != nil {
		return nil, err
	}
	dropped, err := outbox.Drop(c.Request.Context(), d.DB, id)
	if err != nil || !dropped {
		return nil, orMissing(err, ErrDeadNotFound)
	}
	return nil, nil
}

const (
	republishBatch = 500
	// republishBacklog is the greatest number of waiting events at which another batch is added. It is two pages of the
	// relay: the relay never runs dry, and other changes wait behind few republished events.
	republishBacklog = 1000
	backlogPatience  = 10 * time.Second // for the relay to catch up, before the caller is told to retry
	backlogPoll      = 20 * time.Millisecond
)

// errBehind asks the caller to retry later.
var errBehind = errs.New(errs.KindUnavailable, "OUTBOX_BEHIND", "Too many events wait in the outbox: the relay is behind.")

// republish publishes one batch. The caller continues from next. Neither side then holds more than a batch, and
// republishing can be resumed after an interruption.
func (d *desk) republish(c *gin.Context, note func(...any)) (any, error) {
	bounds, err := web.Bind[Republish](c)
	if err != nil {
		return nil, err
	}
	first, last := int64(1), int64(math.MaxInt64)
	if bounds.First != nil {
		first = *bounds.First
	}
	if bounds.Last != nil {
		last = *bounds.Last
	}
	note("first", first, "last", last)
	if first < 1 || last < first {
		return nil, errs.InvalidField("first", "must be a positive id, and not after last")
	}
	ctx := c.Request.Context()
	if err := d.awaitRoom(ctx); err != nil {
		return nil, err
	}
	n, reached, err := d.Republish(ctx, first, last, republishBatch)
	if err != nil {
		return nil, err
	}
	if n == 0 && first == last {
		return nil, ErrStateNotFound
	}
	note("published", n)
	answer := Republished{Published: n}
	if n == republishBatch && reached < last {
		answer.Next = reached + 1
	}
	return answer, nil
}

// awaitRoom waits until the relay has caught up.
func (d *desk) awaitRoom(ctx context.Context) error {
	for deadline := time.Now().Add(backlogPatience); ; {
		waiting, err := outbox.Waiting(ctx, d.DB, republishBacklog)
		if err != nil || waiting < republishBacklog {
			return err
		}
		if time.Now().After(deadline) {
			return errBehind
		}
		if err := wait.Sleep(ctx, backlogPoll); err != nil {
			return err
		}
	}
}
