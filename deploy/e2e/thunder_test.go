package e2e_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// thunderAuth are the credentials of the application that a local stack knows.
var thunderAuth = "Basic " + base64.StdEncoding.EncodeToString([]byte("application:secret"))

const thunderPassword = "12345"

// thunder sends a request as Thunder's clients do. It may be called from any goroutine.
func (c *client) thunder(method, path string, body any, password string) (answer, error) {
	headers := []string{"Authorization", thunderAuth}
	if password != "" {
		headers = append(headers, "Password", password)
	}
	return c.try(method, path, body, headers...)
}

// wantThunder fails the test unless the answer has the status.
func (c *client) wantThunder(status int, method, path string, body any, password string) answer {
	c.t.Helper()
	a, err := c.thunder(method, path, body, password)
	if err != nil || a.status != status || a.header.Get("X-Consistency") != "" {
		c.t.Fatalf("%s %s: %s %v, want %d; %v", method, path, a, a.header, status, err)
	}
	return a
}

func named(email string) string { return "?email=" + url.QueryEscape(email) }

// thunderUser is the body of a request to create or update a user.
func thunderUser(email, password string, more object) object {
	user := object{"email": object{"address": email}, "password": password}
	for name, value := range more {
		user[name] = value
	}
	return user
}

// TestThundersOwnClient runs every method of the npm package thunder-client.
func TestThundersOwnClient(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "node", "--no-deprecation", "client.js", muster.Gateway, "application", "secret", fmt.Sprintf("thunder-client-%d", run))
	cmd.Dir = npmPackages(t, "testdata/thunder")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func TestThunderUsersAreUsers(t *testing.T) {
	c, boss := &client{t: t}, admin(t)
	email := uniqueEmail("thunder-life")
	created := c.wantThunder(http.StatusCreated, "POST", "/users", thunderUser(email, thunderPassword, object{"plan": "gold"}), "")

	listed := func() object {
		t.Helper()
		found := boss.want(http.StatusOK, "GET", list("/api/users", fmt.Sprintf(`{"email":%q}`, email), ""), nil).list()
		if len(found) != 1 {
			t.Fatalf("listed: %v", found)
		}
		return found[0]
	}
	local, _, _ := strings.Cut(email, "@")
	if u := listed(); u["username"] != local || u["typeCode"] != "NONS" || u["authTypeCode"] != "EMAI" || u["verifiedAt"] != nil || u["lastLoginAt"] != nil {
		t.Errorf("%v", u)
	}
	signedIn := &client{t: t}
	signedIn.signedIn(signedIn.want(http.StatusOK, "POST", "/api/auth/login", object{"email": email, "password": thunderPassword}))
	if me := signedIn.want(http.StatusOK, "GET", "/api/users/me", nil); me.body["email"] != email {
		t.Errorf("%s", me)
	}
	if full := boss.want(http.StatusOK, "GET", fmt.Sprintf("/api/users/full/%d", signedIn.id()), nil); full.body["email"] != email || full.body["subscriptionId"] != nil {
		t.Errorf("%s", full)
	}

	// The link in the mail works without any credentials, and ends the session that was opened before.
	c.wantThunder(http.StatusOK, "POST", "/verify"+named(email), nil, thunderPassword)
	link := regexp.MustCompile(`https?://\S+/verify\?\S+`).FindString(newestMail(t, email))
	if !strings.HasPrefix(link, muster.Gateway+"/verify?") {
		t.Fatalf("link %q", link)
	}
	clicked := (&client{t: t}).want(http.StatusSeeOther, "GET", link, nil)
	page := (&client{t: t}).want(http.StatusOK, "GET", clicked.header.Get("Location"), nil)
	if !strings.Contains(page.text, "<strong>Success!</strong> Your account has been verified.") {
		t.Errorf("%s", page)
	}
	if u := listed(); u["verifiedAt"] == nil {
		t.Errorf("not verified: %v", u)
	}
	signedIn.want(http.StatusUnauthorized, "GET", "/api/users/me", nil)

	// A new password from Thunder's side is the one to sign in with.
	c.wantThunder(http.StatusOK, "PUT", "/users", thunderUser(email, "new password", nil), thunderPassword)
	c.want(http.StatusUnauthorized, "POST", "/api/auth/login", object{"email": email, "password": thunderPassword})
	c.want(http.StatusOK, "POST", "/api/auth/login", object{"email": email, "password": "new password"})

	deleted := c.wantThunder(http.StatusOK, "DELETE", "/users"+named(email), nil, "new password")
	if deleted.body["creationTime"] != created.body["creationTime"] {
		t.Errorf("deleted %s, created %s", deleted, created)
	}
	c.want(http.StatusUnauthorized, "POST", "/api/auth/login", object{"email": email, "password": "new password"})
	boss.want(http.StatusNotFound, "GET", fmt.Sprintf("/api/users/%d", signedIn.id()), nil)
}

func TestRegisteredUsersAreThunderUsers(t *testing.T) {
	c := verified(t, "to-thunder")
	a := c.wantThunder(http.StatusOK, "GET", "/users"+named(strings.ToUpper(c.email)), nil, password)
	email, _ := a.body["email"].(object)
	if email["address"] != c.email || email["verified"] != true || email["verificationToken"] != nil || !strings.HasPrefix(fmt.Sprint(a.body["password"]), "$argon2id$") {
		t.Errorf("%s", a)
	}
	c.want(http.StatusOK, "GET", "/api/users/me", nil) // reading ends no session

	boss := admin(t)
	boss.want(http.StatusOK, "PUT", fmt.Sprintf("/api/users/%d", c.id()), object{"isActive": false})
	if a, err := c.thunder("GET", "/users"+named(c.email), nil, password); err != nil || a.status != 401 || a.text != "Unable to validate user with provided credentials. (User: "+c.email+")" {
		t.Errorf("deactivated: %s, %v", a, err)
	}
	// Administrators can be read, but not changed.
	c.wantThunder(http.StatusOK, "GET", "/users"+named(muster.Admin.Email), nil, muster.Admin.Password)
	c.wantThunder(http.StatusUnauthorized, "DELETE", "/users"+named(muster.Admin.Email), nil, muster.Admin.Password)
}

// TestThunderInALoop creates, reads, updates and deletes users without a pause.
func TestThunderInALoop(t *testing.T) {
	loopRounds(t, 100, nobody, func(l *looper, _ struct{}) error {
		email, moved := uniqueEmail("thunder-loop"), uniqueEmail("thunder-moved")
		for _, step := range []struct {
			status             int
			method, path       string
			body               any
			password, contains string
		}{
			{201, "POST", "/users", thunderUser(email, "one", object{"n": 1}), "", `"n":1`},
			{200, "GET", "/users" + named(email), nil, "one", `"n":1`},
			{200, "PUT", "/users" + named(email), thunderUser(moved, "two", object{"n": 2}), "one", `"n":2`},
			{404, "GET", "/users" + named(email), nil, "one", "User not found"},
			{200, "GET", "/users" + named(moved), nil, "two", `"n":2`},
			{200, "DELETE", "/users" + named(moved), nil, "two", `"n":2`},
			{404, "GET", "/users" + named(moved), nil, "two", "User not found"},
		} {
			a, err := l.thunder(step.method, step.path, step.body, step.password)
			if err != nil || a.status != step.status || !strings.Contains(a.text, step.contains) {
				return fmt.Errorf("%s %s: %s, want %d %s; %w", step.method, step.path, a, step.status, step.contains, err)
			}
			if a.header.Get("X-Consistency") != "" {
				l.pending.Add(1)
			}
		}
		return nil
	})
}
