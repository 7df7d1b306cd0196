package e2e_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Read-your-writes in loops: several concurrent clients, without any retry or pause. An answer with X-Consistency:
// pending is a failure here. `make soak` runs 1000 rounds.

// roundsSetting is the number of rounds of each loop, for all clients together.
const roundsSetting = "MUSTER_E2E_ROUNDS"

const (
	defaultRounds = 25
	loopClients   = 4
	// tokenUse is how long a loop uses an access token; it lives for 15 minutes.
	tokenUse = 5 * time.Minute
)

// loop runs rounds on several clients until all are done. begin prepares a client, and a round returns its failure;
// after a failure the client begins again.
func loop[T any](t *testing.T, begin func(l *looper) (T, error), round func(l *looper, state T) error) {
	t.Helper()
	loopRounds(t, defaultRounds, begin, round)
}

// loopRounds is loop with another number of rounds, unless the setting has one.
func loopRounds[T any](t *testing.T, rounds int, begin func(l *looper) (T, error), round func(l *looper, state T) error) {
	t.Helper()
	if text := os.Getenv(roundsSetting); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			t.Fatalf("%s=%q is no number of rounds", roundsSetting, text)
		}
		rounds = n
	}
	started := time.Now()
	var taken, pending, failed atomic.Int64
	var wg sync.WaitGroup
	for range loopClients {
		wg.Go(func() {
			l := &looper{client: &client{t: t}, pending: &pending}
			var state T
			begun := false
			for n := taken.Add(1); n <= int64(rounds); n = taken.Add(1) {
				var err error
				if !begun {
					state, err = begin(l)
				}
				if err == nil {
					err = round(l, state)
				}
				if begun = err == nil; !begun && failed.Add(1) <= 10 {
					t.Errorf("round %d: %v", n, err)
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(started)
	t.Logf("%d rounds by %d clients in %s (%.0f ms each): %d failed, %d answers were pending",
		rounds, loopClients, took.Round(time.Millisecond), took.Seconds()*1000*loopClients/float64(rounds), failed.Load(), pending.Load())
	if failed.Load() > 0 || pending.Load() > 0 {
		t.Errorf("%d of %d rounds failed, %d answers were pending", failed.Load(), rounds, pending.Load())
	}
}

// nobody is the begin function for rounds that register a new user each: repeated failing sign-ins of one user would
// count as guessing, and repeated mails to one user would be limited.
func nobody(*looper) (struct{}, error) { return struct{}{}, nil }

// looper is a client of a loop that is also signed in as an administrator.
type looper struct {
	*client
	pending *atomic.Int64
	boss    *client
	since   time.Time
}

// expect sends a request as c and returns an error unless the answer has the status.
func (l *looper) expect(c *client, status int, method, path string, body any) (answer, error) {
	a, err := c.try(method, path, body)
	switch {
	case err != nil:
		return a, err
	case a.header.Get("X-Consistency") != "":
		l.pending.Add(1)
		return a, fmt.Errorf("%s %s: %d, X-Consistency: %s", method, path, a.status, a.header.Get("X-Consistency"))
	case a.status != status:
		return a, fmt.Errorf("%s %s: %s, want %d", method, path, a, status)
	}
	return a, nil
}

// signIn signs the address in and expects the status.
func (l *looper) signIn(email string, status int) (*client, error) {
	c := &client{t: l.t, email: email}
	a, err := l.expect(c, status, "POST", "/api/auth/login", object{"email": email, "password": password})
	if err != nil || status != http.StatusOK {
		return nil, err
	}
	return c, c.enter(a)
}

func (l *looper) register(email string) (*client, error) {
	c := &client{t: l.t, email: email}
	a, err := l.expect(c, http.StatusCreated, "POST", "/api/auth/register", object{"email": email, "password": password})
	if err != nil {
		return nil, err
	}
	return c, c.enter(a)
}

// enter is signedIn for rounds that continue after a failure.
func (c *client) enter(a answer) error {
	c.token, _ = a.body["accessToken"].(string)
	c.csrf, _ = a.body["csrfToken"].(string)
	c.user, _ = a.body["user"].(object)
	if c.token == "" || c.csrf == "" || c.user == nil {
		return fmt.Errorf("not a signed-in answer: %s", a)
	}
	return nil
}

// admin returns an administrator with a fresh token.
func (l *looper) admin() (*client, error) {
	if l.boss != nil && time.Since(l.since) < tokenUse {
		return l.boss, nil
	}
	c := &client{t: l.t}
	a, err := l.expect(c, http.StatusOK, "POST", "/api/auth/login", object{"email": muster.Admin.Email, "password": muster.Admin.Password})
	if err != nil {
		return nil, err
	}
	l.boss, l.since = c, time.Now()
	return c, c.enter(a)
}

// listed checks that both lists have exactly this many users with the address, and that they are the user with the id.
func (l *looper) listed(email string, count int, id any) error {
	boss, err := l.admin()
	if err != nil {
		return err
	}
	for _, path := range []string{"/api/users", "/api/users/full"} {
		a, err := l.expect(boss, http.StatusOK, "GET", list(path, encode(object{"email": email}), ""), nil)
		if err != nil {
			return err
		}
		rows := a.list()
		if len(rows) != count || count > 0 && rows[0]["id"] != id {
			return fmt.Errorf("%s has %s, want %d with id %v", path, a, count, id)
		}
	}
	return nil
}

func (l *looper) update(c *client, change object) error {
	boss, err := l.admin()
	if err != nil {
		return err
	}
	_, err = l.expect(boss, http.StatusOK, "PUT", fmt.Sprintf("/api/users/%d", c.id()), change)
	return err
}

// refused checks that c's tokens are no longer accepted.
func (l *looper) refused(c *client) error {
	_, err1 := l.expect(c, http.StatusUnauthorized, "GET", "/api/users/me", nil)
	_, err2 := l.expect(c, http.StatusUnauthorized, "GET", "/api/users", nil)
	_, err3 := l.expect(c, http.StatusUnauthorized, "GET", "/api/auth/csrf-token", nil)
	return errors.Join(err1, err2, err3)
}

// emailChanges are the ways in which a user's address can change.
var emailChanges = []struct {
	name   string
	change func(l *looper, c *client, to string) error
}{
	{"by an administrator", func(l *looper, c *client, to string) error { return l.update(c, object{"email": to}) }},
	{"by the user", (*looper).prove},
}

// prove changes the address as its owner does: with the code from the mail to the new address.
func (l *looper) prove(c *client, to string) error {
	if _, err := l.expect(c, http.StatusOK, "PUT", "/api/users/me", object{"email": to}); err != nil {
		return err
	}
	found, err := l.expect(&client{t: l.t}, http.StatusOK, "GET", muster.Mail+"/api/v1/search?query="+url.QueryEscape("to:"+to), nil)
	mails, _ := found.body["messages"].([]any)
	if err != nil || len(mails) != 1 {
		return errors.Join(err, fmt.Errorf("%d mails to %s, want the one with the code", len(mails), to))
	}
	id, _ := mails[0].(object)["ID"].(string)
	mail, err := l.expect(&client{t: l.t}, http.StatusOK, "GET", muster.Mail+"/api/v1/message/"+id, nil)
	if err != nil {
		return err
	}
	text, _ := mail.body["Text"].(string)
	_, err = l.expect(c, http.StatusOK, "POST", "/api/users/me/verify-update", object{"email": to, "verificationCode": digitsInMail.FindString(text)})
	return err
}

// After a change of the address the new one signs in and the old one does not, lists show only the new one, and another
// user can register the old one.
func TestEmailChangesInALoop(t *testing.T) {
	for _, way := range emailChanges {
		t.Run(way.name, func(t *testing.T) {
			loop(t, nobody, func(l *looper, _ struct{}) error {
				old, to := uniqueEmail("moving"), uniqueEmail("moved")
				c, err := l.register(old)
				if err != nil {
					return err
				}
				if err := way.change(l, c, to); err != nil {
					return err
				}
				now, err1 := l.signIn(to, http.StatusOK)
				_, err2 := l.signIn(old, http.StatusUnauthorized)
				if err := errors.Join(err1, err2, l.listed(to, 1, c.user["id"]), l.listed(old, 0, nil)); err != nil {
					return err
				}
				if now.user["id"] != c.user["id"] || now.user["email"] != to {
					return fmt.Errorf("%s signs in as %v", to, now.user)
				}
				next, err := l.register(old)
				if err != nil {
					return fmt.Errorf("the old address: %w", err)
				}
				_, err = l.expect(next, http.StatusNoContent, "DELETE", fmt.Sprintf("/api/users/%d", next.id()), nil)
				return err
			})
		})
	}
}

// After a deletion the user's tokens and password are refused, the user is in no list, and the address can be
// registered again by a new user.
func TestDeletionsInALoop(t *testing.T) {
	loop(t, nobody, func(l *looper, _ struct{}) error {
		c, err := l.register(uniqueEmail("again"))
		if err != nil {
			return err
		}
		if _, err := l.expect(c, http.StatusNoContent, "DELETE", fmt.Sprintf("/api/users/%d", c.id()), nil); err != nil {
			return err
		}
		_, err = l.signIn(c.email, http.StatusUnauthorized)
		if err := errors.Join(err, l.refused(c), l.listed(c.email, 0, nil)); err != nil {
			return err
		}
		next, err := l.register(c.email)
		if err != nil {
			return err
		}
		if next.user["id"] == c.user["id"] || next.user["verifiedAt"] != nil {
			return fmt.Errorf("%v comes back as %v", c.user, next.user)
		}
		_, err = l.signIn(c.email, http.StatusOK)
		return errors.Join(err, l.listed(c.email, 1, next.user["id"]), l.refused(c))
	})
}

// After a deactivation the user's token is refused and the user cannot sign in. After an activation the user can sign
// in again, and the old token stays invalid.
func TestDeactivationsInALoop(t *testing.T) {
	loop(t, func(l *looper) (*client, error) { return l.register(uniqueEmail("off-and-on")) }, func(l *looper, c *client) error {
		if _, err := l.expect(c, http.StatusOK, "GET", "/api/users/me", nil); err != nil {
			return err
		}
		if err := l.update(c, object{"isActive": false}); err != nil {
			return err
		}
		_, err := l.signIn(c.email, http.StatusForbidden)
		if err := errors.Join(l.refused(c), err); err != nil {
			return err
		}
		if err := l.update(c, object{"isActive": true}); err != nil {
			return err
		}
		now, err := l.signIn(c.email, http.StatusOK)
		if err := errors.Join(err, l.refused(c)); err != nil {
			return err
		}
		c.token, c.csrf = now.token, now.csrf
		return nil
	})
}
