package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/testkit/eventually"
	"muster/services/identity/internal/adapter/postgres"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/credentials/credentialstest"
	"muster/services/identity/internal/identity"
)

const oldPassword = "from elsewhere"

// legacyUser is a row of an import whose hash is one of oldPassword.
func legacyUser(id int64, email string) identity.LegacyUser {
	hash := (&credentialstest.Passwords{}).Foreign(oldPassword)
	return identity.LegacyUser{ID: id, Email: email, CreatedAt: time.Date(2019, 5, 4, 3, 2, 1, 0, time.UTC), PasswordHash: &hash}
}

func importOne(t *testing.T, s *identity.Service, u identity.LegacyUser) identity.Imported {
	t.Helper()
	results, err := s.ImportLegacy(t.Context(), []identity.LegacyUser{u}, false)
	if err != nil {
		t.Error(err)
		return identity.Imported{}
	}
	return results[0]
}

// oneAccount checks that the address has an account and no legacy account, and returns the account's id.
func oneAccount(t *testing.T, store *postgres.Store, email string) int64 {
	t.Helper()
	a, err := store.AccountByEmail(t.Context(), email)
	if err != nil {
		t.Fatalf("%s: %v", email, err)
	}
	if l, err := store.LegacyByEmail(t.Context(), email); !errors.Is(err, identity.ErrLegacyNotFound) {
		t.Fatalf("%s has account %d and legacy account %d, %v", email, a.UserID, l.ID, err)
	}
	return a.UserID
}

func TestFirstSignInsAtOnceMakeOneAccount(t *testing.T) {
	service, store, _ := newService(t)
	for round := range int64(15) {
		email := fmt.Sprintf("grace%d@example.com", round)
		importOne(t, service, legacyUser(round+1, email))
		users, results := make([]int64, 4), make([]error, 4)
		var wg sync.WaitGroup
		for i := range results {
			wg.Go(func() {
				in, err := service.Login(t.Context(), email, oldPassword, identity.Client{})
				users[i], results[i] = in.UserID, err
			})
		}
		wg.Wait()
		if err := errors.Join(results...); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if id := oneAccount(t, store, email); slices.ContainsFunc(users, func(user int64) bool { return user != id }) {
			t.Fatalf("round %d: users %v, account %d", round, users, id)
		}
	}
}

// Whoever comes first: one account, and no legacy account beside it.
func TestAFirstSignInRacesWithEverythingElse(t *testing.T) {
	service, store, _ := newService(t)
	owner, err := register(t, service, "owner@example.com")
	if err != nil {
		t.Fatal(err)
	}
	version := int64(0)
	for name, other := range map[string]func(email string, id int64) error{
		"a registration": func(email string, _ int64) error {
			_, err := register(t, service, email)
			return err
		},
		"the same import": func(email string, id int64) error {
			_, err := service.ImportLegacy(t.Context(), []identity.LegacyUser{legacyUser(id, email)}, false)
			return err
		},
		"an activation": func(email string, id int64) error {
			u := legacyUser(id, email)
			u.Activate = true
			_, err := service.ImportLegacy(t.Context(), []identity.LegacyUser{u}, false)
			return err
		},
		"a change of address": func(email string, _ int64) error {
			version++
			return service.FollowUser(t.Context(), identity.User{
				ID: owner, Version: version, AccessVersion: version, Email: email, TypeCode: "NONS", Active: true,
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			for round := range int64(15) {
				email, id := fmt.Sprintf("%s%d@example.com", strings.ReplaceAll(name, " ", "."), round), 1000*int64(len(name))+round
				importOne(t, service, legacyUser(id, email))
				var signIn, did error
				var wg sync.WaitGroup
				wg.Go(func() { _, signIn = service.Login(t.Context(), email, oldPassword, identity.Client{}) })
				wg.Go(func() { did = other(email, id) })
				wg.Wait()
				if signIn != nil && !errors.Is(signIn, credentials.ErrInvalidCredentials) {
					t.Fatalf("round %d: sign-in: %v", round, signIn)
				}
				if did != nil && !errors.Is(did, identity.ErrEmailExists) {
					t.Fatalf("round %d: %v", round, did)
				}
				oneAccount(t, store, email)
				if strings.HasPrefix(name, "the same") || strings.HasPrefix(name, "an act") { // these take nothing from the owner
					if err := errors.Join(signIn, did); err != nil {
						t.Fatalf("round %d: %v", round, err)
					}
				}
			}
		})
	}
}

// An account that somebody is just making, unseen, with the address of a row: the batch waits, and then does what is
// right row by row.
func TestAnImportMeetsAnAccountInTheMaking(t *testing.T) {
	service, store, db := newService(t)
	inserted, finish := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
			_, err := tx.InsertAccount(ctx, identity.Account{
				Version: 1, Email: "ada@example.com", AuthTypeCode: "EMAI", TypeCode: "NONS", Active: true, EmailVerified: true, CreatedAt: time.Now().UTC(),
			})
			close(inserted)
			<-finish
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-inserted
	var results []identity.Imported
	var err error
	wg.Go(func() {
		ada, grace := legacyUser(1, "ADA@example.com"), legacyUser(2, "grace@example.com")
		ada.Activate, grace.Activate = true, true
		results, err = service.ImportLegacy(t.Context(), []identity.LegacyUser{ada, grace}, false)
	})
	eventually.Holds(t, 20*time.Second, "the import waits", func() bool { return waiting(db) > 0 })
	close(finish)
	wg.Wait()
	if err != nil {
		t.Fatal(err)
	}
	ada, grace := oneAccount(t, store, "ada@example.com"), oneAccount(t, store, "grace@example.com")
	want := []identity.Imported{
		{LegacyUserID: 1, Outcome: identity.Exists, UserID: ada}, {LegacyUserID: 2, Outcome: identity.Activated, UserID: grace},
	}
	if !slices.Equal(results, want) {
		t.Errorf("results %+v, want %+v", results, want)
	}
}

// waiting counts the sessions of this database that wait for a lock.
func waiting(db *gorm.DB) (n int) {
	db.Raw("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&n)
	return n
}

func TestABatchOf500IsOneTransactionOfFewStatements(t *testing.T) {
	service, _, db := newService(t)
	users := make([]identity.LegacyUser, 500)
	for i := range users {
		users[i] = legacyUser(int64(i+1), fmt.Sprintf("user%d@example.com", i+1))
		users[i].Activate = i%2 == 0
	}
	statements := 0
	if err := db.Callback().Raw().Before("gorm:raw").Register("count", func(*gorm.DB) { statements++ }); err != nil {
		t.Fatal(err)
	}
	if err := db.Callback().Row().Before("gorm:row").Register("count", func(*gorm.DB) { statements++ }); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	results, err := service.ImportLegacy(t.Context(), users, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rows in %v, %d statements", len(users), time.Since(begin), statements)
	if statements > 12 {
		t.Errorf("%d statements", statements)
	}
	for i, r := range results {
		want := identity.Imported{LegacyUserID: int64(i + 1), Outcome: identity.Stored}
		if users[i].Activate {
			want.Outcome, want.UserID = identity.Activated, r.UserID
			if r.UserID == 0 {
				t.Fatalf("row %d has no user id", i)
			}
		}
		if r != want {
			t.Fatalf("row %d: %+v", i, r)
		}
	}
}
