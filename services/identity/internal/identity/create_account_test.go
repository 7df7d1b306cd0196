package identity_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

var algorithms = []credentials.Algorithm{credentials.Argon, credentials.Bcrypt, credentials.SHA256, credentials.Simple}

// create creates an account as an application does, with the test's password.
func (h *house) create(email string, a credentials.Algorithm) identity.AccountPassword {
	h.t.Helper()
	created, err := h.CreateAccount(h.t.Context(), identity.NewAccount{Email: email, Password: password, Algorithm: a, Properties: "{}"})
	h.ok(err)
	return created
}

func TestAnApplicationCreatesAnAccountWithoutASession(t *testing.T) {
	h := newHouse(t)
	created, err := h.CreateAccount(t.Context(), identity.NewAccount{
		Email: "  Ada@Example.com ", Password: "12345", Algorithm: credentials.Argon, Properties: ` {"seats": 3.0e0, "plan":"gold"} `,
	})
	h.ok(err)
	h.same("answer", []any{created.UserID, created.Version, created.PasswordHash}, []any{int64(1), int64(1), h.account(1).PasswordHash})
	h.same("published", h.since(0), []contracts.Payload{
		identityv1.Account{
			UserID: 1, Version: 1, Email: "Ada@Example.com", AuthTypeCode: "EMAI", CreatedAt: second,
			Registration: &identityv1.Registration{
				Username: "Ada", TypeCode: "NONS", Imported: true, Properties: json.RawMessage(`{"plan":"gold","seats":3.0}`),
			},
			ActivityVersion: 1, EndedSessions: []identityv1.EndedSession{},
		},
		identityv1.AccountEvent{Kind: identityv1.Registered, UserID: 1, Version: 1, At: second},
	})
	h.same("verified", h.account(1).EmailVerified, false)

	h.follow(user(1, 1, "Ada@Example.com"))
	h.same("registration once directory has accepted the user", h.lastState(1).Registration == nil, true)
	_, err = h.login("ada@example.com", "12345")
	h.ok(err)
}

func TestPropertiesAreAbsentWhenThereAreNone(t *testing.T) {
	h := newHouse(t)
	h.create("ada@example.com", credentials.Argon)
	text, err := json.Marshal(h.lastState(1))
	h.ok(err)
	h.same("properties in "+string(text), strings.Contains(string(text), "properties"), false)
}

// TestEachAlgorithmServesTheSignIn: the application sees its own hash, and the first sign-in replaces it by one of ours.
func TestEachAlgorithmServesTheSignIn(t *testing.T) {
	for _, algorithm := range algorithms {
		t.Run(string(algorithm), func(t *testing.T) {
			h := newHouse(t)
			created := h.create("ada@example.com", algorithm)
			if algorithm == credentials.Simple {
				h.same("what the application sees", created.PasswordHash, password)
			}
			before := h.account(1).PasswordHash
			_, err := h.login("ada@example.com", "wrong password")
			h.wantErr(err, credentials.ErrInvalidCredentials)
			_, err = h.login("ada@example.com", password)
			h.ok(err)
			after := h.account(1).PasswordHash
			h.same("hash replaced, hash outdated", []bool{after != before, h.passwords.Outdated(after)}, []bool{algorithm != credentials.Argon, false})
			_, err = h.login("ada@example.com", password)
			h.ok(err)
		})
	}
}

func TestCreateSaysWhatIsWrongFieldByField(t *testing.T) {
	h := newHouse(t)
	_, err := h.CreateAccount(t.Context(), identity.NewAccount{})
	h.same("fields of nothing", errs.From(err).Fields, []errs.Field{
		{Field: "email", Message: "must be an email address such as ada@example.com"}, {Field: "password", Message: "must have 1 to 512 bytes"},
		{Field: "algorithm", Message: "must be argon, bcrypt, sha256 or simple"}, {Field: "properties", Message: "must be a JSON object"},
	})
	for name, c := range map[string]struct {
		in   identity.NewAccount
		want string
	}{
		"a long password":      {identity.NewAccount{Email: "a@b.example", Password: strings.Repeat("x", 513), Algorithm: credentials.Simple, Properties: "{}"}, "password"},
		"an unknown algorithm": {identity.NewAccount{Email: "a@b.example", Password: "x", Algorithm: "ARGON", Properties: "{}"}, "algorithm"},
		"much":                 {identity.NewAccount{Email: "a@b.example", Password: "x", Algorithm: credentials.Simple, Properties: `{"a":"` + strings.Repeat("x", 16<<10) + `"}`}, "properties"},
		"a long number":        {identity.NewAccount{Email: "a@b.example", Password: "x", Algorithm: credentials.Simple, Properties: `{"a":1e100000}`}, "properties"},
		"null":                 {identity.NewAccount{Email: "a@b.example", Password: "x", Algorithm: credentials.Simple, Properties: `null`}, "properties"},
	} {
		_, err := h.CreateAccount(t.Context(), c.in)
		if fields := errs.From(err).Fields; len(fields) != 1 || fields[0].Field != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.same("published", h.published(), 0)
}

func TestConcurrentCreationsHaveOneWinner(t *testing.T) {
	h := newHouse(t)
	results := make([]error, 20)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() {
			_, results[i] = h.CreateAccount(t.Context(), identity.NewAccount{
				Email: "ada@example.com", Password: password, Algorithm: algorithms[i%len(algorithms)], Properties: "{}",
			})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range results {
		if err == nil {
			won++
			continue
		}
		h.wantErr(err, identity.ErrEmailExists)
	}
	h.same("winners", won, 1)
}

// TestAnApplicationDoesNotTakeALegacyAccount: it vouches for nobody's address, so the legacy account stays for its owner.
func TestAnApplicationDoesNotTakeALegacyAccount(t *testing.T) {
	h := newHouse(t)
	h.imports(h.grace())
	h.create("grace@example.com", credentials.Argon)
	h.same("legacy accounts", len(h.store.Legacy()), 1)
	_, err := h.login("grace@example.com", oldPassword)
	h.ok(err)
	h.same("after the owner has signed in", h.account(1).Legacy, &identityv1.Legacy{UserID: 7, EmailVerified: true})
}
