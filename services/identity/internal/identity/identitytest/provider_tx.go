package identitytest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"muster/services/identity/internal/identity"
)

// providers is the part of the store for sign-in providers.
type providers struct {
	links  []identity.Link
	used   map[string]time.Time
	flows  map[string]identity.Flow
	signIn map[string]identity.SignInCode
}

func newProviders() providers {
	return providers{used: map[string]time.Time{}, flows: map[string]identity.Flow{}, signIn: map[string]identity.SignInCode{}}
}

func (p providers) clone() providers {
	return providers{slices.Clone(p.links), maps.Clone(p.used), maps.Clone(p.flows), maps.Clone(p.signIn)}
}

func (t *tx) UserOfLink(_ context.Context, p identity.Provider, subject string) (int64, error) {
	for _, l := range t.state.providers.links {
		if l.Provider == p && l.Subject == subject {
			return l.UserID, nil
		}
	}
	return 0, identity.ErrLinkNotFound
}

func (t *tx) Links(_ context.Context, userID int64) ([]identity.Link, error) {
	var links []identity.Link
	for _, l := range t.state.providers.links {
		if l.UserID == userID {
			links = append(links, l)
		}
	}
	slices.SortFunc(links, func(a, b identity.Link) int { return cmp.Compare(a.Provider, b.Provider) })
	return links, nil
}

func (t *tx) InsertLink(_ context.Context, l identity.Link) error {
	for _, held := range t.state.providers.links {
		if held.Provider == l.Provider && (held.Subject == l.Subject || held.UserID == l.UserID) {
			return identity.ErrProviderLinked
		}
	}
	t.state.providers.links = append(t.state.providers.links, l)
	return nil
}

func (t *tx) DeleteLink(_ context.Context, userID int64, p identity.Provider) error {
	before := len(t.state.providers.links)
	t.state.providers.links = slices.DeleteFunc(t.state.providers.links, func(l identity.Link) bool { return l.UserID == userID && l.Provider == p })
	if len(t.state.providers.links) == before {
		return identity.ErrLinkNotFound
	}
	return nil
}

func (t *tx) DropLinks(_ context.Context, userID int64) error {
	t.state.providers.links = slices.DeleteFunc(t.state.providers.links, func(l identity.Link) bool { return l.UserID == userID })
	return nil
}

func (t *tx) UseToken(_ context.Context, hash []byte, until time.Time) error {
	if _, used := t.state.providers.used[string(hash)]; used {
		return identity.ErrProviderTokenInvalid
	}
	t.state.providers.used[string(hash)] = until
	return nil
}

// SaveFlow stores a flow.
func (s *Store) SaveFlow(ctx context.Context, hash []byte, f identity.Flow) error {
	defer s.lock(ctx)()
	s.state.providers.flows[string(hash)] = f
	return nil
}

// TakeFlow deletes and returns a flow.
func (s *Store) TakeFlow(ctx context.Context, hash []byte) (identity.Flow, error) {
	defer s.lock(ctx)()
	f, ok := s.state.providers.flows[string(hash)]
	if !ok {
		return identity.Flow{}, identity.ErrFlowInvalid
	}
	delete(s.state.providers.flows, string(hash))
	return f, nil
}

// SaveSignInCode stores who has come back from a provider.
func (s *Store) SaveSignInCode(ctx context.Context, hash []byte, c identity.SignInCode) error {
	defer s.lock(ctx)()
	s.state.providers.signIn[string(hash)] = c
	return nil
}

// SignInCode returns who has come back from a provider.
func (s *Store) SignInCode(ctx context.Context, hash []byte) (identity.SignInCode, error) {
	defer s.lock(ctx)()
	c, ok := s.state.providers.signIn[string(hash)]
	if !ok {
		return identity.SignInCode{}, identity.ErrProviderTokenInvalid
	}
	return c, nil
}

// PurgeFlows deletes expired flows, codes and used tokens.
func (s *Store) PurgeFlows(ctx context.Context, now time.Time, limit int) (int, error) {
	defer s.lock(ctx)()
	p := s.state.providers
	return max(
		purge(p.flows, limit, func(f identity.Flow) bool { return !f.ExpiresAt.After(now) }),
		purge(p.signIn, limit, func(c identity.SignInCode) bool { return !c.ExpiresAt.After(now) }),
		purge(p.used, limit, func(until time.Time) bool { return !until.After(now) }),
	), nil
}

// purge deletes at most limit expired entries.
func purge[V any](from map[string]V, limit int, expired func(V) bool) int {
	gone := 0
	for key, value := range from {
		if gone < limit && expired(value) {
			delete(from, key)
			gone++
		}
	}
	return gone
}
