package seed

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"time"
)

// codeInMail finds a verification code in a mail: 12 characters of a-z0-9, in the link or after the word "code".
var codeInMail = regexp.MustCompile(`(?i:code)(?:=|:|\s)\s*([a-z0-9]{12})\b`)

// resendAfter is how long to wait for a mail before requesting another: the mail catcher may have been emptied.
const resendAfter = 5 * time.Second

// verify verifies the person's address with the code from the newest mail to it.
func (s *seeder) verify(ctx context.Context, p person) error {
	code, err := s.code(ctx, p.email)
	if err != nil {
		return err
	}
	err = s.api.do(ctx, call{method: http.MethodPost, path: "/api/auth/verify-email", body: fields{"email": p.email, "code": code}}, nil)
	if err != nil {
		return err
	}
	_, err = s.await(ctx, p.email, "the verification", func(u user) bool { return u.VerifiedAt != nil })
	return err
}

// code waits for a mail with a code.
func (s *seeder) code(ctx context.Context, email string) (code string, err error) {
	began, asked := time.Now(), false
	err = poll(ctx, "a mail to "+email, func() (bool, error) {
		if code, err = s.newestCode(ctx, email); code != "" || err != nil {
			return true, err
		}
		if asked || time.Since(began) < resendAfter {
			return false, nil
		}
		asked = true
		return false, s.api.do(ctx, call{method: http.MethodPost, path: "/api/auth/resend-verification", body: fields{"email": email}}, nil)
	})
	return code, err
}

// newestCode returns the code from the newest mail with one to an address; "" if there is none.
func (s *seeder) newestCode(ctx context.Context, email string) (string, error) {
	var message struct{ Text string }
	err := s.mail.do(ctx, call{method: http.MethodGet, path: "/api/v1/message/latest?query=" + url.QueryEscape(`to:"`+email+`" code`)}, &message)
	if refused(err, http.StatusNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if found := codeInMail.FindStringSubmatch(message.Text); found != nil {
		return found[1], nil
	}
	return "", nil
}
