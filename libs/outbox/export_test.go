package outbox

import (
	"context"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/segmentio/kafka-go"
)

// DialWith makes the relay reach brokers through dial.
func (r *Relay) DialWith(dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	r.dial = dial
}

// RoundTripWith puts itself between the relay and the broker.
func (r *Relay) RoundTripWith(wrap func(kafka.RoundTripper) kafka.RoundTripper) { r.wrap = wrap }

// SessionTimeout changes after what time without a statement the server ends the relay's session.
func (r *Relay) SessionTimeout(milliseconds string) {
	r.database.RuntimeParams["idle_session_timeout"] = milliseconds
}

// NeverPoll makes a leader that finds no rows wait to be woken, in a session that does not end meanwhile.
func (r *Relay) NeverPoll() {
	r.PollEvery(time.Hour)
	r.SessionTimeout("0")
}

// PollEvery changes the time between looks of a leader that nobody wakes.
func (r *Relay) PollEvery(interval time.Duration) { r.poll = interval }

// WriterSettings are what the relay's writer is set to.
func WriterSettings(r *Relay) (acks string, async, autoCreate bool, batchSize, attempts int, wait time.Duration) {
	w := newWriter(r, &kafka.Transport{})
	return w.RequiredAcks.String(), w.Async, w.AllowAutoTopicCreation, w.BatchSize, w.MaxAttempts, w.BatchTimeout
}

// ReadPage is the sizes of the rows of the next page.
func ReadPage(ctx context.Context, url string) (sizes []int, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	rows, err := readPage(ctx, conn)
	for _, r := range rows {
		sizes = append(sizes, len(r.Data))
	}
	return sizes, err
}

// PageRows is the size of a page.
const PageRows = pageRows
