package gateway

import (
	"context"
	"slices"
	"time"
)

// Member holds the facts on which access is decided. The zero Member is a user without any record yet.
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

// Admitted reports whether the user exists and is active.
func (m Member) Admitted() bool {
	return m.UserVersion > 0 && !m.UserDeleted && !m.AccountDeleted && m.IsActive
}

// HasEnded reports whether the session is known to have ended.
func (m Member) HasEnded(sessionID string) bool {
	return slices.ContainsFunc(m.EndedSessions, func(e EndedSession) bool { return e.ID == sessionID })
}

// Member returns the owner of a valid access token. If no record of the user has arrived from directory, the token is
// the only evidence of the user: that is [ErrBehind], not an invalid token.
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
