package billing

import (
	"context"
	"errors"
	"strconv"
)

// createAttempts is how many generations of an idempotency key one call tries.
const createAttempts = 2

// create makes an object at the provider exactly once. The provider stores a failure of its own under the idempotency
// key, for a day, although the object may exist (https://docs.stripe.com/api/idempotent_requests). After such a failure
// the object is looked up, and only if it does not exist, it is made with the next generation of the key.
//
// find returns ErrProviderMissing if the object does not exist.
func create[T any](ctx context.Context, s *Service, key string, find func(ctx context.Context) (T, error), create func(ctx context.Context, key string) (T, error)) (made T, err error) {
	for range createAttempts {
		generation, genErr := s.store.Generation(ctx, key)
		if genErr != nil {
			return made, genErr
		}
		if generation > 0 {
			if made, err = find(ctx); !errors.Is(err, ErrProviderMissing) {
				return made, err
			}
		}
		made, err = create(ctx, key+"/"+strconv.Itoa(generation))
		if !errors.Is(err, ErrKept) {
			return made, err
		}
		if raiseErr := s.store.RaiseGeneration(ctx, key, generation); raiseErr != nil {
			return made, errors.Join(err, raiseErr)
		}
	}
	return made, err
}
