package inbox

import (
	"context"
	"errors"

	"muster/libs/pg"
)

// consumerKey is the context key under which a handler's context carries its consumer.
type consumerKey struct{}

func withConsumer(ctx context.Context, c *Consumer) context.Context {
	return context.WithValue(ctx, consumerKey{}, c)
}

// errNotHandling is a mistake in the calling code.
var errNotHandling = errors.New("inbox.Once: the context is not a handler's")

// Once says whether this is the first time that an event is handled, and remembers that it was, in the handler's
// transaction. It is for effects that must not happen twice and that no version guards. It remembers for 30 days, which
// is longer than event topics keep their records.
func Once(ctx context.Context, eventID string) (first bool, err error) {
	c, ok := ctx.Value(consumerKey{}).(*Consumer)
	if !ok {
		return false, errNotHandling
	}
	const query = "INSERT INTO inbox (consumer, event_id) VALUES (?, ?) ON CONFLICT ON CONSTRAINT inbox_pk DO NOTHING"
	inserted, err := pg.Exec(ctx, c.config.DB, "remember event "+eventID, query, c.config.Name, eventID)
	return inserted == 1, err
}

const (
	rememberDays = 30
	forgetAtOnce = 5000 // rows, so that no transaction is long
)

// forget removes what Once no longer needs to know.
func (c *Consumer) forget(ctx context.Context) error {
	const query = `
		DELETE FROM inbox WHERE (consumer, event_id) IN (
			SELECT consumer, event_id FROM inbox WHERE consumer = ? AND processed_at < clock_timestamp() - make_interval(days => ?) LIMIT ?)`
	for {
		deleted, err := pg.Exec(ctx, c.config.DB, "forget old events", query, c.config.Name, rememberDays, forgetAtOnce)
		if err != nil || deleted < forgetAtOnce {
			return err
		}
	}
}
