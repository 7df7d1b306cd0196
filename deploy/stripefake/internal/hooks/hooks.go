// Package hooks delivers webhooks as Stripe does: signed, repeated until they are acknowledged, in the order in which
// their events happened. A test may hold, reverse, duplicate or drop them (see [Mode]).
//
// A [Dispatcher] has a queue of its own and one goroutine; handing events to it never waits for the network.
package hooks

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"slices"
	"strconv"
	"sync"
	"time"
)

// keptDeliveries bounds the history that [Dispatcher.Deliveries] shows.
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

// Event is what is delivered: Payload is the event object as the endpoint gets it, byte for byte.
type Event struct {
	ID      string
	Type    string
	Payload []byte
}

// Delivery is one event on its way to the endpoint, and what became of it.
type Delivery struct {
	Event    string `json:"event"`
	Type     string `json:"type"`
	Status   string `json:"status"`
	Attempts int    `json:"attempts"`
	// LastCode is the HTTP status of the last attempt; 0 if there was no answer.
	LastCode int `json:"last_code"`
	// LastError returns why there was no answer.
	LastError string `json:"last_error,omitempty"`
	// LastAt is when the last attempt ended, in seconds of the wall clock.
	LastAt int64 `json:"last_at,omitempty"`

	payload   []byte
	notBefore time.Time
	settled   chan struct{} // closed once the delivery was acknowledged or dropped
}

// Mode is how events that come from now on are treated.
type Mode struct {
	// Name is one of normal, hold (keep until Flush), reverse (each batch backwards), duplicate, drop.
	Name string `json:"mode"`
	// Types limits the mode to event types that match one of these patterns ("invoice.*"); others go as normal.
	// Empty means all.
	Types []string `json:"types,omitempty"`
	// Copies is how often duplicate delivers each event; at least 2.
	Copies int `json:"copies,omitempty"`
}

// Validate returns what is wrong with the mode.
func (m Mode) Validate() error {
	if !slices.Contains([]string{"normal", "hold", "reverse", "duplicate", "drop"}, m.Name) {
		return fmt.Errorf("mode is %q; it must be normal, hold, reverse, duplicate or drop", m.Name)
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

	mu     sync.Mutex
	url    string
	secret string
	mode   Mode
	// queue holds what is pending or held, in order; history everything, newest last.
	queue   []*Delivery
	history []*Delivery
	// offlineUntil delays everything after an attempt that found nobody listening, so that order survives a restart
	// of the receiver.
	offlineUntil time.Time
	offlineTries int
}

// New starts a dispatcher. onDelivered is called, without any lock held, after each acknowledged event.
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

// Close stops delivering. What is pending stays undelivered.
func (d *Dispatcher) Close() {
	d.stop()
	<-d.stopped
	d.client.CloseIdleConnections()
}

// Enqueue takes a batch of events that happened together, in their order. The deliveries that it returns can be
// waited for with [Wait]; what is held or dropped is not among them, nor is anything if there is no endpoint.
func (d *Dispatcher) Enqueue(batch []Event) []*Delivery {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.url == "" {
		return nil
	}
	if d.mode.Name == "reverse" {
		batch = reversed(batch, d.mode.covers)
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

// reversed is the batch with the events that are covered in backward order, the others in their places.
func reversed(batch []Event, covered func(string) bool) []Event {
	result := slices.Clone(batch)
	var places []int
	for i, event := range batch {
		if covered(event.Type) {
			places = append(places, i)
		}
	}
	for i, place := range places {
		result[place] = batch[places[len(places)-1-i]]
	}
	return result
}

// add needs d.mu.
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

// Wait returns once all the deliveries are settled or ctx is done.
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

// Sign makes the Stripe-Signature header of a payload sent at a time of the wall clock.
func Sign(payload []byte, secret string, at time.Time) string {
	timestamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "."))
	mac.Write(payload)
	return "t=" + timestamp + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}
