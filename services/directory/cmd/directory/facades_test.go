package main

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"muster/libs/causal"
	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
)

var thunderLink = regexp.MustCompile(`http://\S+`)

// thunderAccount is the account that identity makes for an application.
func thunderAccount(id int64, email, properties string) identityv1.Account {
	a := account(id, email)
	a.LastLoginAt = nil
	a.Registration.FirstName, a.Registration.Imported, a.Registration.Properties = nil, true, []byte(properties)
	return a
}

// TestAThunderUsersLife follows the user of an application from the registration to the tombstone.
func TestAThunderUsersLife(t *testing.T) {
	s := boot(t)
	s.publish(t, administrator(1, "admin@example.com"), thunderAccount(2, "Ada@Example.com", `{"plan": "gold", "n": 1.50}`))
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	s.state(t, 2, "made", func(directoryv1.User) bool { return true })
	const user = "/internal/thunder/users/2"
	made := s.expect(t, 200, 0, "GET", user, "")
	if fmt.Sprint(made["properties"]) != "map[n:1.5 plan:gold]" || made["email"] != "Ada@Example.com" || made["verified"] != false || made["verificationToken"] != nil {
		t.Errorf("made: %v", made)
	}

	// The mail is out when the answer is. Its link verifies, and can be used again.
	status, header, body := s.call(t, 0, "POST", user+"/verification", `{}`)
	if status != 200 || header.Get(causal.HeaderWrote) != "user/2@2" {
		t.Fatalf("%d %v %s", status, header, body)
	}
	messages := s.mail.Messages() // and it is the only one
	link, err := url.Parse(thunderLink.FindString(messages[0].Text))
	if err != nil || len(messages) != 1 || link.Host != "api.example.com" || link.Path != "/verify" || link.Query().Get("email") != "Ada@Example.com" || link.Query().Get("response_type") != "html" {
		t.Fatalf("link %v in %+v", link, messages)
	}
	token := link.Query().Get("token")
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(token) || !strings.Contains(body, `"verificationToken":"`+token+`"`) {
		t.Errorf("token %q in %s", token, body)
	}
	s.expect(t, 400, 0, "PUT", user+"/verification", `{"token":"wrong"}`)
	for version := range 2 {
		verified := s.expect(t, 200, 0, "PUT", user+"/verification", `{"token":"`+token+`"}`)
		if verified["verified"] != true || verified["verificationToken"] != token {
			t.Errorf("verified, time %d: %v", version, verified)
		}
	}
	s.state(t, 2, "verified", func(u directoryv1.User) bool {
		return u.VerifiedAt != nil && u.Version == 4 && u.AccessVersion == 3 && u.SessionsEnd.Version == 3
	})

	// A refused mail leaves the token.
	s.mail.Refuse(true)
	status, header, body = s.call(t, 0, "POST", user+"/verification", `{}`)
	if status != 503 || !strings.Contains(body, "MAIL_NOT_SENT") || header.Get(causal.HeaderWrote) != "user/2@5" {
		t.Errorf("refused: %d %v %s", status, header, body)
	}
	s.mail.Refuse(false)
	if left := s.expect(t, 200, 0, "GET", user, ""); left["verificationToken"] == nil || left["verificationToken"] == token || left["verified"] != false {
		t.Errorf("left: %v", left)
	}

	moved := s.expect(t, 200, 0, "PUT", user, `{"email":"new@example.com","properties":{"plan":"silver"}}`)
	if moved["verificationToken"] != nil || moved["createdAt"] == made["createdAt"] || moved["createdAt"] != moved["updatedAt"] {
		t.Errorf("moved: %v", moved)
	}
	s.expect(t, 409, 0, "PUT", user+"/verification", `{"token":"`+token+`"}`)
	s.expect(t, 409, 0, "PUT", user, `{"email":"ADMIN@example.com","properties":{}}`)
	s.expect(t, 403, 0, "DELETE", "/internal/thunder/users/1", "")
	if gone := s.expect(t, 200, 0, "DELETE", user, ""); gone["email"] != "new@example.com" || fmt.Sprint(gone["properties"]) != "map[plan:silver]" {
		t.Errorf("gone: %v", gone)
	}
	s.state(t, 2, "deleted", func(u directoryv1.User) bool { return u.Deleted })
	s.expect(t, 404, 0, "GET", user, "")
}

// TestThunderPutsAtTheSameTime: every one is answered with a version of its own, and the newest stands.
func TestThunderPutsAtTheSameTime(t *testing.T) {
	s := boot(t)
	s.publish(t, thunderAccount(1, "ada@example.com", `{}`))
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	var mu sync.Mutex
	bodies := map[string]string{} // by what was written
	var wg sync.WaitGroup
	for n := range 50 {
		wg.Go(func() {
			status, header, body := s.call(t, 0, "PUT", "/internal/thunder/users/1", fmt.Sprintf(`{"email":"ada@example.com","properties":{"n":%d}}`, n))
			mu.Lock()
			defer mu.Unlock()
			if status != http.StatusOK {
				t.Errorf("%d %s", status, body)
			}
			bodies[header.Get(causal.HeaderWrote)] = body
		})
	}
	wg.Wait()
	_, _, stands := s.call(t, 0, "GET", "/internal/thunder/users/1", "")
	if len(bodies) != 50 || bodies["user/1@51"] != strings.ReplaceAll(stands, `{"n": `, `{"n":`) {
		t.Errorf("%d versions; the last wrote %s, and %s stands", len(bodies), bodies["user/1@51"], stands)
	}
	s.state(t, 1, "at its newest version", func(u directoryv1.User) bool { return u.Version == 51 && u.AccessVersion == 1 })
}

// TestAZitadelUsersAddress is changed, and verified with the code that was mailed.
func TestAZitadelUsersAddress(t *testing.T) {
	s := boot(t)
	s.publish(t, account(1, "old@example.com"))
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	s.mail.Await(t, "old@example.com", 1)
	const email = "/internal/users/1/email"
	status, header, body := s.call(t, 0, "PUT", email, `{"email":"New@example.com","sessionId":"s1"}`)
	if status != 200 || header.Get(causal.HeaderWrote) != "user/1@2" || !strings.Contains(body, `"verified":false,"version":2`) {
		t.Fatalf("%d %v %s", status, header, body)
	}
	s.state(t, 1, "moved", func(u directoryv1.User) bool {
		return u.Email == "New@example.com" && u.AccessVersion == 2 && u.SessionsEnd.Except == "s1"
	})
	code := registrationCode.FindString(s.mail.Await(t, "New@example.com", 1).Text)
	s.expect(t, 200, 0, "POST", email+"/code", `{"sessionId":"s1"}`)
	if again := registrationCode.FindString(s.mail.Await(t, "New@example.com", 2).Text); again != code {
		t.Errorf("the code %q is mailed again as %q", code, again)
	}
	s.expect(t, 400, 0, "PUT", email+"/verification", `{"code":"wrong","sessionId":"s1","network":"192.0.2.1"}`)
	confirmation := `{"code":"` + strings.ToUpper(code) + `","sessionId":"s1","network":"192.0.2.1"}`
	if verified := s.expect(t, 200, 0, "PUT", email+"/verification", confirmation); verified["verified"] != true || verified["version"] != 3.0 {
		t.Errorf("verified: %v", verified)
	}
	s.expect(t, 404, 0, "PUT", email+"/verification", confirmation)
	s.expect(t, 409, 0, "POST", email+"/code", `{"sessionId":"s1"}`)
	if state := s.expect(t, 200, 0, "GET", email, ""); state["email"] != "New@example.com" || state["verified"] != true {
		t.Errorf("state: %v", state)
	}
}
