package identitytest

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"muster/libs/contracts/identityv1"
	"muster/services/identity/internal/identity"
)

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
	for _, c := range []struct{ version, acted, followed int64 }{{8, 8, 9}, {9, 9, 9}, {10, 10, 9}, {12, 9, 12}, {11, 9, 12}, {14, 13, 12}} {
		followed, err := s.Store.FollowQuietly(t.Context(), []identity.User{
			{ID: want.UserID, Version: c.version, AccessVersion: c.acted}, {ID: want.UserID + 999, Version: 5},
		})
		check(t, err)
		same(t, "followed versions", followed, map[int64]int64{want.UserID: c.followed})
		changed.UserVersion = c.followed
		same(t, "after a quiet change", read(t, s.Store, want.UserID), changed)
	}
}

func nullFieldsSurvive(t *testing.T, s StoreUnderTest) {
	bare := identity.Account{Version: 1, Email: "a@b", AuthTypeCode: "EMAI", TypeCode: "NONS", CreatedAt: at}
	bare = insert(t, s.Store, bare)
	same(t, "bare account", read(t, s.Store, bare.UserID), bare)

	tombstone := identity.Account{UserID: bare.UserID, Version: 2, AuthTypeCode: "EMAI", TypeCode: "NONS", CreatedAt: at, UserVersion: 3, Deleted: true}
	update(t, s.Store, tombstone)
	same(t, "tombstone", read(t, s.Store, bare.UserID), tombstone)
}

func propertiesSurvive(t *testing.T, s StoreUnderTest) {
	a := sample("ada@example.com")
	for _, text := range []string{
		`{"seats":3,"plan":"gold","rate":1.50,"id":9007199254740993,"on":true,"none":null,"list":[{"<&>":"\u00e9"},[]],"":{}}`, `{"a":1}`,
	} {
		a.Registration.Properties = json.RawMessage(text)
		if a.UserID == 0 {
			a = insert(t, s.Store, a)
		} else {
			update(t, s.Store, a)
		}
		same(t, "properties", valueOf(t, read(t, s.Store, a.UserID).Registration.Properties), valueOf(t, a.Registration.Properties))
	}
	a.Registration.Properties = nil
	update(t, s.Store, a)
	same(t, "without properties", read(t, s.Store, a.UserID), a)
}

// valueOf decodes JSON. Numbers stay as they are written.
func valueOf(t *testing.T, text json.RawMessage) (value any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	check(t, d.Decode(&value))
	return value
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
		ended, err := tx.EndSession(ctx, 1, uuid.NewString(), at)
		if ended || err != nil {
			t.Errorf("unknown session: %v, %v", ended, err)
		}
		claimants, err := tx.LockClaimants(ctx, "nobody@example.com")
		if len(claimants) != 0 || err != nil {
			t.Errorf("claimants %v, %v", claimants, err)
		}
	})
}

func addressIsUnique(t *testing.T, s StoreUnderTest) {
	insert(t, s.Store, sample("Ada@Example.com"))
	other := insert(t, s.Store, sample("bob@example.com"))
	wantErr(t, s.Store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		_, err := tx.InsertAccount(ctx, sample("ADA@example.com"))
		return err
	}), identity.ErrEmailExists)
	insert(t, s.Store, sample("ada@bücher.example"))
	byALabel, err := s.Store.AccountByEmail(t.Context(), "Ada@XN--bcher-kva.example")
	check(t, err)
	same(t, "the address", byALabel.Email, "ada@bücher.example")
	insert(t, s.Store, sample("ÄDA@example.com")) // possibly a different mailbox than the next: only ASCII case is folded
	insert(t, s.Store, sample("äda@example.com"))
	other.Email = "ada@bu\u0308cher.example"
	wantErr(t, s.Store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		return tx.UpdateAccount(ctx, other)
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

func lockRange(t *testing.T, s StoreUnderTest) {
	all := make([]identity.Account, 4)
	for i := range all {
		all[i] = insert(t, s.Store, sample(string(rune('a'+i))+"@example.com"))
	}
	all[1] = identity.Account{UserID: all[1].UserID, Version: 9, CreatedAt: at, Deleted: true}
	update(t, s.Store, all[1])
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		some, err := tx.LockAccounts(ctx, all[1].UserID, all[2].UserID, 10)
		check(t, err)
		same(t, "a range", some, all[1:3])
		some, err = tx.LockAccounts(ctx, all[0].UserID, all[3].UserID, 2)
		check(t, err)
		same(t, "the first two", some, all[:2])
		some, err = tx.LockAccounts(ctx, all[3].UserID+1, all[3].UserID+9, 2)
		check(t, err)
		same(t, "how many are behind the last", len(some), 0)
	})
}
