package rostertest

import (
	"context"
	"strings"
	"sync"

	"muster/libs/usersapi"
	"muster/services/directory/internal/roster"
)

// LegacyAccounts is a fake of identity's import API. It treats a hash that begins with "bad" as unsupported.
type LegacyAccounts struct {
	mu sync.Mutex
	// accounts are user ids by address. hashes are the stored hashes by legacy id.
	accounts map[string]int64
	hashes   map[int64]string
	offered  []roster.LegacyAccount
	away     error
	lastUser int64
	// Activated is called for each created account.
	Activated func(userID int64, a roster.LegacyAccount)
}

var _ roster.LegacyAccounts = (*LegacyAccounts)(nil)

// NewLegacyAccounts returns an identity without accounts. Its user ids begin after 1000.
func NewLegacyAccounts() *LegacyAccounts {
	return &LegacyAccounts{accounts: map[string]int64{}, hashes: map[int64]string{}, lastUser: 1000}
}

// Offer imports legacy users.
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

// Away makes all calls fail with err until called with nil.
func (f *LegacyAccounts) Away(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away = err
}

// Hash returns the stored hash of a legacy user; empty when there is none.
func (f *LegacyAccounts) Hash(legacyUserID int64) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.hashes[legacyUserID]
}

// Accounts returns the number of created accounts.
func (f *LegacyAccounts) Accounts() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.accounts)
}

// Offered returns all legacy users that were offered, in order.
func (f *LegacyAccounts) Offered() []roster.LegacyAccount {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]roster.LegacyAccount(nil), f.offered...)
}
