package outbox

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/segmentio/kafka-go"

	"muster/libs/internal/wait"
)

// errRival means that rows disappeared between reading and deleting them: another relay works on this outbox.
var errRival = errors.New("another relay deleted rows that this one published")

// lead publishes page after page until ctx is done and the outbox is empty, for at most flushTimeout after ctx is done.
// It returns an error when the database connection is no longer usable.
func (r *Relay) lead(ctx context.Context, conn *pgx.Conn) error {
	r.log.InfoContext(ctx, "the relay is the leader")
	r.meters.lead(ctx, true)
	defer r.meters.lead(context.WithoutCancel(ctx), false)
	if err := r.listen(ctx, conn); err != nil {
		return err
	}
	publisher := newPublisher(r)
	defer publisher.close()
	work, cancel := wait.Outlive(ctx, flushTimeout)
	defer cancel()

	var sampled, marking time.Time
	retry := retryPolicy()
	for work.Err() == nil {
		if err := r.sampleIfDue(work, conn, &sampled); err != nil {
			return err
		}
		if err := r.markIfDue(ctx, conn, publisher, &marking); err != nil {
			return err
		}
		if r.topicsProblem() != nil { // Found while it leads: a topic was away, and its check has failed.
			if err := r.keepingAlive(work, conn, func() { r.prepare(work) }); err != nil {
				return err
			}
		}
		stopping := ctx.Err() != nil // Before the page is read, so that it holds all that was committed before.
		r.woken()                    // For the same reason.
		moved, unsent, err := r.publishPage(work, conn, publisher)
		switch {
		case err != nil:
			return err
		case unsent != nil:
			publisher.renew()
			if err := r.keepingAlive(work, conn, func() { r.holdUp(work, unsent, retry.NextBackOff()) }); err != nil {
				return err
			}
		case moved > 0:
			r.set(&r.refused, nil)
			retry.Reset()
		case stopping:
			return nil
		default:
			if err := r.idle(ctx, conn); err != nil {
				return err
			}
		}
	}
	r.log.WarnContext(ctx, "the relay stopped before it published all events; the rest stays in the outbox")
	return nil
}

// idle waits for a commit in this process, for a notification of another replica, for the next poll, or for the end. The
// error is one of the connection.
func (r *Relay) idle(ctx context.Context, conn *pgx.Conn) error {
	pause, end := context.WithTimeout(ctx, r.poll)
	var waking sync.WaitGroup
	waking.Go(func() {
		select {
		case <-r.wake:
			end()
		case <-pause.Done():
		}
	})
	err := conn.PgConn().WaitForNotification(pause)
	if pause.Err() != nil {
		err = nil
	}
	end()
	waking.Wait()
	if err != nil {
		return fmt.Errorf("wait for notifications: %w", err)
	}
	return nil
}

// holdUp logs a failure of the broker and waits before the next attempt. It recreates topics that have disappeared.
func (r *Relay) holdUp(ctx context.Context, cause error, delay time.Duration) {
	r.meters.errors.Add(ctx, 1)
	r.log.WarnContext(ctx, "the broker does not accept events; retrying", "error", cause, "retry_in", delay)
	switch {
	case errors.Is(cause, kafka.UnknownTopicOrPartition):
		r.set(&r.topics, cause)
		r.prepare(ctx)
	case errors.Is(cause, kafka.TopicAuthorizationFailed), errors.Is(cause, kafka.ClusterAuthorizationFailed):
		r.set(&r.refused, refusal("this service may not write to its topics: "+cause.Error()))
	}
	_ = wait.Sleep(ctx, delay)
}

// publishPage sends the oldest rows and deletes those that need not be sent again. moved is the number of rows deleted.
// unsent is an error of the broker, after which the rest of the page is still in the outbox. err is an error of the
// database.
func (r *Relay) publishPage(ctx context.Context, conn *pgx.Conn, publisher *publisher) (moved int, unsent, err error) {
	rows, err := readPage(ctx, conn)
	if err != nil || len(rows) == 0 {
		return 0, nil, err
	}
	var result outcome
	if err := r.keepingAlive(ctx, conn, func() { result = publisher.publish(ctx, rows) }); err != nil {
		return 0, nil, err
	}
	if len(result.sent) > 0 {
		if err := deleteSent(ctx, conn, result.sent); err != nil {
			return 0, nil, err
		}
		r.meters.sent(ctx, rows, result.sent)
	}
	buried := 0
	if len(result.refused)+len(result.held) > 0 {
		buried, err = r.bury(ctx, conn, result)
		if err != nil {
			return 0, nil, err
		}
	}
	return len(result.sent) + buried, result.err, nil
}

// deleteSent deletes the rows that the broker has acknowledged.
func deleteSent(ctx context.Context, conn *pgx.Conn, ids []int64) error {
	ctx, cancel := context.WithTimeout(ctx, statementTimeout)
	defer cancel()
	tag, err := conn.Exec(ctx, "DELETE FROM outbox WHERE id = ANY($1)", ids)
	if err != nil {
		return fmt.Errorf("delete published rows: %w", err)
	}
	if tag.RowsAffected() != int64(len(ids)) {
		return errRival
	}
	return nil
}

// sampleIfDue measures the outbox if the last measurement is old enough.
func (r *Relay) sampleIfDue(ctx context.Context, conn *pgx.Conn, sampled *time.Time) error {
	if time.Since(*sampled) < sampleInterval {
		return nil
	}
	*sampled = time.Now()
	return r.sample(ctx, conn)
}

// markIfDue writes markers if the time for it has come.
func (r *Relay) markIfDue(ctx context.Context, conn *pgx.Conn, publisher *publisher, due *time.Time) error {
	select {
	case <-ctx.Done():
		return nil
	default:
	}
	if time.Now().Before(*due) {
		return nil
	}
	return r.keepingAlive(ctx, conn, func() { *due = time.Now().Add(r.markQuiet(ctx, publisher)) })
}

// sample measures the outbox for the metrics, and logs an error when its oldest event is overdue.
func (r *Relay) sample(ctx context.Context, conn *pgx.Conn) error {
	const query = `
		SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8, (SELECT count(*) FROM outbox_dead)
		FROM (SELECT created_at FROM outbox ORDER BY id LIMIT 100000) AS oldest`
	// Not cancelled by the end of ctx, because that closes the connection, and a follower still tells the leader by it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), statementTimeout)
	defer cancel()
	var rows, dead int64
	var age float64
	if err := conn.QueryRow(ctx, query).Scan(&rows, &age, &dead); err != nil {
		return fmt.Errorf("measure the outbox: %w", err)
	}
	r.meters.rows.Record(ctx, rows)
	r.meters.age.Record(ctx, age)
	r.meters.buried.Record(ctx, dead)
	if age > overdue.Seconds() {
		r.log.ErrorContext(ctx, "events are overdue in the outbox; other services show stale data", "oldest_seconds", age, "rows", rows)
	}
	return nil
}

// overdue is the age of the oldest event at which the relay logs an error.
const overdue = 30 * time.Second
