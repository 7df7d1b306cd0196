package identity

import (
	"context"
	"fmt"
	"time"
)

// keyLead is how long a key is published before it signs. Token verifiers reload the key set every five minutes, so
// they have the key by then.
const keyLead = 10 * time.Minute

// SigningKey is an Ed25519 key that access tokens are signed with.
type SigningKey struct {
	ID        string // the "kid" header of tokens
	Sealed    []byte // the encrypted private key; the public key is derived from it
	CreatedAt time.Time
	SignsFrom time.Time // until the next key signs
}

// RefreshKeys rotates the signing keys when due and passes the current ones to [Tokens]. Call it at startup and then
// about every minute. It also loads the keys that other replicas generated.
func (s *Service) RefreshKeys(ctx context.Context) error {
	keys, err := s.keys.SigningKeys(ctx)
	if err != nil {
		return fmt.Errorf("read signing keys: %w", err)
	}
	if s.keysDue(keys, s.now()) {
		err = s.keys.ChangeKeys(ctx, func(present []SigningKey) ([]SigningKey, error) {
			keys, err = s.rotate(present, s.now())
			return keys, err
		})
		if err != nil {
			return fmt.Errorf("rotate signing keys: %w", err)
		}
	}
	if err := s.tokens.Use(keys); err != nil {
		return fmt.Errorf("use signing keys: %w", err)
	}
	return nil
}

// SigningKeys returns the keys, ordered by the time from which they sign.
func (s *Service) SigningKeys(ctx context.Context) ([]SigningKey, error) {
	keys, err := s.keys.SigningKeys(ctx)
	if err != nil {
		return nil, fmt.Errorf("read signing keys: %w", err)
	}
	return keys, nil
}

// RotateKeys publishes a new signing key, as a rotation that is due does: it signs after keyLead, when every verifier has
// it, and the present key stays until its tokens have expired. While a published key does not sign yet, there is no other
// new one. It returns the keys. Other replicas load them with RefreshKeys.
func (s *Service) RotateKeys(ctx context.Context) ([]SigningKey, error) {
	var keys []SigningKey
	err := s.keys.ChangeKeys(ctx, func(present []SigningKey) ([]SigningKey, error) {
		now := s.now()
		keys = s.needed(present, now)
		if n := len(keys); n > 0 && keys[n-1].SignsFrom.After(now) {
			return keys, nil
		}
		var err error
		keys, err = s.addKey(keys, now)
		return keys, err
	})
	if err == nil {
		err = s.done(ctx, AuditEntry{Action: ActRotateKeys})
	}
	if err != nil {
		return nil, fmt.Errorf("rotate signing keys: %w", err)
	}
	if err := s.tokens.Use(keys); err != nil {
		return nil, fmt.Errorf("use signing keys: %w", err)
	}
	return keys, nil
}

func (s *Service) keysDue(keys []SigningKey, now time.Time) bool {
	return s.successorDue(keys, now) || len(s.needed(keys, now)) < len(keys)
}

// rotate adds a new key shortly before the newest one has to be replaced, and drops keys that no unexpired token needs.
// Another replica may already have done either.
func (s *Service) rotate(keys []SigningKey, now time.Time) ([]SigningKey, error) {
	keys = s.needed(keys, now)
	if !s.successorDue(keys, now) {
		return keys, nil
	}
	return s.addKey(keys, now)
}

// addKey adds a new key, which signs after keyLead.
func (s *Service) addKey(keys []SigningKey, now time.Time) ([]SigningKey, error) {
	key, err := s.tokens.NewKey()
	if err != nil {
		return nil, err
	}
	key.CreatedAt, key.SignsFrom = now, now
	if len(keys) > 0 { // the first key signs at once, because there is no other
		key.SignsFrom = now.Add(keyLead)
	}
	return append(keys, key), nil
}

func (s *Service) successorDue(keys []SigningKey, now time.Time) bool {
	if len(keys) == 0 {
		return true
	}
	newest := keys[len(keys)-1]
	return !now.Before(newest.SignsFrom.Add(s.rules.KeyRotation - keyLead))
}

// needed returns the keys that sign, will sign, or have signed tokens that may be unexpired.
func (s *Service) needed(keys []SigningKey, now time.Time) []SigningKey {
	for len(keys) > 1 && now.After(keys[1].SignsFrom.Add(s.tokenLife())) {
		keys = keys[1:]
	}
	return keys
}
