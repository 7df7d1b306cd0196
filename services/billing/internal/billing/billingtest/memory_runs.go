package billingtest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"muster/services/billing/internal/billing"
)

// BeginRun implements billing.Reconciliation.
func (m *Memory) BeginRun(_ context.Context, r billing.Run, notSince time.Time) (billing.Run, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range slices.Backward(m.data.runs) {
		if o.Kind == r.Kind && (o.Status == billing.RunRunning || !o.StartedAt.Before(notSince)) {
			return o, false, nil
		}
	}
	m.data.lastID++
	r.ID = m.data.lastID
	m.data.runs = append(m.data.runs, r)
	return r, true, nil
}

// Run implements billing.Reconciliation.
func (m *Memory) Run(_ context.Context, id int64) (billing.Run, error) {
	return look(m, func(d *data) (billing.Run, error) {
		if r := find(d.runs, func(r billing.Run) bool { return r.ID == id }); r != nil {
			return *r, nil
		}
		return billing.Run{}, billing.ErrRunNotFound
	})
}

func (t *memoryTx) SaveRun(_ context.Context, r billing.Run) error {
	held := find(t.runs, func(o billing.Run) bool { return o.ID == r.ID })
	if held == nil {
		return billing.ErrRunNotFound
	}
	*held = r
	return nil
}

// LastRun implements billing.Reconciliation.
func (m *Memory) LastRun(_ context.Context, kind billing.RunKind) (*billing.Run, error) {
	return look(m, func(d *data) (*billing.Run, error) {
		var last *billing.Run
		for _, r := range d.runs {
			if r.Kind == kind && r.Status == billing.RunDone && (last == nil || r.StartedAt.After(last.StartedAt)) {
				last = &r
			}
		}
		return last, nil
	})
}

// Stalled implements billing.Reconciliation.
func (m *Memory) Stalled(_ context.Context, before time.Time) ([]billing.Run, error) {
	return look(m, func(d *data) (stalled []billing.Run, err error) {
		for _, r := range d.runs {
			if r.Status == billing.RunRunning && r.UpdatedAt.Before(before) {
				stalled = append(stalled, r)
			}
		}
		return stalled, nil
	})
}

// PurgeRuns implements billing.Reconciliation.
func (m *Memory) PurgeRuns(_ context.Context, before time.Time) error {
	_, err := look(m, func(d *data) (any, error) {
		gone := map[int64]bool{}
		d.runs = slices.DeleteFunc(slices.Clone(d.runs), func(r billing.Run) bool {
			gone[r.ID] = r.Status != billing.RunRunning && r.StartedAt.Before(before)
			return gone[r.ID]
		})
		d.mismatches = slices.DeleteFunc(slices.Clone(d.mismatches), func(m billing.Mismatch) bool { return gone[m.RunID] })
		return nil, nil
	})
	return err
}

func (t *memoryTx) AddMismatch(_ context.Context, mismatch billing.Mismatch) error {
	mismatch.ID = t.id()
	t.mismatches = append(t.mismatches, mismatch)
	return nil
}

// Mismatches returns everything that was found.
func (m *Memory) Mismatches() []billing.Mismatch {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.data.mismatches)
}

// Runs returns all runs, in the order in which they were begun.
func (m *Memory) Runs() []billing.Run {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.data.runs)
}

// Marks implements billing.Reconciliation.
func (m *Memory) Marks(_ context.Context, kind billing.ObjectKind, ids []string) (map[string]string, error) {
	return look(m, func(d *data) (map[string]string, error) {
		marks := map[string]string{}
		for _, id := range ids {
			if mark, stored := d.mark(kind, id); stored {
				marks[id] = mark
			}
		}
		return marks, nil
	})
}

func (d *data) mark(kind billing.ObjectKind, id string) (mark string, stored bool) {
	switch kind {
	case billing.KindSubscription:
		s, ok := d.subs[id]
		return s.Mark, ok
	case billing.KindInvoice:
		i, ok := d.invoices[id]
		return i.Mark, ok
	case billing.KindCharge:
		c, ok := d.charges[id]
		return c.Mark(), ok
	case billing.KindRefund:
		for _, c := range d.charges {
			for _, r := range c.Refunds {
				if r.ProviderID == id {
					return r.Mark(), true
				}
			}
		}
	case billing.KindDispute:
		for _, c := range d.charges {
			for _, dispute := range c.Disputes {
				if dispute.ProviderID == id {
					return dispute.Mark(), true
				}
			}
		}
	case billing.KindEvent:
	}
	return "", false
}

// Received implements billing.Reconciliation.
func (m *Memory) Received(_ context.Context, ids []string) (map[string]bool, error) {
	return look(m, func(d *data) (map[string]bool, error) {
		received := map[string]bool{}
		for _, id := range ids {
			if _, ok := d.events[id]; ok {
				received[id] = true
			}
		}
		return received, nil
	})
}

// Seen implements billing.Reconciliation.
func (m *Memory) Seen(_ context.Context, subscriptions []string, at time.Time) error {
	_, err := look(m, func(d *data) (any, error) {
		for _, id := range subscriptions {
			s := d.subs[id]
			s.SeenAt = at
			d.subs[id] = s
		}
		return nil, nil
	})
	return err
}

// Stale implements billing.Reconciliation.
func (m *Memory) Stale(_ context.Context, after int64, seenBefore, overdue time.Time, limit int) ([]billing.Stale, error) {
	return look(m, func(d *data) ([]billing.Stale, error) {
		var stale []billing.Stale
		past := func(t *time.Time) bool { return t != nil && t.Before(overdue) }
		for _, s := range d.subs {
			late := past(s.PeriodEnd) || past(s.CancelAt) || (s.Status == billing.Trialing && past(s.TrialEnd))
			waits := len(d.eventsOf(s.ProviderID)) > 0
			if s.ID > after && !waits && !s.Status.Ended() && (s.SeenAt.Before(seenBefore) || late) {
				stale = append(stale, billing.Stale{ID: s.ID, ProviderID: s.ProviderID, Mark: s.Mark})
			}
		}
		slices.SortFunc(stale, func(a, b billing.Stale) int { return cmp.Compare(a.ID, b.ID) })
		return stale[:min(limit, len(stale))], nil
	})
}
