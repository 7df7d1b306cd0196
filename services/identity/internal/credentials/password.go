package credentials

import (
	"context"
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Lengths of a password in characters (auth-api.md, register). A password is hashed whatever its length; the upper limit
// keeps one request from costing more than another.
const (
	minPassword = 8
	maxPassword = 128
)

// PasswordProblem says what is wrong with a password that somebody chooses; empty when nothing is.
func PasswordProblem(password string) string {
	if n := utf8.RuneCountInString(normalized(password)); n < minPassword || n > maxPassword {
		return "must have 8 to 128 characters"
	}
	return ""
}

// normalized is the password in Unicode NFC, in which it is hashed (users-api.md section 3). Keyboards differ in how they
// write a letter with an accent, and their owner cannot see it.
func normalized(password string) string { return norm.NFC.String(password) }

// HashPassword makes the hash that is stored of a new password.
func (g *Guard) HashPassword(ctx context.Context, password string) (string, error) {
	hash, err := g.passwords.Hash(ctx, normalized(password))
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// VerifyPassword checks a password against hashes, one after the other. One that is empty never matches and takes as long
// as another. It returns which of them matched, and the hash to keep from now on: a new one where that one is outdated.
//
// Errors: ErrInvalidCredentials, and the attempt counts as failed; limits.ErrUsedUp.
func (g *Guard) VerifyPassword(ctx context.Context, by Attempt, password string, hashes ...string) (which int, keep string, err error) {
	if err := g.Refuse(ctx, by); err != nil {
		return 0, "", err
	}
	for which, hash := range hashes {
		matches, outdated, err := g.verify(ctx, hash, password)
		if err != nil {
			return 0, "", err
		}
		if !matches {
			continue
		}
		if outdated {
			hash, err = g.HashPassword(ctx, password)
		}
		return which, hash, err
	}
	return 0, "", g.failed(ctx, by)
}

// verify says whether the hash is one of this password, and whether it is to be replaced. Hashes from before passwords were
// normalized, and those of other systems, may be of the password as it is typed: that is tried second, where it differs.
// The work depends on what was typed alone, so that it tells nothing of the account.
func (g *Guard) verify(ctx context.Context, hash, password string) (matches, outdated bool, err error) {
	nfc := normalized(password)
	matches, err = g.passwords.Verify(ctx, hash, nfc)
	if err == nil && !matches && nfc != password {
		matches, err = g.passwords.Verify(ctx, hash, password)
		outdated = true
	}
	if err != nil {
		return false, false, fmt.Errorf("verify password: %w", err)
	}
	return matches, outdated || g.passwords.Outdated(hash), nil
}
