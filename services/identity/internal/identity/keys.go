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
