package e2e_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// webhooksSetting is the number of webhooks to drain; the default takes less than a minute.
const webhooksSetting = "MUSTER_E2E_WEBHOOKS"

const (
	defaultWebhooks = 5000
	// eventsPerCheckout is about what one checkout causes. From a number of checkouts on, events are repeated instead.
	eventsPerCheckout, mostCheckouts = 16, 2000
	// deliveries are sent at the same time, as Stripe does after an outage.
	deliveries = 64
)

// BenchmarkWebhooksDrain sends webhooks of Stripe's real events in random order through the gateway, and waits until
// billing has handled all of them. The rate counts from the first request to the last handled event. It reads the
// resident memory of billing before, halfway and afterwards.
func BenchmarkWebhooksDrain(b *testing.B) {
	if !b.Loop() { // one drain, however often benchmarks are repeated
		return
	}
	total, err := strconv.Atoi(cmp.Or(os.Getenv(webhooksSetting), strconv.Itoa(defaultWebhooks)))
	if err != nil || total < deliveries {
		b.Fatalf("%s must be a number from %d", webhooksSetting, deliveries)
	}
	d := newDrain(b)
	d.subscriptions(min(max(50, total/eventsPerCheckout), mostCheckouts))
	payloads := d.events(total)
	d.mode("normal")
	before, began := d.memory(), time.Now()
	d.send(payloads[:total/2])
	halfway := d.memory()
	d.send(payloads[total/2:])
	sent := time.Since(began)
	eventually(b, 10*time.Minute, "all events are handled", func() bool {
		return d.count("SELECT count(*) FROM webhook_events WHERE state = 'waiting'") == 0
	})
	took := time.Since(began)
	if n := d.count("SELECT count(*) FROM webhook_events WHERE id LIKE $1 AND state = 'done'", d.prefix+"%"); n != total {
		b.Errorf("%d of %d events are done", n, total)
	}
	for b.Loop() {
		continue
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(total)/took.Seconds(), "events/s")
	b.ReportMetric(float64(total)/sent.Seconds(), "accepted/s")
	b.ReportMetric(before, "MB-before")
	b.ReportMetric(halfway, "MB-halfway")
	b.ReportMetric(d.memory(), "MB-after")
	b.ReportMetric(loadAverage(b), "load-of-machine")
}

// drain is what the benchmark works with.
type drain struct {
	b      *testing.B
	db     *pgx.Conn
	secret string
	prefix string // of the events' ids
	since  int64  // when it began, on Stripe's clock
}

func newDrain(b *testing.B) *drain {
	b.Helper()
	d := &drain{b: b, prefix: fmt.Sprintf("evt_%ddrain", run)}
	var err error
	if d.db, err = pgx.Connect(b.Context(), muster.Databases["billing"]); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { d.mode("normal"); _ = d.db.Close(b.Context()) })
	d.secret = webhookSecret(b)
	d.mode("drop")
	return d
}

// mode sets what the Stripe fake does with its own webhooks.
func (d *drain) mode(name string) { post(d.b, muster.Stripe+"/_fake/webhooks", object{"mode": name}) }

// subscriptions registers users who pay for a plan on Stripe's page.
func (d *drain) subscriptions(number int) {
	d.b.Helper()
	d.since = d.stripeTime()
	plan := benchPlan(d.b)
	d.inParallel(4, number, func(int) error {
		_, page, err := ordered(plan)
		for range 10 { // a busy machine may ask to try again
			if err == nil {
				break
			}
			_, page, err = ordered(plan)
		}
		return errors.Join(err, pressPay(page))
	})
}

// stripeGet reads from the Stripe fake.
func stripeGet(path string, into any) error {
	req, err := http.NewRequest(http.MethodGet, muster.Stripe+path, http.NoBody)
	if err != nil {
		return err
	}
	req.SetBasicAuth(muster.StripeKey, "")
	resp, err := httpClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return errors.Join(err, fmt.Errorf("%s: %s: %s", path, resp.Status, text))
	}
	return json.Unmarshal(text, into)
}

func (d *drain) stripeTime() int64 {
	var clock struct{ Now int64 }
	if err := stripeGet("/_fake/clock", &clock); err != nil {
		d.b.Fatal(err)
	}
	return clock.Now
}

var eventID = regexp.MustCompile(`"evt_[A-Za-z0-9]+"`)

// events returns the payloads of the events since the beginning. They are repeated with other ids until there are
// enough, and shuffled.
func (d *drain) events(total int) [][]byte {
	d.b.Helper()
	var found [][]byte
	after := ""
	for more := true; more && len(found) < total; {
		var page struct {
			Data    []json.RawMessage
			HasMore bool `json:"has_more"`
		}
		if err := stripeGet(fmt.Sprintf("/v1/events?limit=100&created[gte]=%d%s", d.since, after), &page); err != nil {
			d.b.Fatal(err)
		}
		for _, raw := range page.Data {
			found = append(found, raw)
			after = "&starting_after=" + strings.Trim(string(eventID.Find(raw)), `"`)
		}
		more = page.HasMore
	}
	if len(found) == 0 {
		d.b.Fatal("no event")
	}
	payloads := make([][]byte, total)
	for n := range payloads {
		raw := found[n%len(found)]
		at := eventID.FindIndex(raw)
		payloads[n] = fmt.Appendf(nil, `%s"%s%d"%s`, raw[:at[0]], d.prefix, n, raw[at[1]:])
	}
	rand.New(rand.NewSource(1)).Shuffle(total, func(i, j int) { payloads[i], payloads[j] = payloads[j], payloads[i] })
	return payloads
}

// send delivers webhooks, each once.
func (d *drain) send(payloads [][]byte) {
	d.b.Helper()
	d.inParallel(deliveries, len(payloads), func(n int) error {
		resp, err := deliver(payloads[n], signed(payloads[n], d.secret, time.Now()))
		if err == nil && resp.status != http.StatusOK {
			err = errors.New(resp.String())
		}
		return err
	})
}

// inParallel calls do for each number below the limit, some at the same time.
func (d *drain) inParallel(workers, number int, do func(n int) error) {
	d.b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for n := int(next.Add(1)) - 1; n < number; n = int(next.Add(1)) - 1 {
				if err := do(n); err != nil {
					d.b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if d.b.Failed() {
		d.b.FailNow()
	}
}

func (d *drain) count(query string, args ...any) (n int) {
	d.b.Helper()
	if err := d.db.QueryRow(d.b.Context(), query, args...).Scan(&n); err != nil {
		d.b.Fatal(err)
	}
	return n
}

// memory returns the resident memory of billing in megabytes.
func (d *drain) memory() float64 {
	d.b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pidOf(d.b, "billing")))
	if err != nil {
		d.b.Fatal(err)
	}
	var kib float64
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		d.b.Fatal(err)
	}
	return kib / 1024
}

// loadAverage returns how many processes wanted to run during the last minute: others on the machine spoil a measurement.
func loadAverage(tb testing.TB) (average float64) {
	tb.Helper()
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := fmt.Sscan(string(text), &average); err != nil {
		tb.Fatal(err)
	}
	return average
}
