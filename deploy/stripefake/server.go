package stripefake

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"muster/deploy/stripefake/internal/hooks"
)

// Options are the settings of a fake. All are optional.
type Options struct {
	// PublicURL is the base URL of the fake's pages for a browser ("http://127.0.0.1:4242"). Empty means the host of
	// each request.
	PublicURL string
	// WebhookURL and WebhookSecret are the endpoint of events. Empty means none.
	WebhookURL    string
	WebhookSecret string
	// DataFile stores the state between runs. Empty means that it is lost at a restart.
	DataFile string
	// Logger logs each refused request and each unacknowledged webhook. Nil discards them.
	Logger *slog.Logger
}

// Server is a running fake. Its methods are safe for concurrent use.
type Server struct {
	options Options
	logger  *slog.Logger
	handler http.Handler
	hooks   *hooks.Dispatcher
	saver   *saver
	log     *eventLog
	stop    context.CancelFunc
	done    sync.WaitGroup

	// mu guards state. It is never held during network or file access.
	mu    sync.Mutex
	state *state
	// seenURL is the public URL of the last request, for changes between requests.
	seenURL string

	idempotency inFlight
	faults      faultList
}

// New starts a fake, from the data file's snapshot if there is one. It returns an error if the file is invalid.
func New(options Options) (*Server, error) {
	s := &Server{options: options, logger: options.Logger, state: newState(), seenURL: strings.TrimRight(options.PublicURL, "/")}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	s.options.PublicURL = strings.TrimRight(options.PublicURL, "/")
	s.log = newEventLog(options.DataFile)
	unsent, err := s.load()
	if err != nil {
		return nil, err
	}
	s.saver = newSaver(s)
	s.hooks = hooks.New(options.WebhookURL, options.WebhookSecret, s.logger, s.delivered)
	s.resume(unsent)
	s.handler = s.routes()

	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.done.Go(func() { s.tick(ctx) })
	s.done.Go(func() { s.saver.run(ctx) })
	return s, nil
}

// Handler serves the API, the pages and the control plane.
func (s *Server) Handler() http.Handler { return s.handler }

// Close stops the clock and the webhooks and writes the last snapshot; it returns the error of the write.
func (s *Server) Close() error {
	s.hooks.Close()
	s.stop()
	s.done.Wait()
	return s.saver.write()
}

// step runs fn with the state locked, after all changes that were due before, and passes the events on. It returns the
// deliveries of fn's own events.
func (s *Server) step(publicURL string, fn func(tx *tx)) []*hooks.Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seenURL = publicURL
	s.catchUp(publicURL)
	tx := &tx{st: s.state, now: s.now().Unix(), publicURL: publicURL}
	fn(tx)
	return s.commit(tx)
}

// commit stores a step's events and hands them to the dispatcher. The caller holds s.mu.
func (s *Server) commit(tx *tx) []*hooks.Delivery {
	s.saver.changed()
	if len(tx.events) == 0 {
		return nil
	}
	batch := make([]hooks.Event, len(tx.events))
	for i, e := range tx.events {
		tx.st.Events.put(e)
		batch[i] = e.webhook()
	}
	tx.st.Events.trim(keptEvents)
	s.log.add(tx.events)
	return s.hooks.Enqueue(batch)
}

// delivered records that the endpoint has acknowledged an event.
func (s *Server) delivered(eventID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.state.Events.get(eventID); ok {
		e.Delivered = true
		s.saver.changed()
	}
}
