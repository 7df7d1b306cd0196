package credentials

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/text/unicode/norm"
)

// normalized returns the password in Unicode NFC, the form that is hashed (users-api.md section 3). Keyboards encode
// accented letters differently, which users cannot see.
func normalized(password string) string { return norm.NFC.String(password) }

// HashPassword returns the hash to store for a new password.
func (g *Guard) HashPassword(ctx context.Context, password string) (string, error) {
	hash, err := g.passwords.Hash(ctx, normalized(password))
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// VerifyPassword checks a password against hashes in order. An empty hash never matches and takes as long as another.
// It returns the index of the match and the hash to store from now on, which is new if the matching one is outdated.
//
// Errors: ErrInvalidCredentials, and the attempt counts as failed; limits.ErrUsedUp.
func (g *Guard) VerifyPassword(ctx context.Context, by Attempt, password string, hashes ...string) (which int, keep string, err error) {
	m, err := g.MatchPassword(ctx, by, []string{password}, hashes...)
	if err != nil {
		return 0, "", err
	}
	keep, err = g.Keep(ctx, m)
	return m.Which, keep, err
}

// Match is a password that matched a hash.
type Match struct {
	Which    int // the index of the hash
	hash     string
	password string
	outdated bool
}

// MatchPassword checks each of the passwords against the hashes in order and returns the first match. It counts as one
// attempt, and its errors are those of VerifyPassword.
func (g *Guard) MatchPassword(ctx context.Context, by Attempt, passwords []string, hashes ...string) (Match, error) {
	if err := g.Refuse(ctx, by); err != nil {
		return Match{}, err
	}
	start := time.Now()
	for _, password := range passwords {
		for which, hash := range hashes {
			matches, outdated, err := g.verify(ctx, hash, password)
			if err != nil {
				return Match{}, err
			}
			if matches {
				return Match{which, hash, password, outdated}, nil
			}
		}
	}
	if by.application == "" {
		if err := g.even(ctx, start, passwords, hashes); err != nil {
			return Match{}, err
		}
	}
	return Match{}, g.failed(ctx, by)
}

// even has a wrong password take as long as one for an imported hash. Applications are not strangers, and know the hashes.
func (g *Guard) even(ctx context.Context, start time.Time, passwords, hashes []string) error {
	e := &g.asTyped
	if slices.ContainsFunc(passwords, func(p string) bool { return normalized(p) != p }) {
		e = &g.twice
	}
	if slices.ContainsFunc(hashes, func(hash string) bool { return hash != "" && g.passwords.Outdated(hash) }) {
		e.add(time.Since(start))
	}
	return e.wait(ctx, start)
}

// Keep returns the hash to store after a match: a new one if the matching one is outdated.
func (g *Guard) Keep(ctx context.Context, m Match) (string, error) {
	if m.outdated {
		return g.HashPassword(ctx, m.password)
	}
	return m.hash, nil
}

// verify reports whether the hash matches the password and whether the hash must be replaced. Older hashes and imported
// ones may be of the password as typed, without normalization, so that form is tried second if it differs. The amount
// of work depends only on the typed password, so timing reveals nothing about the account.
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
