package identitytest

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"muster/services/identity/internal/identity"
)

// FactorsUnderTest is a store with its factors.
type FactorsUnderTest interface {
	identity.Store
	identity.Factors
}

// TestFactors checks that a store meets the contract of identity.Factors. open gives an empty one.
func TestFactors(t *testing.T, open func(t *testing.T) FactorsUnderTest) {
	for name, test := range map[string]func(*testing.T, FactorsUnderTest){
		"every field of a factor survives": everyFactorFieldSurvives,
		"a recovery code is used once":     recoveryCodeOnce,
		"challenges":                       challenges,
		"all of a user is dropped":         allDropped,
		"nothing of a failed transaction":  factorsRollBack,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

var factorTime = time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)

func sampleFactor(id string, userID int64) identity.Factor {
	confirmed, used := factorTime.Add(time.Minute), factorTime.Add(time.Hour)
	return identity.Factor{
		ID: "0190a1b2-0000-7000-8000-00000000000" + id, UserID: userID, Kind: identity.MethodTOTP, Name: "Phone", Sealed: []byte{1, 2, 3},
		CreatedAt: factorTime, ConfirmedAt: &confirmed, LastUsedAt: &used, LastStep: 42,
	}
}

// people creates the accounts 1 and 2.
func people(t *testing.T, s FactorsUnderTest) {
	t.Helper()
	check(t, s.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		for _, email := range []string{"ada@example.com", "bob@example.com"} {
			if _, err := tx.InsertAccount(ctx, identity.Account{
				Version: 1, Email: email, AuthTypeCode: "EMAI", TypeCode: "NONS", Active: true, CreatedAt: factorTime, ActivityVersion: 1,
			}); err != nil {
				return err
			}
		}
		return nil
	}))
}

func expect(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got  %+v\nwant %+v", got, want)
	}
}

func everyFactorFieldSurvives(t *testing.T, s FactorsUnderTest) {
	people(t, s)
	first, second, other := sampleFactor("1", 1), sampleFactor("2", 1), sampleFactor("3", 2)
	second.CreatedAt, second.ConfirmedAt, second.LastUsedAt = factorTime.Add(time.Second), nil, nil
	for _, f := range []identity.Factor{second, first, other} {
		check(t, s.PutFactor(t.Context(), f))
	}
	got, err := s.FactorsOf(t.Context(), 1)
	check(t, err)
	expect(t, got, []identity.Factor{first, second})
	first.Name, first.LastStep, first.Sealed = "Tablet", 43, []byte{4}
	check(t, s.PutFactor(t.Context(), first))
	check(t, s.DropFactor(t.Context(), 1, second.ID))
	check(t, s.DropFactor(t.Context(), 1, other.ID)) // of another user
	check(t, s.DropFactor(t.Context(), 1, "not a uuid"))
	got, err = s.FactorsOf(t.Context(), 1)
	check(t, err)
	expect(t, got, []identity.Factor{first})
	got, err = s.FactorsOf(t.Context(), 2)
	check(t, err)
	expect(t, got, []identity.Factor{other})
}

func recoveryCodeOnce(t *testing.T, s FactorsUnderTest) {
	people(t, s)
	check(t, s.PutRecoveryCodes(t.Context(), 1, [][]byte{{0}}))
	check(t, s.PutRecoveryCodes(t.Context(), 1, [][]byte{{1}, {2}}))
	for _, use := range []struct {
		userID int64
		code   byte
		want   bool
	}{{1, 0, false}, {2, 1, false}, {1, 1, true}, {1, 1, false}} {
		used, err := s.UseRecoveryCode(t.Context(), use.userID, []byte{use.code})
		check(t, err)
		expect(t, used, use.want)
	}
	left, err := s.RecoveryCodes(t.Context(), 1)
	check(t, err)
	expect(t, left, 1)
}

func challenges(t *testing.T, s FactorsUnderTest) {
	people(t, s)
	c := identity.Challenge{Hash: []byte("h"), UserID: 1, Password: []byte("p"), ExpiresAt: factorTime, Attempts: 1}
	check(t, s.PutChallenge(t.Context(), c, factorTime))
	got, err := s.Challenge(t.Context(), c.Hash)
	check(t, err)
	got.ExpiresAt = got.ExpiresAt.UTC()
	expect(t, got, c)
	c.Attempts = 2
	check(t, s.PutChallenge(t.Context(), c, factorTime))
	got, err = s.Challenge(t.Context(), c.Hash)
	check(t, err)
	expect(t, got.Attempts, 2)
	next := c
	next.Hash, next.ExpiresAt = []byte("i"), factorTime.Add(time.Hour)
	check(t, s.PutChallenge(t.Context(), next, factorTime.Add(time.Second))) // the first has expired
	missing(t, s, c.Hash)
	check(t, s.DropChallenge(t.Context(), next.Hash))
	missing(t, s, next.Hash)
}

func missing(t *testing.T, s FactorsUnderTest, hash []byte) {
	t.Helper()
	if _, err := s.Challenge(t.Context(), hash); !errors.Is(err, identity.ErrChallengeNotFound) {
		t.Fatalf("error %v", err)
	}
}

func allDropped(t *testing.T, s FactorsUnderTest) {
	people(t, s)
	for userID := range int64(3) {
		if userID == 0 {
			continue
		}
		check(t, s.PutFactor(t.Context(), sampleFactor(string('0'+rune(userID)), userID)))
		check(t, s.PutRecoveryCodes(t.Context(), userID, [][]byte{{1}}))
		check(t, s.PutChallenge(t.Context(), identity.Challenge{Hash: []byte{byte(userID)}, UserID: userID, Password: []byte("p"), ExpiresAt: factorTime}, factorTime))
	}
	check(t, s.DropFactors(t.Context(), 1))
	for userID, want := range map[int64]int{1: 0, 2: 1} {
		factors, err := s.FactorsOf(t.Context(), userID)
		check(t, err)
		codes, err := s.RecoveryCodes(t.Context(), userID)
		check(t, err)
		expect(t, []int{len(factors), codes}, []int{want, want})
	}
	missing(t, s, []byte{1})
	_, err := s.Challenge(t.Context(), []byte{2})
	check(t, err)
}

func factorsRollBack(t *testing.T, s FactorsUnderTest) {
	people(t, s)
	stop := errors.New("stop")
	err := s.Tx(t.Context(), func(ctx context.Context, _ identity.Tx) error {
		check(t, s.PutFactor(ctx, sampleFactor("1", 1)))
		check(t, s.PutRecoveryCodes(ctx, 1, [][]byte{{1}}))
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	factors, err := s.FactorsOf(t.Context(), 1)
	check(t, err)
	left, err := s.RecoveryCodes(t.Context(), 1)
	check(t, err)
	expect(t, []int{len(factors), left}, []int{0, 0})
}
