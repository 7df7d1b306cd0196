package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"muster/deploy/stripefake"
	"muster/libs/causal"
	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
	"muster/libs/contracts/directoryv1"
	"muster/libs/service"
	"muster/libs/service/servicetest"
	"muster/libs/testkit/eventually"
	"muster/libs/testkit/kafkatest"
)

const (
	webhookSecret = "whsec_component"
	waitLimit     = 20 * time.Second
	admin         = int64(1)
)

// system is billing as production assembles it, with the Stripe fake. The test plays the other services.
type system struct {
	*servicetest.Replica
	t           *testing.T
	stripe      string
	prefix      string
	settings    *settings
	environment map[string]string
	issuer      *servicetest.Issuer
	line        *badLine     // to Stripe; nil for a good one
	ahead       atomic.Int64 // how far billing's clock is ahead, in nanoseconds
}

func start(t *testing.T) *system {
	t.Helper()
	return startOn(t, nil)
}

// startOn starts billing with a line to the Stripe fake; nil is a good one.
func startOn(t *testing.T, line *badLine) *system {
	t.Helper()
	s := &system{t: t, line: line, prefix: kafkatest.Prefix(t), issuer: servicetest.NewIssuer(t)}
	fake, err := stripefake.New(stripefake.Options{})
	must(t, err)
	stripeServer := httptest.NewServer(fake.Handler())
	t.Cleanup(func() { stripeServer.Close(); must(t, fake.Close()) })
	s.stripe = stripeServer.URL
	api := s.stripe
	if line != nil {
		api = line.open(t, s.stripe)
	}
	environment := servicetest.Environment(t, blueprint.Name, s.prefix, s.issuer.URL, blueprint.Migrations...)
	servicetest.OwnsNothing(t, environment, blueprint.Name)
	maps.Copy(environment, map[string]string{
		"BILLING_STRIPE_SECRET_KEY": "sk_test_muster", "BILLING_STRIPE_API_URL": api,
		"BILLING_STRIPE_WEBHOOK_SECRETS": "whsec_old," + webhookSecret, "BILLING_RETURN_URL_ORIGINS": "https://app.test",
	})
	s.environment = environment
	s.settings, err = blueprint.Read(environment)
	must(t, err)
	kafkatest.CreateTopics(t, s.prefix, contracts.Topics(contracts.TopicUser, contracts.TopicAccount)...)
	s.boot()
	s.user(admin, 1, func(u *directoryv1.User) { u.TypeCode = "ADMI" })
	s.user(42, 1, nil)
	s.eventually("the states of both users", func() bool { // a busy machine needs longer than one request waits
		return s.ask(http.MethodGet, "/api/billing/coupons", admin, nil).Status == http.StatusOK &&
			s.ask(http.MethodGet, "/api/billing/subscription", 42, nil).Status == http.StatusNotFound
	})
	return s
}

// boot starts the service and waits until it is ready.
func (s *system) boot() {
	s.t.Helper()
	log := slog.New(slog.NewTextHandler(testWriter{s.t}, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s.Replica = servicetest.Start(s.t, blueprint, s.settings, service.Surroundings{Log: log, Now: s.now})
	s.post(s.stripe+"/_fake/webhook-endpoint", map[string]string{"url": s.URL + "/api/billing/webhooks/stripe", "secret": webhookSecret})
	s.AwaitReady()
}

func (s *system) now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }

// user publishes a user record as directory does.
func (s *system) user(id, version int64, change func(u *directoryv1.User)) {
	s.t.Helper()
	u := directoryv1.User{
		ID: id, Version: version, AccessVersion: version, Username: "user" + strconv.FormatInt(id, 10), Email: fmt.Sprintf("u%d@example.com", id),
		TypeCode: "NONS", IsActive: true,
	}
	if change != nil {
		change(&u)
	}
	kafkatest.Publish(s.t, s.prefix, "directory", u)
}

type answer struct {
	t    *testing.T
	what string
	servicetest.Answer
}

// ask sends a request as a user. extra holds additional headers as alternating names and values.
func (s *system) ask(method, path string, userID int64, body any, extra ...string) answer {
	s.t.Helper()
	r := s.Request(s.t, method, path, body)
	if userID != 0 {
		s.issuer.SignIn(s.t, r, userID)
		if !slices.Contains(extra, causal.HeaderUserVersion) {
			r.Header.Set(causal.HeaderUserVersion, "1")
		}
	}
	for i := 0; i < len(extra); i += 2 {
		r.Header.Set(extra[i], extra[i+1])
	}
	return s.do(r)
}

func (s *system) do(r *http.Request) answer {
	s.t.Helper()
	return answer{s.t, r.Method + " " + r.URL.Path, servicetest.Do(s.t, r)}
}

func (a answer) want(status int) answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s answered %d %s, want %d", a.what, a.Status, a.Body, status)
	}
	return a
}

func (a answer) code(status int, code string) {
	a.t.Helper()
	if got := decode[struct{ Code string }](a.want(status)); got.Code != code {
		a.t.Errorf("%s: code %q, want %q", a.what, got.Code, code)
	}
}

func decode[T any](a answer) T {
	a.t.Helper()
	var v T
	if err := json.Unmarshal(a.Body, &v); err != nil {
		a.t.Fatalf("%s: %v in %s", a.what, err, a.Body)
	}
	return v
}

// post calls the control API of the Stripe fake.
func (s *system) post(address string, body any) answer {
	s.t.Helper()
	raw, err := json.Marshal(body)
	must(s.t, err)
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, address, bytes.NewReader(raw))
	must(s.t, err)
	r.Header.Set("Content-Type", "application/json")
	return s.do(r).want(http.StatusOK)
}

// pay submits Stripe's payment page as a customer does.
func (s *system) pay(page string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, page, strings.NewReader(url.Values{"outcome": {"pay"}}.Encode()))
	must(s.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	s.do(r).want(http.StatusSeeOther)
}

// state waits until the newest state record of a user on Kafka satisfies the condition, and returns it.
func (s *system) state(userID int64, what string, is func(r billingv1.Subscription) bool) billingv1.Subscription {
	s.t.Helper()
	var newest billingv1.Subscription
	s.eventually(what, func() bool {
		for _, m := range kafkatest.Records(s.t, s.prefix+contracts.TopicSubscription) {
			if m.Value == nil { // a tombstone is no state
				continue
			}
			var r billingv1.Subscription
			must(s.t, json.Unmarshal(m.Value, &r))
			if r.UserID == userID && r.Version >= newest.Version {
				newest = r
			}
		}
		return is(newest)
	})
	return newest
}

func (s *system) eventually(what string, is func() bool) {
	s.t.Helper()
	eventually.Holds(s.t, waitLimit, what, is)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Logf("%s", bytes.TrimSpace(b))
	return len(b), nil
}
