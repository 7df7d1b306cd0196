package identity_test

import (
	"fmt"
	"testing"

	"muster/libs/errs"
	"muster/services/identity/internal/credentials"
)

func TestASignInReplacesAnOutdatedHash(t *testing.T) {
	h := newHouse(t)
	row := h.grace()
	row.Activate = true
	h.imports(row)
	_, err := h.login("grace@example.com", "wrong password")
	h.wantErr(err, credentials.ErrInvalidCredentials)
	h.same("after a wrong password", h.account(1).PasswordHash, *row.PasswordHash)
	_, err = h.login("grace@example.com", oldPassword)
	h.ok(err)
	replaced := h.account(1).PasswordHash
	h.same("outdated after a right one", h.passwords.Outdated(replaced), false)
	_, err = h.login("grace@example.com", oldPassword)
	h.ok(err)
	h.same("replaced again", h.account(1).PasswordHash, replaced)
}

func TestConcurrentSignInsWithAnOutdatedHashAllSucceed(t *testing.T) {
	h := newHouse(t)
	row := h.grace()
	row.Activate = true
	h.imports(row)
	h.passwords.OnVerify = func() {
		h.passwords.OnVerify = nil
		_, err := h.login("grace@example.com", oldPassword)
		h.ok(err)
	}
	_, err := h.login("grace@example.com", oldPassword)
	h.ok(err)
	h.same("version", h.account(1).Version, int64(3))
}

// A sign-in whose account changes under it each time comes to an end.
func TestASignInGivesUp(t *testing.T) {
	h := newHouse(t)
	h.imports(h.grace())
	n := 0
	h.passwords.OnVerify = func() {
		n++
		row := h.grace()
		row.ID = int64(100 + n)
		old := h.grace()
		old.ID, old.Email = int64(99+n), fmt.Sprintf("former%d@example.com", n)
		if n == 1 {
			old.ID = 7
		}
		h.imports(old, row)
	}
	_, err := h.login("grace@example.com", oldPassword)
	h.wantErr(err, credentials.ErrInvalidCredentials)
	h.same("attempts", n, 3)
	h.same("kind", errs.KindOf(err), errs.KindUnauthenticated)
}
