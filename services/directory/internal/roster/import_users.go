package roster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// ImportOrder is what an administrator asks for who uploads a roster.
type ImportOrder struct {
	// ID names the import: a later upload with the same id goes on where this one ends.
	ID     string
	DryRun bool
	By     int64
}

// ImportUsers reads a roster, one JSON object a line, and gives the import as it is then, also along with an error: what
// it counts as done is done, and the same file uploaded under the same id goes on behind it. It works in batches and
// keeps one in memory. When ctx is done it stops behind the batch it is at. Closing upload must end a read that waits.
//
// An import that is finished is given as it is, and nothing is done. ErrImportRunning when another upload of the import
// comes in between; ErrImportChanged when the upload does not begin with the lines that are done, or the import is of
// another kind; ErrUploadCut when the upload ends before its file does; ErrImportStopped when ctx ends it.
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
		case i.FinishedAt != nil: // there was to be nothing more
			return i, ErrImportChanged
		}
		// What is begun is finished, or the next upload would have it to do again.
		if i, err = s.importBatch(context.WithoutCancel(ctx), i, b); err != nil {
			return i, err
		}
	}
}

// openImport finds the import, or begins it.
func (s *Service) openImport(ctx context.Context, o ImportOrder) (i Import, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		i, err = tx.LockImport(ctx, o.ID)
		if errors.Is(err, ErrImportNotFound) {
			now := s.now()
			i = Import{ID: o.ID, DryRun: o.DryRun, StartedBy: o.By, StartedAt: now, UpdatedAt: now}
			return tx.CreateImport(ctx, i)
		}
		if err == nil && i.DryRun != o.DryRun {
			err = ErrImportChanged
		}
		return err
	})
	return i, err
}

// resume reads over what is done and makes sure that it is what was done.
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

// importStep runs fn in a transaction, if no other upload has moved the import.
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

// importBatch takes one batch to the roster, to identity what concerns accounts, and then notes that it is done. Each
// step can be done twice: after a crash in between, the next upload does all of them again.
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

// offerBatch takes the accounts of an enrolled batch to identity.
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

// activationPoll is how often it is looked whether the users of accounts that were made are there.
const activationPoll = 250 * time.Millisecond

// AwaitActivated waits until everybody for whom the import made an account is a user here, for patience at most, and
// gives how many are not.
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
