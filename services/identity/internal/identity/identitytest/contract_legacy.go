package identitytest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"muster/services/identity/internal/identity"
)

// legacy is a legacy account with every field set.
func legacy(id int64, email string) identity.LegacyAccount {
	first, last := "Grace", "Hopper"
	return identity.LegacyAccount{
		ID: id, Email: email, Username: "grace", FirstName: &first, LastName: &last, CreatedAt: at.Add(-time.Hour),
		EmailVerified: true, PasswordHash: "$2b$10$x",
	}
}

func replace(t *testing.T, s identity.Store, ids []int64, with ...identity.LegacyAccount) {
	t.Helper()
	do(t, s, func(ctx context.Context, tx identity.Tx) { check(t, tx.ReplaceLegacy(ctx, ids, with)) })
}

func legacySurvives(t *testing.T, s StoreUnderTest) {
	full := legacy(7, "Grace@Example.com")
	bare := identity.LegacyAccount{ID: 8, Email: "b@example.com", Username: "b", CreatedAt: at, PasswordHash: "x"}
	replace(t, s.Store, nil, full, bare)
	for email, want := range map[string]identity.LegacyAccount{"gRACE@example.COM": full, "b@example.com": bare} {
		got, err := s.Store.LegacyByEmail(t.Context(), email)
		check(t, err)
		same(t, email, got, want)
	}
	_, err := s.Store.LegacyByEmail(t.Context(), "nobody@example.com")
	wantErr(t, err, identity.ErrLegacyNotFound)
}

func legacyIsTakenOnce(t *testing.T, s StoreUnderTest) {
	replace(t, s.Store, nil, legacy(7, "grace@example.com"), legacy(8, "other@example.com"))
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		got, err := tx.TakeLegacy(ctx, "GRACE@example.com")
		check(t, err)
		same(t, "taken", got, legacy(7, "grace@example.com"))
		_, err = tx.TakeLegacy(ctx, "grace@example.com")
		wantErr(t, err, identity.ErrLegacyNotFound)
	})
	_, err := s.Store.LegacyByEmail(t.Context(), "other@example.com")
	check(t, err)
}

func legacyIsReplaced(t *testing.T, s StoreUnderTest) {
	replace(t, s.Store, nil, legacy(7, "a@example.com"), legacy(8, "b@example.com"), legacy(9, "c@example.com"))
	replace(t, s.Store, []int64{7, 8, 99}, legacy(7, "B@example.com"), legacy(10, "a@example.com"))
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		got, err := tx.LockLegacy(ctx, []int64{7, 8}, []string{"A@example.com", "c@EXAMPLE.com", "b@example.com", "nobody@example.com"})
		check(t, err)
		slices.SortFunc(got, func(a, b identity.LegacyAccount) int { return int(a.ID - b.ID) })
		same(t, "found", got, []identity.LegacyAccount{legacy(7, "B@example.com"), legacy(9, "c@example.com"), legacy(10, "a@example.com")})
	})
	wantErr(t, s.Store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		return tx.ReplaceLegacy(ctx, []int64{7}, []identity.LegacyAccount{legacy(11, "C@example.com")})
	}), identity.ErrEmailExists)
	_, err := s.Store.LegacyByEmail(t.Context(), "b@example.com")
	check(t, err)
}

func manyAccounts(t *testing.T, s StoreUnderTest) {
	gone := insert(t, s.Store, sample("moved@example.com"))
	gone.Displaced = true
	update(t, s.Store, gone)
	var made []identity.Account
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		var err error
		made, err = tx.InsertAccounts(ctx, []identity.Account{sample("C@example.com"), sample("a@example.com"), sample("b@example.com")})
		check(t, err)
	})
	for i, email := range []string{"C@example.com", "a@example.com", "b@example.com"} {
		want := sample(email)
		want.UserID = made[i].UserID
		same(t, "inserted", made[i], want)
		same(t, "stored", read(t, s.Store, made[i].UserID), want)
	}
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		got, err := tx.AccountsByEmail(ctx, []string{"B@example.com", "c@example.com", "moved@example.com", "nobody@example.com"})
		check(t, err)
		slices.SortFunc(got, func(a, b identity.Account) int { return int(a.UserID - b.UserID) })
		same(t, "found", got, []identity.Account{made[0], made[2]})
	})
	wantErr(t, s.Store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		_, err := tx.InsertAccounts(ctx, []identity.Account{sample("new@example.com"), sample("A@example.com")})
		return err
	}), identity.ErrEmailExists)
	_, err := s.Store.AccountByEmail(t.Context(), "new@example.com")
	wantErr(t, err, identity.ErrAccountNotFound)
}

// takeExcludesStore concurrently gives an address to an account and stores a legacy account with it. At the end only
// one of the two may exist, because storing checks for the account under the lock.
func takeExcludesStore(t *testing.T, s StoreUnderTest) {
	for range 20 {
		var wg sync.WaitGroup
		wg.Go(func() {
			check(t, s.Store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
				if _, err := tx.TakeLegacy(ctx, "grace@example.com"); err != nil && !errors.Is(err, identity.ErrLegacyNotFound) {
					return err
				}
				_, err := tx.InsertAccount(ctx, sample("grace@example.com"))
				return err
			}))
		})
		wg.Go(func() {
			check(t, s.Store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
				if _, err := tx.LockLegacy(ctx, []int64{7}, []string{"grace@example.com"}); err != nil {
					return err
				}
				if found, err := tx.AccountsByEmail(ctx, []string{"grace@example.com"}); err != nil || len(found) > 0 {
					return err
				}
				return tx.ReplaceLegacy(ctx, []int64{7}, []identity.LegacyAccount{legacy(7, "grace@example.com")})
			}))
		})
		wg.Wait()
		a, err := s.Store.AccountByEmail(t.Context(), "grace@example.com")
		check(t, err)
		_, err = s.Store.LegacyByEmail(t.Context(), "grace@example.com")
		wantErr(t, err, identity.ErrLegacyNotFound)
		update(t, s.Store, identity.Account{UserID: a.UserID, Version: 9, CreatedAt: at, Deleted: true})
	}
}
