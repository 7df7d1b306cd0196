package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/segmentio/kafka-go"

	"muster/libs/brokers"
	"muster/libs/contracts"
	"muster/libs/internal/wait"
	"muster/libs/pg"
)

const (
	electionInterval = time.Second           // between attempts to become the leader
	pollInterval     = time.Second           // between looks of a leader that nobody wakes
	retryMin         = 50 * time.Millisecond // after a failure
	retryMax         = 2 * time.Second
	statementTimeout = 15 * time.Second // for a single statement, in addition to the server's own timeout
	flushTimeout     = 3 * time.Second  // for publishing the rest when the relay stops
	sessionTimeout   = 10 * time.Second // without a statement, after which the server ends the relay's session
	keepAlive        = 2 * time.Second  // between statements while the relay waits for the broker
	longestWait      = time.Minute      // for the broker, after which the session is no longer kept alive
	sampleInterval   = 5 * time.Second  // between measurements of the outbox's size and age
)

// RelayConfig configures a relay.
type RelayConfig struct {
	Service     string // the service's name; its replicas share it and elect one relay
	PostgresURL string // the database with the outbox
	Brokers     []string
	Access      brokers.Access // how to connect to them
	// Topics are those that the service owns. The relay creates them.
	Topics      []contracts.Topic
	TopicPrefix string       // put before every topic's name on the broker
	Replication int          // of the topics; 0 means 1
	Logger      *slog.Logger // nil means slog.Default()
}

// Relay publishes the outbox of one service. Make it with [NewRelay].
type Relay struct {
	config   RelayConfig
	database *pgx.ConnConfig
	log      *slog.Logger
	meters   *meters
	wake     chan struct{}
	state    map[string]bool // by topic: is it a state topic

	poll  time.Duration // between looks of a leader that nobody wakes
	quiet time.Duration // without a record, after which a partition of a state topic gets a marker

	mu      sync.Mutex
	topics  error // why the topics cannot be used; nil when they have been checked
	refused error // why the broker refuses all that is written, which an operator must change

	// dial connects to brokers; nil means the default dialer.
	dial func(ctx context.Context, network, address string) (net.Conn, error)
	// wrap, if it is not nil, puts itself between the relay and the broker.
	wrap func(kafka.RoundTripper) kafka.RoundTripper
}

// NewRelay checks the configuration. It does not connect yet.
func NewRelay(config RelayConfig) (*Relay, error) {
	switch {
	case config.Service == "":
		return nil, errors.New("outbox: the relay needs the service's name")
	case len(config.Brokers) == 0:
		return nil, errors.New("outbox: the relay needs brokers")
	case len(config.Topics) == 0:
		return nil, errors.New("outbox: the relay needs topics")
	}
	if config.Replication == 0 {
		config.Replication = 1
	}
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	database, err := connConfig(config)
	if err != nil {
		return nil, err
	}
	meters, err := newMeters(config.Service)
	if err != nil {
		return nil, err
	}
	r := &Relay{
		config: config, database: database, log: config.Logger.With("relay", config.Service),
		meters: meters, wake: make(chan struct{}, 1), state: make(map[string]bool),
		poll: pollInterval, quiet: segmentSpan, topics: errUnchecked,
	}
	r.database.OnNotification = func(*pgconn.PgConn, *pgconn.Notification) { signal(r.wake) }
	for _, t := range config.Topics {
		r.state[t.Name] = t.Compact
	}
	return r, nil
}

// errUnchecked is the state of the topics before the broker has answered.
var errUnchecked = errors.New("the topics have not been checked yet")

// Ready returns nil when the topics exist and are as they must be, and the broker lets the service write to them.
// Otherwise the error says what is wrong. A broker that goes away later does not count: events wait in the outbox.
func (r *Relay) Ready() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := cmp.Or(r.topics, r.refused); err != nil {
		return fmt.Errorf("relay %s does not publish: %w", r.config.Service, err)
	}
	return nil
}

// topicsProblem returns why the topics cannot be used, or nil.
func (r *Relay) topicsProblem() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.topics
}

// set stores a part of the readiness.
func (r *Relay) set(part *error, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*part = err
}

// connConfig configures the relay's connection. Both sides detect a dead connection within about ten seconds, even if
// the other machine disappears without closing it. The server also ends the session of a process that lives and does
// nothing (deploy/adr/0021). It then releases the lock.
func connConfig(config RelayConfig) (*pgx.ConnConfig, error) {
	database, err := pg.ConnConfig(config.PostgresURL, map[string]string{
		"timezone":                            "UTC",
		"application_name":                    "muster-outbox-" + config.Service,
		"statement_timeout":                   "10s",
		"lock_timeout":                        "5s",
		"tcp_keepalives_idle":                 "5",
		"tcp_keepalives_interval":             "2",
		"tcp_keepalives_count":                "3",
		"tcp_user_timeout":                    "10000",
		"idle_session_timeout":                strconv.FormatInt(sessionTimeout.Milliseconds(), 10),
		"idle_in_transaction_session_timeout": strconv.FormatInt(sessionTimeout.Milliseconds(), 10),
	})
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	database.ConnectTimeout = 5 * time.Second
	database.DialFunc = dialDatabase
	return database, nil
}

// dialDatabase connects with keepalives and a limit on the time that data stays unacknowledged.
func dialDatabase(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3},
		Control:         boundUnacknowledged,
	}
	return dialer.DialContext(ctx, network, address)
}

// Run checks or creates the topics, takes part in the leader election and publishes. It runs until ctx is done, and then
// returns nil. Before that it publishes the remaining events, for at most 3 s, and releases the lock, so that the next
// relay takes over at once. Failures are logged and retried.
func (r *Relay) Run(ctx context.Context) error {
	defer register(r.wake)()
	pause := retryPolicy()
	for ctx.Err() == nil {
		led, err := r.serve(ctx)
		if led {
			pause.Reset()
		}
		if err == nil {
			continue
		}
		delay := pause.NextBackOff()
		r.log.WarnContext(ctx, "the relay's database connection failed", "error", err, "retry_in", delay)
		_ = wait.Sleep(ctx, delay) // The loop checks ctx itself.
	}
	return nil
}

// serve handles one database connection: it tries to become the leader, and publishes while it is. Every replica measures
// the outbox, so that the metrics do not depend on there being a leader. led reports whether it was the leader.
func (r *Relay) serve(ctx context.Context) (led bool, err error) {
	conn, err := pgx.ConnectConfig(ctx, r.database)
	if err != nil {
		return false, fmt.Errorf("connect: %w", err)
	}
	defer r.hangUp(ctx, conn)
	retry := retryPolicy()
	var sampled time.Time
	for ctx.Err() == nil {
		if err := r.sampleIfDue(ctx, conn, &sampled); err != nil {
			return led, err
		}
		var prepared bool
		if err := r.keepingAlive(ctx, conn, func() { prepared = r.prepare(ctx) }); err != nil {
			return led, err
		}
		if !prepared {
			_ = wait.Sleep(ctx, retry.NextBackOff())
			continue
		}
		retry.Reset()
		elected, err := r.elect(ctx, conn)
		if err != nil {
			return led, err
		}
		if elected {
			led = true
			if err := r.lead(ctx, conn); err != nil {
				return led, err
			}
			continue // Another relay deleted our rows, or ctx is done.
		}
		if err := r.follow(ctx, conn); err != nil {
			return led, err
		}
	}
	return led, nil
}

// prepare makes sure that the topics have been checked, and reports whether they can be used.
func (r *Relay) prepare(ctx context.Context) bool {
	if r.topicsProblem() == nil {
		return true
	}
	err := r.ensureTopics(ctx)
	r.set(&r.topics, err)
	if err == nil {
		return true
	}
	r.meters.errors.Add(ctx, 1)
	if refused, ok := errors.AsType[refusal](err); ok {
		r.log.ErrorContext(ctx, "the relay does not publish: a topic cannot be used", "problem", refused)
	} else {
		r.log.WarnContext(ctx, "cannot check or create the topics; retrying", "error", err)
	}
	return false
}

// keepingAlive does work that does not use the connection, and keeps the session alive meanwhile, for at most
// longestWait. The error is one of the connection.
func (r *Relay) keepingAlive(ctx context.Context, conn *pgx.Conn, work func()) error {
	done, failure := make(chan struct{}), make(chan error, 1)
	go func() {
		defer close(failure)
		for range longestWait / keepAlive {
			select {
			case <-done:
				return
			case <-time.After(keepAlive):
			}
			if err := r.ping(ctx, conn); err != nil {
				failure <- err
				return
			}
		}
	}()
	work()
	close(done)
	return <-failure // The connection is free only then.
}

func (r *Relay) ping(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), statementTimeout)
	defer cancel()
	if err := conn.Ping(ctx); err != nil {
		return fmt.Errorf("keep the session alive: %w", err)
	}
	return nil
}

func (r *Relay) elect(ctx context.Context, conn *pgx.Conn) (elected bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), statementTimeout)
	defer cancel()
	if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", r.lockKey()).Scan(&elected); err != nil {
		return false, fmt.Errorf("try to become the leader: %w", err)
	}
	return elected, nil
}

func (r *Relay) lockKey() int64 { return pg.LockKey("outbox/" + r.config.Service) }

// hangUp tells the leader of the last commits, if this relay has not led, and releases the lock before it closes the
// connection. The server notices a closed connection a little later, and the next leader need not wait for that.
func (r *Relay) hangUp(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if !conn.IsClosed() {
		if r.woken() {
			_ = r.tell(ctx, conn) // Without it the leader's next poll finds the rows.
		}
		_, _ = conn.Exec(ctx, "SELECT pg_advisory_unlock_all()") // Closing releases it too.
	}
	_ = conn.Close(ctx)
}

func retryPolicy() *backoff.ExponentialBackOff {
	policy := backoff.NewExponentialBackOff()
	policy.InitialInterval = retryMin
	policy.MaxInterval = retryMax
	policy.Multiplier = 2
	return policy
}
