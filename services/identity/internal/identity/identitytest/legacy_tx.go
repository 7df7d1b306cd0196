package identitytest

import (
	"cmp"
	"context"
	"slices"

	"muster/libs/usersapi"
	"muster/services/identity/internal/identity"
)

func (s *state) legacyOf(email string) (identity.LegacyAccount, error) {
	found := s.legacyWith(func(l identity.LegacyAccount) bool { return usersapi.SameEmail(l.Email, email) })
	if len(found) == 0 {
		return identity.LegacyAccount{}, identity.ErrLegacyNotFound
	}
	return found[0], nil
}

func (s *state) legacyWith(holds func(identity.LegacyAccount) bool) []identity.LegacyAccount {
	var found []identity.LegacyAccount
	for _, l := range s.legacy {
		if holds(l) {
			found = append(found, l)
		}
	}
	slices.SortFunc(found, func(a, b identity.LegacyAccount) int { return cmp.Compare(a.ID, b.ID) })
	return found
}

func oneOf(email string, emails []string) bool {
	return slices.ContainsFunc(emails, func(other string) bool { return usersapi.SameEmail(email, other) })
}

// TakeLegacy needs no lock: transactions run one at a time.
func (t *tx) TakeLegacy(_ context.Context, email string) (identity.LegacyAccount, error) {
	l, err := t.state.legacyOf(email)
	delete(t.state.legacy, l.ID)
	return l, err
}

func (t *tx) LockLegacy(_ context.Context, ids []int64, emails []string) ([]identity.LegacyAccount, error) {
	return t.state.legacyWith(func(l identity.LegacyAccount) bool { return slices.Contains(ids, l.ID) || oneOf(l.Email, emails) }), nil
}

func (t *tx) ReplaceLegacy(_ context.Context, ids []int64, with []identity.LegacyAccount) error {
	for _, id := range ids {
		delete(t.state.legacy, id)
	}
	for _, l := range with {
		if _, err := t.state.legacyOf(l.Email); err == nil {
			return identity.ErrEmailExists
		}
		t.state.legacy[l.ID] = l
	}
	return nil
}

func (t *tx) AccountsByEmail(_ context.Context, emails []string) ([]identity.Account, error) {
	var found []identity.Account
	for _, a := range t.state.accounts {
		if !a.Displaced && a.Email != "" && oneOf(a.Email, emails) {
			found = append(found, a)
		}
	}
	return found, nil
}

func (t *tx) InsertAccounts(ctx context.Context, accounts []identity.Account) ([]identity.Account, error) {
	inserted := make([]identity.Account, len(accounts))
	for i, a := range accounts {
		var err error
		if inserted[i], err = t.InsertAccount(ctx, a); err != nil {
			return nil, err
		}
	}
	return inserted, nil
}
