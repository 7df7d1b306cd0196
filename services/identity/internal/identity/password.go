package identity

import (
	"context"
	"fmt"

	"golang.org/x/text/unicode/norm"
)

// normalized is the password in Unicode NFC, in which it is hashed (users-api.md section 3). Keyboards differ in how they
// write a letter with an accent, and their owner cannot see it.
func normalized(password string) string { return norm.NFC.String(password) }

// hashPassword makes the hash that is stored of a new password.
func (s *Service) hashPassword(ctx context.Context, password string) (string, error) {
	hash, err := s.passwords.Hash(ctx, normalized(password))
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// verifyPassword says whether the hash is one of this password, and whether it is to be replaced. Hashes from before
// passwords were normalized, and those of other systems, may be of the password as it is typed: that is tried second,
// where it differs. The work depends on what was typed alone, so that it tells nothing of the account.
func (s *Service) verifyPassword(ctx context.Context, hash, password string) (matches, outdated bool, err error) {
	nfc := normalized(password)
	matches, err = s.passwords.Verify(ctx, hash, nfc)
	if err == nil && !matches && nfc != password {
		matches, err = s.passwords.Verify(ctx, hash, password)
		outdated = true
	}
	if err != nil {
		return false, false, fmt.Errorf("verify password: %w", err)
	}
	return matches, outdated || s.passwords.Outdated(hash), nil
}
