package identitytest

import (
	"context"
	"crypto/sha256"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/services/identity/internal/identity"
)

var at = time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)

// StoreUnderTest is a fresh store and a way to see the types and keys of what it published, oldest first.
type StoreUnderTest struct {
	Store     identity.Store
	Published func(t *testing.T) []Publication
}

// Publication is what can be seen of a published payload.
type Publication struct {
	Type, Key string
	Version   int64
}

// PublicationOf is what can be seen of p.
func PublicationOf(p contracts.Payload) Publication {
	return Publication{p.EventType(), p.EventKey(), p.EventVersion()}
}

// TestStore checks that a store keeps the promises of identity.Store and identity.Tx.
func TestStore(t *testing.T, newStore func(t *testing.T) StoreUnderTest) {
	for name, test := range map[string]func(*testing.T, StoreUnderTest){
		"every field survives":                   everyFieldSurvives,
		"null fields survive":                    nullFieldsSurvive,
		"ids are new":                            idsAreNew,
		"unknown is not found":                   unknownIsNotFound,
		"an address signs in one account":        addressIsUnique,
		"concurrent inserts have one winner":     concurrentInserts,
		"displaced and deleted give way":         displacedGiveWay,
		"a failed transaction leaves nothing":    failedLeavesNothing,
		"a failed inner transaction is undone":   failedInner,
		"what is published is in order":          publishedInOrder,
		"sessions and tokens survive":            sessionsSurvive,
		"a token rotates once":                   tokenRotatesOnce,
		"a session ends once":                    sessionEndsOnce,
		"dropped sessions take their tokens":     dropSessions,
		"purging takes what expired or ended":    purgeSessions,
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

func everyFieldSurvives(t *testing.T, s StoreUnderTest) {
	want := insert(t, s.Store, sample("Ada@Example.com"))
	same(t, "after the insert", read(t, s.Store, want.UserID), want)
	byEmail, err := s.Store.AccountByEmail(t.Context(), "aDA@example.COM")
	check(t, err)
	same(t, "by email", byEmail, want)

	first, login, valid := "Bea", at.Add(5*time.Hour), at.Add(6*time.Hour)
	changed := identity.Account{
		UserID: want.UserID, Version: 8, Email: "bea@example.com", Displaced: true, PasswordHash: "other", AuthTypeCode: "GOOG",
		TypeCode: "NONS", Active: false, EmailVerified: false,
		Registration: &identityv1.Registration{Username: "bea", FirstName: &first, TypeCode: "NONS"},
		CreatedAt:    at.Add(time.Second), LastLoginAt: &login, ActivityVersion: 8, UserVersion: 9, TokensValidFrom: &valid,
		EndedSessions: []identityv1.EndedSession{{ID: "s3", Until: at.Add(7 * time.Hour)}},
	}
	update(t, s.Store, changed)
	same(t, "after the update", read(t, s.Store, want.UserID), changed)
}

func nullFieldsSurvive(t *testing.T, s StoreUnderTest) {
	bare := identity.Account{Version: 1, Email: "a@b", AuthTypeCode: "EMAI", TypeCode: "NONS", CreatedAt: at}
	bare = insert(t, s.Store, bare)
	same(t, "bare account", read(t, s.Store, bare.UserID), bare)

	tombstone := identity.Account{UserID: bare.UserID, Version: 2, AuthTypeCode: "EMAI", TypeCode: "NONS", CreatedAt: at, UserVersion: 3, Deleted: true}
	update(t, s.Store, tombstone)
	same(t, "tombstone", read(t, s.Store, bare.UserID), tombstone)
}

func idsAreNew(t *testing.T, s StoreUnderTest) {
	a := sample("a@example.com")
	a.UserID = 4711
	a = insert(t, s.Store, a)
	b := insert(t, s.Store, sample("b@example.com"))
	if a.UserID <= 0 || b.UserID <= a.UserID || a.UserID == 4711 {
		t.Fatalf("ids %d and %d", a.UserID, b.UserID)
	}
}

func unknownIsNotFound(t *testing.T, s StoreUnderTest) {
	_, err := s.Store.AccountByEmail(t.Context(), "nobody@example.com")
	wantErr(t, err, identity.ErrAccountNotFound)
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		_, err := tx.LockAccount(ctx, 99)
		wantErr(t, err, identity.ErrAccountNotFound)
		wantErr(t, tx.UpdateAccount(ctx, identity.Account{UserID: 99, Email: "x@y", CreatedAt: at}), identity.ErrAccountNotFound)
		_, _, err = tx.RefreshToken(ctx, hash("nothing"))
		wantErr(t, err, identity.ErrTokenNotFound)
		ended, err := tx.EndSession(ctx, uuid.NewString(), at)
		if ended || err != nil {
			t.Errorf("unknown session: %v, %v", ended, err)
		}
		claimants, err := tx.LockClaimants(ctx, "nobody@example.com")
		if len(claimants) != 0 || err != nil {
			t.Errorf("claimants %v, %v", claimants, err)
		}
	})
}

func wantErr(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("error %v, want %v", got, want)
	}
}

func addressIsUnique(t *testing.T, s StoreUnderTest) {
	insert(t, s.Store, sample("Ada@Example.com"))
	other := insert(t, s.Store, sample("bob@example.com"))
	wantErr(t, s.Store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		_, err := tx.InsertAccount(ctx, sample("ADA@example.com"))
		return err
	}), identity.ErrEmailExists)
	other.Email = "ada@EXAMPLE.com"
	wantErr(t, s.Store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		return tx.UpdateAccount(ctx, other)
	}), identity.ErrEmailExists)
}

func concurrentInserts(t *testing.T, s StoreUnderTest) {
	const n = 8
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			errs[i] = s.Store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
				_, err := tx.InsertAccount(ctx, sample("ada@example.com"))
				return err
			})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		wantErr(t, err, identity.ErrEmailExists)
	}
	if won != 1 {
		t.Fatalf("%d of %d inserts won", won, n)
	}
}

func displacedGiveWay(t *testing.T, s StoreUnderTest) {
	first := insert(t, s.Store, sample("ada@example.com"))
	first.Displaced = true
	update(t, s.Store, first)
	second := insert(t, s.Store, sample("ADA@example.com"))
	got, err := s.Store.AccountByEmail(t.Context(), "ada@example.com")
	check(t, err)
	same(t, "who signs in", got, second)
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		claimants, err := tx.LockClaimants(ctx, "Ada@example.com")
		check(t, err)
		same(t, "claimants", claimants, []identity.Account{first, second})
	})
	update(t, s.Store, identity.Account{UserID: second.UserID, Version: 9, CreatedAt: at, Deleted: true})
	_, err = s.Store.AccountByEmail(t.Context(), "ada@example.com")
	wantErr(t, err, identity.ErrAccountNotFound)
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		claimants, err := tx.LockClaimants(ctx, "ada@example.com")
		check(t, err)
		same(t, "claimants without the deleted one", claimants, []identity.Account{first})
	})
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

// lockExcludes adds to a number under the lock from many sides at once: none may be lost.
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
