package identitytest

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"muster/services/identity/internal/identity"
)

// PasskeyStoreUnderTest is a store with all that passkeys need.
type PasskeyStoreUnderTest interface {
	FactorsUnderTest
	identity.PasskeyStore
}

// TestPasskeyStore checks that a store meets the contract of identity.PasskeyStore, and that of identity.Factors where it is
// about passkeys. open gives an empty one.
func TestPasskeyStore(t *testing.T, open func(t *testing.T) PasskeyStoreUnderTest) {
	for name, test := range map[string]func(*testing.T, PasskeyStoreUnderTest){
		"every field of a passkey survives": everyPasskeyFieldSurvives,
		"a passkey is one user's":           passkeyIsOnes,
		"a user has one handle":             oneHandle,
		"a ceremony is taken once":          ceremonyOnce,
		"ceremonies are dropped and purged": ceremoniesGo,
		"all of a user is dropped":          passkeysDropped,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func samplePasskey(id string, userID int64) identity.Factor {
	f := sampleFactor(id, userID)
	f.Kind, f.Sealed, f.LastStep = identity.MethodPasskey, nil, 0
	f.Credential = &identity.Credential{
		ID: []byte("credential " + id), PublicKey: []byte{9, 0, 9}, SignCount: 4_000_000_000, BackupEligible: true, BackedUp: true, Transports: []string{"internal", "hybrid"},
	}
	return f
}

func everyPasskeyFieldSurvives(t *testing.T, s PasskeyStoreUnderTest) {
	people(t, s)
	passkey, app := samplePasskey("1", 1), sampleFactor("2", 1)
	check(t, s.PutFactor(t.Context(), passkey))
	check(t, s.PutFactor(t.Context(), app))
	passkey.Credential = &identity.Credential{ID: passkey.Credential.ID, PublicKey: []byte{1}, SignCount: 5}
	check(t, s.PutFactor(t.Context(), passkey))
	got, err := s.FactorsOf(t.Context(), 1)
	check(t, err)
	expect(t, got, []identity.Factor{passkey, app})
}

func passkeyIsOnes(t *testing.T, s PasskeyStoreUnderTest) {
	people(t, s)
	mine, taken := samplePasskey("1", 1), samplePasskey("2", 2)
	check(t, s.PutFactor(t.Context(), mine))
	userID, err := s.UserOfPasskey(t.Context(), mine.Credential.ID)
	check(t, err)
	expect(t, userID, int64(1))
	if _, err := s.UserOfPasskey(t.Context(), taken.Credential.ID); !errors.Is(err, identity.ErrPasskeyNotFound) {
		t.Errorf("an unknown one: %v", err)
	}
	taken.Credential.ID = mine.Credential.ID
	if err := s.PutFactor(t.Context(), taken); !errors.Is(err, identity.ErrPasskeyExists) {
		t.Errorf("another's: %v", err)
	}
}

func oneHandle(t *testing.T, s PasskeyStoreUnderTest) {
	people(t, s)
	first, second := bytes.Repeat([]byte{1}, 64), bytes.Repeat([]byte{2}, 64)
	for _, put := range []struct {
		userID      int64
		fresh, want []byte
	}{{1, first, first}, {1, second, first}, {2, second, second}} {
		got, err := s.UserHandle(t.Context(), put.userID, put.fresh)
		check(t, err)
		expect(t, got, put.want)
	}
}

func sampleCeremony(hash string, userID int64) identity.Ceremony {
	return identity.Ceremony{Hash: []byte(hash), Kind: identity.CeremonyEnrol, UserID: userID, State: []byte("state"), Name: "Phone", ExpiresAt: factorTime}
}

func ceremonyOnce(t *testing.T, s PasskeyStoreUnderTest) {
	people(t, s)
	anybody, mine := sampleCeremony("a", 0), sampleCeremony("b", 1)
	check(t, s.PutCeremony(t.Context(), anybody))
	check(t, s.PutCeremony(t.Context(), sampleCeremony("b", 2)))
	check(t, s.PutCeremony(t.Context(), mine))
	noCeremony(t, s, identity.CeremonySignIn, "a")
	for _, want := range []identity.Ceremony{anybody, mine} {
		got, err := s.TakeCeremony(t.Context(), want.Kind, want.Hash)
		check(t, err)
		got.ExpiresAt = got.ExpiresAt.UTC()
		expect(t, got, want)
		noCeremony(t, s, want.Kind, string(want.Hash))
	}
}

func noCeremony(t *testing.T, s PasskeyStoreUnderTest, kind, hash string) {
	t.Helper()
	if _, err := s.TakeCeremony(t.Context(), kind, []byte(hash)); !errors.Is(err, identity.ErrCeremonyNotFound) {
		t.Fatalf("error %v", err)
	}
}

func ceremoniesGo(t *testing.T, s PasskeyStoreUnderTest) {
	people(t, s)
	later, other := sampleCeremony("later", 1), sampleCeremony("other", 1)
	later.ExpiresAt, other.Kind = factorTime.Add(time.Second), identity.CeremonyVerify
	for _, c := range []identity.Ceremony{sampleCeremony("a", 1), sampleCeremony("b", 2), sampleCeremony("c", 0), later, other} {
		check(t, s.PutCeremony(t.Context(), c))
	}
	check(t, s.DropCeremonies(t.Context(), identity.CeremonyVerify, 1))
	noCeremony(t, s, identity.CeremonyVerify, "other")
	for _, want := range []int{2, 1, 0} {
		gone, err := s.PurgeCeremonies(t.Context(), factorTime, 2)
		check(t, err)
		expect(t, gone, want)
	}
	_, err := s.TakeCeremony(t.Context(), identity.CeremonyEnrol, later.Hash)
	check(t, err)
}

func passkeysDropped(t *testing.T, s PasskeyStoreUnderTest) {
	people(t, s)
	handles := [][]byte{bytes.Repeat([]byte{1}, 64), bytes.Repeat([]byte{2}, 64), bytes.Repeat([]byte{3}, 64)}
	for i, userID := range []int64{1, 2} {
		_, err := s.UserHandle(t.Context(), userID, handles[i])
		check(t, err)
		check(t, s.PutCeremony(t.Context(), sampleCeremony(string(handles[i]), userID)))
	}
	check(t, s.Tx(t.Context(), func(ctx context.Context, _ identity.Tx) error { return s.DropFactors(ctx, 1) }))
	noCeremony(t, s, identity.CeremonyEnrol, string(handles[0]))
	_, err := s.TakeCeremony(t.Context(), identity.CeremonyEnrol, handles[1])
	check(t, err)
	for userID, want := range map[int64][]byte{1: handles[2], 2: handles[1]} {
		got, err := s.UserHandle(t.Context(), userID, handles[2])
		check(t, err)
		expect(t, got, want)
	}
}

// Device is an authenticator with one passkey, and the browser in front of it.
type Device interface {
	// Create makes a passkey and answers the options of a creation.
	Create(t *testing.T, options []byte) (answer []byte)
	// Use answers the options of a request. signs is what its counter says; verified, that it has verified its user.
	Use(t *testing.T, options []byte, signs uint32, verified bool) (answer []byte)
}

// TestPasskeys checks that an implementation meets the contract of identity.Passkeys.
func TestPasskeys(t *testing.T, passkeys identity.Passkeys, device func() Device) {
	ada, adas := ownerWith(t, passkeys, 1, device())
	bob, bobs := ownerWith(t, passkeys, 2, device())
	if bytes.Equal(ada.Credentials[0].ID, bob.Credentials[0].ID) {
		t.Fatal("two passkeys are one")
	}
	request := func(p identity.Prompt, err error) identity.Prompt {
		t.Helper()
		check(t, err)
		return p
	}
	again := request(passkeys.Creation(ada))
	if _, err := passkeys.Created(ada, request(passkeys.Creation(ada)).State, device().Create(t, again.Options)); !errors.Is(err, identity.ErrPasskeyInvalid) {
		t.Errorf("the answer to another creation: %v", err)
	}

	second, anybody, other := request(passkeys.Request(ada)), request(passkeys.RequestAny()), request(passkeys.Request(ada))
	answer := adas.Use(t, second.Options, 7, false)
	claim, err := passkeys.Claimed(answer)
	check(t, err)
	expect(t, claim, identity.Claim{Challenge: second.Challenge, CredentialID: ada.Credentials[0].ID})
	after, err := passkeys.Proved(ada, second.State, answer)
	check(t, err)
	want := ada.Credentials[0]
	want.SignCount = 7
	expect(t, after, want)
	ada.Credentials[0] = after
	after, err = passkeys.Proved(ada, other.State, adas.Use(t, other.Options, 3, false))
	check(t, err)
	expect(t, after.SignCount, uint32(3)) // the caller compares
	if _, err := passkeys.Proved(ada, anybody.State, adas.Use(t, anybody.Options, 8, true)); err != nil {
		t.Errorf("a sign-in: %v", err)
	}
	for name, wrong := range map[string]struct {
		owner  identity.PasskeyOwner
		state  []byte
		answer []byte
	}{
		"another question":           {ada, other.State, answer},
		"another user":               {bob, anybody.State, adas.Use(t, anybody.Options, 9, true)},
		"another's passkey":          {ada, second.State, bobs.Use(t, second.Options, 9, true)},
		"a user who is not verified": {ada, anybody.State, adas.Use(t, anybody.Options, 9, false)},
		"garbage":                    {ada, second.State, []byte(`{"id":"x"}`)},
	} {
		if _, err := passkeys.Proved(wrong.owner, wrong.state, wrong.answer); !errors.Is(err, identity.ErrPasskeyInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, garbage := range []string{"", "null", "{}", "[", `{"id":"x"}`} {
		_, err1 := passkeys.Claimed([]byte(garbage))
		_, err2 := passkeys.Created(ada, again.State, []byte(garbage))
		if !errors.Is(err1, identity.ErrPasskeyInvalid) || !errors.Is(err2, identity.ErrPasskeyInvalid) {
			t.Errorf("%q: %v, %v", garbage, err1, err2)
		}
	}
}

// ownerWith returns an owner with a passkey on the device.
func ownerWith(t *testing.T, passkeys identity.Passkeys, n byte, device Device) (identity.PasskeyOwner, Device) {
	t.Helper()
	owner := identity.PasskeyOwner{Handle: bytes.Repeat([]byte{n}, 64), Name: "ada@example.com"}
	prompt, err := passkeys.Creation(owner)
	check(t, err)
	made, err := passkeys.Created(owner, prompt.State, device.Create(t, prompt.Options))
	check(t, err)
	if len(made.ID) == 0 || len(made.PublicKey) == 0 {
		t.Fatalf("made %+v", made)
	}
	owner.Credentials = []identity.Credential{made}
	return owner, device
}
