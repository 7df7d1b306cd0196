package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
	"muster/libs/throttle"
	"muster/services/identity/internal/adapter/postgres"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/credentials/credentialstest"
	"muster/services/identity/internal/identity"
	"muster/services/identity/internal/identity/identitytest"
)

func newService(t *testing.T) (*identity.Service, *postgres.Store, *gorm.DB) {
	t.Helper()
	db, _ := pgtest.New(t, outbox.Migrations, throttle.Migrations, postgres.Migrations)
	store := postgres.New(db, time.Now)
	service := identity.New(identity.Ports{
		Store: store, Trail: store, Factors: store, OneTimePasswords: identitytest.OneTimePasswords{}, Throttle: throttle.New(db, "a secret of these tests", time.Now), Keys: store, Passwords: &credentialstest.Passwords{}, Tokens: &identitytest.Tokens{},
		Now: time.Now, NewID: uuid.NewString,
	}, identity.Rules{
		AccessTokenLife: 15 * time.Minute, RefreshTokenLife: time.Hour, SessionLife: time.Hour, KeyRotation: time.Hour,
		Guessing:             credentials.Rules{MaxAccountFailures: 100, MaxIPFailures: 100, FailureWindow: time.Minute},
		RegistrationsPerHour: 1000, RegistrationsPerDay: 1000,
	})
	if err := service.RefreshKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	return service, store, db
}

func register(t *testing.T, s *identity.Service, email string) (int64, error) {
	t.Helper()
	in, err := s.Register(t.Context(), identity.Application{Email: email, Password: "correct horse"}, identity.Client{})
	return in.UserID, err
}

// Somebody registers with the very address that a record of directory is just giving to somebody else, inside the
// transaction of a batch as the inbox has it. Directory has the last word, and no record fails for it.
func TestARegistrationDoesNotStopADirectoryRecord(t *testing.T) {
	service, store, db := newService(t)
	owner, err := register(t, service, "owner@example.com")
	if err != nil {
		t.Fatal(err)
	}
	for round := range int64(25) {
		email := fmt.Sprintf("contested%d@example.com", round)
		var registered, followed error
		var wg sync.WaitGroup
		wg.Go(func() { _, registered = register(t, service, email) })
		wg.Go(func() {
			followed = pg.Tx(t.Context(), db, func(ctx context.Context, _ *gorm.DB) error {
				return service.FollowUser(ctx, identity.User{
					ID: owner, Version: round + 1, AccessVersion: round + 1, Email: email, TypeCode: "NONS", Active: true,
				})
			})
		})
		wg.Wait()
		if followed != nil {
			t.Fatalf("round %d: %v", round, followed)
		}
		if registered != nil && !errors.Is(registered, identity.ErrEmailExists) {
			t.Fatalf("round %d: %v", round, registered)
		}
		holder, err := store.AccountByEmail(t.Context(), email)
		if err != nil || holder.UserID != owner {
			t.Fatalf("round %d: %s signs in %d, %v", round, email, holder.UserID, err)
		}
	}
}

// Two users who take each other's addresses, in two transactions at once, as two replicas have it: the locks may collide,
// and the outcome is right all the same.
func TestAddressesSwapOnTwoReplicasAtOnce(t *testing.T) {
	service, store, db := newService(t)
	a, errA := register(t, service, "a@example.com")
	b, errB := register(t, service, "b@example.com")
	if err := errors.Join(errA, errB); err != nil {
		t.Fatal(err)
	}
	emails := []string{"a@example.com", "b@example.com"}
	for version := range int64(8) {
		var wg sync.WaitGroup
		for i, id := range []int64{a, b} {
			wg.Go(func() {
				err := pg.Tx(t.Context(), db, func(ctx context.Context, _ *gorm.DB) error {
					return service.FollowUser(ctx, identity.User{
						ID: id, Version: version + 1, AccessVersion: version + 1, Email: emails[(int64(i)+version+1)%2], TypeCode: "NONS", Active: true,
					})
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for i, id := range []int64{a, b} {
			holder, err := store.AccountByEmail(t.Context(), emails[(int64(i)+version+1)%2])
			if err != nil || holder.UserID != id {
				t.Fatalf("version %d: %d signs in instead of %d, %v", version, holder.UserID, id, err)
			}
		}
	}
}
