package billing

import (
	"context"
	"errors"

	"muster/libs/contracts/billingv1"
)

// runEvent returns an event of a run. Its version counts the events: one for each mismatch that was found, one for each that
// was healed, and the last one.
func (s *Service) runEvent(kind billingv1.ReconciliationKind, r Run, version int64, m *Mismatch) billingv1.ReconciliationEvent {
	e := billingv1.ReconciliationEvent{
		Kind: kind, RunID: r.ID, RunKind: string(r.Kind), Version: version, At: s.now(), Checked: r.Checked, Mismatches: r.Mismatches, Healed: r.Healed,
	}
	if m != nil {
		e.Mismatch = &billingv1.Mismatch{Kind: string(m.Kind), Object: string(m.Object), StripeObjectID: m.ObjectID}
	}
	return e
}

// saveRun stores the progress of a run, and publishes that it is completed.
func (s *Service) saveRun(ctx context.Context, r Run) error {
	return s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.SaveRun(ctx, r); err != nil || r.Status != RunDone {
			return err
		}
		return tx.Publish(ctx, s.now(), s.runEvent(billingv1.ReconciliationCompleted, r, r.Mismatches+r.Healed+1, nil))
	})
}

// saveMismatch stores what a run has found, with the counts of the run, and publishes it. A backfill finds that everything
// is missing, which is no news.
func (s *Service) saveMismatch(ctx context.Context, r Run, m Mismatch) error {
	return s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if err := errors.Join(tx.AddMismatch(ctx, m), tx.SaveRun(ctx, r)); err != nil || r.Kind == RunBackfill {
			return err
		}
		held := r
		if m.Healed {
			held.Healed--
		}
		version := held.Mismatches + held.Healed
		if err := tx.Publish(ctx, s.now(), s.runEvent(billingv1.MismatchFound, held, version, &m)); err != nil || !m.Healed {
			return err
		}
		return tx.Publish(ctx, s.now(), s.runEvent(billingv1.MismatchHealed, r, version+1, &m))
	})
}
