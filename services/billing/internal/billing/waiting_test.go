package billing_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

// asked is a store that tells when an outcome is read.
type asked struct {
	*billingtest.Memory
	looked chan struct{} // gets a value after each look
}

func (a *asked) EventOutcome(ctx context.Context, id string) (billing.Outcome, error) {
	o, err := a.Memory.EventOutcome(ctx, id)
	select {
	case a.looked <- struct{}{}:
	default:
	}
	return o, err
}

// Many requests wait for an event. They are told when it is handled, instead of asking the database again and again.
func TestThoseWhoWaitForAnEventAreTold(t *testing.T) {
	h := newHouse(t)
	store := &asked{Memory: h.store, looked: make(chan struct{}, 100)}
	core := billing.New(billing.Ports{Store: store, Payments: h.provider, Now: h.clock}, billing.Rules{})
	must(t, core.ReceiveEvent(t.Context(), billing.Event{ID: "evt_w", Type: "customer.subscription.updated", ObjectID: "sub_w"}))
	const requests = 20
	outcomes := make(chan error, requests)
	for range requests {
		go func() {
			o, err := core.EventOutcome(t.Context(), "evt_w", time.Minute)
			if err == nil && o.State != billing.TaskDone {
				err = fmt.Errorf("the outcome is %+v", o)
			}
			outcomes <- err
		}()
	}
	for range requests {
		<-store.looked
	}
	if worked, err := core.Work(t.Context(), billing.Urgent); !worked || err != nil {
		t.Fatal(worked, err)
	}
	for range requests {
		must(t, <-outcomes)
	}
	if o, err := core.EventOutcome(t.Context(), "evt_w", 0); err != nil || o.State != billing.TaskDone {
		t.Errorf("a late request gets %+v, %v", o, err)
	}
}

// An event that a worker of another replica has handled is found as well.
func TestAnEventThatAnotherReplicaHasHandled(t *testing.T) {
	h := newHouse(t)
	store := &asked{Memory: h.store, looked: make(chan struct{}, 100)}
	core := billing.New(billing.Ports{Store: store, Payments: h.provider, Now: h.clock}, billing.Rules{})
	must(t, core.ReceiveEvent(t.Context(), billing.Event{ID: "evt_o", Type: "customer.subscription.updated", ObjectID: "sub_o"}))
	outcome := make(chan billing.TaskState, 1)
	go func() {
		o, _ := core.EventOutcome(t.Context(), "evt_o", time.Minute)
		outcome <- o.State
	}()
	<-store.looked
	h.work(t)
	if state := <-outcome; state != billing.TaskDone {
		t.Errorf("the outcome is %s", state)
	}
}
