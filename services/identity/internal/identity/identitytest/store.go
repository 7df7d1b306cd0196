// Package identitytest holds working fakes of identity's ports, and a contract suite for each port that both the fakes
// and the adapters pass.
package identitytest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"muster/libs/contracts"
	"muster/libs/usersapi"
	"muster/services/identity/internal/identity"
)

// Store is an identity.Store, Throttle and KeyStore in memory. Transactions run one at a time.
type Store struct {
	mu    sync.Mutex
	state state
}

var (
	_ identity.Store    = (*Store)(nil)
	_ identity.KeyStore = (*Store)(nil)
	_ identity.Flows    = (*Store)(nil)
)

// state is copied when a transaction begins and restored when it fails.
type state struct {
	lastID     int64
	accounts   map[int64]identity.Account
	legacy     map[int64]identity.LegacyAccount
	sessions   map[string]identity.Session
	tokens     map[string]identity.RefreshToken
	keys       []identity.SigningKey
	published  []contracts.Payload
	providers  providers
	trail      []identity.AuditEntry
	factors    map[string]identity.Factor
	recovery   map[int64][][]byte
	challenges map[string]identity.Challenge
	handles    map[int64][]byte
	ceremonies map[string]identity.Ceremony
}

// NewStore returns an empty store.
func NewStore() *Store {
	return &Store{state: state{
		accounts: map[int64]identity.Account{}, legacy: map[int64]identity.LegacyAccount{}, sessions: map[string]identity.Session{},
		tokens: map[string]identity.RefreshToken{}, providers: newProviders(),
		factors: map[string]identity.Factor{}, recovery: map[int64][][]byte{}, challenges: map[string]identity.Challenge{},
		handles: map[int64][]byte{}, ceremonies: map[string]identity.Ceremony{},
	}}
}

func (s state) clone() state {
	s.legacy = maps.Clone(s.legacy)
	s.accounts, s.sessions = maps.Clone(s.accounts), maps.Clone(s.sessions)
	s.tokens, s.providers = maps.Clone(s.tokens), s.providers.clone()
	s.keys, s.published = slices.Clone(s.keys), slices.Clone(s.published)
	s.trail = slices.Clone(s.trail)
	s.factors, s.recovery, s.challenges = maps.Clone(s.factors), maps.Clone(s.recovery), maps.Clone(s.challenges)
	s.handles, s.ceremonies = maps.Clone(s.handles), maps.Clone(s.ceremonies)
	return s
}

type txKey struct{}

// Tx runs fn on the state and restores the old state when fn fails.
func (s *Store) Tx(ctx context.Context, fn func(ctx context.Context, tx identity.Tx) error) error {
	defer s.lock(ctx)()
	before := s.state.clone()
	if err := fn(context.WithValue(ctx, txKey{}, s), &tx{&s.state}); err != nil {
		s.state = before
		return err
	}
	return nil
}

// lock takes the mutex unless ctx carries a transaction of this store, which already holds it.
func (s *Store) lock(ctx context.Context) (unlock func()) {
	if ctx.Value(txKey{}) == s {
		return func() {}
	}
	s.mu.Lock()
	return s.mu.Unlock
}

// AccountByEmail finds the account that signs in with the address.
func (s *Store) AccountByEmail(ctx context.Context, email string) (identity.Account, error) {
	defer s.lock(ctx)()
	return s.state.holder(email)
}

// FollowQuietly implements identity.Store.
func (s *Store) FollowQuietly(ctx context.Context, users []identity.User) (map[int64]int64, error) {
	defer s.lock(ctx)()
	followed := map[int64]int64{}
	for _, u := range users {
		if a, ok := s.state.accounts[u.ID]; ok {
			if u.AccessVersion <= a.UserVersion {
				a.UserVersion = max(a.UserVersion, u.Version)
				s.state.accounts[u.ID] = a
			}
			followed[u.ID] = a.UserVersion
		}
	}
	return followed, nil
}

// LegacyByEmail finds the legacy account with the address.
func (s *Store) LegacyByEmail(ctx context.Context, email string) (identity.LegacyAccount, error) {
	defer s.lock(ctx)()
	return s.state.legacyOf(email)
}

// Legacy lists the legacy accounts by their ids.
func (s *Store) Legacy() []identity.LegacyAccount {
	defer s.lock(context.Background())()
	return s.state.legacyWith(func(identity.LegacyAccount) bool { return true })
}

// Account returns the current state of an account.
func (s *Store) Account(userID int64) (identity.Account, bool) {
	defer s.lock(context.Background())()
	a, ok := s.state.accounts[userID]
	return a, ok
}

// Published lists what was published, oldest first.
func (s *Store) Published() []contracts.Payload {
	defer s.lock(context.Background())()
	return slices.Clone(s.state.published)
}

// Standing returns the current state of a user and one of their sessions.
func (s *Store) Standing(ctx context.Context, userID int64, sessionID string) (identity.Standing, error) {
	defer s.lock(ctx)()
	a, known := s.state.accounts[userID]
	if !known {
		return identity.Standing{SessionEnded: true}, nil
	}
	session, ok := s.state.sessions[sessionID]
	return identity.Standing{
		Admitted: a.Admitted(), TypeCode: a.TypeCode, TokensValidFrom: a.TokensValidFrom,
		SessionEnded: !ok || session.UserID != userID || session.EndedAt != nil,
	}, nil
}

// OpenSessions lists the sessions that have neither ended nor expired.
func (s *Store) OpenSessions(ctx context.Context, userID int64, now time.Time, limit int) ([]identity.Session, int, error) {
	defer s.lock(ctx)()
	var open []identity.Session
	for _, session := range s.state.sessions {
		if session.UserID == userID && session.EndedAt == nil && session.ExpiresAt.After(now) {
			open = append(open, session)
		}
	}
	slices.SortFunc(open, func(a, b identity.Session) int {
		return cmp.Or(b.LastUsedAt.Compare(a.LastUsedAt), b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return open[:min(limit, len(open))], len(open), nil
}

// PurgeSessions deletes expired and ended sessions.
func (s *Store) PurgeSessions(ctx context.Context, now time.Time, limit int) (int, error) {
	defer s.lock(ctx)()
	sessions, tokens := 0, 0
	for id, session := range s.state.sessions {
		ended := session.EndedAt != nil && !session.EndedAt.After(now)
		if sessions < limit && (ended || !session.ExpiresAt.After(now)) {
			s.state.dropSession(id)
			sessions++
		}
	}
	for hash, token := range s.state.tokens {
		if tokens < limit && !token.ExpiresAt.After(now) {
			delete(s.state.tokens, hash)
			tokens++
		}
	}
	return sessions + tokens, nil
}

func (s *state) dropSession(id string) {
	delete(s.sessions, id)
	maps.DeleteFunc(s.tokens, func(_ string, t identity.RefreshToken) bool { return t.SessionID == id })
}

func (s *state) holder(email string) (identity.Account, error) {
	for _, a := range s.accounts {
		if !a.Displaced && a.Email != "" && usersapi.SameEmail(a.Email, email) {
			return a, nil
		}
	}
	return identity.Account{}, identity.ErrAccountNotFound
}
