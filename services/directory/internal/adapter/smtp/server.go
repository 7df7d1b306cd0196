package smtp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// server holds the address of the mail server and the connection options.
type server struct {
	host    string
	address string // host:port
	tls     *tls.Config
	// implicitTLS encrypts from the first byte on.
	implicitTLS bool
	options     []gomail.Option
	timeout     time.Duration
}

// Default ports for URLs without one.
const (
	portClear      = "25"
	portSubmission = "587"
	portImplicit   = "465"
)

// errServerURL does not contain the URL, which may hold a password.
var errServerURL = errors.New("the mail server's URL must be smtp://user:password@host:port (with ?tls=none, opportunistic or mandatory) or smtps://…, with user and password URL-escaped")

// newServer parses the configuration.
func newServer(c Config) (*server, error) {
	u, err := url.Parse(c.ServerURL)
	if err != nil || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.Fragment != "" {
		return nil, errServerURL
	}
	s := &server{host: u.Hostname(), implicitTLS: u.Scheme == "smtps", timeout: c.Timeout}
	query, err := readQuery(u)
	if err != nil {
		return nil, err
	}
	policy, port, err := transport(u.Scheme, query["tls"])
	if err != nil {
		return nil, err
	}
	if s.address, err = address(u, port); err != nil {
		return nil, err
	}
	if s.tls, err = tlsConfig(s.host, c.CAFile); err != nil {
		return nil, err
	}
	// A mail needs a round trip for each of its four commands. NOOP before and RSET after it would make six.
	s.options = []gomail.Option{
		gomail.WithTimeout(s.timeout), gomail.WithTLSConfig(s.tls), gomail.WithTLSPolicy(policy), gomail.WithoutNoop(), gomail.WithoutRset(),
	}
	login, err := credentials(u.User, c.PasswordFile, query["auth"])
	if err != nil {
		return nil, err
	}
	s.options = append(s.options, login...)
	if _, err := gomail.NewClient(s.host, s.options...); err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return s, nil
}

// readQuery rejects unknown parameters: a misspelt tls=mandatory would otherwise silently disable the protection.
func readQuery(u *url.URL) (map[string]string, error) {
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, errServerURL
	}
	query := map[string]string{}
	for name, given := range values {
		if name != "tls" && name != "auth" || len(given) != 1 {
			return nil, errors.New("the mail server's URL takes tls=… and auth=… once, and nothing else")
		}
		query[name] = given[0]
	}
	return query, nil
}

// transport returns the TLS policy and its default port.
func transport(scheme, policy string) (gomail.TLSPolicy, string, error) {
	switch {
	case scheme == "smtps" && policy == "":
		// There is TLS already, and no STARTTLS on offer. The library looks for TLS under this policy alone, and knows by it
		// that a password may go over this connection.
		return gomail.TLSOpportunistic, portImplicit, nil
	case scheme != "smtp":
		return 0, "", errServerURL
	case policy == "none":
		return gomail.NoTLS, portClear, nil
	case policy == "mandatory":
		return gomail.TLSMandatory, portSubmission, nil
	case policy == "opportunistic", policy == "":
		return gomail.TLSOpportunistic, portSubmission, nil
	}
	return 0, "", fmt.Errorf("tls=%s in the mail server's URL must be none, opportunistic or mandatory", policy)
}

func address(u *url.URL, port string) (string, error) {
	if given := u.Port(); given != "" {
		if n, err := strconv.ParseUint(given, 10, 16); err != nil || n == 0 {
			return "", errors.New("the mail server's port must be from 1 to 65535")
		}
		port = given
	}
	return net.JoinHostPort(u.Hostname(), port), nil
}

// tlsConfig trusts the authorities in the file, or those of the system without a file.
func tlsConfig(host, caFile string) (*tls.Config, error) {
	config := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if caFile == "" {
		return config, nil
	}
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, fmt.Errorf("certificate authorities of the mail server: %w", err)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("certificate authorities of the mail server: no PEM certificate in %s", caFile)
	}
	return config, nil
}

// mechanisms are the authentication mechanisms, strongest first, for auth=cleartext, which allows the password on an
// unencrypted connection.
var mechanisms = []gomail.SMTPAuthType{
	gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthCramMD5, gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc,
}

// credentials returns the authentication options. The default is the strongest mechanism that the server offers; on an
// unencrypted connection, mechanisms that reveal the password are excluded.
func credentials(user *url.Userinfo, passwordFile, auth string) ([]gomail.Option, error) {
	if auth != "" && auth != "cleartext" {
		return nil, fmt.Errorf("auth=%s in the mail server's URL must be cleartext or absent", auth)
	}
	password, inURL := user.Password()
	switch {
	case passwordFile != "" && inURL:
		return nil, errors.New("the mail server's password is both in its URL and in a file")
	case passwordFile != "":
		content, err := os.ReadFile(passwordFile)
		if err != nil {
			return nil, fmt.Errorf("password for the mail server: %w", err)
		}
		password = strings.TrimRight(string(content), "\r\n")
	}
	switch {
	case user.Username() == "" && password == "":
		return nil, nil
	case user.Username() == "" || password == "":
		return nil, errors.New("the mail server needs both a user and a password, or neither")
	}
	mechanism := gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover)
	if auth == "cleartext" {
		mechanism = gomail.WithOpportunisticSMTPAuth(mechanisms...)
	}
	return []gomail.Option{mechanism, gomail.WithUsername(user.Username()), gomail.WithPassword(password)}, nil
}
