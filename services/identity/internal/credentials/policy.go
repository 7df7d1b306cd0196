package credentials

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed" // the list of common passwords
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"muster/libs/usersapi"
)

// MaxPassword is the maximum length of a chosen password in characters (auth-api.md, "Passwords"). It keeps the cost of
// hashing about the same for all requests.
const MaxPassword = 128

// Policy is what a chosen password must satisfy (auth-api.md, "Passwords"). Passwords that an application sets have rules
// of their own; see [ApplicationPasswordProblem].
type Policy struct {
	MinLength int // in characters of the NFC form, from 1 to MaxPassword
}

// Problem returns what is wrong with a password for the account with this address, or an empty string. The address may be
// empty or malformed.
func (p Policy) Problem(password, email string) string {
	password = normalized(password)
	if n := utf8.RuneCountInString(password); n < p.MinLength || n > MaxPassword {
		return fmt.Sprintf("must have %d to %d characters", p.MinLength, MaxPassword)
	}
	if isAddress(password, email) {
		return "must not be the email address or the part of it before the @"
	}
	if common()[strings.ToLower(password)] {
		return "is one of the most used passwords"
	}
	return ""
}

// isAddress reports whether the password is the address or its local part, in any spelling.
func isAddress(password, email string) bool {
	email = normalized(strings.TrimSpace(email))
	local, _, _ := strings.Cut(email, "@")
	return email != "" && (strings.EqualFold(password, email) || strings.EqualFold(password, local) || usersapi.SameEmail(password, email))
}

// commonList has the 10 000 most used passwords in lower case, one per line. common_passwords.LICENSE.txt says where it
// is from.
//
//go:embed common_passwords.txt.gz
var commonList []byte

// common returns the set of the most used passwords, unpacked once.
var common = sync.OnceValue(func() map[string]bool {
	unpacked, err := gzip.NewReader(bytes.NewReader(commonList))
	if err != nil {
		panic(fmt.Sprintf("the embedded list of passwords: %v", err)) // unreachable: a test reads it
	}
	set := make(map[string]bool, 10_000)
	lines := bufio.NewScanner(unpacked)
	for lines.Scan() {
		set[lines.Text()] = true
	}
	if err := lines.Err(); err != nil {
		panic(fmt.Sprintf("the embedded list of passwords: %v", err)) // unreachable, as above
	}
	return set
})
