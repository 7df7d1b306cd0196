package main

import (
	"context"
	"time"

	"muster/libs/ops"
	"muster/services/identity/internal/identity"
)

// operatorsKeys gives operators access to the signing keys.
func operatorsKeys(core *identity.Service, now func() time.Time) ops.Keys {
	show := func(keys []identity.SigningKey, err error) ([]ops.SigningKey, error) {
		return shownKeys(keys, now()), err
	}
	return ops.Keys{
		List:   func(ctx context.Context) ([]ops.SigningKey, error) { return show(core.SigningKeys(ctx)) },
		Rotate: func(ctx context.Context) ([]ops.SigningKey, error) { return show(core.RotateKeys(ctx)) },
	}
}

// shownKeys returns the keys as operators see them. The newest key that signs already is the one that signs.
func shownKeys(keys []identity.SigningKey, now time.Time) []ops.SigningKey {
	shown := make([]ops.SigningKey, len(keys))
	signing := false
	for i := len(keys) - 1; i >= 0; i-- {
		k, state := keys[i], ops.KeyRetiring
		switch {
		case k.SignsFrom.After(now):
			state = ops.KeyNext
		case !signing:
			state, signing = ops.KeySigning, true
		}
		shown[i] = ops.SigningKey{ID: k.ID, State: state, CreatedAt: k.CreatedAt.UTC(), SignsFrom: k.SignsFrom.UTC()}
	}
	return shown
}
