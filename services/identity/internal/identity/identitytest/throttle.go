package identitytest

import (
	"context"
	"slices"
	"time"

	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

// Failures reads the counts whose window is open.
func (s *Store) Failures(ctx context.Context, now time.Time, subjects ...string) ([]credentials.Failures, error) {
	defer s.lock(ctx)()
	counts := make([]credentials.Failures, len(subjects))
	for i, subject := range subjects {
		if f := s.state.failures[subject]; f.Until.After(now) {
			counts[i] = f
		}
	}
	return counts, nil
}

// Fail counts one failure for each subject.
func (s *Store) Fail(ctx context.Context, now time.Time, window time.Duration, subjects ...string) ([]credentials.Failures, error) {
	defer s.lock(ctx)()
	counts := make([]credentials.Failures, len(subjects))
	for i, subject := range subjects {
		f := s.state.failures[subject]
		if !f.Until.After(now) {
			f = credentials.Failures{Until: now.Add(window)}
		}
		f.Count++
		s.state.failures[subject], counts[i] = f, f
	}
	return counts, nil
}

// Forget deletes the subject's count.
func (s *Store) Forget(ctx context.Context, subject string) error {
	defer s.lock(ctx)()
	delete(s.state.failures, subject)
	return nil
}

// PurgeFailures deletes counts whose window has ended.
func (s *Store) PurgeFailures(ctx context.Context, now time.Time, limit int) (int, error) {
	defer s.lock(ctx)()
	gone := 0
	for subject, f := range s.state.failures {
		if gone < limit && !f.Until.After(now) {
			delete(s.state.failures, subject)
			gone++
		}
	}
	return gone, nil
}

// SigningKeys reads all keys.
func (s *Store) SigningKeys(ctx context.Context) ([]identity.SigningKey, error) {
	defer s.lock(ctx)()
	return slices.Clone(s.state.keys), nil
}

// ChangeKeys holds the store's lock while change decides.
func (s *Store) ChangeKeys(ctx context.Context, change func([]identity.SigningKey) ([]identity.SigningKey, error)) error {
	defer s.lock(ctx)()
	keys, err := change(slices.Clone(s.state.keys))
	if err != nil {
		return err
	}
	s.state.keys = slices.SortedStableFunc(slices.Values(keys), func(a, b identity.SigningKey) int { return a.SignsFrom.Compare(b.SignsFrom) })
	return nil
}
