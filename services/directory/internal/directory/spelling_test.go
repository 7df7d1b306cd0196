package directory_test

import (
	"testing"

	"muster/libs/errs"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

func TestTheSpellingThatTheLetterWentToIsStored(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "old@example.com")
	done, err := w.UpdateProfile(t.Context(), self(1), directory.ProfileChange{Email: given(" Carol@Bu\u0308cher.example")})
	must(t, err)
	equal(t, done.CodeSentTo, "Carol@Bücher.example")
	u, err := w.ConfirmEmailChange(t.Context(), self(1), directory.ProfileChange{Email: given("carol@xn--bcher-kva.example")}, "000001")
	must(t, err)
	equal(t, u.Email, "Carol@Bücher.example")
}

// TestACodeForOneAddressIsNoneForAnother: a mail system may give the two to different people.
func TestACodeForOneAddressIsNoneForAnother(t *testing.T) {
	for sent, claimed := range map[string]string{
		"carol@maİl.example": "carol@mail.example", "jörg@example.com": "JÖRG@example.com", "ß@example.com": "ẞ@example.com", "ann@ß.example": "ann@ss.example",
	} {
		w := newWorld(t)
		w.register(t, 1, "old@example.com")
		_, err := w.UpdateProfile(t.Context(), self(1), directory.ProfileChange{Email: given(sent)})
		must(t, err)
		_, err = w.ConfirmEmailChange(t.Context(), self(1), directory.ProfileChange{Email: given(claimed)}, "000001")
		equal(t, errs.From(err).Code, "NO_VERIFICATION_REQUEST")

		w.register(t, 2, sent) // code00000002
		_, err = w.VerifyEmail(t.Context(), nobody, claimed, "code00000002")
		equal(t, err, error(directory.ErrNoVerification))
		w.register(t, 3, claimed)
		equal(t, w.store.User(3).Email, claimed)
	}
}

func TestAnySpellingVerifies(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "Ann@bücher.example")
	must(t, w.ResendCodes(t.Context(), actor(1), []string{"ann@xn--bcher-kva.example", "ANN@BÜCHER.example"}))
	equal(t, w.sent(), []string{"REGR Ann@bücher.example code00000001"})
	u, err := w.VerifyEmail(t.Context(), nobody, "ann@BU\u0308CHER.example", " CODE-0000 0001\u00a0")
	must(t, err)
	equal(t, u.Email, "Ann@bücher.example")
	w.register(t, 2, "ann@xn--bcher-kva.example")
	equal(t, w.store.User(2).RejectedBecause, "EMAIL_EXISTS")
}

// TestANewSpellingIsNoNewAddress: there is nothing to prove.
func TestANewSpellingIsNoNewAddress(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ann@bücher.example")
	done, err := w.UpdateProfile(t.Context(), self(1), directory.ProfileChange{Email: given("ann@xn--bcher-kva.example")})
	must(t, err)
	equal(t, done.User.Email, "ann@xn--bcher-kva.example")
	equal(t, done.CodeSentTo, "")
}

// TestNamesAreStoredAlike by all who change them; package roster has a test of its own.
func TestNamesAreStoredAlike(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	names := func(u directory.User) []any { return []any{u.Username, *u.FirstName, u.LastName} }
	want := []any{"jörg", "Jörg", (*string)(nil)}
	username, first, last := given("\u3000jo\u0308rg "), given(" Jo\u0308rg\u00a0"), given(" ")

	u, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{Username: username, FirstName: first, LastName: last})
	must(t, err)
	equal(t, names(u), want)
	w.store.Put(directorytest.SampleUser(1))
	own, err := w.UpdateProfile(t.Context(), self(1), directory.ProfileChange{Username: username, FirstName: first, LastName: last})
	must(t, err)
	equal(t, names(own.User), want)
	w.store.Put(directorytest.SampleUser(1))
	_, err = w.UpdateProfile(t.Context(), self(1), directory.ProfileChange{Email: given("new@example.com")})
	must(t, err)
	u, err = w.ConfirmEmailChange(t.Context(), self(1), directory.ProfileChange{Email: given("new@example.com"), Username: username, FirstName: first, LastName: last}, "000001")
	must(t, err)
	equal(t, names(u), want)
}
