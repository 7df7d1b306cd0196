package identitytest

import (
	"context"
	"crypto/sha256"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/services/identity/internal/identity"
)

var at = time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)

// StoreUnderTest is a new store with a function that returns what it published, oldest first.
type StoreUnderTest struct {
	Store     identity.Store
	Published func(t *testing.T) []Publication
}

// Publication is the observable part of a published payload.
type Publication struct {
	Type, Key string
	Version   int64
}

// PublicationOf returns the observable part of p.
func PublicationOf(p contracts.Payload) Publication {
	return Publication{p.EventType(), p.EventKey(), p.EventVersion()}
}

// TestStore checks that a store meets the contracts of identity.Store and identity.Tx.
func TestStore(t *testing.T, newStore func(t *testing.T) StoreUnderTest) {
	for name, test := range map[string]func(*testing.T, StoreUnderTest){
		"every field survives":                   everyFieldSurvives,
		"null fields survive":                    nullFieldsSurvive,
		"the value of properties survives":       propertiesSurvive,
		"ids are new":                            idsAreNew,
		"unknown is not found":                   unknownIsNotFound,
		"an address signs in one account":        addressIsUnique,
		"concurrent inserts have one winner":     concurrentInserts,
		"accounts are locked by a range of ids":  lockRange,
		"displaced and deleted give way":         displacedGiveWay,
		"a failed transaction leaves nothing":    failedLeavesNothing,
		"a failed inner transaction is undone":   failedInner,
		"what is published is in order":          publishedInOrder,
		"sessions and tokens survive":            sessionsSurvive,
		"a token rotates once":                   tokenRotatesOnce,
		"a session ends once":                    sessionEndsOnce,
		"sessions opened by a time are ended":    sessionsEndedByTime,
		"open sessions are listed":               sessionsListed,
		"dropped sessions take their tokens":     dropSessions,
		"purging takes what expired or ended":    purgeSessions,
		"legacy accounts survive":                legacySurvives,
		"a legacy account is taken once":         legacyIsTakenOnce,
		"legacy accounts are replaced":           legacyIsReplaced,
		"links to providers survive":             linksSurvive,
		"a provider's token is used once":        aTokenIsUsedOnce,
		"flows to providers survive":             flowsSurvive,
		"purging takes expired flows":            purgeFlows,
		"many accounts at once":                  manyAccounts,
		"take excludes store":                    takeExcludesStore,
		"changes of one account follow in order": lockExcludes,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newStore(t))
		})
	}
}

// sample is an account with every field set.
func sample(email string) identity.Account {
	first, last, login, valid := "Ada", "Lovelace", at.Add(time.Hour), at.Add(2*time.Hour)
	return identity.Account{
		Version: 7, Email: email, Displaced: false, PasswordHash: "$argon2id$x", AuthTypeCode: "EMAI",
		TypeCode: "ADMI", Active: true, EmailVerified: true,
		Registration: &identityv1.Registration{Username: "ada", FirstName: &first, LastName: &last, TypeCode: "ADMI", EmailVerified: true},
		Legacy:       &identityv1.Legacy{UserID: 17, EmailVerified: true},
		CreatedAt:    at, LastLoginAt: &login, ActivityVersion: 6, UserVersion: 5, TokensValidFrom: &valid,
		EndedSessions: []identityv1.EndedSession{{ID: "s1", Until: at.Add(3 * time.Hour)}, {ID: "s2", Until: at.Add(4 * time.Hour)}},
	}
}

// do runs a transaction that must succeed.
func do(t *testing.T, s identity.Store, fn func(ctx context.Context, tx identity.Tx)) {
	t.Helper()
	err := s.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		fn(ctx, tx)
		return nil
	})
	check(t, err)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("error %v, want %v", got, want)
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func insert(t *testing.T, s identity.Store, a identity.Account) identity.Account {
	t.Helper()
	do(t, s, func(ctx context.Context, tx identity.Tx) {
		var err error
		a, err = tx.InsertAccount(ctx, a)
		check(t, err)
	})
	return a
}

func read(t *testing.T, s identity.Store, userID int64) (a identity.Account) {
	t.Helper()
	do(t, s, func(ctx context.Context, tx identity.Tx) {
		var err error
		a, err = tx.LockAccount(ctx, userID)
		check(t, err)
	})
	return a
}

func update(t *testing.T, s identity.Store, a identity.Account) {
	t.Helper()
	do(t, s, func(ctx context.Context, tx identity.Tx) { check(t, tx.UpdateAccount(ctx, a)) })
}

var errOnPurpose = errors.New("on purpose")

func failedLeavesNothing(t *testing.T, s StoreUnderTest) {
	wantErr(t, s.Store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		a, err := tx.InsertAccount(ctx, sample("ada@example.com"))
		check(t, err)
		check(t, tx.Publish(ctx, a.State()))
		return errOnPurpose
	}), errOnPurpose)
	_, err := s.Store.AccountByEmail(t.Context(), "ada@example.com")
	wantErr(t, err, identity.ErrAccountNotFound)
	if p := s.Published(t); len(p) != 0 {
		t.Fatalf("published %v", p)
	}
}

func failedInner(t *testing.T, s StoreUnderTest) {
	insert(t, s.Store, sample("taken@example.com"))
	check(t, s.Store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		outer, err := tx.InsertAccount(ctx, sample("outer@example.com"))
		check(t, err)
		wantErr(t, s.Store.Tx(ctx, func(ctx context.Context, tx identity.Tx) error {
			inner, err := tx.InsertAccount(ctx, sample("inner@example.com"))
			check(t, err)
			check(t, tx.Publish(ctx, inner.State()))
			_, err = tx.InsertAccount(ctx, sample("taken@example.com"))
			return err
		}), identity.ErrEmailExists)
		return tx.Publish(ctx, outer.State())
	}))
	_, err := s.Store.AccountByEmail(t.Context(), "outer@example.com")
	check(t, err)
	_, err = s.Store.AccountByEmail(t.Context(), "inner@example.com")
	wantErr(t, err, identity.ErrAccountNotFound)
	if p := s.Published(t); len(p) != 1 {
		t.Fatalf("published %v", p)
	}
}

func publishedInOrder(t *testing.T, s StoreUnderTest) {
	state := identityv1.Account{UserID: 5, Version: 3}
	event := identityv1.AccountEvent{Kind: identityv1.SignedIn, UserID: 5, Version: 3, At: at}
	next := identityv1.Account{UserID: 5, Version: 4}
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		check(t, tx.Publish(ctx, state, event))
		check(t, tx.Publish(ctx, next))
	})
	same(t, "published", s.Published(t), []Publication{PublicationOf(state), PublicationOf(event), PublicationOf(next)})
}

// lockExcludes increments a number under the lock from many goroutines: no increment may be lost.
func lockExcludes(t *testing.T, s StoreUnderTest) {
	a := insert(t, s.Store, sample("ada@example.com"))
	const n = 10
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			err := s.Store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
				locked, err := tx.LockAccount(ctx, a.UserID)
				if err != nil {
					return err
				}
				locked.Version++
				return tx.UpdateAccount(ctx, locked)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := read(t, s.Store, a.UserID).Version; got != a.Version+n {
		t.Fatalf("version %d, want %d", got, a.Version+n)
	}
}

func hash(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:]
}
