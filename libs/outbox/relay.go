package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/jackc/pgx/v5"

	"muster/libs/contracts"
	"muster/libs/internal/wait"
	"muster/libs/pg"
)

const (
	electionInterval = time.Second            // between attempts to become the leader
	pollBusy         = 50 * time.Millisecond  // shortest pause of a leader that finds no rows
	pollIdle         = 250 * time.Millisecond // longest pause of a leader that finds no rows
	retryMin         = 50 * time.Millisecond  // after a failure
	retryMax         = 2 * time.Second
	statementTimeout = 15 * time.Second // for a single statement, in addition to the server's own timeout
	flushTimeout     = 3 * time.Second  // for publishing the rest when the relay stops
	sampleInterval   = 5 * time.Second  // between measurements of the outbox's size and age

	retention = 14 * 24 * time.Hour // of records on event topics; a consumer must not be down for longer
)

// RelayConfig configures a relay.
type RelayConfig struct {
	Service     string // the service's name; its replicas share it and elect one relay
	PostgresURL string // the database with the outbox
	Brokers     []string
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

	pollMin, pollMax time.Duration // pauses of a leader that finds no rows

	// dial connects to brokers; nil means the default dialer.
	dial func(ctx context.Context, network, address string) (net.Conn, error)
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
		pollMin: pollBusy, pollMax: pollIdle,
	}
	for _, t := range config.Topics {
		r.state[t.Name] = t.Compact
	}
	return r, nil
}

// connConfig configures the relay's connection. Both sides detect a dead connection within about ten seconds, even if
// the other machine disappears without closing it. The server then releases the lock.
func connConfig(config RelayConfig) (*pgx.ConnConfig, error) {
	database, err := pg.ConnConfig(config.PostgresURL, map[string]string{
		"timezone":                "UTC",
		"application_name":        "muster-outbox-" + config.Service,
		"statement_timeout":       "10s",
		"lock_timeout":            "5s",
		"tcp_keepalives_idle":     "5",
		"tcp_keepalives_interval": "2",
		"tcp_keepalives_count":    "3",
		"tcp_user_timeout":        "10000",
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

// Run creates the topics, takes part in the leader election and publishes. It runs until ctx is done, and then returns
// nil. Before that it publishes the remaining events, for at most 3 s, and releases the lock, so that the next relay
// takes over at once. Failures are logged and retried.
func (r *Relay) Run(ctx context.Context) error {
	defer register(r.wake)()
	if !r.createTopics(ctx) {
		return nil
	}
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

// serve handles one database connection: it tries to become the leader, and publishes while it is. led reports whether
// it was the leader.
func (r *Relay) serve(ctx context.Context) (led bool, err error) {
	conn, err := pgx.ConnectConfig(ctx, r.database)
	if err != nil {
		return false, fmt.Errorf("connect: %w", err)
	}
	defer r.hangUp(ctx, conn)
	for ctx.Err() == nil {
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
		_ = wait.Sleep(ctx, electionInterval)
	}
	return led, nil
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

// hangUp releases the lock before it closes the connection. The server notices a closed connection a little later, and
// the next leader need not wait for that.
func (r *Relay) hangUp(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if !conn.IsClosed() {
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
