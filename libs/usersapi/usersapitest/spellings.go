// Package usersapitest has spellings of addresses for tests.
package usersapitest

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"muster/libs/usersapi"
)

// Pair is two addresses that differ in the spelling of one character.
type Pair struct{ A, B string }

// Pairs pairs every Unicode character with its variants in case, width and normalization, in a local part and in a
// domain.
func Pairs() []Pair {
	var pairs []Pair
	for r := rune(1); r <= unicode.MaxRune; r++ {
		for _, other := range partners(r) {
			s := string(r)
			pairs = append(pairs, Pair{"x" + s + "y@example.com", "x" + other + "y@example.com"}, Pair{"x@a" + s + "b.example", "x@a" + other + "b.example"})
		}
	}
	return pairs
}

// partners are the other spellings of a character.
func partners(r rune) []string {
	s := string(r)
	if r >= 0xd800 && r <= 0xdfff { // no characters
		return nil
	}
	seen := map[string]bool{s: true}
	var others []string
	for _, other := range []string{
		string(unicode.ToLower(r)), string(unicode.ToUpper(r)), string(unicode.ToTitle(r)), string(unicode.SimpleFold(r)),
		strings.ToLower(s), strings.ToUpper(s),
		norm.NFC.String(s), norm.NFD.String(s), norm.NFKC.String(s), norm.NFKD.String(s),
	} {
		if !seen[other] {
			seen[other] = true
			others = append(others, other)
		}
	}
	return others
}

// Addresses returns all valid addresses among the pairs, in their stored form and without duplicates.
func Addresses() []string {
	seen := map[string]bool{}
	var addresses []string
	for _, p := range Pairs() {
		for _, typed := range []string{p.A, p.B} {
			email, err := usersapi.ParseEmail(typed)
			if err == nil && !seen[email] {
				seen[email] = true
				addresses = append(addresses, email)
			}
		}
	}
	return addresses
}
