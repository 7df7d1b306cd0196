package stripefake

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"muster/deploy/stripefake/internal/hooks"
)

// Options are the settings of a fake. All may be left out.
type Options struct {
	// PublicURL is where a browser reaches the fake's pages ("http://127.0.0.1:4242"). Empty means the host under
	// which each request came.
	PublicURL string
	// WebhookURL and WebhookSecret are the endpoint that events go to. Empty means none.
	WebhookURL    string
	WebhookSecret string
	// DataFile holds the state between runs. Empty means that a restart forgets everything.
	DataFile string
	// Logger gets a line for each request that was refused and for each webhook that was not acknowledged. Nil
	// means silence.
	Logger *slog.Logger
}

// Server is a running fake. Its methods may be called from several goroutines.
type Server struct {
	options Options
	logger  *slog.Logger
	handler http.Handler
	hooks   *hooks.Dispatcher
	saver   *saver
	log     *eventLog
	stop    context.CancelFunc
	done    sync.WaitGroup

	// mu guards state. No network or file is touched while it is held.
	mu    sync.Mutex
	state *state
	// seenURL is the public URL of the last request, for what happens between requests.
	seenURL string

	idempotency inFlight
	faults      faultList
}

// New starts a fake, from the data file's snapshot if there is one. Its error says what is wrong with the file.
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

// Close stops the clock and the webhooks and writes the last snapshot; its error is that of the writing.
func (s *Server) Close() error {
	s.hooks.Close()
	s.stop()
	s.done.Wait()
	return s.saver.write()
}

// step runs fn with the state locked, after everything that was due before, and passes the events on. It returns the
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

// commit stores a step's events and hands them to the dispatcher. It needs s.mu.
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

// delivered notes that the endpoint acknowledged an event.
func (s *Server) delivered(eventID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.state.Events.get(eventID); ok {
		e.Delivered = true
		s.saver.changed()
	}
}
