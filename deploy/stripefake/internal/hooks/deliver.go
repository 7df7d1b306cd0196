package hooks

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Delays between attempts: doubled from the first up to the last.
const (
	firstBackoff = 200 * time.Millisecond
	lastBackoff  = 15 * time.Second
)

func backoff(failures int) time.Duration {
	wait := firstBackoff
	for range failures - 1 {
		if wait *= 2; wait >= lastBackoff {
			return lastBackoff
		}
	}
	return wait
}

func (d *Dispatcher) run(ctx context.Context) {
	var attempts sync.WaitGroup
	defer close(d.stopped)
	defer attempts.Wait()
	for ctx.Err() == nil {
		delivery, wait := d.next(time.Now())
		if delivery != nil {
			attempts.Go(func() {
				d.attempt(ctx, delivery)
				d.free(delivery)
			})
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-d.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// free ends an attempt: the delivery is due again if it was not acknowledged, and another one can begin.
func (d *Dispatcher) free(delivery *Delivery) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delivery.underWay = false
	d.busy--
	d.signal()
}

// next returns the first delivery in the queue that is due and marks it as under way; if there is none, or as many as
// allowed are under way, how long to wait for one.
func (d *Dispatcher) next(now time.Time) (*Delivery, time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.offlineUntil.After(now) {
		return nil, d.offlineUntil.Sub(now)
	}
	wait := time.Hour
	if d.busy >= max(1, d.mode.Parallel) {
		return nil, wait
	}
	for _, delivery := range d.queue {
		if delivery.Status != StatusPending || delivery.underWay {
			continue
		}
		if !delivery.notBefore.After(now) {
			delivery.underWay = true
			d.busy++
			return delivery, 0
		}
		wait = min(wait, delivery.notBefore.Sub(now))
	}
	return nil, wait
}

// attempt sends one delivery and records the outcome.
func (d *Dispatcher) attempt(ctx context.Context, delivery *Delivery) {
	d.mu.Lock()
	url, secret, payload := d.url, d.secret, delivery.payload
	d.mu.Unlock()

	code, err := d.post(ctx, url, secret, payload)
	if ctx.Err() != nil {
		return
	}
	acknowledged := err == nil && code >= 200 && code < 300
	if d.note(delivery, code, err, acknowledged) {
		d.onDelivered(delivery.Event)
		close(delivery.settled)
	} else if !acknowledged {
		d.logger.Warn("webhook not acknowledged", "event", delivery.Event, "type", delivery.Type, "code", code, "error", err)
	}
}

// note reports whether the delivery is acknowledged and was still wanted.
func (d *Dispatcher) note(delivery *Delivery, code int, err error, acknowledged bool) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	delivery.Attempts++
	delivery.LastCode, delivery.LastError, delivery.LastAt = code, "", now.Unix()
	if err != nil {
		delivery.LastError = err.Error()
		d.offlineTries++
		d.offlineUntil = now.Add(min(backoff(d.offlineTries), 2*time.Second))
		return false
	}
	d.offlineTries, d.offlineUntil = 0, time.Time{}
	if !acknowledged {
		delivery.notBefore = now.Add(backoff(delivery.Attempts))
		return false
	}
	return d.settle(delivery, StatusDelivered)
}

// settle removes a delivery from the queue; false if it is no longer there (after Reset). The caller holds d.mu.
func (d *Dispatcher) settle(delivery *Delivery, status string) bool {
	for i, queued := range d.queue {
		if queued == delivery {
			if i == 0 {
				d.queue = d.queue[1:]
			} else {
				d.queue = slices.Delete(d.queue, i, i+1)
			}
			delivery.Status, delivery.payload = status, nil
			return true
		}
	}
	return false
}

func (d *Dispatcher) post(ctx context.Context, url, secret string, payload []byte) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(payload))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Set("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
	request.Header.Set("Stripe-Signature", Sign(payload, secret, time.Now()))
	response, err := d.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	// The body has no meaning; reading it lets the connection be reused.
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10))
	return response.StatusCode, nil
}
