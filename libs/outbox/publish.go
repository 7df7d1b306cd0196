package outbox

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
	"time"

	"github.com/segmentio/kafka-go"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"muster/libs/contracts"
)

const (
	// batchBytes bounds a request to one partition. It is below the broker's limit of 1 MiB, which applies to the whole
	// batch, and above a page with its keys and headers. A page is therefore one batch per partition, and no later
	// batch of a call can succeed after an earlier one failed.
	batchBytes = 900 << 10

	// batchWait is how long the writer waits for more messages. All messages of a call enter their batches together, so
	// there is nothing to wait for.
	batchWait = 100 * time.Microsecond
)

// publisher sends pages to the broker.
type publisher struct {
	relay  *Relay
	writer *kafka.Writer
	hangUp func()          // closes the connections of the writer
	topics map[string]bool // topics whose metadata the writer refreshes, by their names on the broker
}

func newPublisher(r *Relay) *publisher {
	p := &publisher{relay: r, topics: make(map[string]bool)}
	for _, t := range r.config.Topics {
		p.topics[r.config.TopicPrefix+t.Name] = true
	}
	p.open()
	return p
}

// learn makes sure that the writer knows the rows' topics. Rows with a topic that this release does not own come from a
// newer release that runs beside it.
func (p *publisher) learn(rows []row) {
	known := len(p.topics)
	for _, r := range rows {
		p.topics[p.relay.config.TopicPrefix+r.Topic] = true
	}
	if len(p.topics) > known {
		p.renew()
	}
}

// newWriter returns a writer that reports the true outcome of each message: synchronous, acknowledged by all in-sync
// replicas, without retries of its own. Its partitioner is Java's, so that every tool finds a key in the same
// partition.
func newWriter(r *Relay, transport kafka.RoundTripper) *kafka.Writer {
	return &kafka.Writer{
		Addr:                   kafka.TCP(r.config.Brokers...),
		Balancer:               kafka.Murmur2Balancer{},
		RequiredAcks:           kafka.RequireAll,
		Async:                  false,
		BatchSize:              pageRows,
		BatchBytes:             batchBytes,
		BatchTimeout:           batchWait,
		MaxAttempts:            1,
		WriteTimeout:           5 * time.Second,
		ReadTimeout:            5 * time.Second,
		AllowAutoTopicCreation: false,
		Transport:              transport,
	}
}

// transport connects to the brokers and refreshes the metadata of the given topics only. The default refreshes all
// topics of the cluster every few seconds.
func (r *Relay) transport(topics []string) *kafka.Transport {
	dial := r.dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: 3 * time.Second, KeepAlive: 15 * time.Second}).DialContext
	}
	return &kafka.Transport{
		ClientID: "muster-outbox-" + r.config.Service, Dial: dial, TLS: r.config.Access.TLS, SASL: r.config.Access.SASL,
		DialTimeout: 3 * time.Second, IdleTimeout: 30 * time.Second, MetadataTTL: 5 * time.Second, MetadataTopics: topics,
	}
}

// wrapped returns the transport, with what a test puts before it.
func (r *Relay) wrapped(transport *kafka.Transport) kafka.RoundTripper {
	if r.wrap == nil {
		return transport
	}
	return r.wrap(transport)
}

// renew replaces the writer after a failure. The old writer may go on sending buffered messages for at most the length
// of one request, and the new one fetches the partition leaders again.
func (p *publisher) renew() {
	p.close()
	p.open()
}

func (p *publisher) open() {
	transport := p.relay.transport(slices.Collect(maps.Keys(p.topics)))
	p.writer, p.hangUp = newWriter(p.relay, p.relay.wrapped(transport)), transport.CloseIdleConnections
}

// close does not wait for requests in flight.
func (p *publisher) close() {
	go func(w *kafka.Writer, hangUp func()) {
		_ = w.Close()
		hangUp()
	}(p.writer, p.hangUp)
}

// outcome is the result for the rows of a page. Rows that it does not name must be retried.
type outcome struct {
	sent    []int64          // acknowledged
	refused map[int64]string // permanently refused, and why
	held    []int64          // wait behind a dead record with the same key
	err     error            // why rows must be retried
}

// publish sends the rows with one call. If the broker refuses permanently, it finds the record at fault.
func (p *publisher) publish(ctx context.Context, rows []row) outcome {
	result := outcome{refused: make(map[int64]string)}
	send := make([]row, 0, len(rows))
	for _, r := range rows {
		if r.held && !p.relay.state[r.Topic] {
			result.held = append(result.held, r.id)
			continue
		}
		send = append(send, r)
	}
	p.learn(send)
	messages, spans := p.messages(ctx, send)
	var suspects []int
	for i, err := range p.write(ctx, messages) {
		switch {
		case err == nil:
			result.sent = append(result.sent, send[i].id)
		case isPermanent(err):
			suspects = append(suspects, i)
		default:
			result.err = err
		}
	}
	p.isolate(ctx, send, messages, suspects, &result)
	p.bringTombstones(ctx, send, &result)
	endSpans(spans, send, result)
	return result
}

// isolate sends suspects one by one, because the broker refuses a whole batch.
func (p *publisher) isolate(ctx context.Context, rows []row, messages []kafka.Message, suspects []int, result *outcome) {
	type sequence struct{ topic, key string }
	blocked := make(map[sequence]bool)
	for _, i := range suspects {
		r := rows[i]
		at := sequence{r.Topic, r.Key}
		if blocked[at] && !p.relay.state[r.Topic] {
			result.held = append(result.held, r.id)
			continue
		}
		switch err := p.write(ctx, messages[i:i+1])[0]; {
		case err == nil:
			result.sent = append(result.sent, r.id)
		case isPermanent(err):
			result.refused[r.id] = err.Error()
			blocked[at] = true
		default:
			result.err = err
			return
		}
	}
}

// write sends the messages and returns the result of each. When ctx is done it stops waiting; the results are then
// unknown.
func (p *publisher) write(ctx context.Context, messages []kafka.Message) []error {
	outcomes := make([]error, len(messages))
	if len(messages) == 0 {
		return outcomes
	}
	done := make(chan error, 1)
	// Not with ctx: a writer goes on sending after its context is done, so cancelling would only hide the result.
	go func(w *kafka.Writer) { done <- w.WriteMessages(context.Background(), messages...) }(p.writer) //nolint:gosec // G118: see above
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if each, ok := errors.AsType[kafka.WriteErrors](err); ok {
		copy(outcomes, each)
		return outcomes
	}
	for i := range outcomes {
		outcomes[i] = err
	}
	return outcomes
}

// isPermanent reports whether every retry of the same record would get the same error.
func isPermanent(err error) bool {
	for _, refusal := range []error{
		kafka.MessageSizeTooLarge, kafka.RecordListTooLarge, kafka.InvalidTopic, kafka.InvalidTimestamp,
		kafka.UnsupportedForMessageFormat, kafka.PolicyViolation, kafka.InvalidRecord,
	} {
		if errors.Is(err, refusal) {
			return true
		}
	}
	return false
}

// messages converts rows to messages, each with a producer span that continues the trace of the event's origin.
func (p *publisher) messages(ctx context.Context, rows []row) ([]kafka.Message, []trace.Span) {
	messages := make([]kafka.Message, len(rows))
	spans := make([]trace.Span, len(rows))
	tracer := otel.Tracer("muster/libs/outbox")
	for i, r := range rows {
		topic := p.relay.config.TopicPrefix + r.Topic
		origin := propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{contracts.HeaderTraceParent: r.Trace})
		traced, span := tracer.Start(origin, "send "+r.Topic, trace.WithSpanKind(trace.SpanKindProducer), trace.WithAttributes(
			attribute.String("messaging.system", "kafka"), attribute.String("messaging.operation.type", "send"),
			attribute.String("messaging.destination.name", topic), attribute.String("messaging.message.id", r.ID)))
		spans[i] = span
		r.Trace = traceParent(traced)
		messages[i] = Message(p.relay.config.TopicPrefix, r.Event)
	}
	return messages, spans
}

func endSpans(spans []trace.Span, rows []row, result outcome) {
	sent := make(map[int64]bool, len(result.sent))
	for _, id := range result.sent {
		sent[id] = true
	}
	for i, span := range spans {
		if !sent[rows[i].id] {
			span.SetStatus(codes.Error, "not acknowledged")
		}
		span.End()
	}
}
