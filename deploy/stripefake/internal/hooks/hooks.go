// Package hooks delivers webhooks as Stripe does: signed, retried until they are acknowledged, in the order of their
// events. A test may hold, reverse, duplicate or drop them (see [Mode]).
//
// A [Dispatcher] has its own queue and goroutine; enqueuing events never waits for the network.
package hooks

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"path"
	"slices"
	"strconv"
	"sync"
	"time"
)

// keptDeliveries limits the history that [Dispatcher.Deliveries] returns.
const keptDeliveries = 50_000

// The states of a delivery.
const (
	// StatusPending waits for its next attempt.
	StatusPending = "pending"
	// StatusHeld waits for [Dispatcher.Flush].
	StatusHeld = "held"
	// StatusDelivered was acknowledged with 2xx.
	StatusDelivered = "delivered"
	// StatusDropped will never be sent.
	StatusDropped = "dropped"
)

// Event is an event to deliver: Payload is the event object as sent to the endpoint, byte for byte.
type Event struct {
	ID      string
	Type    string
	Payload []byte
}

// Delivery is the delivery of one event to the endpoint, and its outcome.
type Delivery struct {
	Event    string `json:"event"`
	Type     string `json:"type"`
	Status   string `json:"status"`
	Attempts int    `json:"attempts"`
	// LastCode is the HTTP status of the last attempt; 0 if there was no answer.
	LastCode int `json:"last_code"`
	// LastError is the reason why there was no answer.
	LastError string `json:"last_error,omitempty"`
	// LastAt is when the last attempt ended, in seconds of the wall clock.
	LastAt int64 `json:"last_at,omitempty"`

	payload   []byte
	notBefore time.Time
	underWay  bool
	settled   chan struct{} // closed when the delivery has been acknowledged or dropped
}

// Mode is the treatment of later events.
type Mode struct {
	// Name is one of normal, hold (keep until Flush), reverse (each batch backwards), shuffle (each batch in any order),
	// duplicate, drop.
	Name string `json:"mode"`
	// Types limits the mode to event types that match one of these patterns ("invoice.*"); others are treated as
	// normal. Empty means all.
	Types []string `json:"types,omitempty"`
	// Copies is how often duplicate delivers each event; at least 2.
	Copies int `json:"copies,omitempty"`
	// Parallel is how many webhooks are under way at the same time, as Stripe's are; at least 1. Their order is then that in
	// which the endpoint handles them.
	Parallel int `json:"parallel,omitempty"`
}

const mostParallel = 64

// Validate returns an error if the mode is invalid.
func (m Mode) Validate() error {
	if !slices.Contains([]string{"normal", "hold", "reverse", "shuffle", "duplicate", "drop"}, m.Name) {
		return fmt.Errorf("mode is %q; it must be normal, hold, reverse, shuffle, duplicate or drop", m.Name)
	}
	if m.Parallel < 0 || m.Parallel > mostParallel {
		return fmt.Errorf("parallel is %d; it must be from 1 to %d", m.Parallel, mostParallel)
	}
	for _, pattern := range m.Types {
		if _, err := path.Match(pattern, ""); err != nil {
			return fmt.Errorf("types: %q: %w", pattern, err)
		}
	}
	return nil
}

func (m Mode) covers(eventType string) bool {
	matches := func(pattern string) bool {
		ok, err := path.Match(pattern, eventType)
		return err == nil && ok
	}
	return len(m.Types) == 0 || slices.ContainsFunc(m.Types, matches)
}

// Dispatcher delivers events to one endpoint.
type Dispatcher struct {
	client      *http.Client
	logger      *slog.Logger
	onDelivered func(eventID string)
	wake        chan struct{}
	stop        context.CancelFunc
	stopped     chan struct{}

	mu sync.Mutex
	// busy counts the deliveries that are under way.
	busy   int
	url    string
	secret string
	mode   Mode
	// queue holds pending and held deliveries in order; history holds all, newest last.
	queue   []*Delivery
	history []*Delivery
	// offlineUntil delays all deliveries after a refused connection, so that their order survives a restart of the
	// receiver.
	offlineUntil time.Time
	offlineTries int
}

// New starts a dispatcher. It calls onDelivered, without holding a lock, after each acknowledged event.
func New(url, secret string, logger *slog.Logger, onDelivered func(eventID string)) *Dispatcher {
	ctx, stop := context.WithCancel(context.Background())
	d := &Dispatcher{
		client: &http.Client{
			Timeout:       10 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		logger: logger, onDelivered: onDelivered,
		wake: make(chan struct{}, 1), stop: stop, stopped: make(chan struct{}),
		url: url, secret: secret, mode: Mode{Name: "normal"},
	}
	go d.run(ctx)
	return d
}

// Close stops the deliveries. Pending ones stay undelivered.
func (d *Dispatcher) Close() {
	d.stop()
	<-d.stopped
	d.client.CloseIdleConnections()
}

// Enqueue adds a batch of events that happened together, in their order. It returns deliveries for [Wait]. These
// exclude held and dropped ones, and are empty if there is no endpoint.
func (d *Dispatcher) Enqueue(batch []Event) []*Delivery {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.url == "" {
		return nil
	}
	switch d.mode.Name {
	case "reverse":
		batch = reordered(batch, d.mode.covers, slices.Reverse)
	case "shuffle":
		batch = reordered(batch, d.mode.covers, shuffle)
	}
	var sent []*Delivery
	for _, event := range batch {
		status, copies := StatusPending, 1
		if d.mode.covers(event.Type) {
			switch d.mode.Name {
			case "hold":
				status = StatusHeld
			case "drop":
				status = StatusDropped
			case "duplicate":
				copies = max(2, d.mode.Copies)
			}
		}
		for range copies {
			if delivery := d.add(event, status); status == StatusPending {
				sent = append(sent, delivery)
			}
		}
	}
	d.signal()
	return sent
}

// reordered returns the batch with the covered events in another order and the others in their places.
func reordered(batch []Event, covered func(string) bool, reorder func([]int)) []Event {
	var places []int
	for i, event := range batch {
		if covered(event.Type) {
			places = append(places, i)
		}
	}
	from := slices.Clone(places)
	reorder(from)
	result := slices.Clone(batch)
	for i, place := range places {
		result[place] = batch[from[i]]
	}
	return result
}

func shuffle(places []int) {
	rand.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
}

// add requires d.mu.
func (d *Dispatcher) add(event Event, status string) *Delivery {
	delivery := &Delivery{
		Event: event.ID, Type: event.Type, Status: status,
		payload: event.Payload, settled: make(chan struct{}),
	}
	if status == StatusDropped {
		delivery.payload = nil
		close(delivery.settled)
	} else {
		d.queue = append(d.queue, delivery)
	}
	d.history = append(d.history, delivery)
	if len(d.history) > keptDeliveries {
		d.history = d.history[len(d.history)-keptDeliveries:]
	}
	return delivery
}

func (d *Dispatcher) signal() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Wait returns when all the deliveries are settled or ctx is done.
func Wait(ctx context.Context, deliveries []*Delivery) error {
	for _, delivery := range deliveries {
		select {
		case <-delivery.settled:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Sign returns the Stripe-Signature header of a payload sent at a time of the wall clock.
func Sign(payload []byte, secret string, at time.Time) string {
	timestamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "."))
	mac.Write(payload)
	return "t=" + timestamp + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}
