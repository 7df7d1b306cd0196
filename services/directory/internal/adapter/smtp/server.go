package smtp

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// newClient reads the server's URL.
func newClient(serverURL string, timeout time.Duration) (*gomail.Client, error) {
	u, err := url.Parse(serverURL)
	if err != nil { // the parser's error would show the password
		return nil, errors.New("the mail server's URL cannot be read")
	}
	options := []gomail.Option{gomail.WithTimeout(timeout)}
	transport, err := transportOptions(u)
	if err != nil {
		return nil, err
	}
	options = append(options, transport...)
	if text := u.Port(); text != "" {
		port, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("the mail server's port %q is not a number", text)
		}
		options = append(options, gomail.WithPort(port))
	}
	if password, ok := u.User.Password(); ok {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return client, nil
}

// transportOptions says how the connection is encrypted, and the usual port for that.
func transportOptions(u *url.URL) ([]gomail.Option, error) {
	tls := u.Query().Get("tls")
	switch {
	case u.Scheme == "smtps" && tls == "":
		return []gomail.Option{gomail.WithSSLPort(false)}, nil
	case u.Scheme != "smtp":
		return nil, errors.New("the mail server's URL must be smtp://host:port (with tls=none, opportunistic or mandatory) or smtps://host:port")
	case tls == "none":
		return []gomail.Option{gomail.WithTLSPortPolicy(gomail.NoTLS)}, nil
	case tls == "mandatory":
		return []gomail.Option{gomail.WithTLSPortPolicy(gomail.TLSMandatory)}, nil
	case tls == "opportunistic", tls == "":
		return []gomail.Option{gomail.WithTLSPortPolicy(gomail.TLSOpportunistic)}, nil
	}
	return nil, fmt.Errorf("tls=%s is none of none, opportunistic, mandatory", tls)
}

// withoutAddress keeps what the server said and drops the recipient's address from it: errors are logged.
func withoutAddress(err error) error {
	send, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return err
	}
	kind := "permanent"
	if send.IsTemp() {
		kind = "temporary"
	}
	return fmt.Errorf("%s (%s, SMTP code %d)", send.Reason, kind, send.ErrorCode())
}
