package identity_test

import (
	"testing"

	"muster/libs/errs"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

func TestSpellingsOfOneAddressAreOneAccount(t *testing.T) {
	h := newHouse(t)
	in := h.register(" jo\u0308rg@Bücher.example ")
	h.same("stored", h.account(in.UserID).Email, "jörg@Bücher.example")
	for _, spelling := range []string{"jörg@xn--bcher-kva.example", "JöRG@BU\u0308CHER.EXAMPLE", "jörg@ｂüｃｈｅｒ。example"} {
		again, err := h.login(spelling, password)
		h.ok(err)
		h.same(spelling, again.UserID, in.UserID)
		_, err = h.Register(t.Context(), identity.Application{Email: spelling, Password: password}, browser)
		h.wantErr(err, identity.ErrEmailExists)
	}
}

func TestDifferentAddressesAreDifferentAccounts(t *testing.T) {
	h := newHouse(t)
	ids := map[int64]bool{}
	addresses := []string{"carol@mail.example", "carol@maİl.example", "ß@mail.example", "ẞ@mail.example", "ss@mail.example", "É@mail.example", "é@mail.example", "ｃarol@mail.example"}
	for _, email := range addresses {
		ids[h.register(email).UserID] = true
	}
	h.same("accounts", len(ids), len(addresses))
	for _, email := range addresses {
		in, err := h.login(email, password)
		h.ok(err)
		h.same("the account of "+email, h.account(in.UserID).Email, email)
	}
}

// TestGuessesAtOneAddressAreCountedTogether, however it is spelled.
func TestGuessesAtOneAddressAreCountedTogether(t *testing.T) {
	h := newHouse(t)
	h.register("ann@bücher.example")
	spellings := []string{"ann@bücher.example", "ANN@xn--bcher-kva.example", "ann@BU\u0308CHER.example"}
	var err error
	for i := range rules.Guessing.MaxAccountFailures + 1 {
		_, err = h.login(spellings[i%len(spellings)], "wrong password")
	}
	h.same("code", errs.From(err).Code, "RATE_LIMITED")
}

func TestNamesAtRegistration(t *testing.T) {
	h := newHouse(t)
	in, err := h.Register(t.Context(), identity.Application{
		Email: "ada@example.com", Password: password, Username: ptr(""), FirstName: ptr("\u3000Jo\u0308rg\u00a0"), LastName: ptr(" "),
	}, browser)
	h.ok(err)
	r := h.account(in.UserID).Registration
	h.same("names", []any{r.Username, *r.FirstName, r.LastName}, []any{"ada", "Jörg", (*string)(nil)})
}

func TestPasswordsAreComparedInNFC(t *testing.T) {
	const nfc, nfd = "pässwörter", "pa\u0308sswo\u0308rter"
	h := newHouse(t)
	for email, chosen := range map[string]string{"a@example.com": nfc, "b@example.com": nfd} {
		_, err := h.Register(t.Context(), identity.Application{Email: email, Password: chosen}, browser)
		h.ok(err)
		for _, typed := range []string{nfc, nfd} {
			_, err := h.login(email, typed)
			h.ok(err)
		}
	}
	_, err := h.Register(t.Context(), identity.Application{Email: "c@example.com", Password: "a\u0308o\u0308u\u0308e\u0308"}, browser)
	h.same("four letters", errs.From(err).Code, "VALIDATION_FAILED")
}

// TestAPasswordHashedAsItWasTyped covers imported hashes and hashes from before passwords were normalized.
func TestAPasswordHashedAsItWasTyped(t *testing.T) {
	const nfc, nfd = "pässwörter", "pa\u0308sswo\u0308rter"
	h := newHouse(t)
	u := h.grace()
	u.PasswordHash = ptr(h.passwords.Foreign(nfd))
	h.imports(u)
	_, err := h.login(u.Email, nfc) // the hash is not one of it
	h.wantErr(err, credentials.ErrInvalidCredentials)
	_, err = h.login(u.Email, nfd)
	h.ok(err)
	_, err = h.login(u.Email, nfc) // by now it is
	h.ok(err)
	for email, cost := range map[string]int64{u.Email: 2, "nobody@example.com": 2} {
		before := h.passwords.Verified()
		_, err := h.login(email, "wro\u0308ng")
		h.wantErr(err, credentials.ErrInvalidCredentials)
		h.same("work for "+email, h.passwords.Verified()-before, cost)
	}
}
