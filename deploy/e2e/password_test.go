package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

const chosenPassword = "another battery staple"

// forgot orders a reset and returns the code of the letter, which is sent after the answer.
func forgot(t *testing.T, email string) (code string) {
	t.Helper()
	c := &client{t: t}
	before := mailsTo(t, email)
	a := c.want(http.StatusOK, "POST", "/api/auth/forgot-password", object{"email": email})
	if a.text != `{"message":"If the address is registered, a message is on its way."}` {
		t.Errorf("forgot: %s", a)
	}
	eventually(t, 20*time.Second, "the letter arrives", func() bool { return mailsTo(t, email) > before })
	return mailedCode(t, email)
}

func reset(t *testing.T, email, code string) answer {
	t.Helper()
	return (&client{t: t}).do("POST", "/api/auth/reset-password", object{"email": email, "code": code, "newPassword": chosenPassword})
}

// TestAForgottenPassword: all sessions end at once, and only the new password signs in.
func TestAForgottenPassword(t *testing.T) {
	c := verified(t, "forgetful")
	for _, email := range []string{"nobody-at-all@example.com", "no address"} {
		a := c.want(http.StatusOK, "POST", "/api/auth/forgot-password", object{"email": email})
		if a.text != `{"message":"If the address is registered, a message is on its way."}` {
			t.Errorf("%s: %s", email, a)
		}
	}
	code := forgot(t, strings.ToUpper(c.email[:1])+c.email[1:len(c.email)-3]+"COM")
	if a := reset(t, c.email, "wrong"); a.status != http.StatusBadRequest || a.body["code"] != "INVALID_CODE" || a.body["attemptsRemaining"] != 4.0 {
		t.Errorf("a wrong code: %s", a)
	}
	if a := reset(t, c.email, code); a.status != http.StatusOK || a.text != `{"message":"Password changed"}` || a.header.Get("X-Consistency") != "" {
		t.Fatalf("reset: %s", a)
	}
	if a := c.do("GET", "/api/users/me", nil); a.status != http.StatusUnauthorized {
		t.Errorf("the old session: %s", a)
	}
	if _, in := login(t, c.email, password); in {
		t.Error("the old password signs in")
	}
	again, in := login(t, c.email, chosenPassword)
	if !in {
		t.Fatal("the new password does not sign in")
	}
	again.want(http.StatusOK, "GET", "/api/users/me", nil)
	if a := reset(t, c.email, code); a.status != http.StatusNotFound || a.body["code"] != "NO_VERIFICATION_REQUEST" {
		t.Errorf("the code again: %s", a)
	}
}

// TestAResetVerifies the address of a user who never did, wherever the user is shown.
func TestAResetVerifies(t *testing.T) {
	c := register(t, "unverified")
	if a := reset(t, c.email, forgot(t, c.email)); a.status != http.StatusOK {
		t.Fatalf("reset: %s", a)
	}
	again, in := login(t, c.email, chosenPassword)
	if !in || again.user["verifiedAt"] == nil {
		t.Fatalf("signed in: %t, %v", in, again.user)
	}
	full := admin(t).want(http.StatusOK, "GET", list("/api/users/full", `{"email":"`+c.email+`"}`, ""), nil).list()
	if len(full) != 1 || full[0]["verifiedAt"] == nil {
		t.Errorf("full: %v", full)
	}
}

// TestALegacyUserForgetsThePassword, with and without an imported one: the reset makes their user.
func TestALegacyUserForgetsThePassword(t *testing.T) {
	boss := admin(t)
	for name, hash := range map[string]string{"with a hash": sha512crypt, "without": ""} {
		t.Run(name, func(t *testing.T) {
			email := uniqueEmail("imported")
			id := newLegacyID()
			row := object{"legacyUserId": id, "email": email, "username": "countess", "createdAt": "2019-05-31"}
			if hash != "" {
				row["passwordHash"] = hash
			}
			if a := boss.upload(fmt.Sprintf("importId=forgetful-%d", id), row); a.status != http.StatusOK || a.body["created"] != 1.0 {
				t.Fatalf("import: %s", a)
			}
			if a := reset(t, email, forgot(t, email)); a.status != http.StatusOK || a.header.Get("X-Consistency") != "" {
				t.Fatalf("reset: %s %v", a, a.header)
			}
			c, in := login(t, email, chosenPassword)
			if !in || c.user["verifiedAt"] == nil || c.user["username"] != "countess" || c.user["legacyUserId"] == nil || c.user["createdAt"] != "2019-05-31T00:00:00Z" {
				t.Fatalf("signed in: %t, %v", in, c.user)
			}
		})
	}
}

// TestAPasswordIsChanged: the other sessions are refused at once, the own one stays.
func TestAPasswordIsChanged(t *testing.T) {
	c := register(t, "changer")
	other, _ := login(t, c.email, password)
	body := object{"currentPassword": password, "newPassword": chosenPassword}
	for name, change := range map[string]func() answer{
		"nobody": func() answer { return (&client{t: t}).do("POST", "/api/auth/change-password", body) },
		"a wrong password": func() answer {
			return c.do("POST", "/api/auth/change-password", object{"currentPassword": "x", "newPassword": chosenPassword})
		},
	} {
		if a := change(); a.status != http.StatusUnauthorized {
			t.Errorf("%s: %s", name, a)
		}
	}
	if a := c.do("POST", "/api/auth/change-password", body, "X-Csrf-Token", "wrong"); a.status != http.StatusForbidden || a.body["code"] != "CSRF_INVALID" {
		t.Errorf("without the CSRF token: %s", a)
	}
	for _, bad := range []string{"short", "qwertyuiop", c.email, strings.Split(c.email, "@")[0]} {
		a := c.do("POST", "/api/auth/change-password", object{"currentPassword": password, "newPassword": bad})
		if a.status != http.StatusBadRequest || a.body["code"] != "VALIDATION_FAILED" {
			t.Errorf("to %s: %s", bad, a)
		}
		a = (&client{t: t}).do("POST", "/api/auth/register", object{"email": c.email, "password": bad})
		if a.status != http.StatusBadRequest {
			t.Errorf("register with %s: %s", bad, a)
		}
	}
	c.want(http.StatusNoContent, "POST", "/api/auth/change-password", body)
	if a := other.do("GET", "/api/users/me", nil); a.status != http.StatusUnauthorized {
		t.Errorf("the other session: %s", a)
	}
	c.want(http.StatusOK, "GET", "/api/users/me", nil)
	if _, in := login(t, c.email, password); in {
		t.Error("the old password signs in")
	}
	if _, in := login(t, c.email, chosenPassword); !in {
		t.Error("the new password does not sign in")
	}
}
