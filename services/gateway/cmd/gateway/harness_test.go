package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/limits/limitstest"
	"muster/libs/listing"
	"muster/libs/service"
	"muster/libs/service/servicetest"
	"muster/libs/telemetry"
	"muster/libs/web"
	"muster/services/gateway/internal/adapter/postgres"
	"muster/services/gateway/internal/adapter/requestline"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
	"muster/services/gateway/internal/livefeed"
	"muster/services/gateway/internal/livefeed/livefeedtest"
)

// stub is a service behind the gateway, reached over real HTTP.
type stub struct {
	*httptest.Server
	engine *gin.Engine

	mu   sync.Mutex
	seen []*http.Request
}

func newStub(t *testing.T) *stub {
	gin.SetMode(gin.ReleaseMode)
	s := &stub{engine: gin.New()}
	s.engine.Use(func(c *gin.Context) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.seen = append(s.seen, c.Request)
	})
	s.Server = httptest.NewServer(s.engine)
	t.Cleanup(s.Close)
	return s
}

// requests returns the requests that have arrived for a path.
func (s *stub) requests(path string) []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []*http.Request
	for _, r := range s.seen {
		if r.URL.Path == path {
			found = append(found, r)
		}
	}
	return found
}

// last returns the newest request for a path.
func (s *stub) last(t *testing.T, path string) *http.Request {
	t.Helper()
	found := s.requests(path)
	if len(found) == 0 {
		t.Fatalf("nothing arrived for %s", path)
	}
	return found[len(found)-1]
}

// answers makes the stub answer a route with a status, headers (name, value, …) and a JSON body.
func (s *stub) answers(method, path string, status int, body string, headers ...string) {
	s.engine.Handle(method, path, func(c *gin.Context) {
		for i := 0; i+1 < len(headers); i += 2 {
			c.Writer.Header().Add(headers[i], headers[i+1])
		}
		c.Data(status, "application/json; charset=utf-8", []byte(body))
	})
}

// world is a gateway with stubbed services.
type world struct {
	t                            *testing.T
	identity, directory, billing *stub
	model                        *gatewaytest.Model
	service                      *gateway.Service
	reader                       *reader
	changes                      *livefeedtest.Log
	now                          time.Time // as of which the metrics are
	api                          http.Handler
	url                          string // of the gateway
	client                       *http.Client
	issuer                       *servicetest.Issuer
}

type option func(*settings)

// newWorld starts a gateway on a fake read model.
func newWorld(t *testing.T, options ...option) *world {
	t.Helper()
	w, s := newStubs(t)
	for _, o := range options {
		o(s)
	}
	sh, err := service.New(gateway.Name, &s.Settings, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	behind, err1 := connect(s, sh)
	keys, err2 := sh.Keys(ctx)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	w.service = gateway.New(gateway.Ports{
		Model: w.model, Neighbours: behind.neighbours, Emails: behind.emails, Figures: behind.figures, Now: func() time.Time { return w.now },
	}, s.rules())
	live := livefeed.New(w.changes.Replica(), s.feedLimits())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		live.Run(ctx, func(error) {})
	}()
	t.Cleanup(func() { cancel(); <-ended })
	engine, err := mount(s, sh, behind, keys, w.service, w.reader, live)
	if err != nil {
		t.Fatal(err)
	}
	if err := mountThunder(s, sh, engine, w.service, limitstest.New(time.Now)); err != nil {
		t.Fatal(err)
	}
	w.api = sh.API()
	w.serve(w.api)
	return w
}

// serve starts the gateway's server as in production.
func (w *world) serve(api http.Handler) {
	w.t.Helper()
	l, err := web.Listen(w.t.Context(), "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(ctx, requestline.Listen(l), api, slog.New(slog.DiscardHandler)) }()
	w.t.Cleanup(func() {
		w.client.CloseIdleConnections()
		stop()
		if err := <-ended; err != nil {
			w.t.Error(err)
		}
	})
	w.url = "http://" + l.Addr().String()
}

// newStubs creates the stubs of the services, and settings that point to them.
func newStubs(t *testing.T) (*world, *settings) {
	t.Helper()
	w := &world{
		t: t, now: time.Now(), identity: newStub(t), directory: newStub(t), billing: newStub(t), model: gatewaytest.NewModel(), reader: &reader{},
		changes: livefeedtest.NewLog(1_000_000), issuer: servicetest.NewIssuer(t),
		client: &http.Client{Transport: &http.Transport{}, Timeout: time.Minute},
	}
	t.Cleanup(w.client.CloseIdleConnections)
	return w, &settings{
		model: postgres.Migrations,
		Settings: service.Settings{
			Addr: "127.0.0.1:0", InternalAddr: "127.0.0.1:0", CSRFSecret: servicetest.Secret, ServiceSecret: servicetest.Secret, JWKSURL: w.issuer.URL,
		},
		IdentityURL: w.identity.URL, IdentityInternalURL: w.identity.URL, DirectoryURL: w.directory.URL, DirectoryInternalURL: w.directory.URL,
		BillingURL: w.billing.URL, BillingInternalURL: w.billing.URL,
		UpstreamTimeout: 10 * time.Second, UpstreamConnections: 16, ConsistencyWait: 10 * time.Second, ExportPace: 20 * time.Second, Feeds: 100, FeedsPerUser: 8, FeedPace: 10 * time.Second, OrganizationID: "69629023906488334",
		MetricsCurrency: "usd", metricsZone: time.UTC,
	}
}

func quiet(t *testing.T) service.Surroundings {
	t.Helper()
	tel, err := telemetry.Setup(context.Background(), gateway.Name, slog.LevelError, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return service.Surroundings{Log: tel.Logger, Metrics: tel.Metrics, Now: time.Now}
}

// reader is an httpapi.Reader with the users that a test sets.
type reader struct {
	users  []gateway.FullUser
	broken bool // it panics
	asOf   time.Time
	// interrupted, if set, replaces EachFullUser.
	interrupted func(fn func([]gateway.FullUser) error) error
}

func (r *reader) FullUsers(context.Context, listing.Query) (listing.Page[gateway.FullUser], error) {
	if r.broken {
		panic("broken")
	}
	return listing.Page[gateway.FullUser]{Data: r.users, Total: int64(len(r.users))}, nil
}

func (r *reader) EachFullUser(_ context.Context, _ listing.Query, fn func([]gateway.FullUser) error) error {
	if r.interrupted != nil {
		return r.interrupted(fn)
	}
	if len(r.users) == 0 {
		return nil
	}
	return fn(r.users)
}

func (r *reader) AsOf(context.Context) (time.Time, bool, error) { return r.asOf, !r.asOf.IsZero(), nil }

func (r *reader) FullUser(_ context.Context, id int64) (gateway.FullUser, error) {
	for _, u := range r.users {
		if u.ID == id {
			return u, nil
		}
	}
	return gateway.FullUser{}, gateway.ErrUserNotFound
}

// apply stores states in the read model.
func (w *world) apply(c gateway.Changes) {
	w.t.Helper()
	if err := w.service.Apply(context.Background(), c); err != nil {
		w.t.Fatal(err)
	}
}

// member creates an active, settled user of the given type at user version 3.
func (w *world) member(id int64, typeCode string) {
	w.t.Helper()
	user, account := gatewaytest.User(id, 3), gatewaytest.Account(id, 2)
	user.Profile.TypeCode, user.Followed = typeCode, causal.Followed{causal.Account: 1}
	account.Applicant, account.TokensValidFrom = nil, nil
	w.apply(gateway.Changes{Users: []gateway.UserState{user}, Accounts: []gateway.AccountState{account}})
}

// token returns an access token as identity issues them, with the given age.
func (w *world) token(userID int64, session string, age time.Duration) string {
	w.t.Helper()
	return w.issuer.Token(w.t, userID, session, time.Now().Add(-age))
}

// bearer returns the headers of a signed-in user.
func (w *world) bearer(userID int64) []string {
	return []string{"Authorization", "Bearer " + w.token(userID, "s1", 0), "X-Csrf-Token", w.issuer.CSRF.Token("s1")}
}

// answer is a response with its body.
type answer struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

func (a answer) String() string { return fmt.Sprintf("%d %s", a.status, a.text) }

// do sends a request and reads the answer. It may be called from any goroutine.
func (w *world) do(method, path, body string, headers ...string) answer {
	a, err := w.try(context.Background(), method, path, body, headers...)
	if err != nil {
		w.t.Errorf("%s %s: %v", method, path, err)
	}
	return a
}

func (w *world) try(ctx context.Context, method, path, body string, headers ...string) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, w.url+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, err
	}
	a := answer{status: resp.StatusCode, header: resp.Header, text: string(bytes.TrimSpace(text))}
	if err := json.Unmarshal(text, &a.body); err != nil && len(text) > 0 && strings.Contains(resp.Header.Get("Content-Type"), "application/json") {
		return a, errors.Join(err, fmt.Errorf("body %s", text))
	}
	return a, nil
}

// refused fails the test unless the answer is an error in the contract's format.
func refused(t *testing.T, what string, a answer, status int, code, message string) {
	t.Helper()
	got, _ := a.body["code"].(string)
	if a.status != status || got != code || (message != "" && a.body["message"] != message) || a.body["message"] == "" {
		t.Errorf("%s: %s, want %d %s %q", what, a, status, code, message)
	}
	if a.header.Get("X-Request-Id") == "" {
		t.Errorf("%s: no X-Request-Id", what)
	}
	if status == http.StatusServiceUnavailable && a.header.Get("Retry-After") == "" {
		t.Errorf("%s: 503 without Retry-After", what)
	}
}
