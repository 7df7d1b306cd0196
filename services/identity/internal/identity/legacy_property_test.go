package identity_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

// Whatever people, applications, directory and imports do in whatever order, no address has both a proven account that signs in with it
// and a legacy account.
func TestNoAddressHasTwoPasswordsProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := newHouse(t)
		versions := map[int64]int64{}
		var ids []int64
		signedUp := func(in identity.SignedIn, err error) {
			if err == nil && versions[in.UserID] == 0 {
				versions[in.UserID] = 1
				ids = append(ids, in.UserID)
			}
		}
		for range rapid.IntRange(1, 20).Draw(r, "steps") {
			email := fmt.Sprintf("e%d@example.com", rapid.IntRange(0, 3).Draw(r, "address"))
			switch rapid.IntRange(0, 6).Draw(r, "step") {
			case 0:
				signedUp(h.Register(t.Context(), identity.Application{Email: email, Password: password}, browser))
			case 1:
				signedUp(h.Login(t.Context(), email, oldPassword, identity.Client{Network: fmt.Sprint("10.0.0.", len(ids))}))
			case 2:
				row := h.grace()
				row.ID, row.Email, row.Activate = rapid.Int64Range(1, 3).Draw(r, "row"), email, rapid.Bool().Draw(r, "activate")
				if result := h.imports(row)[0]; result.Outcome == identity.Activated {
					signedUp(identity.SignedIn{UserID: result.UserID}, nil)
				}
			case 3:
				a, err := h.check(email, oldPassword)
				if rapid.Bool().Draw(r, "create") {
					a, err = h.CreateAccount(t.Context(), identity.NewAccount{Email: email, Password: password, Algorithm: credentials.Bcrypt, Properties: "{}"})
				}
				signedUp(identity.SignedIn{UserID: a.UserID}, err)
			case 4:
				if len(ids) > 0 {
					change := identity.PasswordChange{Password: "12345", Algorithm: credentials.Argon}
					if _, err := h.SetPassword(t.Context(), rapid.SampledFrom(ids).Draw(r, "owner"), change); !errors.Is(err, identity.ErrAccountNotFound) {
						h.ok(err)
					}
				}
			case 5, 6:
				if len(ids) == 0 {
					continue
				}
				id := rapid.SampledFrom(ids).Draw(r, "user")
				versions[id]++
				u := user(id, versions[id], email)
				u.EmailVerified = rapid.Bool().Draw(r, "verified")
				if rapid.IntRange(0, 3).Draw(r, "delete") == 0 {
					u = gone(id, versions[id])
				}
				h.follow(u)
			}
			for _, l := range h.store.Legacy() {
				if a, err := h.store.AccountByEmail(t.Context(), l.Email); err == nil && (a.EmailVerified || a.Legacy != nil) {
					r.Fatalf("%s has account %d and legacy account %d", l.Email, a.UserID, l.ID)
				}
			}
		}
	})
}
