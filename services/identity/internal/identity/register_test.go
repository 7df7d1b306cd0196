package identity_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/limits/limitstest"
	"muster/services/identity/internal/identity"
	"muster/services/identity/internal/identity/identitytest"
)

func TestRegisterPublishesAndSignsIn(t *testing.T) {
	h := newHouse(t)
	in, err := h.Register(t.Context(), identity.Application{
		Email: "  Ada@Example.com ", Password: password, FirstName: ptr(" Ada "), LastName: ptr("Lovelace"),
	}, browser)
	h.ok(err)
	h.same("version", in.Version, int64(1))
	want := identityv1.Account{
		UserID: in.UserID, Version: 1, Email: "Ada@Example.com", AuthTypeCode: "EMAI", CreatedAt: second, LastLoginAt: &second,
		Registration:    &identityv1.Registration{Username: "Ada", FirstName: ptr("Ada"), LastName: ptr("Lovelace"), TypeCode: "NONS"},
		ActivityVersion: 1, EndedSessions: []identityv1.EndedSession{},
	}
	h.same("published", h.since(0), []contracts.Payload{
		want, identityv1.AccountEvent{Kind: identityv1.Registered, UserID: in.UserID, Version: 1, At: second, SessionID: in.SessionID},
	})
	_, claims, err := identitytest.Claims(in.AccessToken)
	h.ok(err)
	h.same("claims", []any{claims["sub"], claims["sid"], claims["typ"], claims["email_verified"], claims["exp"]},
		[]any{"1", in.SessionID, "NONS", false, float64(second.Add(rules.AccessTokenLife).Unix())})
}

func TestRegisterSaysWhatIsWrongFieldByField(t *testing.T) {
	h := newHouse(t)
	long := strings.Repeat("é", 101)
	_, err := h.Register(t.Context(), identity.Application{
		Email: "ada", Password: "short", Username: ptr("\u200b"), FirstName: &long, LastName: ptr("a\nb"),
	}, browser)
	var fields []string
	for _, f := range errs.From(err).Fields {
		fields = append(fields, f.Field)
	}
	h.same("fields", fields, []string{"email", "password", "username", "firstName", "lastName"})

	_, err = h.Register(t.Context(), identity.Application{}, browser)
	h.same("fields of nothing", errs.From(err).Fields, []errs.Field{
		{Field: "email", Message: "must be an email address such as ada@example.com"}, {Field: "password", Message: "must have 8 to 128 characters"},
	})
	for _, in := range []identity.Application{
		{Email: "a@example.com", Password: strings.Repeat("ß", 8), FirstName: ptr(strings.Repeat("é", 100))},
		{Email: "b@example.com", Password: strings.Repeat("ß", 128), Username: ptr("x")},
	} {
		_, err := h.Register(t.Context(), in, browser)
		h.ok(err)
	}
}

func TestAnAddressRegistersOnce(t *testing.T) {
	h := newHouse(t)
	h.register("ada@example.com")
	_, err := h.Register(t.Context(), identity.Application{Email: "ADA@example.com", Password: password}, browser)
	h.wantErr(err, identity.ErrEmailExists)
}

func TestConcurrentRegistrationsHaveOneWinner(t *testing.T) {
	h := newHouse(t)
	results := make([]error, 10)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() {
			_, results[i] = h.Register(t.Context(), identity.Application{Email: "ada@example.com", Password: password}, browser)
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

func TestFirstAdministrator(t *testing.T) {
	h := newHouse(t)
	created, err := h.EnsureAdministrator(t.Context(), "admin@muster.local", "muster-admin-demo")
	h.ok(err)
	h.same("created", created, true)
	state := h.lastState(1)
	h.same("registration", state.Registration, &identityv1.Registration{Username: "admin", TypeCode: "ADMI", EmailVerified: true})
	h.same("last login", state.LastLoginAt == nil && state.ActivityVersion == 1, true)
	before := h.published()
	created, err = h.EnsureAdministrator(t.Context(), "ADMIN@muster.local", "another password")
	h.ok(err)
	h.same("created again", created, false)
	h.same("published again", h.published(), before)
	if _, err := h.login("admin@muster.local", "muster-admin-demo"); err != nil {
		t.Error(err)
	}
	if _, err := h.EnsureAdministrator(t.Context(), "admin", "short"); errs.KindOf(err) != errs.KindInvalid {
		t.Errorf("bad settings: %v", err)
	}
}

func TestRegistrationsAreLimitedByNetwork(t *testing.T) {
	h := newHouse(t)
	n := 0
	register := func(network string) error {
		n++
		_, err := h.Register(t.Context(), identity.Application{Email: fmt.Sprintf("user%d@example.com", n), Password: password}, identity.Client{Network: network})
		return err
	}
	for range rules.RegistrationsPerHour {
		h.ok(register("192.0.2.1"))
	}
	_, err := h.Register(t.Context(), identity.Application{Email: "no address", Password: password}, identity.Client{Network: "192.0.2.2"})
	h.same("a mistake", errs.From(err).Code, "VALIDATION_FAILED")
	limitstest.RefusedFor(t, register("192.0.2.1"))
	h.ok(register("192.0.2.2"))
	h.clock.Advance(time.Hour)
	for range rules.RegistrationsPerDay - rules.RegistrationsPerHour {
		h.ok(register("192.0.2.1"))
	}
	wait := limitstest.RefusedFor(t, register("192.0.2.1"))
	h.same("until the day is over", wait, 23*time.Hour)
	h.clock.Advance(wait)
	h.ok(register("192.0.2.1"))
}
