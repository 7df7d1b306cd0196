package stripe_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stripe/stripe-mock/embedded"
	"github.com/stripe/stripe-mock/server"

	"muster/services/billing/internal/billing/billingtest"
)

// newReferee returns stripe-mock for this API version. It validates every parameter of every route and keeps no state.
// It is made once, because reading Stripe's description takes seconds.
var newReferee = sync.OnceValues(func() (http.Handler, error) {
	fixtures, err := server.LoadFixtures(embedded.OpenAPIFixtures, "")
	if err != nil {
		return nil, err
	}
	described, err := description()
	if err != nil {
		return nil, err
	}
	const strictVersion, verbose = true, false
	stub, err := server.NewStubServer(fixtures, described, strictVersion, verbose)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(stub.HandleRequest), nil
})

func referee(t *testing.T) http.Handler {
	t.Helper()
	handler, err := newReferee()
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

// refereed passes requests on to the fake, and sends each request that the fake accepts to the referee as well.
type refereed struct {
	t       *testing.T
	referee http.Handler
	fake    *httputil.ReverseProxy
	shown   *atomic.Int32
}

func (h refereed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		h.t.Error(err)
		return
	}
	copied := r.Clone(r.Context())
	copied.Body = io.NopCloser(bytes.NewReader(body))
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := httptest.NewRecorder()
	h.fake.ServeHTTP(answer, r)
	if answer.Code < 300 && strings.HasPrefix(r.URL.Path, "/v1/") {
		verdict := httptest.NewRecorder()
		h.referee.ServeHTTP(verdict, copied)
		h.shown.Add(1)
		if verdict.Code != http.StatusOK {
			h.t.Errorf("the fake accepts what Stripe does not: %s %s %s: %s", r.Method, r.URL, body, verdict.Body)
		}
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

func TestWhatWeSendIsStripes(t *testing.T) {
	handler := referee(t)
	var shown atomic.Int32
	billingtest.TestPayments(t, func(t *testing.T) billingtest.PaymentsHarness {
		fake, err := url.Parse(newFake(t).URL)
		if err != nil {
			t.Fatal(err)
		}
		tee := httptest.NewServer(refereed{t, handler, httputil.NewSingleHostReverseProxy(fake), &shown})
		t.Cleanup(tee.Close)
		return harness(newPayments(t, tee.URL), fake.String())
	})
	if shown.Load() < 20 {
		t.Errorf("the referee has seen %d requests only", shown.Load())
	}
}

func TestTheRefereeRefuses(t *testing.T) {
	handler := referee(t)
	for body, want := range map[string]int{"email=a%40example.com": http.StatusOK, "emial=a%40example.com": http.StatusBadRequest} {
		r := httptest.NewRequest(http.MethodPost, "/v1/customers", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Authorization", "Bearer sk_test_muster")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
}
