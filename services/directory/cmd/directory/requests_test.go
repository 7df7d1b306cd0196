package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"muster/libs/contracts/directoryv1"
	"muster/services/directory/internal/directory"
)

// TestVerificationRequests: codes are made, shown to administrators, mailed, taken back and redeemed.
func TestVerificationRequests(t *testing.T) {
	s := boot(t)
	s.publish(t, administrator(1, "admin@example.com"), account(2, "ada@example.com"))
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	s.state(t, 2, "made", func(directoryv1.User) bool { return true })
	s.mail.Await(t, "ada@example.com", 1)

	const order = `{"userReqList":[{"userId":2,"request_type_code":"REGR"}]}`
	own := s.expect(t, 200, 2, "PUT", "/api/users/verification-requests/new-request-code", order)
	if code := own["verificationCodes"].([]any)[0].(map[string]any)["verificationCode"]; code != nil {
		t.Errorf("a user was shown the code %v", code)
	}
	renewed := s.expect(t, 200, 1, "POST", "/api/users/verification-requests/new-request-code", order)
	code := renewed["verificationCodes"].([]any)[0].(map[string]any)["verificationCode"].(string)

	s.expect(t, 200, 2, "POST", "/api/users/verification-requests/resend-email", `{"emails":["ADA@example.com"]}`)
	if mail := s.mail.Messages()[1]; mail.To != "ada@example.com" || !strings.Contains(mail.Text, code) {
		t.Errorf("sent %+v", mail)
	}
	s.mail.Refuse(true)
	refused := s.expect(t, 502, 1, "POST", "/api/users/verification-requests/resend-email", `{"emails":["ada@example.com"]}`)
	if refused["message"] != "Failed to send verification email" {
		t.Errorf("refused: %v", refused)
	}
	s.mail.Refuse(false)

	listed := s.expect(t, 200, 1, "GET", "/api/users/verification-requests?filter="+url.QueryEscape(`{"userId":2}`), "")
	row := listed["data"].([]any)[0].(map[string]any)
	if listed["total"] != 1.0 || row["verificationCode"] != code {
		t.Errorf("listed: %v", listed)
	}
	target := fmt.Sprintf("/api/users/verification-requests/%v", row["id"])
	s.expect(t, 403, 2, "DELETE", target, "")
	s.expect(t, 204, 1, "DELETE", target, "")
	s.expect(t, 404, 1, "DELETE", target, "")
	s.expect(t, 404, 0, "POST", "/api/auth/verify-email", `{"email":"ada@example.com","code":"`+code+`"}`)

	// Nothing of a batch is done when one of its users is not there.
	s.expect(t, 404, 1, "POST", "/api/users/verification-requests/resend-email", `{"emails":["ada@example.com","nobody@example.com"]}`)
	s.expect(t, 404, 1, "PUT", "/api/users/verification-requests/new-request-code",
		`{"userReqList":[{"userId":2,"request_type_code":"REGR"},{"userId":9,"request_type_code":"REGR"}]}`)
	if n := len(s.mail.Messages()); n != 2 {
		t.Errorf("%d mails", n)
	}
	if left := s.expect(t, 200, 2, "GET", "/api/users/verification-requests", ""); left["total"] != 0.0 {
		t.Errorf("left: %v", left)
	}
}

// TestAnEmailChangeWhoseMailIsRefused leaves nothing behind, on which the next one builds.
func TestAnEmailChangeWhoseMailIsRefused(t *testing.T) {
	s := boot(t)
	s.publish(t, account(1, "ada@example.com"))
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	s.mail.Refuse(true)
	status, _, body := s.call(t, 1, "PUT", "/api/users/me", `{"email":"new@example.com"}`)
	if status != http.StatusBadGateway || body != `{"message":"Failed to send verification email"}` {
		t.Errorf("%d %s", status, body)
	}
	filter := url.QueryEscape(`{"requestTypeCode":"` + directory.RequestEmailChange + `"}`)
	if open := s.expect(t, 200, 1, "GET", "/api/users/verification-requests?filter="+filter, ""); open["total"] != 0.0 {
		t.Errorf("open: %v", open)
	}
	none := s.expect(t, 404, 1, "POST", "/api/users/me/verify-update", `{"email":"new@example.com","verificationCode":"123456"}`)
	if none["error"] != "No verification request found" {
		t.Errorf("confirmed: %v", none)
	}
}
