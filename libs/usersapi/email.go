package usersapi

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Limits of an address, in bytes: RFC 5321 section 4.5.3.1, with its erratum 1690 for the whole.
const (
	maxEmail     = 254
	maxLocalPart = 64
)

// errEmail is ParseEmail's error for anything that is not an address. Its text follows the field's name.
var errEmail = errors.New("must be an email address such as ada@example.com")

// domains converts domains to A-labels as in users-api.md section 3: UTS 46, non-transitional, strict.
var domains = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(true), idna.CheckHyphens(true),
	idna.CheckJoiners(true), idna.BidiRule(), idna.VerifyDNSLength(true))

// ParseEmail returns the address in its stored form: trimmed, in Unicode NFC, otherwise as typed. It accepts exactly
// one address of at most 254 bytes, without a display name, a comment, a quoted local part, an address literal or
// invisible characters. Its domain must have an A-label. The text of the error is meant for the user.
func ParseEmail(s string) (string, error) {
	p, err := parseEmail(s)
	if err != nil {
		return "", err
	}
	return p.local + "@" + p.domain, nil
}

// EmailKey returns the key for comparing addresses (users-api.md section 3): two addresses are the same if their keys
// are equal. The key is an address itself, with the domain as A-labels and the letters A to Z in lower case. A text
// that is not an address gets a key that no address has.
//
// The key of an ASCII text is the text in lower case. The databases rely on that.
func EmailKey(s string) string {
	p, err := parseEmail(s)
	if err != nil {
		return lowerASCII(strings.TrimSpace(s))
	}
	return lowerASCII(p.local) + "@" + p.aLabel
}

// SameEmail reports whether two addresses are the same.
func SameEmail(a, b string) bool { return EmailKey(a) == EmailKey(b) }

// Mailbox returns the address for sending mail: a non-ASCII domain becomes A-labels, so that no mail system on the way
// maps it differently. The local part is unchanged. It fails for a domain without an A-label.
func Mailbox(email string) (string, error) {
	at := strings.LastIndexByte(email, '@')
	local, domain := email[:at+1], email[at+1:]
	if isASCII(domain) {
		return email, nil
	}
	domain, err := domains.ToASCII(domain)
	return local + domain, err
}

// parsedEmail is an address in parts. local and domain are in their stored form.
type parsedEmail struct{ local, domain, aLabel string }

func parseEmail(s string) (parsedEmail, error) {
	s = norm.NFC.String(strings.TrimSpace(s))
	local, domain, _ := strings.Cut(s, "@")
	if len(s) > maxEmail || len(local) > maxLocalPart || strings.ContainsFunc(local, unprintable) || strings.ContainsFunc(domain, unprintableInDomain) {
		return parsedEmail{}, errEmail
	}
	aLabel, err := domains.ToASCII(domain)
	if err != nil || strings.HasSuffix(aLabel, ".") {
		return parsedEmail{}, errEmail
	}
	mailbox := local + "@" + aLabel
	parsed, err := mail.ParseAddress(mailbox)
	if err != nil || parsed.Address != mailbox || len(mailbox) > maxEmail { // a quoted local part differs from what was typed
		return parsedEmail{}, errEmail
	}
	return parsedEmail{local, domain, aLabel}, nil
}

// unprintable matches invisible characters that nobody types in an address: spaces, control and format characters.
func unprintable(r rune) bool {
	return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == unicode.ReplacementChar || ignorable(r)
}

// unprintableInDomain leaves joiners and variation selectors to IDNA, which defines where a domain may have them.
func unprintableInDomain(r rune) bool {
	return r != nonJoiner && r != joiner && !unicode.Is(unicode.Variation_Selector, r) && unprintable(r)
}

// isASCII reports whether s consists of ASCII characters.
func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// lowerASCII lower-cases the letters A to Z and no others.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, s)
}
