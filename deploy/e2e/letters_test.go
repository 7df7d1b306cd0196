package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// declineLink returns the code of a registration letter's second link.
func declineLink(t *testing.T, letter string) string {
	t.Helper()
	_, after, found := strings.Cut(letter, "/not-me?code=")
	code, _, _ := strings.Cut(after, "&")
	if !found || len(code) != 12 {
		t.Fatalf("the letter has no second link: %s", letter)
	}
	return code
}

// TestARegistrationIsDeclined: the account is gone everywhere at once, and its address is free.
func TestARegistrationIsDeclined(t *testing.T) {
	c := register(t, "declined")
	letter := newestMail(t, c.email)
	if !strings.HasPrefix(letter, "Hello,") || strings.Contains(letter, "Test") {
		t.Errorf("the letter greets somebody by name: %s", letter)
	}
	code := declineLink(t, letter)
	owner := &client{t: t}
	decline := func(email, code any) answer {
		return owner.do("POST", "/api/auth/decline-registration", object{"email": email, "code": code})
	}
	if a := decline(c.email, "wrong"); a.status != http.StatusBadRequest || a.body["code"] != "INVALID_CODE" || a.body["attemptsRemaining"] != 4.0 {
		t.Errorf("a wrong code: %s", a)
	}
	if a := decline(uniqueEmail("nobody"), code); a.status != http.StatusNotFound || a.body["code"] != "NO_VERIFICATION_REQUEST" {
		t.Errorf("nobody's address: %s", a)
	}
	for _, body := range []any{object{"email": c.email}, object{"code": code}, object{"email": 7, "code": code}, []int{1}} {
		if a := owner.do("POST", "/api/auth/decline-registration", body); a.status != http.StatusBadRequest || a.body["code"] != "VALIDATION_FAILED" {
			t.Errorf("%v: %s", body, a)
		}
	}
	if a := owner.do("GET", "/api/auth/decline-registration?code="+code, nil); a.status != http.StatusMethodNotAllowed {
		t.Errorf("opened like a link: %s", a)
	}
	if a := decline(c.email, code); a.status != http.StatusOK || a.text != `{"message":"Account removed"}` || a.header.Get("X-Consistency") != "" {
		t.Fatalf("declined: %s %v", a, a.header)
	}
	if a := c.do("GET", "/api/users/me", nil); a.status != http.StatusUnauthorized {
		t.Errorf("the session of the account: %s", a)
	}
	if _, in := login(t, c.email, password); in {
		t.Error("the password signs in")
	}
	if a := decline(c.email, code); a.status != http.StatusNotFound || a.body["code"] != "NO_VERIFICATION_REQUEST" {
		t.Errorf("again: %s", a)
	}
	owner.want(http.StatusCreated, "POST", "/api/auth/register", object{"email": c.email, "password": password})
}

// TestAVerifiedAccountIsNotDeclined with the letter of its registration.
func TestAVerifiedAccountIsNotDeclined(t *testing.T) {
	c := register(t, "kept")
	code := declineLink(t, newestMail(t, c.email))
	c.want(http.StatusOK, "POST", "/api/auth/verify-email", object{"email": c.email, "code": code})
	a := (&client{t: t}).do("POST", "/api/auth/decline-registration", object{"email": c.email, "code": code})
	if a.status != http.StatusNotFound || a.body["code"] != "NO_VERIFICATION_REQUEST" {
		t.Errorf("declined: %s", a)
	}
	c.want(http.StatusOK, "GET", "/api/users/me", nil)
}

// awaitNotice waits for a letter with the subject, which follows the answer.
func awaitNotice(t *testing.T, email, subject string) {
	t.Helper()
	c := &client{t: t}
	eventually(t, 20*time.Second, "the notice "+subject, func() bool {
		return strings.Contains(c.want(http.StatusOK, "GET", muster.Mail+"/api/v1/search?query=to:"+email, nil).text, subject)
	})
	if text := newestMail(t, email); strings.Contains(text, chosenPassword) || strings.Contains(text, "code") {
		t.Errorf("the notice carries a secret: %s", text)
	}
}

// TestSecurityNotices reach a verified user when the password changes or is reset, when a refresh token is used twice, and at
// the old address when an administrator changes it.
func TestSecurityNotices(t *testing.T) {
	c := verified(t, "noticed")
	c.want(http.StatusNoContent, "POST", "/api/auth/change-password", object{"currentPassword": password, "newPassword": chosenPassword})
	awaitNotice(t, c.email, "Your password was changed")
	email := uniqueEmail("noticed")
	admin(t).want(http.StatusOK, "PUT", fmt.Sprintf("/api/users/%d", c.id()), object{"email": email})
	awaitNotice(t, c.email, "Your email address was changed")

	first := (&client{t: t}).want(http.StatusOK, "POST", "/api/auth/login", object{"email": email, "password": chosenPassword})
	token := first.body["refreshToken"]
	second := (&client{t: t}).want(http.StatusOK, "POST", "/api/auth/refresh", object{"refreshToken": token})
	(&client{t: t}).want(http.StatusOK, "POST", "/api/auth/refresh", object{"refreshToken": second.body["refreshToken"]})
	if a := (&client{t: t}).do("POST", "/api/auth/refresh", object{"refreshToken": token}); a.status != http.StatusUnauthorized || a.body["code"] != "REFRESH_INVALID" {
		t.Errorf("a token used twice: %s", a)
	}
	awaitNotice(t, email, "A session of your account was ended")
}
