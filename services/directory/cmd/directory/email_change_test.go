package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"muster/libs/causal"
	"muster/libs/contracts/directoryv1"
	"muster/services/directory/internal/adapter/smtp/smtptest"
)

var digits = regexp.MustCompile(`\b[0-9]{6}\b`)

// TestAnEmailChange follows one from the question to the notice.
func TestAnEmailChange(t *testing.T) {
	s := boot(t)
	s.publish(t, account(1, "old@example.com"))
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	s.mail.Await(t, "old@example.com", 1)

	asked := s.expect(t, 200, 1, "PUT", "/api/users/me", `{"email":"New@example.com"}`)
	if asked["emailVerificationRequired"] != true {
		t.Errorf("asked: %v", asked)
	}
	messages := s.mail.Messages() // the mail is out when the answer is
	code := digits.FindString(messages[len(messages)-1].Text)
	if messages[len(messages)-1].To != "New@example.com" || code == "" {
		t.Fatalf("sent %+v", messages)
	}
	s.expect(t, 400, 1, "POST", "/api/users/me/verify-update", `{"email":"new@example.com","verificationCode":"wrong"}`)
	status, header, body := s.call(t, 1, "POST", "/api/users/me/verify-update", `{"email":"New@example.com","username":"grace","verificationCode":"`+code+`"}`)
	if status != 200 || header.Get(causal.HeaderWrote) != "user/1@2" || !strings.Contains(body, `"username":"grace","email":"New@example.com"`) {
		t.Errorf("%d %v %s", status, header, body)
	}
	s.state(t, 1, "moved", func(u directoryv1.User) bool {
		return u.Email == "New@example.com" && u.Username == "grace" && u.VerifiedAt != nil && u.AccessVersion == 2
	})
	if notice := s.mail.Await(t, "old@example.com", 2); mentions(notice, code) {
		t.Errorf("the notice carries the code: %s", notice.Text)
	}
}

// TestAnAdministratorMovesAVerifiedUser to another address, which counts as verified. The old address is told, and a code
// that is under way changes nothing any more.
func TestAnAdministratorMovesAVerifiedUser(t *testing.T) {
	s := boot(t)
	member := account(2, "old@example.com")
	member.Registration.EmailVerified = true
	s.publish(t, administrator(1, "boss@example.com"), member)
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	before := s.state(t, 2, "made", func(directoryv1.User) bool { return true })
	s.expect(t, 200, 2, "PUT", "/api/users/me", `{"email":"wish@example.com"}`)
	messages := s.mail.Messages() // the mail is out when the answer is
	code := digits.FindString(messages[len(messages)-1].Text)

	s.clock.Move(time.Minute)
	moved := s.expect(t, 200, 1, "PUT", "/api/users/2", `{"email":"New@example.com"}`)
	if moved["email"] != "New@example.com" || moved["verifiedAt"] != before.VerifiedAt.Format(time.RFC3339) {
		t.Errorf("moved: %v, verified at %v before", moved, before.VerifiedAt)
	}
	s.state(t, 2, "moved", func(u directoryv1.User) bool {
		return u.Email == "New@example.com" && u.VerifiedAt.Equal(*before.VerifiedAt) && u.AccessVersion == u.Version
	})
	confirmation := `{"email":"wish@example.com","verificationCode":"` + code + `"}`
	if refused := s.expect(t, 404, 2, "POST", "/api/users/me/verify-update", confirmation); refused["code"] != "NO_VERIFICATION_REQUEST" {
		t.Errorf("the code of before: %v", refused)
	}
	if requests := s.expect(t, 200, 1, "GET", "/api/users/verification-requests", ""); requests["total"] != 0.0 {
		t.Errorf("open requests: %v", requests)
	}
	s.mail.Await(t, "old@example.com", 1)
	if after := s.mail.Messages()[len(messages):]; len(after) != 1 || mentions(after[0], code) {
		t.Errorf("mailed: %+v", after)
	}
	s.publish(t, account(3, "old@example.com"))
	s.state(t, 3, "made, with the address that is free again", func(u directoryv1.User) bool { return u.Email == "old@example.com" })
}

func mentions(m smtptest.Message, text string) bool {
	return strings.Contains(m.Text, text) || strings.Contains(m.HTML, text)
}

// TestLettersAndCodesGoWithTheAddress: the letter goes to the A-labels of the address, and its code proves no other.
func TestLettersAndCodesGoWithTheAddress(t *testing.T) {
	s := boot(t)
	s.publish(t, account(1, "carol@maİl.example"))
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	code := registrationCode.FindString(s.mail.Await(t, "carol@xn--mail-swc.example", 1).Text)
	s.expect(t, 404, 0, "POST", "/api/auth/verify-email", `{"email":"carol@mail.example","code":"`+code+`"}`)

	s.publish(t, account(2, "carol@mail.example")) // somebody else
	s.state(t, 2, "made", func(u directoryv1.User) bool { return !u.Deleted })
	s.publish(t, account(3, "Carol@XN--mail-swc.example")) // the same
	s.state(t, 3, "rejected", func(u directoryv1.User) bool { return u.RejectedBecause == "EMAIL_EXISTS" })

	typed := strings.ToUpper(code[:6]) + "-" + code[6:] + " "
	s.expect(t, 200, 0, "POST", "/api/auth/verify-email", `{"email":" Carol@xn--mail-swc.example","code":"`+typed+`"}`)
	s.state(t, 1, "verified", func(u directoryv1.User) bool { return u.VerifiedAt != nil && u.Email == "carol@maİl.example" })
}

var registrationCode = regexp.MustCompile(`\b[a-z0-9]{12}\b`)
