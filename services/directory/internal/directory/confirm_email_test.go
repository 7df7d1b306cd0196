package directory_test

import (
	"context"
	"testing"
	"time"

	"muster/libs/errs"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

func TestConfirmEmail(t *testing.T) {
	w := newWorld(t)
	before := w.register(t, 1, "Ada@Example.com")
	since := len(w.store.Published())
	w.clock.Move(time.Hour)
	got, err := w.ConfirmEmail(t.Context(), self(1), " COde0000-0001 ")
	must(t, err)
	want := before
	want.Version, want.AccessVersion = 2, 2
	want.UpdatedAt, want.VerifiedAt = w.clock.Second(), ptr(w.clock.Second())
	equal(t, got, want)
	equal(t, w.store.User(1), want)
	equal(t, w.published(since), []string{"directory.user.v1 1 2", "directory.user.email-verified.v1 1 2"})
	_, found := w.store.Request(1, "REGR")
	equal(t, found, false)
}

// TestConfirmEmailTakesAnyOpenRequest: it does not matter what opened the request.
func TestConfirmEmailTakesAnyOpenRequest(t *testing.T) {
	for name, open := range map[string]func(*testing.T, *world){
		"a registration": func(*testing.T, *world) {},
		"a public resend": func(t *testing.T, w *world) {
			w.clock.Move(25 * time.Hour)
			must(t, w.ResendVerification(t.Context(), "ada@example.com", home))
			deliverAll(t, w)
		},
		"an administrator's new code": func(t *testing.T, w *world) {
			_, err := w.RenewCodes(t.Context(), boss, []directory.CodeOrder{{UserID: 1, TypeCode: "REGR"}})
			must(t, err)
		},
		"an administrator's new address": func(t *testing.T, w *world) {
			_, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{Email: given("new@example.com")})
			must(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.register(t, 1, "ada@example.com")
			open(t, w)
			r, _ := w.store.Request(1, "REGR")
			u, err := w.ConfirmEmail(t.Context(), self(1), r.Code)
			must(t, err)
			equal(t, u.VerifiedAt != nil, true)
		})
	}
}

func TestConfirmEmailRefuses(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	w.register(t, 2, "grace@example.com")
	refused := func(id int64, code, want string) {
		t.Helper()
		_, err := w.ConfirmEmail(t.Context(), self(id), code)
		equal(t, errs.From(err).Code, want)
	}
	refused(9, "code00000001", "NO_VERIFICATION_REQUEST")
	refused(1, "code00000002", "INVALID_CODE") // another user's
	r, _ := w.store.Request(1, "REGR")
	equal(t, r.Attempts, 1)
	for range 4 {
		refused(1, "wrong", "INVALID_CODE")
	}
	refused(1, "code00000001", "MAX_ATTEMPTS_EXCEEDED")

	w.clock.Move(24 * time.Hour)
	_, err := w.ConfirmEmail(t.Context(), self(2), "code00000002") // the last second counts
	must(t, err)
	refused(2, "code00000002", "NO_VERIFICATION_REQUEST") // verified, and the request is gone
	w.clock.Move(time.Second)
	refused(1, "code00000001", "INVALID_CODE") // expired
	must(t, w.store.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error { return tx.CloseRequests(ctx, 1) }))
	refused(1, "code00000001", "NO_VERIFICATION_REQUEST")
	equal(t, w.store.User(1).VerifiedAt, nil)

	// A verified user is not verified again, even with a new code.
	w.store.Put(directorytest.SampleUser(3), directorytest.SampleTombstone(4))
	renewed, err := w.RenewCodes(t.Context(), boss, []directory.CodeOrder{{UserID: 3, TypeCode: "REGR"}})
	must(t, err)
	refused(3, renewed[0].Code, "NO_VERIFICATION_REQUEST")
	refused(4, renewed[0].Code, "NO_VERIFICATION_REQUEST")
}

func TestConfirmEmailLinksTheLegacyUser(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	w.await(t, 7, "ADA@example.com")
	u, err := w.ConfirmEmail(t.Context(), self(1), "code00000001")
	must(t, err)
	equal(t, u.LegacyUserID, ptr(int64(7)))
}
