package billing

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"muster/libs/causal"
)

// lease is the time limit of one attempt; if the process dies, another worker may retry the task after it.
const lease = 20 * time.Second

// ReceiveEvent stores a webhook event in the inbox; a worker handles it later. An event of an unhandled type is stored
// as done, and one of another account or mode as unmatched: neither is anything to us.
func (s *Service) ReceiveEvent(ctx context.Context, e Event) error {
	subject := subjectOfEvent(e)
	state := TaskWaiting
	switch {
	case e.Foreign:
		subject, state = "", TaskUnmatched
	case subject == "":
		state = TaskDone
	}
	if err := s.store.Receive(ctx, e, subject, state, s.now()); err != nil {
		return err
	}
	s.wake()
	return nil
}

// subjectOfEvent returns the object to synchronize because of an event; empty if there is none. All events of a
// subscription and its invoices have one subject, so those that wait are handled by one fetch.
func subjectOfEvent(e Event) string {
	of, _, _ := strings.Cut(e.Type, ".")
	switch {
	case e.ObjectID == "":
		return ""
	case e.ChargeID != "" && (of == "charge" || of == "refund"): // of a refund or a dispute
		return e.ChargeID
	case strings.Count(e.Type, ".") == 1 && of == "charge":
		return e.ObjectID
	case of == "invoice" && e.SubscriptionID != "":
		return e.SubscriptionID
	case of == "invoice", of == "price", of == "coupon":
		return e.ObjectID
	case strings.HasPrefix(e.Type, "checkout.session."), strings.HasPrefix(e.Type, "customer.subscription."):
		return e.ObjectID
	case e.Type == "customer.deleted":
		return e.ObjectID
	case strings.HasPrefix(e.Type, "customer.discount.") && e.SubscriptionID != "":
		return e.SubscriptionID
	case strings.HasPrefix(e.Type, "customer.discount."):
		return e.CustomerID
	}
	return ""
}

// Work runs the lane's next due task. It returns false if there is none. A failure of the task is stored with it and returned
// as a *TaskError. Any other error comes from the store.
func (s *Service) Work(ctx context.Context, lane Lane) (worked bool, err error) {
	t, ok, err := s.store.Claim(ctx, lane, s.now(), lease)
	if err != nil || !ok {
		return false, err
	}
	work, cancel := context.WithTimeout(ctx, lease)
	defer cancel()
	writes, taskErr := s.do(work, t)
	o := Outcome{State: TaskDone, Writes: writes, Settled: s.now()}
	if errors.Is(taskErr, ErrUnmatched) {
		o.State, o.Reason, taskErr = TaskUnmatched, taskErr.Error(), nil
	}
	if taskErr != nil {
		o = t.after(taskErr, s.now())
	}
	if err := s.store.Settle(ctx, t, o); err != nil {
		return true, err
	}
	s.waiting.call(t.Events)
	if taskErr != nil {
		return true, &TaskError{Task: t, Dead: o.State == TaskDead, Err: taskErr}
	}
	return true, nil
}

// TaskError reports that an attempt at a task failed.
type TaskError struct {
	Task Task
	Dead bool // given up
	Err  error
}

// Error is for logs.
func (e *TaskError) Error() string {
	return fmt.Sprintf("%s %s: %v", e.Task.Kind, e.Task.Subject, e.Err)
}

// Unwrap returns the cause.
func (e *TaskError) Unwrap() error { return e.Err }

func (s *Service) do(ctx context.Context, t Task) ([]causal.Write, error) {
	switch t.Kind {
	case TaskSync:
		return s.sync(ctx, t)
	case TaskFetch:
		_, err := s.syncSubscription(ctx, t.Subject, known{})
		return nil, err
	case TaskEvent:
		return nil, s.adoptEvent(ctx, t.Subject)
	case TaskClose, TaskCustomer, TaskReconcile:
		id, err := strconv.ParseInt(t.Subject, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("subject: %w", err)
		}
		switch t.Kind {
		case TaskClose:
			return nil, s.closeAccount(ctx, id)
		case TaskReconcile:
			return nil, s.continueRun(ctx, id)
		default:
			return nil, s.updateCustomer(ctx, id)
		}
	}
	return nil, fmt.Errorf("unknown task kind %q", t.Kind)
}

// adoptEvent lets an event that a replica of an earlier release has received wait with those of its subject.
func (s *Service) adoptEvent(ctx context.Context, eventID string) error {
	err := s.store.Adopt(ctx, eventID, subjectOfEvent, s.now())
	if errors.Is(err, ErrEventUnknown) { // it was purged
		return nil
	}
	return err
}

// sync synchronizes the object that the task's events are about. What the events say of it is not used.
func (s *Service) sync(ctx context.Context, t Task) ([]causal.Write, error) {
	if len(t.Events) == 0 { // an earlier attempt has handled those that asked for this one
		return nil, nil
	}
	var w causal.Write
	var err error
	switch first := t.Events[0]; {
	case strings.HasPrefix(first.Type, "checkout."):
		w, err = s.handleCheckout(ctx, t.Subject)
	case strings.HasPrefix(first.Type, "price."):
		err = s.syncPrice(ctx, t.Subject)
	case strings.HasPrefix(first.Type, "coupon."):
		err = s.syncCoupon(ctx, t.Subject)
	case strings.HasPrefix(first.Type, "charge."), strings.HasPrefix(first.Type, "refund."):
		w, err = s.syncCharge(ctx, t.Subject)
	case first.Type == "customer.deleted", strings.HasPrefix(first.Type, "customer.discount.") && first.SubscriptionID == "":
		w, err = s.syncCustomer(ctx, t.Subject)
	case strings.HasPrefix(first.Type, "invoice.") && first.SubscriptionID == "":
		w, err = s.syncInvoice(ctx, t.Subject)
	default:
		w, err = s.syncSubscription(ctx, t.Subject, known{invoices: t.invoices()})
	}
	if err != nil || w.Version == 0 {
		return nil, err
	}
	return []causal.Write{w}, nil
}

func (s *Service) handleCheckout(ctx context.Context, sessionID string) (causal.Write, error) {
	c, err := s.store.CheckoutBySession(ctx, sessionID)
	if errors.Is(err, ErrCheckoutNotFound) {
		return causal.Write{}, ErrUnmatched // not ours, or our checkout is still pending, which the sweep finishes
	}
	if err != nil {
		return causal.Write{}, err
	}
	_, w, err := s.syncCheckout(ctx, c)
	return w, err
}

// Limits of the sweep.
const (
	sweepBatch   = 100
	expiredGrace = 5 * time.Minute // time for the webhook that reports it
	pendingGrace = 2 * time.Minute // time for the request that is opening it
)

// keepHandled is how long handled events are stored. Stripe retries an event for three days by itself, and for 30 days
// on request (https://docs.stripe.com/webhooks#retries).
const keepHandled = 35 * 24 * time.Hour

// Purge deletes old handled events and tasks.
func (s *Service) Purge(ctx context.Context) error {
	return errors.Join(s.store.PurgeHandled(ctx, s.now().Add(-keepHandled)), s.store.PurgePreviews(ctx, s.now().Add(-keepPreviews)))
}

// Sweep applies changes that no event announces: access that ends with its grace period, trials that will end soon,
// subscriptions whose change was not told in time, and checkouts whose end was missed.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.now()
	all := s.sweepAccounts(ctx, now)
	checkouts, err := s.store.DueCheckouts(ctx, now.Add(-expiredGrace), now.Add(-pendingGrace), sweepBatch)
	if err != nil {
		return errors.Join(all, err)
	}
	for _, c := range checkouts {
		if c.Status == CheckoutPending || c.Direct {
			all = errors.Join(all, s.closeCheckout(ctx, c))
			continue
		}
		_, _, err := s.syncCheckout(ctx, c)
		all = errors.Join(all, err)
	}
	return all
}

// sweepAccounts publishes the accounts whose time has come, in batches until none is left: after a while without service there
// may be many. An account that fails stays due, so after a failure the rest waits for the next sweep.
func (s *Service) sweepAccounts(ctx context.Context, now time.Time) (all error) {
	for {
		users, err := s.store.DueAccounts(ctx, now, sweepBatch)
		if err != nil {
			return errors.Join(all, err)
		}
		for _, id := range users {
			_, err := s.changeAccount(ctx, id, s.fetchLate)
			all = errors.Join(all, err)
		}
		if len(users) < sweepBatch || all != nil || ctx.Err() != nil {
			return all
		}
	}
}
