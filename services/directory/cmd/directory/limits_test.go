package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"muster/libs/contracts/directoryv1"
	"muster/libs/service/servicetest"
	"muster/libs/web"
)

// public sends a request that needs no session from an address, as the gateway passes it on.
func (s *system) public(t *testing.T, ip, path, body string) servicetest.Answer {
	t.Helper()
	r := s.Request(t, http.MethodPost, path, body)
	r.Header.Set(web.HeaderClientIP, ip)
	return servicetest.Do(t, r)
}

// limited insists on the answer to somebody whose limit is used up, and gives the time that it asks for.
func limited(t *testing.T, a servicetest.Answer) time.Duration {
	t.Helper()
	var body struct{ Code string }
	seconds, err := strconv.Atoi(a.Header.Get("Retry-After"))
	if json.Unmarshal(a.Body, &body) != nil || a.Status != 429 || body.Code != "RATE_LIMITED" || err != nil || seconds < 1 {
		t.Fatalf("not limited: %d %v %s", a.Status, a.Header, a.Body)
	}
	return time.Duration(seconds) * time.Second
}

// TestLimitsCountOnAllReplicas: what one replica counts, another refuses, and the time that it names is enough.
func TestLimitsCountOnAllReplicas(t *testing.T) {
	first := boot(t)
	first.environment["DIRECTORY_ATTEMPTS_PER_NETWORK"], first.environment["DIRECTORY_RESENDS_PER_NETWORK"] = "4", "4"
	second := *first
	first.Stop()
	first.start(t)
	second.start(t)
	replicas := []*system{first, &second}
	for path, body := range map[string]string{
		"/api/auth/verify-email":        `{"email":"nobody%d@example.com","code":"wrong"}`,
		"/api/auth/resend-verification": `{"email":"nobody%d@example.com"}`,
	} {
		ask := func(ip string, n int) servicetest.Answer {
			t.Helper()
			return replicas[n%2].public(t, ip, path, fmt.Sprintf(body, n))
		}
		for n := range 4 {
			if a := ask("2001:db8:1:2ff::7", n); a.Status == 429 {
				t.Fatalf("%s, %d: %s", path, n, a.Body)
			}
		}
		limited(t, ask("2001:db8:1:2ff::7", 4))
		wait := limited(t, ask("2001:db8:1:200::9", 5)) // the same /56
		if a := ask("2001:db8:1:300::7", 6); a.Status == 429 {
			t.Errorf("another network: %s", a.Body)
		}
		first.clock.Move(wait)
		if a := ask("2001:db8:1:200::9", 7); a.Status == 429 {
			t.Errorf("after %s: %s", wait, a.Body)
		}
	}
}

// TestAStrangerDoesNotShutTheOwnerOut, neither by guessing their code nor by having it sent.
func TestAStrangerDoesNotShutTheOwnerOut(t *testing.T) {
	s := boot(t)
	s.publish(t, account(1, "ada@example.com"))
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	s.mail.Await(t, "ada@example.com", 1)
	for n := range 30 {
		if a := s.public(t, fmt.Sprintf("198.51.100.%d", n), "/api/auth/resend-verification", `{"email":"ada@example.com"}`); a.Status != 200 {
			t.Fatalf("%d %s", a.Status, a.Body) // the same whether or not a mail goes out
		}
	}
	for n := range 10 { // five spoil the code, and five more use up the stranger's attempts at the address
		if a := s.public(t, "198.51.100.7", "/api/auth/verify-email", `{"email":"ada@example.com","code":"wrong"}`); a.Status != 400 && n < 5 || a.Status != 429 && n >= 5 {
			t.Fatalf("attempt %d: %d %s", n, a.Status, a.Body)
		}
	}
	const order = `{"userReqList":[{"userId":1,"request_type_code":"REGR"}]}`
	s.expect(t, 200, 1, "PUT", "/api/users/verification-requests/new-request-code", order)
	s.expect(t, 200, 1, "POST", "/api/users/verification-requests/resend-email", `{"emails":["ada@example.com"]}`)
	limited(t, s.public(t, "198.51.100.7", "/api/auth/verify-email", `{"email":"ada@example.com","code":"wrong"}`))
	messages := s.mail.Messages()
	_, after, _ := strings.Cut(messages[len(messages)-1].Text, "Your code: ")
	if a := s.public(t, "192.0.2.1", "/api/auth/verify-email", `{"email":"ada@example.com","code":"`+after[:12]+`"}`); a.Status != 200 {
		t.Errorf("the owner: %d %s", a.Status, a.Body)
	}
}

// TestARecipientsMailsOfADay end, for administrators too, and a batch with such a recipient is refused whole.
func TestARecipientsMailsOfADay(t *testing.T) {
	s := boot(t)
	s.environment["DIRECTORY_MAILS_PER_DAY"] = "3"
	s.Stop()
	s.start(t)
	s.publish(t, administrator(1, "admin@example.com"), account(2, "ada@example.com"), account(3, "grace@example.com"))
	for id := range int64(3) {
		s.state(t, id+1, "made", func(directoryv1.User) bool { return true })
	}
	s.mail.Await(t, "ada@example.com", 1)
	s.mail.Await(t, "grace@example.com", 1)
	const resend = "/api/users/verification-requests/resend-email"
	for range 2 {
		s.expect(t, 200, 1, "POST", resend, `{"emails":["Ada@example.com"]}`)
	}
	for as, body := range map[int64]string{1: `{"emails":["grace@example.com","ada@example.com"]}`, 2: `{"emails":["ada@example.com"]}`} {
		status, header, content := s.call(t, as, "POST", resend, body)
		limited(t, servicetest.Answer{Status: status, Header: header, Body: []byte(content)})
	}
	if a := s.public(t, "192.0.2.1", "/api/auth/resend-verification", `{"email":"ada@example.com"}`); a.Status != 200 {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	status, header, content := s.call(t, 3, "PUT", "/api/users/me", `{"email":"moved@example.com"}`)
	if status != 200 {
		t.Fatalf("%d %v %s", status, header, content)
	}
	if n := len(s.mail.Messages()); n != 5 {
		t.Errorf("%d mails", n)
	}
}
