// Package stripe implements billing's payment provider: Stripe through stripe-go v76, API version 2023-10-16.
//
// This package works around three traps of the library. Every call carries params with a context and, if it writes, our
// own idempotency key, because without params the library sends none of ours. The backend is created explicitly with
// its URL, and no package global is used. In the library's numbers 0 means null.
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

	"muster/libs/telemetry"
	"muster/services/billing/internal/billing"
)

// PublicURL is Stripe's own API.
const PublicURL = "https://api.stripe.com"

// Config selects the Stripe API and the account.
type Config struct {
	// Key is the secret key.
	Key string
	// URL is the base URL of the API; empty for Stripe's own.
	URL string
	// Production restricts URL to Stripe's own API.
	Production bool
	// RetryAtOnce leaves out the half second before a failed call is repeated, for simulations.
	RetryAtOnce bool
}

// Check rejects settings that could move real money at the wrong place: a live key is only sent to Stripe's own API,
// and production only calls that API.
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
		if c.Live() {
			all = errors.Join(all, errors.New("a live Stripe key goes to "+PublicURL+" only: leave the API's URL empty"))
		}
		if c.Production {
			all = errors.Join(all, errors.New("production speaks to "+PublicURL+" only: leave the API's URL empty"))
		}
	}
	return all
}

// Live reports whether the key is for real money.
func (c Config) Live() bool {
	return strings.HasPrefix(c.Key, "sk_live_") || strings.HasPrefix(c.Key, "rk_live_")
}

func (c Config) base() string {
	if c.URL == "" {
		return PublicURL
	}
	return strings.TrimRight(c.URL, "/")
}

// Payments implements billing.Payments.
type Payments struct {
	backend stripe.Backend
	key     string
}

var _ billing.Payments = (*Payments)(nil)

const (
	callTimeout    = 8 * time.Second
	networkRetries = 1 // further retries are the caller's decision, which knows how long a user has been waiting
)

// New creates a client without making a call. It returns the error of [Config.Check].
func New(c Config) (*Payments, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{
		URL:               stripe.String(c.base()),
		HTTPClient:        &http.Client{Timeout: callTimeout, Transport: telemetry.Outside(http.DefaultTransport)},
		MaxNetworkRetries: stripe.Int64(networkRetries),
		EnableTelemetry:   stripe.Bool(false),
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull}, // errors are returned to the caller and logged once
	})
	if b, ok := backend.(*stripe.BackendImplementation); ok && c.RetryAtOnce {
		b.SetNetworkRetriesSleep(false)
	}
	return &Payments{backend: backend, key: c.Key}, nil
}

// reading returns the params of a call that only reads.
func reading(ctx context.Context) stripe.Params { return stripe.Params{Context: ctx} }

// listing returns the parameters of a list that is read to its end.
func listing(ctx context.Context) stripe.ListParams {
	return stripe.ListParams{Context: ctx, Limit: stripe.Int64(longestList)}
}

// writing returns the params of a call that creates or changes something.
func writing(ctx context.Context, key string) stripe.Params {
	return stripe.Params{Context: ctx, IdempotencyKey: stripe.String("muster/" + key)}
}

// translate maps a Stripe error to one of the core's errors.
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
	// Stripe's own text is a whole JSON object with links; an operator needs only these members.
	cause := fmt.Errorf("stripe: status %d, %s %s: %s (param %q, request %s)",
		refusal.HTTPStatusCode, refusal.Type, refusal.Code, refusal.Msg, refusal.Param, refusal.RequestID)
	switch status := refusal.HTTPStatusCode; {
	case refusal.Type == stripe.ErrorTypeIdempotency:
		// A key was used with other parameters: a mistake of ours, which an operator must hear of.
		return fmt.Errorf("%w: %w", billing.ErrKept, cause)
	case status >= http.StatusInternalServerError:
		return billing.ErrProviderUnavailable.Because(fmt.Errorf("%w: %w", billing.ErrKept, cause))
	case refusal.Type == stripe.ErrorTypeCard:
		code := string(refusal.DeclineCode)
		if code == "" {
			code = string(refusal.Code)
		}
		return billing.PaymentFailed(code).Because(cause)
	case status == http.StatusNotFound, refusal.Code == stripe.ErrorCodeResourceMissing:
		return billing.ErrProviderMissing.Because(cause)
	case status == http.StatusBadRequest, status == http.StatusPaymentRequired:
		return billing.ErrProviderRefused.Because(cause)
	default: // 401, 403: the key is wrong and an operator can fix it; 409, 429: retry later
		return billing.ErrProviderUnavailable.Because(cause)
	}
}
