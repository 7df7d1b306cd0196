package identitytest

import (
	"context"
	"slices"

	"muster/services/identity/internal/identity"
)

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
