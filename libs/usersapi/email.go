package usersapi

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"
)

// Limits of an address, in bytes: RFC 5321 section 4.5.3.1 (with its erratum 1690 for the whole) and RFC 1035.
const (
	maxEmail      = 254
	maxLocalPart  = 64
	maxDomainName = 63
)

// errEmail is what ParseEmail says of anything that is not an address. Its text fits behind the field's name.
var errEmail = errors.New("must be an email address such as ada@example.com")

// ParseEmail trims s and returns it as typed when it is exactly one email address: no display name, no comment, no
// quoted local part, no address literal, no invisible character, at most 254 bytes. Compare addresses by lower(…) in the
// database. The text of its error is meant for the user.
func ParseEmail(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > maxEmail || strings.ContainsFunc(s, unprintable) {
		return "", errEmail
	}
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Address != s { // a quoted local part or anything around the address is not what was typed
		return "", errEmail
	}
	local, domain, _ := strings.Cut(s, "@")
	if len(local) > maxLocalPart || !domainName(domain) {
		return "", errEmail
	}
	return s, nil
}

// SameEmail says whether two addresses are one: without regard to case, as lower(…) in the database compares them.
// strings.EqualFold is not that: to it ſ is s.
func SameEmail(a, b string) bool {
	return strings.ToLower(a) == strings.ToLower(b) //nolint:staticcheck // SA6005 wants the very function that differs
}

// unprintable finds what nobody types in an address but what can hide in one: spaces, control and format characters.
func unprintable(r rune) bool {
	return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == unicode.ReplacementChar
}

// domainName accepts a host name of one label or more; internationalised labels are letters and digits too.
func domainName(domain string) bool {
	for label := range strings.SplitSeq(domain, ".") {
		bad := strings.ContainsFunc(label, func(r rune) bool {
			return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
		})
		if bad || label == "" || len(label) > maxDomainName || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	return true
}
