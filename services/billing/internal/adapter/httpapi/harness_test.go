package httpapi_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/limits/limitstest"
	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/billing/internal/adapter/httpapi"
	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

const secret = "a secret for tests that is long enough"

var now = time.Now().UTC().Truncate(time.Second)

// edge is the router with the real service on fakes.
type edge struct {
	t        *testing.T
	engine   *gin.Engine
	service  *billing.Service
	provider *billingtest.Provider
	books    *books
	store    *billingtest.Memory
	key      ed25519.PrivateKey
	csrf     web.CSRF
	acts     *acts
}

type reader struct{ *billingtest.Memory }

func (reader) Plans(context.Context) ([]billing.Plan, error) { return nil, nil }

func (reader) Invoices(context.Context, int64, *url.URL) (listing.Page[billing.Invoice], error) {
	return listing.Page[billing.Invoice]{}, nil
}

func (reader) AllPlans(context.Context, *url.URL) (listing.Page[billing.Plan], error) {
	return listing.Page[billing.Plan]{Data: []billing.Plan{{ID: 7, Name: "Archived", Interval: "month"}}, Total: 1}, nil
}

func (reader) Coupons(context.Context, *url.URL) (listing.Page[billing.Coupon], error) {
	return listing.Page[billing.Coupon]{}, nil
}

func (reader) Promotions(context.Context, *url.URL) (listing.Page[billing.Promotion], error) {
	return listing.Page[billing.Promotion]{}, nil
}

func (reader) Redemptions(context.Context, int64, *url.URL) (listing.Page[billing.Redemption], error) {
	return listing.Page[billing.Redemption]{}, nil
}

func (reader) Subscriptions(context.Context, *url.URL) (listing.Page[billing.Subscription], error) {
	return listing.Page[billing.Subscription]{}, nil
}

func (reader) WebhookEvents(context.Context, *url.URL) (listing.Page[billing.ReceivedEvent], error) {
	return listing.Page[billing.ReceivedEvent]{}, nil
}

func (reader) Acts(context.Context, *url.URL) (listing.Page[billing.RecordedAct], error) {
	return listing.Page[billing.RecordedAct]{Total: 2, Data: []billing.RecordedAct{
		{ID: 2, Act: billing.Act{AdminID: 1, Action: "POST /api/billing/plans", Object: "7", Detail: []byte(`{"name":"Gold"}`), At: now}, Status: new(201), EndedAt: new(now)},
		{ID: 1, Act: billing.Act{AdminID: 1, Action: "POST /api/billing/refunds", At: now}},
	}}, nil
}

// acts is billing.AuditLog in memory.
type acts struct {
	all  []billing.Act
	ends []billing.ActEnd
	down bool
}

func (a *acts) BeginAct(_ context.Context, act billing.Act) (int64, error) {
	if a.down {
		return 0, errors.New("the database is away")
	}
	a.all, a.ends = append(a.all, act), append(a.ends, billing.ActEnd{})
	return int64(len(a.all) - 1), nil
}

func (a *acts) EndAct(_ context.Context, id int64, e billing.ActEnd) error {
	a.ends[id] = e
	return nil
}

func (a *acts) PurgeActs(context.Context, time.Time) error { return nil }

// webhooks takes the body as the event's id and accepts the signature "good".
type webhooks struct{}

func (webhooks) Event(body []byte, signature string, _ time.Time) (billing.Event, error) {
	if signature != "good" {
		return billing.Event{}, billing.ErrWebhookSignature
	}
	return billing.Event{ID: string(body), Type: "customer.subscription.updated", ObjectID: "sub_1"}, nil
}

// people writes the id.
type people struct{}

func (people) WritePerson(_ context.Context, userID int64, w io.Writer) error {
	_, err := fmt.Fprintf(w, `{"customer":{"userId":%d}}`, userID)
	return err
}

func newEdge(t *testing.T) *edge {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	must(t, err)
	store := billingtest.NewMemory()
	e := &edge{t: t, provider: billingtest.NewProvider(func() time.Time { return now }), key: private, acts: &acts{}}
	books := &books{}
	e.books, e.store = books, store
	n := 0
	e.service = billing.New(billing.Ports{
		Store: store, Payments: e.provider, Throttle: limitstest.New(func() time.Time { return now }),
		Now: func() time.Time { return now }, NewID: func() string { n++; return fmt.Sprint("id", n) },
	}, billing.Rules{WrongCodesPerHour: 2, DeclinesPerHour: 10, MayReturnTo: func(url string) bool {
		return strings.HasPrefix(url, "https://app.test/") || strings.HasPrefix(url, "https://app.test:8443/")
	}})
	e.csrf, err = web.NewCSRF(secret)
	must(t, err)
	internal, err := web.NewServiceTokens(secret, "billing")
	must(t, err)
	e.engine = web.New(web.Options{Service: "billing", Logger: slog.New(slog.DiscardHandler)})
	httpapi.Mount(e.engine, httpapi.Config{
		Service: e.service, Reader: reader{store}, Books: books, Runs: runs{store}, Answers: newAnswers(), Audit: e.acts, Webhooks: webhooks{}, Standing: httpapi.StandingOf(e.service),
		Keys: web.LocalKeys(func(context.Context, string) (any, error) { return public, nil }), CSRF: e.csrf,
		Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return now },
	})
	httpapi.MountInternal(e.engine.Group("/internal", internal.Only("gateway")), e.service, e.books, people{})
	for id, typeCode := range map[int64]string{1: "ADMI", 42: "NONS"} {
		must(t, e.service.FollowUser(t.Context(), billing.Profile{UserID: id, Version: 1, Email: "u@example.com", TypeCode: typeCode, Active: true}))
	}
	return e
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (e *edge) ask(method, path string, user int64, body string, extra ...string) *httptest.ResponseRecorder {
	e.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if user != 0 {
		b64 := base64.RawURLEncoding.EncodeToString
		claims := fmt.Sprintf(`{"iss":"muster","aud":"muster","sub":"%d","sid":"s","iat":%d,"exp":%d}`, user, now.Unix(), now.Unix()+900)
		signed := b64([]byte(`{"alg":"EdDSA","typ":"JWT","kid":"k"}`)) + "." + b64([]byte(claims))
		r.Header.Set("Authorization", "Bearer "+signed+"."+b64(ed25519.Sign(e.key, []byte(signed))))
		r.Header.Set(web.HeaderCSRF, e.csrf.Token("s"))
	}
	for i := 0; i < len(extra); i += 2 {
		r.Header.Set(extra[i], extra[i+1])
	}
	w := httptest.NewRecorder()
	e.engine.ServeHTTP(w, r)
	return w
}

// asGateway returns the headers with which the gateway asks.
func asGateway(t *testing.T) []string {
	t.Helper()
	tokens, err := web.NewServiceTokens(secret, "gateway")
	must(t, err)
	token, err := tokens.Issue("billing", time.Now())
	must(t, err)
	return []string{"Authorization", "Bearer " + token}
}

func (e *edge) golden(w *httptest.ResponseRecorder, status int, body string) {
	e.t.Helper()
	body = strings.ReplaceAll(body, "NOW", now.Format(time.RFC3339))
	if w.Code != status || w.Body.String() != body {
		e.t.Errorf("answered %d\n got %s\nwant %s", w.Code, w.Body, body)
	}
}

// answers is billing.Answers in memory.
type answers struct {
	byKey map[string]*stored
}

type stored struct {
	fingerprint string
	busy        bool
	answer      *billing.Answer
}

func newAnswers() *answers { return &answers{map[string]*stored{}} }

func (a *answers) Begin(_ context.Context, user int64, key string, fingerprint []byte, _ time.Time) (billing.Attempt, error) {
	name := fmt.Sprint(user, key)
	s := a.byKey[name]
	if s == nil {
		s = &stored{fingerprint: string(fingerprint)}
		a.byKey[name] = s
	}
	if s.fingerprint != string(fingerprint) {
		return billing.Attempt{}, billing.ErrKeyReused
	}
	if s.busy {
		return billing.Attempt{}, billing.ErrKeyInFlight
	}
	s.busy = s.answer == nil
	return billing.Attempt{Request: name, Answer: s.answer}, nil
}

func (a *answers) Complete(_ context.Context, user int64, key string, answer billing.Answer) error {
	s := a.byKey[fmt.Sprint(user, key)]
	if s == nil {
		return errors.New("no such attempt")
	}
	s.busy, s.answer = false, &answer
	return nil
}

func (a *answers) Abandon(_ context.Context, user int64, key string) error {
	a.byKey[fmt.Sprint(user, key)].busy = false
	return nil
}
