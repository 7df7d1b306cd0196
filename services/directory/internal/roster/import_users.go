package roster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"muster/libs/contracts/directoryv1"
)

// ImportOrder is an administrator's request to import a roster.
type ImportOrder struct {
	// ID identifies the import: a later upload with the same id resumes it.
	ID     string
	DryRun bool
	// By is the administrator, and SessionID the session of the upload.
	By        int64
	SessionID string
}

// event says that an upload of the import begins.
func (o ImportOrder) event(kind directoryv1.ImportKind, i Import, now time.Time) directoryv1.ImportEvent {
	return directoryv1.ImportEvent{Kind: kind, ImportID: i.ID, Actor: directoryv1.Actor{UserID: o.By, SessionID: o.SessionID}, Lines: i.Lines, At: now}
}

// ImportUsers imports a roster with one JSON object per line. It returns the state of the import, even with an error:
// the lines counted as done are stored, and uploading the same file under the same id resumes after them. It works in
// batches and holds one in memory. When ctx is done, it stops after the current batch. Closing upload must unblock a
// pending read.
//
// A finished import is returned unchanged. Errors: ErrImportRunning when another upload of the same import interferes;
// ErrImportChanged when the upload does not begin with the processed lines or differs in DryRun; ErrUploadCut when the
// upload is truncated; ErrImportStopped when ctx is done.
func (s *Service) ImportUsers(ctx context.Context, o ImportOrder, upload io.ReadCloser) (Import, error) {
	i, err := s.importUsers(ctx, o, upload)
	if err != nil && ctx.Err() != nil {
		err = ErrImportStopped.Because(err)
	}
	return i, err
}

func (s *Service) importUsers(ctx context.Context, o ImportOrder, upload io.ReadCloser) (Import, error) {
	i, err := s.openImport(ctx, o)
	if err != nil {
		return i, err
	}
	reader := newLineReader(upload)
	if err := resume(reader, i); err != nil {
		return i, err
	}
	lines := reader.stream(ctx)
	defer lines.wait()
	defer upload.Close()
	for {
		b, err := lines.next(ctx)
		switch {
		case ctx.Err() != nil:
			return i, ctx.Err()
		case errors.Is(err, io.EOF):
			return s.finishImport(ctx, i)
		case err != nil:
			return i, ErrUploadCut.Because(err)
		case i.FinishedAt != nil: // a finished import has no more lines
			return i, ErrImportChanged
		}
		// A started batch is finished, or the next upload would have to repeat it.
		if i, err = s.importBatch(context.WithoutCancel(ctx), i, b); err != nil {
			return i, err
		}
	}
}

// openImport finds or creates the import, and publishes who uploads to it. A dry run and a finished import change nothing,
// so nothing is published.
func (s *Service) openImport(ctx context.Context, o ImportOrder) (i Import, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		i, err = tx.LockImport(ctx, o.ID)
		if errors.Is(err, ErrImportNotFound) {
			now := s.now()
			i = Import{ID: o.ID, DryRun: o.DryRun, StartedBy: o.By, StartedAt: now, UpdatedAt: now}
			if err := tx.CreateImport(ctx, i); err != nil || o.DryRun {
				return err
			}
			return tx.Publish(ctx, o.event(directoryv1.ImportStarted, i, now))
		}
		if err == nil && i.DryRun != o.DryRun {
			err = ErrImportChanged
		}
		if err != nil || o.DryRun || i.FinishedAt != nil {
			return err
		}
		return tx.Publish(ctx, o.event(directoryv1.ImportContinued, i, s.now()))
	})
	return i, err
}

// resume skips the processed lines and verifies their digest.
func resume(r *lineReader, i Import) error {
	d, err := r.skip(i.Lines)
	switch {
	case errors.Is(err, io.EOF):
		return ErrImportChanged
	case err != nil:
		return ErrUploadCut.Because(err)
	case d != i.Digest:
		return ErrImportChanged
	}
	return nil
}

func (s *Service) finishImport(ctx context.Context, i Import) (Import, error) {
	if i.FinishedAt != nil {
		return i, nil
	}
	done := i.finished(s.now())
	err := s.importStep(ctx, i, func(ctx context.Context, tx Tx) error { return tx.UpdateImport(ctx, done) })
	if err != nil {
		return i, err
	}
	return done, nil
}

// importStep runs fn in a transaction unless another upload has advanced the import.
func (s *Service) importStep(ctx context.Context, i Import, fn func(ctx context.Context, tx Tx) error) error {
	return s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		now, err := tx.LockImport(ctx, i.ID)
		if err != nil {
			return err
		}
		if now.Lines != i.Lines || now.FinishedAt != nil {
			return ErrImportRunning
		}
		return fn(ctx, tx)
	})
}

// importBatch stores one batch on the roster, offers its accounts to identity, and then records the progress. Every
// step is idempotent: after a crash in between, the next upload repeats all of them.
func (s *Service) importBatch(ctx context.Context, i Import, b batch) (Import, error) {
	now := s.now()
	rows := parseRows(b, now)
	var (
		e    *enrolment
		next Import
	)
	err := s.importStep(ctx, i, func(ctx context.Context, tx Tx) (err error) {
		if e, err = enrol(ctx, tx, i, rows, now); err != nil {
			return err
		}
		if err := tx.PutImportRows(ctx, i.ID, e.report); err != nil || len(e.accounts) > 0 {
			return err
		}
		next = i.advanced(b, e.report, now)
		return tx.UpdateImport(ctx, next)
	})
	if err != nil {
		return i, err
	}
	if len(e.accounts) > 0 {
		return s.offerBatch(ctx, i, b, e)
	}
	return next, nil
}

// offerBatch offers the accounts of an enrolled batch to identity.
func (s *Service) offerBatch(ctx context.Context, i Import, b batch, e *enrolment) (Import, error) {
	results, err := s.legacy.Offer(ctx, i.DryRun, e.accounts)
	if err != nil {
		return i, err
	}
	changed, err := e.settle(results)
	if err != nil {
		return i, err
	}
	next := i.advanced(b, e.report, s.now())
	err = s.importStep(ctx, i, func(ctx context.Context, tx Tx) error {
		if err := tx.PutImportRows(ctx, i.ID, changed); err != nil {
			return err
		}
		return tx.UpdateImport(ctx, next)
	})
	if err != nil {
		return i, err
	}
	return next, nil
}

// activationPoll is the polling interval for the users of activated accounts.
const activationPoll = 250 * time.Millisecond

// AwaitActivated waits, at most for patience, until every account that the import activated has its user. It returns
// how many users are missing.
func (s *Service) AwaitActivated(ctx context.Context, i Import, patience time.Duration) (pending int64, err error) {
	if i.Tally.Activated == 0 || i.DryRun {
		return 0, nil
	}
	deadline := time.After(patience)
	for {
		err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) (err error) {
			pending, err = tx.CountActivating(ctx, i.ID)
			return err
		})
		if err != nil || pending == 0 {
			return pending, err
		}
		select {
		case <-ctx.Done():
			return pending, fmt.Errorf("await users: %w", ctx.Err())
		case <-deadline:
			return pending, nil
		case <-time.After(activationPoll):
		}
	}
}
