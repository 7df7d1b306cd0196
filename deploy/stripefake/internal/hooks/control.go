package hooks

import (
	"math/rand/v2"
	"slices"
	"time"
)

// SetEndpoint sets the URL and the signing secret of later deliveries. An empty url disables them.
func (d *Dispatcher) SetEndpoint(url, secret string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.url, d.secret = url, secret
	d.offlineUntil, d.offlineTries = time.Time{}, 0
	if url == "" {
		for _, delivery := range slices.Clone(d.queue) {
			if d.settle(delivery, StatusDropped) {
				close(delivery.settled)
			}
		}
	}
	d.signal()
}

// Endpoint returns the URL of deliveries; empty if they are disabled.
func (d *Dispatcher) Endpoint() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.url
}

// SetMode sets the treatment of later events; the mode must be valid. Held events stay held.
func (d *Dispatcher) SetMode(mode Mode) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mode = mode
}

// Mode returns the mode in force.
func (d *Dispatcher) Mode() Mode {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mode
}

// Flush releases held events in the order "created", "reverse" or "shuffle", and makes all pending ones due at once. It
// returns the number of released events.
func (d *Dispatcher) Flush(order string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	var held, pending []*Delivery
	for _, delivery := range d.queue {
		delivery.notBefore = time.Time{}
		if delivery.Status == StatusHeld {
			delivery.Status = StatusPending
			held = append(held, delivery)
		} else {
			pending = append(pending, delivery)
		}
	}
	switch order {
	case "reverse":
		slices.Reverse(held)
	case "shuffle":
		rand.Shuffle(len(held), func(i, j int) { held[i], held[j] = held[j], held[i] })
	}
	d.queue = slices.Concat(pending, held)
	d.offlineUntil, d.offlineTries = time.Time{}, 0
	d.signal()
	return len(held)
}

// Deliveries returns the newest deliveries, oldest first.
func (d *Dispatcher) Deliveries() []Delivery {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := make([]Delivery, len(d.history))
	for i, delivery := range d.history {
		list[i] = *delivery
	}
	return list
}

// Pending returns the deliveries in progress that are not held, for [Wait].
func (d *Dispatcher) Pending() []*Delivery {
	d.mu.Lock()
	defer d.mu.Unlock()
	var pending []*Delivery
	for _, delivery := range d.queue {
		if delivery.Status == StatusPending {
			pending = append(pending, delivery)
		}
	}
	return pending
}

// Unsent returns the queue, pending and held, for a snapshot: event ids and whether they are held.
func (d *Dispatcher) Unsent() []Delivery {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := make([]Delivery, len(d.queue))
	for i, delivery := range d.queue {
		list[i] = Delivery{Event: delivery.Event, Type: delivery.Type, Status: delivery.Status}
	}
	return list
}

// Restore appends a snapshot's delivery to the queue.
func (d *Dispatcher) Restore(event Event, status string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.add(event, status)
	d.signal()
}

// Reset forgets everything but the endpoint.
func (d *Dispatcher) Reset() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, delivery := range d.queue {
		delivery.Status = StatusDropped
		close(delivery.settled)
	}
	d.queue, d.history, d.mode = nil, nil, Mode{Name: "normal"}
	d.offlineUntil, d.offlineTries = time.Time{}, 0
}
