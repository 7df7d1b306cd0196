package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"muster/libs/contracts/directoryv1"
	"muster/libs/service/servicetest"
	"muster/libs/web"
)

// redeem asks directory to redeem a code, as identity does.
func (s *system) redeem(t *testing.T, email, code string) servicetest.Answer {
	t.Helper()
	body, err := json.Marshal(map[string]string{"type": "RPWR", "email": email, "code": code, "network": "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := web.NewServiceTokens(servicetest.Secret, "identity")
	if err != nil {
		t.Fatal(err)
	}
	token, err := tokens.Issue("directory", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	r := s.Request(t, http.MethodPost, "/internal/codes/redeem", string(body))
	r.Header.Set("Authorization", "Bearer "+token)
	return servicetest.Do(t, r)
}

// TestAForgottenPassword: the answer is the same for everybody, the owner gets a letter with a link, and its code proves
// the address once.
func TestAForgottenPassword(t *testing.T) {
	s := boot(t)
	s.publish(t, account(1, "ada@example.com"))
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	s.mail.Await(t, "ada@example.com", 1)
	const same = `{"message":"If the address is registered, a message is on its way."}`
	for _, email := range []string{"nobody@example.com", "ADA@example.com"} {
		a := s.public(t, "192.0.2.1", "/api/auth/forgot-password", `{"email":"`+email+`"}`)
		if a.Status != 200 || string(a.Body) != same || a.Header.Get("X-Muster-Wrote") != "" {
			t.Errorf("%s: %d %v %s", email, a.Status, a.Header, a.Body)
		}
	}
	s.mail.Await(t, "ada@example.com", 2)
	messages := s.mail.Messages()
	if len(messages) != 2 {
		t.Fatalf("%d letters", len(messages))
	}
	letter := messages[1]
	_, after, _ := strings.Cut(letter.Text, "Your code: ")
	code := after[:12]
	if !strings.Contains(letter.Text, "https://app.example.com/reset-password?code="+code+"&email=ada%40example.com") {
		t.Errorf("the letter: %s", letter.Text)
	}
	for _, want := range []struct {
		code, body, wrote string
		status            int
	}{
		{"wrong", `{"message":"The verification code is incorrect. 4 attempts remaining.","code":"INVALID_CODE","attemptsRemaining":4}`, "", 400},
		{code, `{"userId":1,"legacy":null}`, "user/1@2", 200},
		{code, `{"message":"There is no pending verification for this email address.","code":"NO_VERIFICATION_REQUEST"}`, "", 404},
	} {
		if a := s.redeem(t, "ada@example.com", want.code); a.Status != want.status || string(a.Body) != want.body || a.Header.Get("X-Muster-Wrote") != want.wrote {
			t.Errorf("%s: %d %q %s", want.code, a.Status, a.Header.Get("X-Muster-Wrote"), a.Body)
		}
	}
	s.state(t, 1, "verified", func(u directoryv1.User) bool { return u.VerifiedAt != nil })
}
