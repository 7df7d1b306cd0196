package gateway

import (
	"context"
	"slices"
	"time"
)

// Member is what decides whether somebody is let in. The zero Member is somebody of whom nothing has arrived.
type Member struct {
	UserVersion    int64
	UserDeleted    bool
	AccountDeleted bool
	IsActive       bool
	TypeCode       string
	// TokensValidFrom refuses access tokens that were issued before it; nil refuses none.
	TokensValidFrom *time.Time
	EndedSessions   []EndedSession
}

// Admitted says whether the user is there and active.
func (m Member) Admitted() bool {
	return m.UserVersion > 0 && !m.UserDeleted && !m.AccountDeleted && m.IsActive
}

// HasEnded says whether the session is known to have ended.
func (m Member) HasEnded(sessionID string) bool {
	return slices.ContainsFunc(m.EndedSessions, func(e EndedSession) bool { return e.ID == sessionID })
}

// Member is the owner of a valid access token. Of a user whom directory has not told of yet, identity's token is the
// only trace: that is [ErrBehind], and no reason to call the token invalid.
func (s *Service) Member(ctx context.Context, userID int64) (Member, error) {
	m, err := s.model.Member(ctx, userID)
	if err != nil {
		return Member{}, err
	}
	if m.UserVersion == 0 && !m.AccountDeleted {
		return Member{}, ErrBehind
	}
	return m, nil
}
