package main

import (
	"strings"
	"testing"
	"time"

	"muster/libs/causal"
	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
)

// TestARegistrationIsDeclined by the owner of the address, with the code of the second link.
func TestARegistrationIsDeclined(t *testing.T) {
	s := boot(t)
	s.publish(t, account(1, "ada@example.com"))
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	letter := s.mail.Await(t, "ada@example.com", 1)
	_, after, _ := strings.Cut(letter.Text, "/not-me?code=")
	code, _, _ := strings.Cut(after, "&")
	if len(code) != 12 || strings.Contains(letter.Text+letter.HTML, "Ada") {
		t.Fatalf("the letter: %s", letter.Text)
	}
	const route = "/api/auth/decline-registration"
	for body, want := range map[string]string{
		`{"email":"ada@example.com","code":"wrong"}`:          `400 INVALID_CODE`,
		`{"email":"bob@example.com","code":"a"}`:              `404 NO_VERIFICATION_REQUEST`,
		`{"email":"ada","code":""}`:                           `400 VALIDATION_FAILED`,
		`{"email":"ada@example.com","code":["` + code + `"]}`: `400 VALIDATION_FAILED`,
	} {
		status := 400
		if strings.HasPrefix(want, "404") {
			status = 404
		}
		if a := s.expect(t, status, 0, "POST", route, body); !strings.HasSuffix(want, a["code"].(string)) {
			t.Errorf("%s: %v, want %s", body, a, want)
		}
	}
	status, header, body := s.call(t, 0, "POST", route, `{"email":"Ada@example.com","code":"`+code+`"}`)
	if status != 200 || body != `{"message":"Account removed"}` || header.Get(causal.HeaderWrote) != "user/1@2" {
		t.Errorf("%d %v %s", status, header, body)
	}
	s.state(t, 1, "gone", func(u directoryv1.User) bool { return u.Deleted })
	s.expect(t, 404, 0, "POST", route, `{"email":"ada@example.com","code":"`+code+`"}`)
}

// TestSecurityNotices follow identity's events to a verified user, once each however often the event comes.
func TestSecurityNotices(t *testing.T) {
	s := boot(t)
	s.publish(t, administrator(1, "boss@example.com"))
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	changed := identityv1.AccountEvent{Kind: identityv1.PasswordChanged, UserID: 1, Version: 2, At: time.Now()}
	reused := identityv1.AccountEvent{Kind: identityv1.TokenReused, UserID: 1, Version: 3, At: time.Now(), SessionID: "s-1"}
	signedIn := identityv1.AccountEvent{Kind: identityv1.SignedIn, UserID: 1, Version: 4, At: time.Now(), SessionID: "s-2"}
	s.publish(t, signedIn, changed, changed, reused)
	s.mail.Await(t, "boss@example.com", 2)
	var subjects []string
	for _, m := range s.mail.Messages() {
		subjects = append(subjects, m.Subject)
		if strings.Contains(m.Text, "s-1") {
			t.Errorf("the notice names a session: %s", m.Text)
		}
	}
	got := strings.Join(subjects, ", ")
	if len(subjects) != 2 || !strings.Contains(got, "Your password was changed") || !strings.Contains(got, "A session of your account was ended") {
		t.Errorf("notices: %s", got)
	}
}
