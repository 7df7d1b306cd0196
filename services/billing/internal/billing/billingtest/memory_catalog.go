package billingtest

import (
	"context"
	"maps"
	"slices"
	"time"

	"muster/services/billing/internal/billing"
)

// AddPlan implements billing.Catalog.
func (m *Memory) AddPlan(_ context.Context, p billing.Plan) (billing.Plan, error) {
	return look(m, func(d *data) (billing.Plan, error) {
		if old := find(d.plans, func(o billing.Plan) bool { return o.RequestKey == p.RequestKey }); old != nil && p.RequestKey != "" {
			return *old, nil
		}
		d.lastID++
		p.ID, p.Active = d.lastID, false
		d.plans = append(d.plans, p)
		return p, nil
	})
}

// ActivatePlan implements billing.Catalog.
func (m *Memory) ActivatePlan(_ context.Context, id int64, productID, priceID string) (billing.Plan, error) {
	return look(m, func(d *data) (billing.Plan, error) {
		p := find(d.plans, func(o billing.Plan) bool { return o.ID == id })
		if p == nil {
			return billing.Plan{}, billing.ErrPlanNotFound
		}
		p.ProductID, p.PriceID, p.Active = productID, priceID, true
		return *p, nil
	})
}

func (m *Memory) plan(is func(billing.Plan) bool) (billing.Plan, error) {
	return look(m, func(d *data) (billing.Plan, error) {
		if p := find(d.plans, is); p != nil {
			return *p, nil
		}
		return billing.Plan{}, billing.ErrPlanNotFound
	})
}

// Plan implements billing.Catalog.
func (m *Memory) Plan(_ context.Context, id int64) (billing.Plan, error) {
	return m.plan(func(p billing.Plan) bool { return p.ID == id })
}

// PlanByPrice implements billing.Catalog.
func (m *Memory) PlanByPrice(_ context.Context, priceID string) (billing.Plan, error) {
	return m.plan(func(p billing.Plan) bool { return p.PriceID == priceID && priceID != "" })
}

// AddCoupon implements billing.Catalog.
func (m *Memory) AddCoupon(_ context.Context, c billing.Coupon) (billing.Coupon, error) {
	return look(m, func(d *data) (billing.Coupon, error) {
		if old := find(d.coupons, func(o billing.Coupon) bool { return o.RequestKey == c.RequestKey }); old != nil && c.RequestKey != "" {
			return *old, nil
		}
		d.lastID++
		c.ID = d.lastID
		d.coupons = append(d.coupons, c)
		return c, nil
	})
}

// LinkCoupon implements billing.Catalog.
func (m *Memory) LinkCoupon(_ context.Context, id int64, providerID string) (billing.Coupon, error) {
	return look(m, func(d *data) (billing.Coupon, error) {
		c := find(d.coupons, func(o billing.Coupon) bool { return o.ID == id })
		if c == nil {
			return billing.Coupon{}, billing.ErrCouponNotFound
		}
		c.ProviderID = providerID
		for i := range d.promotions {
			if d.promotions[i].Coupon.ID == id {
				d.promotions[i].Coupon = *c
			}
		}
		return *c, nil
	})
}

// AddPromotion implements billing.Catalog.
func (m *Memory) AddPromotion(_ context.Context, p billing.Promotion) (billing.Promotion, error) {
	return look(m, func(d *data) (billing.Promotion, error) {
		if old := find(d.promotions, func(o billing.Promotion) bool { return o.RequestKey == p.RequestKey }); old != nil && p.RequestKey != "" {
			return *old, nil
		}
		coupon := find(d.coupons, func(o billing.Coupon) bool { return o.ID == p.Coupon.ID })
		if coupon == nil {
			return billing.Promotion{}, billing.ErrCouponNotFound
		}
		for _, id := range p.PlanIDs {
			if find(d.plans, func(o billing.Plan) bool { return o.ID == id }) == nil {
				return billing.Promotion{}, billing.ErrPlanNotFound
			}
		}
		if find(d.promotions, func(o billing.Promotion) bool { return o.Active && sameCode(o.Code, p.Code) }) != nil {
			return billing.Promotion{}, billing.ErrPromoCodeExists
		}
		d.lastID++
		p.ID, p.Coupon = d.lastID, *coupon
		slices.Sort(p.PlanIDs)
		d.promotions = append(d.promotions, p)
		return p, nil
	})
}

// PromotionByCode implements billing.Catalog.
func (m *Memory) PromotionByCode(_ context.Context, code string) (billing.Promotion, error) {
	return look(m, func(d *data) (billing.Promotion, error) {
		for _, active := range []bool{true, false} {
			if p := find(d.promotions, func(o billing.Promotion) bool { return o.Active == active && sameCode(o.Code, code) }); p != nil {
				return *p, nil
			}
		}
		return billing.Promotion{}, billing.ErrPromoNotFound
	})
}

// Deactivate makes a promotion inactive; there is no use case for it yet.
func (m *Memory) Deactivate(code string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	find(m.data.promotions, func(o billing.Promotion) bool { return sameCode(o.Code, code) }).Active = false
}

type task struct {
	billing.Task
	outcome billing.Outcome
	due     time.Time
	again   bool
	tries   int
}

func (d *data) enqueue(k billing.TaskKind, subject string, now time.Time) {
	for i := range d.tasks {
		if t := &d.tasks[i]; t.Kind == k && t.Subject == subject && t.outcome.State == billing.TaskWaiting {
			t.again = true
			return
		}
	}
	d.lastID++
	d.tasks = append(d.tasks, task{
		Task: billing.Task{ID: d.lastID, Kind: k, Subject: subject}, outcome: billing.Outcome{State: billing.TaskWaiting, Retry: now}, due: now,
	})
}

// Receive implements billing.Queue.
func (m *Memory) Receive(_ context.Context, e billing.Event, now time.Time) error {
	_, err := look(m, func(d *data) (any, error) {
		if _, ok := d.events[e.ID]; !ok {
			d.events[e.ID], d.received[e.ID] = e, now
			d.enqueue(billing.TaskEvent, e.ID, now)
		}
		return nil, nil
	})
	return err
}

// Claim implements billing.Queue.
func (m *Memory) Claim(_ context.Context, now time.Time, lease time.Duration) (billing.Task, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var next *task
	for i := range m.data.tasks {
		t := &m.data.tasks[i]
		if t.outcome.State == billing.TaskWaiting && !t.due.After(now) && (next == nil || t.due.Before(next.due)) {
			next = t
		}
	}
	if next == nil {
		return billing.Task{}, false, nil
	}
	next.due, next.again = now.Add(lease), false
	claimed := next.Task
	claimed.Attempts = next.tries
	next.tries++
	if e := m.data.events[next.Subject]; next.Kind == billing.TaskEvent {
		claimed.Event = e
	}
	return claimed, true, nil
}

// Settle implements billing.Queue.
func (m *Memory) Settle(_ context.Context, id int64, o billing.Outcome) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := find(m.data.tasks, func(t task) bool { return t.ID == id })
	if t == nil || t.outcome.State != billing.TaskWaiting {
		return nil
	}
	t.due = o.Settled
	if o.State == billing.TaskWaiting {
		t.due = o.Retry
	}
	if t.again {
		o.State, o.Retry, t.again = billing.TaskWaiting, o.Settled, false
	}
	t.outcome = o
	return nil
}

// EventOutcome implements billing.Queue.
func (m *Memory) EventOutcome(_ context.Context, id string) (billing.Outcome, error) {
	return look(m, func(d *data) (billing.Outcome, error) {
		t := find(d.tasks, func(t task) bool { return t.Kind == billing.TaskEvent && t.Subject == id })
		if t == nil {
			return billing.Outcome{}, billing.ErrEventUnknown
		}
		return t.outcome, nil
	})
}

// Stuck implements billing.Queue.
func (m *Memory) Stuck(_ context.Context, state billing.TaskState, after int64, limit int) ([]billing.StuckTask, error) {
	return look(m, func(d *data) (stuck []billing.StuckTask, err error) {
		for _, t := range d.tasks {
			if t.outcome.State == state && t.ID > after && len(stuck) < limit {
				stuck = append(stuck, billing.StuckTask{
					ID: t.ID, Kind: t.Kind, Subject: t.Subject, State: state, Attempts: t.tries, Reason: t.outcome.Reason, Settled: t.outcome.Settled,
				})
			}
		}
		return stuck, nil
	})
}

// Revive implements billing.Queue.
func (m *Memory) Revive(_ context.Context, id int64, now time.Time) (bool, error) {
	return look(m, func(d *data) (bool, error) {
		i := slices.IndexFunc(d.tasks, func(t task) bool {
			return t.ID == id && (t.outcome.State == billing.TaskDead || t.outcome.State == billing.TaskUnmatched)
		})
		if i < 0 {
			return false, nil
		}
		stuck := d.tasks[i]
		d.tasks = slices.Delete(d.tasks, i, i+1)
		d.enqueue(stuck.Kind, stuck.Subject, now)
		return true, nil
	})
}

// PurgeHandled implements billing.Queue.
func (m *Memory) PurgeHandled(_ context.Context, before time.Time) error {
	_, err := look(m, func(d *data) (any, error) {
		kept := map[string]bool{}
		d.tasks = slices.DeleteFunc(d.tasks, func(t task) bool {
			over := t.outcome.State == billing.TaskDone || t.outcome.State == billing.TaskUnmatched
			kept[t.Subject] = kept[t.Subject] || !over
			return over && t.outcome.Settled.Before(before)
		})
		maps.DeleteFunc(d.events, func(id string, _ billing.Event) bool { return d.received[id].Before(before) && !kept[id] })
		return nil, nil
	})
	return err
}

// Unhandled implements billing.Queue.
func (m *Memory) Unhandled(_ context.Context, customerID string) (int, error) {
	return look(m, func(d *data) (int, error) {
		n := 0
		for _, t := range d.tasks {
			e := d.events[t.Subject]
			if t.Kind == billing.TaskEvent && e.CustomerID == customerID && t.outcome.State == billing.TaskWaiting && t.outcome.Settled.IsZero() {
				n++
			}
		}
		return n, nil
	})
}
