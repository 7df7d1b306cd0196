package identitytest

import (
	"testing"

	"muster/libs/errs"
	"muster/services/identity/internal/identity"
)

// DirectoryUnderTest is a directory whose codes the fake behind it has mailed.
type DirectoryUnderTest struct {
	identity.Directory
	Behind *Directory
}

// TestDirectory checks that a directory meets the contract of identity.Directory.
func TestDirectory(t *testing.T, open func(t *testing.T) DirectoryUnderTest) {
	redeem := func(t *testing.T, d DirectoryUnderTest, email, code string) (identity.Proof, error) {
		t.Helper()
		return d.Redeem(t.Context(), identity.Redemption{Type: identity.CodeReset, Email: email, Code: code, Network: "192.0.2.1"})
	}
	first, last := "Ada", "Lovelace"
	full := identity.LegacyAccount{ID: 7, Email: "Ada@Example.com", Username: "ada", FirstName: &first, LastName: &last, CreatedAt: at}
	bare := identity.LegacyAccount{ID: 8, Email: "Bob@Example.com", Username: "bob"}
	for name, want := range map[string]identity.Proof{
		"a user":                      {UserID: 5},
		"a user that is now verified": {UserID: 5, UserVersion: 9},
		"a legacy user":               {Legacy: &full},
		"a legacy user without names": {Legacy: &bare},
	} {
		t.Run("a code proves "+name+" once", func(t *testing.T) {
			d := open(t)
			d.Behind.Mail(identity.CodeReset, "Ada@Example.com", "abc123def456", want)
			got, err := redeem(t, d, "ada@example.com", "abc123def456")
			check(t, err)
			same(t, "proof", got, want)
			_, err = redeem(t, d, "ada@example.com", "abc123def456")
			same(t, "again", errs.From(err).Code, "NO_VERIFICATION_REQUEST")
		})
	}
	t.Run("a wrong code is counted", func(t *testing.T) {
		d := open(t)
		d.Behind.Mail(identity.CodeReset, "ada@example.com", "abc123def456", identity.Proof{UserID: 5})
		for left := 4; left >= 0; left-- {
			_, err := redeem(t, d, "ada@example.com", "wrong")
			e := errs.From(err)
			same(t, "code", []any{e.Kind, e.Code, e.Detail["attemptsRemaining"]}, []any{errs.KindInvalid, "INVALID_CODE", left})
		}
		_, err := redeem(t, d, "ada@example.com", "abc123def456")
		e := errs.From(err)
		same(t, "code", []any{e.Kind, e.Code}, []any{errs.KindTooMany, "MAX_ATTEMPTS_EXCEEDED"})
	})
	t.Run("an unavailable directory says so", func(t *testing.T) {
		d := open(t)
		d.Behind.Leave(true)
		_, err := redeem(t, d, "ada@example.com", "abc123def456")
		same(t, "kind", errs.KindOf(err), errs.KindUnavailable)
	})
}
