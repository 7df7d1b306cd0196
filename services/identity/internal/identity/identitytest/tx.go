package identitytest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"muster/libs/contracts"
	"muster/libs/usersapi"
	"muster/services/identity/internal/identity"
)

// tx works on the store's state; the store restores the old state when the transaction fails.
type tx struct{ state *state }

func (t *tx) InsertAccount(_ context.Context, a identity.Account) (identity.Account, error) {
	if t.taken(0, a) {
		return identity.Account{}, identity.ErrEmailExists
	}
	t.state.lastID++
	a.UserID = t.state.lastID
	t.state.accounts[a.UserID] = a
	return a, nil
}

func (t *tx) taken(userID int64, a identity.Account) bool {
	if a.Displaced || a.Email == "" {
		return false
	}
	holder, err := t.state.holder(a.Email)
	return err == nil && holder.UserID != userID
}

func (t *tx) LockAccount(_ context.Context, userID int64) (identity.Account, error) {
	a, ok := t.state.accounts[userID]
	if !ok {
		return identity.Account{}, identity.ErrAccountNotFound
	}
	return a, nil
}

func (t *tx) LockAccounts(_ context.Context, first, last int64, limit int) ([]identity.Account, error) {
	var accounts []identity.Account
	for _, id := range slices.Sorted(maps.Keys(t.state.accounts)) {
		if id >= first && id <= last && len(accounts) < limit {
			accounts = append(accounts, t.state.accounts[id])
		}
	}
	return accounts, nil
}

func (t *tx) LockClaimants(_ context.Context, email string) ([]identity.Account, error) {
	var claimants []identity.Account
	for _, a := range t.state.accounts {
		if a.Email != "" && usersapi.SameEmail(a.Email, email) {
			claimants = append(claimants, a)
		}
	}
	slices.SortFunc(claimants, func(a, b identity.Account) int { return cmp.Compare(a.UserID, b.UserID) })
	return claimants, nil
}

func (t *tx) UpdateAccount(_ context.Context, a identity.Account) error {
	if _, ok := t.state.accounts[a.UserID]; !ok {
		return identity.ErrAccountNotFound
	}
	if t.taken(a.UserID, a) {
		return identity.ErrEmailExists
	}
	t.state.accounts[a.UserID] = a
	return nil
}

func (t *tx) OpenSession(_ context.Context, s identity.Session, first identity.RefreshToken) error {
	t.state.sessions[s.ID] = s
	t.state.tokens[string(first.Hash)] = first
	return nil
}

func (t *tx) RefreshToken(_ context.Context, hash []byte) (identity.RefreshToken, identity.Session, error) {
	token, ok := t.state.tokens[string(hash)]
	if !ok {
		return identity.RefreshToken{}, identity.Session{}, identity.ErrTokenNotFound
	}
	return token, t.state.sessions[token.SessionID], nil
}

func (t *tx) RotateToken(_ context.Context, used, next identity.RefreshToken, s identity.Session) error {
	token, ok := t.state.tokens[string(used.Hash)]
	if !ok || token.UsedAt != nil {
		return identity.ErrTokenNotFound
	}
	token.UsedAt, token.Salt = used.UsedAt, used.Salt
	t.state.tokens[string(used.Hash)] = token
	t.state.tokens[string(next.Hash)] = next
	session := t.state.sessions[s.ID]
	session.LastUsedAt, session.ExpiresAt, session.Client = s.LastUsedAt, s.ExpiresAt, s.Client
	t.state.sessions[s.ID] = session
	return nil
}

func (t *tx) EndSession(_ context.Context, userID int64, id string, at time.Time) (bool, error) {
	session, ok := t.state.sessions[id]
	if !ok || session.UserID != userID || session.EndedAt != nil {
		return false, nil
	}
	session.EndedAt = &at
	t.state.sessions[id] = session
	return true, nil
}

func (t *tx) EndSessions(_ context.Context, userID int64, openedBy time.Time, except string, at time.Time) (living []string, err error) {
	for id, session := range t.state.sessions {
		if session.UserID == userID && session.EndedAt == nil && !session.CreatedAt.After(openedBy) && id != except {
			session.EndedAt = &at
			t.state.sessions[id] = session
			living = append(living, id)
		}
	}
	return living, nil
}

func (t *tx) DropSessions(_ context.Context, userID int64) (living []string, err error) {
	for id, session := range t.state.sessions {
		if session.UserID != userID {
			continue
		}
		if session.EndedAt == nil {
			living = append(living, id)
		}
		t.state.dropSession(id)
	}
	return living, nil
}

func (t *tx) Publish(_ context.Context, payloads ...contracts.Payload) error {
	t.state.published = append(t.state.published, payloads...)
	return nil
}
