package gateway

import (
	"cmp"
	"context"
	"slices"
)

// Changes are newly arrived states of any users, in any order, including old ones and duplicates.
type Changes struct {
	Users         []UserState
	Accounts      []AccountState
	Subscriptions []SubscriptionState
}

// Apply updates the read model. It ignores a state that is not newer than the stored one. It is atomic within the
// transaction that ctx carries.
func (s *Service) Apply(ctx context.Context, c Changes) error {
	if err := s.model.Apply(ctx, c.newest()); err != nil {
		return err
	}
	s.model.AfterCommit(ctx, s.awaiter.Wake)
	return nil
}

// newest returns the newest state of each user and kind, ordered by user.
func (c Changes) newest() Changes {
	return Changes{
		Users:         newest(c.Users, func(u UserState) (int64, int64) { return u.UserID, u.Version }),
		Accounts:      newest(c.Accounts, func(a AccountState) (int64, int64) { return a.UserID, a.Version }),
		Subscriptions: newest(c.Subscriptions, func(b SubscriptionState) (int64, int64) { return b.UserID, b.Version }),
	}
}

func newest[S any](states []S, of func(S) (userID, version int64)) []S {
	sorted := slices.Clone(states)
	slices.SortStableFunc(sorted, func(a, b S) int {
		idA, versionA := of(a)
		idB, versionB := of(b)
		return cmp.Or(cmp.Compare(idA, idB), cmp.Compare(versionB, versionA))
	})
	return slices.CompactFunc(sorted, func(a, b S) bool {
		idA, _ := of(a)
		idB, _ := of(b)
		return idA == idB
	})
}
