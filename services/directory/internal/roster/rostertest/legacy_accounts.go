package rostertest

import (
	"context"
	"strings"
	"sync"

	"muster/libs/usersapi"
	"muster/services/directory/internal/roster"
)

// LegacyAccounts is identity, as far as imports need it. A hash that begins with "bad" is unsupported.
type LegacyAccounts struct {
	mu sync.Mutex
	// accounts are users by address, hashes those that wait for a sign-in by legacy id.
	accounts map[string]int64
	hashes   map[int64]string
	offered  []roster.LegacyAccount
	away     error
	lastUser int64
	// Activated is told of each account that is made.
	Activated func(userID int64, a roster.LegacyAccount)
}

var _ roster.LegacyAccounts = (*LegacyAccounts)(nil)

// NewLegacyAccounts makes an identity without accounts. Its user ids begin behind 1000.
func NewLegacyAccounts() *LegacyAccounts {
	return &LegacyAccounts{accounts: map[string]int64{}, hashes: map[int64]string{}, lastUser: 1000}
}

// Offer takes legacy users.
func (f *LegacyAccounts) Offer(_ context.Context, dryRun bool, users []roster.LegacyAccount) ([]roster.LegacyResult, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away != nil {
		return nil, f.away
	}
	results := make([]roster.LegacyResult, len(users))
	for n, u := range users {
		results[n] = f.offer(dryRun, u)
	}
	f.offered = append(f.offered, users...)
	return results, nil
}

func (f *LegacyAccounts) offer(dryRun bool, u roster.LegacyAccount) roster.LegacyResult {
	result := roster.LegacyResult{LegacyUserID: u.LegacyUserID, Outcome: roster.LegacyStored}
	address := usersapi.EmailKey(u.Email)
	if id, exists := f.accounts[address]; exists {
		result.Outcome, result.UserID = roster.LegacyExists, &id
		return result
	}
	if u.PasswordHash != nil && strings.HasPrefix(*u.PasswordHash, "bad") {
		result.Outcome, result.Code, result.Message = roster.LegacyFailed, "HASH_UNSUPPORTED", "The format of the password hash is not known."
		return result
	}
	if u.Activate {
		result.Outcome = roster.LegacyActivated
	}
	switch {
	case dryRun:
	case u.Activate:
		f.lastUser++
		id := f.lastUser
		f.accounts[address], result.UserID = id, &id
		if f.Activated != nil {
			f.Activated(id, u)
		}
	case u.PasswordHash != nil:
		f.hashes[u.LegacyUserID] = *u.PasswordHash
	}
	return result
}

// Away makes all calls fail with err until it is called with nil.
func (f *LegacyAccounts) Away(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away = err
}

// Hash gives the hash that waits for a legacy user to sign in; empty when none does.
func (f *LegacyAccounts) Hash(legacyUserID int64) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.hashes[legacyUserID]
}

// Accounts counts the accounts that were made.
func (f *LegacyAccounts) Accounts() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.accounts)
}

// Offered gives all that was offered, in order.
func (f *LegacyAccounts) Offered() []roster.LegacyAccount {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]roster.LegacyAccount(nil), f.offered...)
}
