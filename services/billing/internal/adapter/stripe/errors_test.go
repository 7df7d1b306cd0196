package stripe_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"muster/libs/errs"
	"muster/services/billing/internal/billing"
)

func TestErrorsByStatus(t *testing.T) {
	for status, want := range map[int]error{
		http.StatusBadRequest:          billing.ErrProviderRefused,
		http.StatusPaymentRequired:     billing.ErrProviderRefused,
		http.StatusNotFound:            billing.ErrProviderMissing,
		http.StatusUnauthorized:        billing.ErrProviderUnavailable,
		http.StatusConflict:            billing.ErrProviderUnavailable,
		http.StatusTooManyRequests:     billing.ErrProviderUnavailable,
		http.StatusInternalServerError: billing.ErrProviderUnavailable,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Stripe-Should-Retry", "false")
			w.WriteHeader(status)
			_, _ = w.Write([]byte(`{"error":{"type":"invalid_request_error","message":"no"}}`))
		}))
		_, err := newPayments(t, server.URL).Subscription(t.Context(), "sub_1")
		if !errors.Is(err, want) {
			t.Errorf("%d: %v, want %v", status, err, want)
		}
		server.Close()
	}
}

func TestNobodyThere(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	_, err := newPayments(t, server.URL).Subscription(t.Context(), "sub_1")
	if !errors.Is(err, billing.ErrProviderUnavailable) {
		t.Error(err)
	}
}

func TestRetriesCarryTheSameKey(t *testing.T) {
	var mu sync.Mutex
	keys := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		keys[r.Header.Get("Idempotency-Key")]++
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer server.Close()
	_, err := newPayments(t, server.URL).CreateCustomer(t.Context(), "customer/1", billing.User{ID: 1, Email: "a@example.com"})
	if !errors.Is(err, billing.ErrProviderUnavailable) {
		t.Error(err)
	}
	if len(keys) != 1 || keys["muster/customer/1"] < 2 {
		t.Errorf("keys %v", keys)
	}
}

// TestAValueThatStripeRefuses is the administrator's mistake, and not the provider's failure.
func TestAValueThatStripeRefuses(t *testing.T) {
	param := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":{"type":"invalid_request_error","message":"Invalid currency: zzz","param":"` + param + `"}}`))
	}))
	defer server.Close()
	p := newPayments(t, server.URL)
	for stripes, ours := range map[string]string{"currency": "currency", "unit_amount": "amount", "amount_off": "discountAmount", "lookup_key": ""} {
		param = stripes
		_, created := p.CreatePrice(t.Context(), "a", billing.Plan{Interval: "month", IntervalCount: 1, Amount: 1, Currency: "zzz"})
		_, added := p.AddPrice(t.Context(), "b", billing.Plan{ProductID: "prod_1", Interval: "month", IntervalCount: 1, Amount: 1, Currency: "zzz"})
		_, coupon := p.CreateCoupon(t.Context(), "c", billing.Coupon{Type: billing.AmountOff, AmountOff: 1, Currency: "zzz", Duration: billing.Once})
		for _, err := range []error{created, added, coupon} {
			e := errs.From(err)
			switch {
			case ours == "" && !errors.Is(err, billing.ErrProviderRefused):
				t.Errorf("%s: %v", stripes, err)
			case ours != "" && (e.Kind != errs.KindInvalid || len(e.Fields) != 1 || e.Fields[0].Field != ours):
				t.Errorf("%s: %v", stripes, err)
			}
		}
	}
}

// TestAPageForADayIfTheClocksDiffer: Stripe's clock is an hour ahead, so it refuses the time at which the page shall expire.
func TestAPageForADayIfTheClocksDiffer(t *testing.T) {
	keys := map[string]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		expires := r.FormValue("expires_at")
		keys[r.Header.Get("Idempotency-Key")] = expires
		if expires != "" {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error":{"type":"invalid_request_error","message":"too soon","param":"expires_at"}}`))
			return
		}
		_, _ = w.Write([]byte(`{"id":"cs_1","status":"open","expires_at":1800000000}`))
	}))
	defer server.Close()
	soon := time.Unix(1700000000, 0)
	c, err := newPayments(t, server.URL).CreateCheckout(t.Context(), "k", billing.Checkout{Key: "k", ExpiresAt: &soon}, billing.User{Key: "u"})
	if err != nil || c.ID != "cs_1" || c.ExpiresAt.Unix() != 1800000000 {
		t.Errorf("%+v, %v", c, err)
	}
	if len(keys) != 2 || keys["muster/k"] != "1700000000" {
		t.Errorf("asked with %v", keys)
	}
}
