package stripefake_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/deploy/stripefake"
)

const webhookSecret = "whsec_for_tests"

// world is a running fake with an endpoint for its webhooks.
type world struct {
	t        *testing.T
	url      string
	endpoint *endpoint
}

// newWorld starts a fake; change may modify its options.
func newWorld(t *testing.T, change ...func(*stripefake.Options)) *world {
	t.Helper()
	e := newEndpoint(t)
	options := stripefake.Options{WebhookURL: e.url, WebhookSecret: webhookSecret}
	for _, c := range change {
		c(&options)
	}
	w, _ := startWorld(t, options)
	w.endpoint = e
	return w
}

// startWorld starts a fake with these options and returns a function that stops it; the end of the test also stops it.
func startWorld(t *testing.T, options stripefake.Options) (*world, func()) {
	t.Helper()
	fake, err := stripefake.New(options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(fake.Handler())
	stop := sync.OnceFunc(func() {
		server.Close()
		if err := fake.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return &world{t: t, url: server.URL}, stop
}

// endpoint receives webhooks. It acknowledges all except those for which refuse returns true.
type endpoint struct {
	url string

	mu       sync.Mutex
	received []delivery
	answer   func(d delivery) int
}

// delivery is a received webhook.
type delivery struct {
	body      []byte
	signature string
	event     object
}

func (d delivery) kind() string { return d.event.text("type") }

func newEndpoint(t *testing.T) *endpoint {
	e := &endpoint{answer: func(delivery) int { return http.StatusOK }}
	server := httptest.NewServer(http.HandlerFunc(e.serve))
	t.Cleanup(server.Close)
	e.url = server.URL + "/webhooks"
	return e
}

func (e *endpoint) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	d := delivery{body: body, signature: r.Header.Get("Stripe-Signature")}
	if err := json.Unmarshal(body, &d.event); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	e.mu.Lock()
	answer := e.answer
	e.mu.Unlock()
	status := answer(d)
	if status == http.StatusOK {
		e.mu.Lock()
		e.received = append(e.received, d)
		e.mu.Unlock()
	}
	w.WriteHeader(status)
}

func (e *endpoint) answerWith(answer func(d delivery) int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answer = answer
}

// take returns the webhooks received since the last call.
func (e *endpoint) take() []delivery {
	e.mu.Lock()
	defer e.mu.Unlock()
	received := e.received
	e.received = nil
	return received
}

// events waits until all webhooks are acknowledged and returns those received since the last call.
func (w *world) events() []delivery {
	w.t.Helper()
	w.control("POST", "/_fake/webhooks/settle", `{}`)
	return w.endpoint.take()
}

func kinds(deliveries []delivery) []string {
	var list []string
	for _, d := range deliveries {
		list = append(list, d.kind())
	}
	return list
}

// only returns the deliveries of one type.
func only(deliveries []delivery, kind string) []delivery {
	return slices.DeleteFunc(slices.Clone(deliveries), func(d delivery) bool { return d.kind() != kind })
}

// object is a decoded answer; its methods follow a path ("data.0.price.id") and return zero for missing values.
type object map[string]any

func (o object) at(path string) any {
	var v any = map[string]any(o)
	for step := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func (o object) text(path string) string { s, _ := o.at(path).(string); return s }
func (o object) int(path string) int64   { f, _ := o.at(path).(float64); return int64(f) }
func (o object) list(path string) []any  { l, _ := o.at(path).([]any); return l }
func (o object) bool(path string) bool   { b, _ := o.at(path).(bool); return b }

// answer is an API answer.
type answer struct {
	status int
	header http.Header
	object
}

// api is Stripe's API at a URL.
type api struct{ url, key string }

// call sends an API request; params are alternating names and values.
func (a api) call(t *testing.T, method, path string, header http.Header, params ...string) answer {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(params); i += 2 {
		form.Add(params[i], params[i+1])
	}
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(form.Encode())
	} else if len(form) > 0 {
		path += "?" + form.Encode()
	}
	r, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), method, a.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+a.key)
	r.Header.Set("Stripe-Version", "2023-10-16")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, values := range header {
		r.Header[name] = values
	}
	return send(t, r)
}

func send(t *testing.T, r *http.Request) answer {
	t.Helper()
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	a := answer{status: response.StatusCode, header: response.Header}
	if err := json.NewDecoder(response.Body).Decode(&a.object); err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	return a
}

func (w *world) call(method, path string, header http.Header, params ...string) answer {
	w.t.Helper()
	return api{url: w.url, key: "sk_test_123"}.call(w.t, method, path, header, params...)
}

// onlyStripe serves a fake without its control plane.
func onlyStripe(t *testing.T, fake *url.URL) string {
	t.Helper()
	proxy := httputil.NewSingleHostReverseProxy(fake)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/v1/") {
			t.Errorf("%s is not Stripe's", r.URL.Path)
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// post, get and del send a request that must succeed.
func (w *world) post(path string, params ...string) object {
	w.t.Helper()
	return w.ok("POST", path, params)
}

func (w *world) get(path string, params ...string) object {
	w.t.Helper()
	return w.ok("GET", path, params)
}

func (w *world) del(path string, params ...string) object {
	w.t.Helper()
	return w.ok("DELETE", path, params)
}

func (w *world) ok(method, path string, params []string) object {
	w.t.Helper()
	a := w.call(method, path, nil, params...)
	if a.status != http.StatusOK {
		w.t.Fatalf("%s %s %v: %d %v", method, path, params, a.status, a.object)
	}
	return a.object
}

// refused sends a request that must fail with a status, and returns the error object.
func (w *world) refused(status int, method, path string, params ...string) object {
	w.t.Helper()
	a := w.call(method, path, nil, params...)
	if a.status != status {
		w.t.Fatalf("%s %s %v: status %d, want %d: %v", method, path, params, a.status, status, a.object)
	}
	e, _ := a.at("error").(map[string]any)
	return e
}

// control sends a request to the control plane that must succeed.
func (w *world) control(method, path, body string) object {
	w.t.Helper()
	r, err := http.NewRequest(method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	a := send(w.t, r)
	if a.status != http.StatusOK {
		w.t.Fatalf("%s %s %s: %d %v", method, path, body, a.status, a.object)
	}
	return a.object
}

func (w *world) advance(by time.Duration) {
	w.t.Helper()
	w.control("POST", "/_fake/clock", `{"advance":"`+by.String()+`"}`)
}

// advanceTo moves the clock to shortly after a time.
func (w *world) advanceTo(at int64) {
	w.t.Helper()
	w.advance(time.Duration(at-w.control("GET", "/_fake/clock", "").int("now"))*time.Second + time.Minute)
}

func (w *world) failNextPayment(customer string) {
	w.t.Helper()
	w.control("POST", "/_fake/fail-next-payment", `{"customer":"`+customer+`"}`)
}

// equal fails the test if a value differs from the expected one.
func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// waitFor waits until a condition holds, for a limited time.
func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for !holds() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("timed out waiting for %s", what)
		}
	}
}
