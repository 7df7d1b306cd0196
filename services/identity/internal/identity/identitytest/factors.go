package identitytest

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

var (
	_ identity.Factors          = (*Store)(nil)
	_ identity.OneTimePasswords = OneTimePasswords{}
)

// FactorsOf implements identity.Factors.
func (s *Store) FactorsOf(ctx context.Context, userID int64) ([]identity.Factor, error) {
	defer s.lock(ctx)()
	var own []identity.Factor
	for _, f := range s.state.factors {
		if f.UserID == userID {
			own = append(own, f)
		}
	}
	slices.SortFunc(own, func(a, b identity.Factor) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return own, nil
}

// PutFactor implements identity.Factors.
func (s *Store) PutFactor(ctx context.Context, f identity.Factor) error {
	defer s.lock(ctx)()
	if f.Credential != nil {
		for id, other := range s.state.factors {
			if id != f.ID && other.Credential != nil && bytes.Equal(other.Credential.ID, f.Credential.ID) {
				return identity.ErrPasskeyExists
			}
		}
	}
	s.state.factors[f.ID] = f
	return nil
}

// DropFactor implements identity.Factors.
func (s *Store) DropFactor(ctx context.Context, userID int64, id string) error {
	defer s.lock(ctx)()
	if s.state.factors[id].UserID == userID {
		delete(s.state.factors, id)
	}
	return nil
}

// DropFactors implements identity.Factors.
func (s *Store) DropFactors(ctx context.Context, userID int64) error {
	defer s.lock(ctx)()
	for id, f := range s.state.factors {
		if f.UserID == userID {
			delete(s.state.factors, id)
		}
	}
	delete(s.state.recovery, userID)
	delete(s.state.handles, userID)
	maps.DeleteFunc(s.state.ceremonies, func(_ string, c identity.Ceremony) bool { return c.UserID == userID })
	for hash, c := range s.state.challenges {
		if c.UserID == userID {
			delete(s.state.challenges, hash)
		}
	}
	return nil
}

// RecoveryCodes implements identity.Factors.
func (s *Store) RecoveryCodes(ctx context.Context, userID int64) (int, error) {
	defer s.lock(ctx)()
	return len(s.state.recovery[userID]), nil
}

// PutRecoveryCodes implements identity.Factors.
func (s *Store) PutRecoveryCodes(ctx context.Context, userID int64, hashes [][]byte) error {
	defer s.lock(ctx)()
	s.state.recovery[userID] = slices.Clone(hashes)
	return nil
}

// UseRecoveryCode implements identity.Factors.
func (s *Store) UseRecoveryCode(ctx context.Context, userID int64, hash []byte) (bool, error) {
	defer s.lock(ctx)()
	had := s.state.recovery[userID]
	left := slices.DeleteFunc(slices.Clone(had), func(h []byte) bool { return bytes.Equal(h, hash) })
	s.state.recovery[userID] = left
	return len(left) < len(had), nil
}

// PutChallenge implements identity.Factors.
func (s *Store) PutChallenge(ctx context.Context, c identity.Challenge, now time.Time) error {
	defer s.lock(ctx)()
	for hash, other := range s.state.challenges {
		if other.UserID == c.UserID && other.ExpiresAt.Before(now) {
			delete(s.state.challenges, hash)
		}
	}
	s.state.challenges[string(c.Hash)] = c
	return nil
}

// Challenge implements identity.Factors.
func (s *Store) Challenge(ctx context.Context, hash []byte) (identity.Challenge, error) {
	defer s.lock(ctx)()
	c, ok := s.state.challenges[string(hash)]
	if !ok {
		return identity.Challenge{}, identity.ErrChallengeNotFound
	}
	return c, nil
}

// DropChallenge implements identity.Factors.
func (s *Store) DropChallenge(ctx context.Context, hash []byte) error {
	defer s.lock(ctx)()
	delete(s.state.challenges, string(hash))
	return nil
}

// SessionBegan implements identity.Store.
func (s *Store) SessionBegan(ctx context.Context, userID int64, sessionID string) (time.Time, error) {
	defer s.lock(ctx)()
	session, ok := s.state.sessions[sessionID]
	if !ok || session.UserID != userID || session.EndedAt != nil {
		return time.Time{}, identity.ErrSessionNotFound
	}
	return session.CreatedAt, nil
}

// SessionNetwork implements identity.Store.
func (s *Store) SessionNetwork(ctx context.Context, userID int64, sessionID string) (string, error) {
	defer s.lock(ctx)()
	session, ok := s.state.sessions[sessionID]
	if !ok || session.UserID != userID {
		return "", identity.ErrSessionNotFound
	}
	return web.Network(session.Client.IP), nil
}

// OneTimePasswords is an identity.OneTimePasswords whose code of a time step is the step itself.
type OneTimePasswords struct{}

// NewSecret implements identity.OneTimePasswords.
func (OneTimePasswords) NewSecret(id, account string) (sealed []byte, secret, uri string, err error) {
	return []byte("sealed " + id), "SECRET", "otpauth://totp/" + account, nil
}

// Match implements identity.OneTimePasswords.
func (OneTimePasswords) Match(_ string, _ []byte, code string, now time.Time) (int64, error) {
	for step := now.Unix()/30 - 1; step <= now.Unix()/30+1; step++ {
		if code == strconv.FormatInt(step, 10) {
			return step, nil
		}
	}
	return 0, nil
}
