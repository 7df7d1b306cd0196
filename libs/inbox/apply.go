package inbox

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
)

// apply applies a part of a log and advances the offset in one transaction. It returns only transient errors and
// errFenced.
func (c *Consumer) apply(ctx context.Context, l lane, expected int64, read portion) error {
	ctx, cancel := context.WithTimeout(ctx, applyTimeout)
	defer cancel()
	begin := time.Now()
	deliveries := c.withoutMarkers(l, c.deliveries(read.messages))
	if len(deliveries) == 0 {
		return c.moveTo(ctx, l, expected, read)
	}
	ctx, end := c.startSpan(ctx, l, deliveries)
	err := c.transact(ctx, l, expected, read, deliveries)
	end(err)
	if err == nil {
		c.meters.applied(ctx, l, deliveries, time.Since(begin))
	}
	return err
}

// transact first applies the batch as a whole. It looks at the records one by one only if one of them fails, or if one
// of them may not be applied because of parked records.
func (c *Consumer) transact(ctx context.Context, l lane, expected int64, read portion, deliveries []delivery) error {
	last := markOf(read)
	carefully := func(ctx context.Context, tx *gorm.DB) error {
		if _, err := c.advance(tx, l, expected, read.next, last); err != nil {
			return err
		}
		return c.applyCarefully(ctx, tx, l, deliveries)
	}
	together := func(ctx context.Context, tx *gorm.DB) error {
		parked, err := c.advance(tx, l, expected, read.next, last)
		switch {
		case err != nil:
			return err
		case parked:
			return errParked
		}
		return c.handle(ctx, records(deliveries))
	}
	for _, d := range deliveries {
		if d.illegal != nil {
			return pg.Tx(ctx, c.config.DB, carefully)
		}
	}
	err := pg.Whole(ctx, c.config.DB, together)
	if err == nil || isTransient(err) {
		return err
	}
	return pg.Tx(ctx, c.config.DB, carefully)
}

// errParked means that a part of a log cannot be applied together, because records of it are parked.
var errParked = errors.New("records are parked")

// handle calls the handler. A panic is returned as an error, so that the record that causes it does not crash the
// process again and again.
func (c *Consumer) handle(ctx context.Context, records []Record) (err error) {
	defer func() {
		if p := recover(); p != nil {
			c.log.ErrorContext(ctx, "the handler panicked", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("the handler panicked: %v", p)
		}
	}()
	return c.config.Handle(ctx, records)
}

// isTransient reports whether a retry may succeed. See the package comment.
func isTransient(err error) bool {
	return errors.Is(err, errFenced) || pg.Classify(err).Kind.Retryable()
}

// applyCarefully applies what can be applied and parks the rest.
func (c *Consumer) applyCarefully(ctx context.Context, tx *gorm.DB, l lane, deliveries []delivery) error {
	blocked, err := c.blockedKeys(tx, l, deliveries)
	if err != nil {
		return err
	}
	w := &carefulWork{c: c, tx: tx, lane: l, state: c.state[l.topic], blocked: blocked}
	var run []delivery // records that can be applied together
	for _, d := range deliveries {
		if _, isBlocked := blocked[d.Key]; d.illegal == nil && !isBlocked {
			run = append(run, d)
			continue
		}
		if err := w.applyRun(ctx, run); err != nil {
			return err
		}
		run = nil
		if err := w.applyOne(ctx, d); err != nil {
			return err
		}
	}
	return w.applyRun(ctx, run)
}

// carefulWork is the state of one applyCarefully.
type carefulWork struct {
	c       *Consumer
	tx      *gorm.DB
	lane    lane
	state   bool
	blocked map[string]int64 // by key: the offset of its first parked record
}

// applyRun applies records together or, if that fails, one by one.
func (w *carefulWork) applyRun(ctx context.Context, run []delivery) error {
	if len(run) == 0 {
		return nil
	}
	if len(run) > 1 {
		if err := w.try(ctx, run); err == nil || isTransient(err) {
			return err
		}
	}
	for _, d := range run {
		if err := w.applyOne(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// applyOne applies a record or parks it. It returns only transient errors.
func (w *carefulWork) applyOne(ctx context.Context, d delivery) error {
	first, isBlocked := w.blocked[d.Key]
	if isBlocked && !w.state && d.Key != "" && first < d.Offset {
		return w.park(ctx, d, errBehind)
	}
	if d.illegal != nil {
		return w.park(ctx, d, d.illegal)
	}
	wrote, err := w.c.handleAlone(ctx, d, isBlocked)
	switch {
	case err != nil && isTransient(err):
		return err
	case err != nil:
		return w.park(ctx, d, err)
	case isBlocked:
		return w.c.unpark(w.tx, w.lane, d, w.state && wrote)
	}
	return nil
}

// try calls the handler under a savepoint.
func (w *carefulWork) try(ctx context.Context, deliveries []delivery) error {
	return pg.Tx(ctx, w.c.config.DB, func(ctx context.Context, _ *gorm.DB) error {
		return w.c.handle(ctx, records(deliveries))
	})
}

// handleAlone calls the handler for one record under a savepoint. If count is set, wrote reports whether the handler
// changed rows: it ignores types that it does not know, and states that are not newer than the stored ones.
func (c *Consumer) handleAlone(ctx context.Context, d delivery, count bool) (wrote bool, err error) {
	err = pg.Tx(ctx, c.config.DB, func(ctx context.Context, tx *gorm.DB) error {
		var before, after int64
		if count {
			if before, err = rowsChanged(ctx, tx); err != nil {
				return err
			}
		}
		if err := c.handle(ctx, []Record{d.Record}); err != nil {
			return err
		}
		if count {
			if after, err = rowsChanged(ctx, tx); err != nil {
				return err
			}
		}
		wrote = after > before
		return nil
	})
	return wrote && err == nil, err
}

// rowsChanged counts the rows that the current transaction has inserted, updated and deleted so far.
func rowsChanged(ctx context.Context, tx *gorm.DB) (int64, error) {
	const query = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_xact_user_tables"
	n, _, err := pg.First[int64](ctx, tx, "count changed rows", query)
	return n, err
}

func (w *carefulWork) park(ctx context.Context, d delivery, cause error) error {
	if first, isBlocked := w.blocked[d.Key]; !isBlocked || d.Offset < first {
		w.blocked[d.Key] = d.Offset
	}
	return w.c.park(ctx, w.tx, d, cause)
}
