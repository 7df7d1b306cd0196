package service

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/inbox"
	"muster/libs/ops"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/throttle"
	"muster/libs/web"
)

// Surroundings are the parts of the environment that tests replace. With port 0 in an address the system chooses the
// port.
type Surroundings struct {
	Log     *slog.Logger
	Metrics http.Handler // nil serves no metrics
	Now     func() time.Time
	// Tick replaces every period given to [Shell.Every], unless it is zero.
	Tick time.Duration
}

// Shell is one process of a service. Its exported fields are for the adapters of the service.
type Shell struct {
	Name   string
	DB     *gorm.DB
	Log    *slog.Logger
	Now    func() time.Time
	CSRF   web.CSRF
	Tokens web.ServiceTokens
	// Stopping is closed when the service begins to stop.
	Stopping <-chan struct{}

	settings *Settings
	around   Surroundings
	stopping context.CancelFunc
	leaving  atomic.Bool // the service was told to stop, and may still answer for a while

	edge             Edge
	public, internal *gin.Engine
	checks           []web.Check
	publishes        []string
	consumes         []string
	handle           inbox.Handler
	republish        ops.Republisher
	tasks            *ops.Tasks
	model            *ops.Model
	keys             *ops.Keys
	background       []part
	failures         failures
	closers          []func()

	publicListener, internalListener net.Listener
	parts                            []part // in the order of their stopping
}

// New makes a shell without a database, for tests of a part of a service. [Blueprint.Start] makes services.
func New(name string, s *Settings, around Surroundings) (*Shell, error) {
	csrf, err := web.NewCSRF(s.CSRFSecret)
	if err != nil {
		return nil, err
	}
	tokens, err := web.NewServiceTokens(s.ServiceSecret, name)
	if err != nil {
		return nil, err
	}
	failed, err := newFailures()
	if err != nil {
		return nil, err
	}
	running, stop := context.WithCancel(context.Background())
	return &Shell{
		Name: name, Log: around.Log, Now: around.Now, CSRF: csrf, Tokens: tokens, Stopping: running.Done(),
		settings: s, around: around, stopping: stop, failures: failed,
		public: web.New(web.Options{Service: name, Logger: around.Log}), internal: web.New(web.Options{Service: name, Logger: around.Log}),
	}, nil
}

// Publishes registers the topics that the service owns. The shell creates them and relays the outbox to them. Operators
// can have their states published again.
func (sh *Shell) Publishes(republish ops.Republisher, topics ...string) {
	sh.republish, sh.publishes = republish, topics
}

// Tasks registers background tasks that the service may give up on and operators may replay.
func (sh *Shell) Tasks(tasks ops.Tasks) { sh.tasks = &tasks }

// Model registers a read model that operators may have built anew.
func (sh *Shell) Model(model ops.Model) { sh.model = &model }

// SigningKeys registers the keys that sign access tokens, which operators may rotate.
func (sh *Shell) SigningKeys(keys ops.Keys) { sh.keys = &keys }

// Consumes registers the topics that the service reads and the handler of their records.
func (sh *Shell) Consumes(topics []string, handle inbox.Handler) {
	sh.consumes, sh.handle = topics, handle
}

// Edge has the options of a public listener.
type Edge struct {
	// Streams are the routes whose bodies have no size limit; see [web.Options].
	Streams map[string]time.Duration
	// Listen, if it is not nil, wraps the listener.
	Listen func(net.Listener) net.Listener
}

// Public returns the engine of the public listener.
func (sh *Shell) Public(edge Edge) *gin.Engine {
	sh.edge = edge
	sh.public = web.New(web.Options{Service: sh.Name, Logger: sh.Log, Streams: edge.Streams})
	return sh.public
}

// API is the handler of the public listener.
func (sh *Shell) API() http.Handler { return sh.public }

// Internal returns the group /internal on the internal listener, for routes that only the named services may call.
func (sh *Shell) Internal(callers ...string) gin.IRouter {
	return sh.internal.Group("/internal", sh.Tokens.Only(callers...))
}

// throttlePurge is how often expired counts are deleted.
const throttlePurge = time.Hour

// Throttle returns the service's rate limiter and schedules its purge. The database has [throttle.Migrations].
func (sh *Shell) Throttle() *throttle.Throttle {
	t := throttle.New(sh.DB, sh.settings.ServiceSecret, sh.Now)
	sh.Every("purge of limits", throttlePurge, t.Purge)
	return t
}

// entrance is the service that vouches for access tokens.
const entrance = "gateway"

// Keys reads identity's key set, which verifies access tokens, until ctx is done; see [web.RemoteKeys]. They accept
// vouchers of the gateway.
func (sh *Shell) Keys(ctx context.Context) (*web.Keys, error) {
	keys, err := web.RemoteKeys(ctx, sh.settings.JWKSURL, sh.Log)
	if err != nil {
		return nil, err
	}
	keys.AcceptVouchers(sh.Tokens, entrance)
	return keys, nil
}

// Ready adds checks to /readyz, besides the database and the consumer.
func (sh *Shell) Ready(name string, probe func(ctx context.Context) error) {
	sh.checks = append(sh.checks, web.Check{Name: name, Probe: probe})
}

// Background runs work until its context is done. It must then finish its current work and return nil within grace;
// zero means 10 s. An earlier return stops the service.
func (sh *Shell) Background(name string, run func(ctx context.Context) error, grace time.Duration) {
	sh.background = append(sh.background, part{name, run, grace})
}

// Closes registers a cleanup that runs after everything has stopped, in reverse order of registration.
func (sh *Shell) Closes(release func()) { sh.closers = append(sh.closers, release) }

// listen makes the registered parts and opens the listeners.
func (sh *Shell) listen(ctx context.Context) error {
	sh.Ready("database", func(ctx context.Context) error { return pg.Ready(ctx, sh.DB) })
	sh.Ready("running", sh.isRunning)
	var consumer, relay []part
	if sh.handle != nil {
		c, err := inbox.New(inbox.Config{
			Name: sh.Name, Brokers: sh.settings.KafkaBrokers, Access: sh.settings.KafkaAccess(), TopicPrefix: sh.settings.KafkaTopicPrefix, Topics: sh.consumes,
			DB: sh.DB, Handle: sh.handle, Logger: sh.Log,
		})
		if err != nil {
			return err
		}
		sh.Ready("events", func(context.Context) error { return c.Ready() })
		consumer = []part{{name: "consumer", run: c.Run}}
		ops.Mount(sh.internal, ops.Config{
			Tokens: sh.Tokens, Logger: sh.Log, Consumer: c, DB: sh.DB, Republish: sh.republish, Tasks: sh.tasks, Model: sh.model,
			Keys: sh.keys,
		})
	}
	if len(sh.publishes) > 0 {
		r, err := outbox.NewRelay(outbox.RelayConfig{
			Service: sh.Name, PostgresURL: sh.settings.PostgresURL, Brokers: sh.settings.KafkaBrokers, Access: sh.settings.KafkaAccess(), TopicPrefix: sh.settings.KafkaTopicPrefix,
			Topics: contracts.Topics(sh.publishes...), Replication: sh.settings.KafkaReplication, Logger: sh.Log,
		})
		if err != nil {
			return err
		}
		sh.Ready("topics", func(context.Context) error { return r.Ready() })
		relay = []part{{name: "relay", run: r.Run}}
	}
	web.MountProbes(sh.internal, web.Probes{Service: sh.Name, Version: BuildInfo(), Ready: sh.checks, Metrics: sh.around.Metrics})
	sh.measureReadiness()
	sh.measureTasks()
	var err error
	if sh.publicListener, err = web.Listen(ctx, sh.settings.Addr); err != nil {
		return err
	}
	if sh.internalListener, err = web.Listen(ctx, sh.settings.InternalAddr); err != nil {
		return err
	}
	sh.parts = slices.Concat(
		[]part{{"public http", sh.servePublic, drainTime}}, consumer, sh.background,
		[]part{{"internal http", sh.serveInternal, drainTime}}, relay,
	)
	return nil
}

// drainTime is the time for an HTTP server to stop. It is longer than the server's own limit for current requests.
const drainTime = 20 * time.Second

func (sh *Shell) servePublic(ctx context.Context) error {
	context.AfterFunc(ctx, func() { sh.leaving.Store(true); sh.stopping() }) // also when a part has failed
	l := sh.publicListener
	if sh.edge.Listen != nil {
		l = sh.edge.Listen(l)
	}
	return web.Serve(ctx, l, sh.farewell(sh.public), sh.Log)
}

func (sh *Shell) serveInternal(ctx context.Context) error {
	return web.Serve(ctx, sh.internalListener, sh.farewell(sh.internal), sh.Log)
}

var errStopping = errors.New("the service stops")

func (sh *Shell) isRunning(context.Context) error {
	if sh.leaving.Load() {
		return errStopping
	}
	return nil
}

// farewell asks the clients of a service that is about to stop to use other connections. A connection that is closed while a
// client begins a request on it fails that request, and one that has been closed after an answer fails none.
func (sh *Shell) farewell(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if sh.leaving.Load() && r.ProtoMajor == 1 { // HTTP/2 has a frame for it, which the server sends
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// Addr is where the API is served.
func (sh *Shell) Addr() net.Addr { return sh.publicListener.Addr() }

// InternalAddr is where probes, metrics and the internal routes are served.
func (sh *Shell) InternalAddr() net.Addr { return sh.internalListener.Addr() }

// Run runs the service until ctx is done or a part fails, stops it in order, and closes it. It returns nil when ctx was
// done and everything stopped in time.
func (sh *Shell) Run(ctx context.Context) error {
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() { sh.leave(); stop() })()
	return errors.Join(runParts(running, sh.Log, sh.parts...), sh.close())
}

// leave makes the service unready, and goes on answering until load balancers have noticed.
func (sh *Shell) leave() {
	sh.leaving.Store(true)
	if sh.settings.StopDelay > 0 {
		sh.Log.Info("not ready any more; answering until load balancers have noticed", "delay", sh.settings.StopDelay.String())
		<-time.After(sh.settings.StopDelay)
	}
}

func (sh *Shell) close() error {
	for _, l := range []net.Listener{sh.publicListener, sh.internalListener} {
		if l != nil {
			_ = l.Close() // a server that ran has already closed it
		}
	}
	for _, release := range slices.Backward(sh.closers) {
		release()
	}
	return pg.Close(sh.DB)
}
