// Package stripe is billing's payment provider: Stripe through stripe-go v76, API version 2023-10-16.
//
// The library has traps, and this package is where they are stepped around: every call carries params with a context
// and, if it writes, our own idempotency key (without params the library sends none of ours); the backend is built
// explicitly with its URL, and no package global is used; 0 means null in the library's numbers.
package stripe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"

	"muster/services/billing/internal/billing"
)

// PublicURL is Stripe's own API.
const PublicURL = "https://api.stripe.com"

// Config says which Stripe to speak to, and as whom.
type Config struct {
	// Key is the secret key.
	Key string
	// URL is the base of the API; empty for Stripe's own.
	URL string
	// Production allows Stripe's own API only.
	Production bool
}

// Check refuses what could move real money to the wrong place: a live key goes to Stripe's own API only, and in
// production nothing else is spoken to.
func (c Config) Check() error {
	var all error
	if c.Key == "" {
		all = errors.Join(all, errors.New("the Stripe secret key is empty"))
	}
	u, err := url.Parse(c.base())
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		all = errors.Join(all, fmt.Errorf("the Stripe API's URL %q is not an http or https URL", c.URL))
	}
	if c.base() != PublicURL {
		if strings.HasPrefix(c.Key, "sk_live_") || strings.HasPrefix(c.Key, "rk_live_") {
			all = errors.Join(all, errors.New("a live Stripe key goes to "+PublicURL+" only: leave the API's URL empty"))
		}
		if c.Production {
			all = errors.Join(all, errors.New("production speaks to "+PublicURL+" only: leave the API's URL empty"))
		}
	}
	return all
}

func (c Config) base() string {
	if c.URL == "" {
		return PublicURL
	}
	return strings.TrimRight(c.URL, "/")
}

// Payments is billing.Payments.
type Payments struct {
	backend stripe.Backend
	key     string
}

var _ billing.Payments = (*Payments)(nil)

const (
	callTimeout    = 8 * time.Second
	networkRetries = 1 // more is for the caller to decide: it knows how long somebody has been waiting
)

// New makes a client; it makes no call. Its error is that of [Config.Check].
func New(c Config) (*Payments, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	return &Payments{key: c.Key, backend: stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{
		URL:               stripe.String(c.base()),
		HTTPClient:        &http.Client{Timeout: callTimeout},
		MaxNetworkRetries: stripe.Int64(networkRetries),
		EnableTelemetry:   stripe.Bool(false),
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull}, // its errors come back to us, and are logged once
	})}, nil
}

// reading is the params of a call that only reads.
func reading(ctx context.Context) stripe.Params { return stripe.Params{Context: ctx} }

// writing is the params of a call that makes or changes something.
func writing(ctx context.Context, key string) stripe.Params {
	return stripe.Params{Context: ctx, IdempotencyKey: stripe.String("muster/" + key)}
}

// translate gives an error the core's meaning.
func translate(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return context.Canceled
	}
	refusal, ok := errors.AsType[*stripe.Error](err)
	if !ok {
		return billing.ErrProviderUnavailable.Because(err)
	}
	// Its own text is a whole JSON object with links; this is what an operator needs of it.
	cause := fmt.Errorf("stripe: status %d, %s %s: %s (param %q, request %s)",
		refusal.HTTPStatusCode, refusal.Type, refusal.Code, refusal.Msg, refusal.Param, refusal.RequestID)
	switch status := refusal.HTTPStatusCode; {
	case status == http.StatusNotFound, refusal.Code == stripe.ErrorCodeResourceMissing:
		return billing.ErrProviderMissing.Because(cause)
	case status == http.StatusBadRequest, status == http.StatusPaymentRequired:
		return billing.ErrProviderRefused.Because(cause)
	default: // 401, 403: our key is wrong, which an operator can cure; 409, 429, 5xx: later
		return billing.ErrProviderUnavailable.Because(cause)
	}
}
