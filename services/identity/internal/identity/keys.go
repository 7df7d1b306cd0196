package identity

import (
	"context"
	"fmt"
	"time"
)

// keyLead is how long a key is published before it signs, so that whoever checks tokens has it by then: they read the
// key set again every five minutes.
const keyLead = 10 * time.Minute

// SigningKey is an Ed25519 key that access tokens are signed with.
type SigningKey struct {
	ID        string // the "kid" of tokens
	Sealed    []byte // the private key, encrypted; the public one follows from it
	CreatedAt time.Time
	SignsFrom time.Time // until the next key signs
}

// RefreshKeys rotates the signing keys when one is due and hands the present ones to [Tokens]. Call it at the start and
// then every minute or so: that is also how a replica learns of the keys that another one made.
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

// rotate adds a successor when the newest key has almost done its time, and drops the keys that no living token needs.
// Another replica may have done either meanwhile.
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
	if len(keys) > 0 { // the very first key has nobody who could sign in its place
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

// needed are the keys that sign, will sign, or have signed tokens that may still be unexpired.
func (s *Service) needed(keys []SigningKey, now time.Time) []SigningKey {
	for len(keys) > 1 && now.After(keys[1].SignsFrom.Add(s.tokenLife())) {
		keys = keys[1:]
	}
	return keys
}
