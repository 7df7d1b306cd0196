package e2e_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

var digitsInMail = regexp.MustCompile(`\b[0-9]{6}\b`)

// mailedDigits reads the code from the newest mail to a new address.
func mailedDigits(t testing.TB, to string) string {
	t.Helper()
	text := newestMail(t, to)
	code := digitsInMail.FindString(text)
	if code == "" {
		t.Fatalf("no digits in the mail %q", text)
	}
	return code
}

// ask requests a change of address and returns the code sent to the new one.
func ask(c *client, email string) (code string) {
	c.t.Helper()
	c.want(http.StatusOK, "PUT", "/api/users/me", object{"email": email})
	return mailedDigits(c.t, email)
}

// login signs in again and reports whether it worked.
func login(t *testing.T, email, password string) (*client, bool) {
	t.Helper()
	c := &client{t: t, email: email}
	a := c.do("POST", "/api/auth/login", object{"email": email, "password": password})
	if a.status == http.StatusOK {
		c.signedIn(a)
	}
	return c, a.status == http.StatusOK
}

// TestEmailChange: nothing changes until the code of the new address is confirmed; then the change is visible
// everywhere at once.
func TestEmailChange(t *testing.T) {
	c := verified(t, "mover")
	old := c.email
	email := uniqueEmail("moved")

	a := c.want(http.StatusOK, "PUT", "/api/users/me", object{"firstName": "Grace", "email": strings.ToUpper(old)})
	if a.body["firstName"] != "Grace" || a.body["lastName"] != "mover" || a.body["email"] != strings.ToUpper(old) {
		t.Errorf("the same address: %s", a)
	}
	a = c.want(http.StatusOK, "PUT", "/api/users/me", object{"firstName": "Never", "email": email})
	if a.text != fmt.Sprintf(`{"emailVerificationRequired":true,"message":"Verification code sent to %s. Please verify to complete the update."}`, email) {
		t.Errorf("another address: %s", a)
	}
	if me := c.want(http.StatusOK, "GET", "/api/users/me", nil); me.body["firstName"] != "Grace" || me.body["email"] != strings.ToUpper(old) {
		t.Errorf("before the code: %s", me)
	}
	code := mailedDigits(t, email)
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	confirmation := object{"email": email, "firstName": "Ada", "username": "moved", "verificationCode": wrong}
	if a := c.do("POST", "/api/users/me/verify-update", confirmation); a.status != http.StatusBadRequest ||
		a.text != `{"error":"Invalid verification code","message":"The verification code is incorrect. 4 attempts remaining.","code":"INVALID_CODE","attemptsRemaining":4}` {
		t.Errorf("a wrong code: %s", a)
	}
	confirmation["verificationCode"] = code
	if a := c.do("POST", "/api/users/me/verify-update", confirmation, "X-Csrf-Token", "wrong"); a.status != http.StatusForbidden || a.body["code"] != "CSRF_INVALID" {
		t.Errorf("without the CSRF token: %s", a)
	}
	a = c.want(http.StatusOK, "POST", "/api/users/me/verify-update", confirmation)
	if a.body["email"] != email || a.body["firstName"] != "Ada" || a.body["username"] != "moved" || a.body["verifiedAt"] == nil {
		t.Errorf("the right code: %s", a)
	}

	// Read-your-writes: the new address signs in, the old one does not and can be registered again.
	if _, in := login(t, email, password); !in {
		t.Error("the new address does not sign in")
	}
	if _, in := login(t, old, password); in {
		t.Error("the old address still signs in")
	}
	boss := admin(t)
	for _, path := range []string{"/api/users", "/api/users/full"} {
		if rows := boss.want(http.StatusOK, "GET", list(path, fmt.Sprintf(`{"email":%q}`, email), ""), nil).list(); len(rows) != 1 || rows[0]["id"] != c.user["id"] {
			t.Errorf("%s: %v", path, rows)
		}
	}
	eventually(t, 20*time.Second, "the old address is told", func() bool { return strings.Contains(newestMail(t, old), "changed") })
	(&client{t: t}).want(http.StatusCreated, "POST", "/api/auth/register", object{"email": old, "password": password})
	if a := c.do("PUT", "/api/users/me/verify-update", confirmation); a.status != http.StatusNotFound || a.body["code"] != "NO_VERIFICATION_REQUEST" {
		t.Errorf("the code again: %s", a)
	}
}

// TestAnAdministratorMovesAVerifiedUser to another address: it signs in at once, the old one does not, and both lists
// still show the user as verified.
func TestAnAdministratorMovesAVerifiedUser(t *testing.T) {
	boss, c := admin(t), verified(t, "transferred")
	before := c.want(http.StatusOK, "GET", "/api/users/me", nil).body
	email := uniqueEmail("transferred-to")
	moved := boss.want(http.StatusOK, "PUT", fmt.Sprintf("/api/users/%d", c.id()), object{"email": email})
	if moved.body["email"] != email || moved.body["verifiedAt"] == nil || moved.body["verifiedAt"] != before["verifiedAt"] {
		t.Errorf("moved: %s, before: %v", moved, before)
	}
	if again, in := login(t, email, password); !in || again.user["verifiedAt"] != before["verifiedAt"] {
		t.Errorf("the new address: signs in %t, %v", in, again.user)
	}
	if _, in := login(t, c.email, password); in {
		t.Error("the old address still signs in")
	}
	for _, path := range []string{"/api/users", "/api/users/full"} {
		rows := boss.want(http.StatusOK, "GET", list(path, fmt.Sprintf(`{"email":%q}`, email), ""), nil).list()
		if len(rows) != 1 || rows[0]["id"] != c.user["id"] || rows[0]["verifiedAt"] != before["verifiedAt"] {
			t.Errorf("%s: %v", path, rows)
		}
	}
	// The old address learns that it was replaced, and not by which.
	eventually(t, time.Minute, "a notice to the old address", func() bool {
		text := newestMail(t, c.email)
		return strings.Contains(text, "was changed") && !strings.Contains(text, email)
	})
	(&client{t: t}).want(http.StatusCreated, "POST", "/api/auth/register", object{"email": c.email, "password": password})
}

// raceRounds is the number of races for an address, and codesAnHour how many of them one user can take part in.
const raceRounds, codesAnHour = 30, 10

// confirm sends a confirmation and does not fail the test.
func confirm(c *client, email, code string) answer {
	a, err := c.try("POST", "/api/users/me/verify-update", object{"email": email, "verificationCode": code})
	if err != nil {
		c.t.Errorf("verify-update: %v", err)
	}
	return a
}

// TestTwoWantOneAddress: of two concurrent confirmations exactly one succeeds.
func TestTwoWantOneAddress(t *testing.T) {
	var pair [2]*client
	for round := range raceRounds {
		if round%codesAnHour == 0 {
			pair = [2]*client{register(t, "rival"), register(t, "rival")}
		}
		email := uniqueEmail("wanted")
		codes := [2]string{ask(pair[0], email), ask(pair[1], email)}
		var answers [2]answer
		var wg sync.WaitGroup
		for i, c := range pair {
			wg.Go(func() { answers[i] = confirm(c, email, codes[i]) })
		}
		wg.Wait()
		winner, loser := 0, 1
		if answers[0].status != http.StatusOK {
			winner, loser = 1, 0
		}
		if answers[winner].status != http.StatusOK || answers[loser].status != http.StatusConflict || answers[loser].body["error"] != "Email already in use" {
			t.Fatalf("round %d: %s and %s", round, answers[0], answers[1])
		}
		if c, in := login(t, email, password); !in || c.id() != pair[winner].id() {
			t.Fatalf("round %d: user %d won, and %d signs in", round, pair[winner].id(), c.id())
		}
	}
}

// TestARegistrationRacesWithAnEmailChange: afterwards the address has one owner, who can sign in with it. The other
// user either exists completely without it or does not exist.
func TestARegistrationRacesWithAnEmailChange(t *testing.T) {
	const another = "another battery staple"
	boss := admin(t)
	var member *client
	won := map[string]int{}
	for round := range raceRounds {
		if round%codesAnHour == 0 {
			member = register(t, "member")
		}
		before := member.want(http.StatusOK, "GET", "/api/users/me", nil).body["email"].(string)
		email := uniqueEmail("contested")
		code := ask(member, email)
		var moved, registered answer
		var wg sync.WaitGroup
		wg.Go(func() { moved = confirm(member, email, code) })
		wg.Go(func() {
			var err error
			if registered, err = (&client{t: t}).try("POST", "/api/auth/register", object{"email": email, "password": another}); err != nil {
				t.Errorf("register: %v", err)
			}
		})
		wg.Wait()

		memberWon := moved.status == http.StatusOK
		refused := moved
		if memberWon {
			refused = registered
		}
		if memberWon == (registered.status == http.StatusCreated) || refused.status != http.StatusConflict || refused.body["code"] != "EMAIL_EXISTS" {
			t.Fatalf("round %d: the change %s, the registration %s", round, moved, registered)
		}
		if rows := boss.want(http.StatusOK, "GET", list("/api/users", fmt.Sprintf(`{"email":%q}`, email), ""), nil).list(); len(rows) != 1 || (rows[0]["id"] == member.user["id"]) != memberWon {
			t.Fatalf("round %d: owners %v", round, rows)
		}
		if _, in := login(t, email, password); in != memberWon {
			t.Fatalf("round %d: the member signs in with the address: %v", round, in)
		}
		if _, in := login(t, email, another); in == memberWon {
			t.Fatalf("round %d: the newcomer signs in with the address: %v", round, in)
		}
		if memberWon {
			won["member"]++
			continue
		}
		won["newcomer"]++
		if _, in := login(t, before, password); !in {
			t.Fatalf("round %d: the member has lost their own address", round)
		}
	}
	t.Logf("won: %v", won)
}
