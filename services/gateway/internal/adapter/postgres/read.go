package postgres

import (
	"context"
	"time"

	"muster/libs/pg"
	"muster/libs/usersapi"
	"muster/services/gateway/internal/gateway"
)

// Member implements gateway.Model. Every request of a signed-in user asks for one, so concurrent ones share a query.
func (s *Store) Member(ctx context.Context, userID int64) (gateway.Member, error) {
	return s.members.get(ctx, userID)
}

// readMembers reads the members of these users.
func (s *Store) readMembers(ctx context.Context, userIDs []int64) (map[int64]gateway.Member, error) {
	type member struct {
		UserID          int64
		UserVersion     int64
		UserDeleted     bool
		AccountDeleted  bool
		IsActive        bool
		TypeCode        string
		TokensValidFrom *time.Time
		EndedSessions   pg.JSON[[]gateway.EndedSession]
	}
	rows, err := pg.Many[member](ctx, s.db, "read members", `
		SELECT user_id, user_version, user_deleted, account_deleted, coalesce(is_active, false) AS is_active,
			coalesce(type_code, '') AS type_code, tokens_valid_from, ended_sessions
		FROM user_overview WHERE user_id = ANY(?::bigint[])`, pg.Array[int64](userIDs))
	if err != nil {
		return nil, err
	}
	found := make(map[int64]gateway.Member, len(rows))
	for _, row := range rows {
		found[row.UserID] = gateway.Member{
			UserVersion: row.UserVersion, UserDeleted: row.UserDeleted, AccountDeleted: row.AccountDeleted,
			IsActive: row.IsActive, TypeCode: row.TypeCode, TokensValidFrom: row.TokensValidFrom,
			EndedSessions: row.EndedSessions.V,
		}
	}
	return found, nil
}

// Person implements gateway.Model.
func (s *Store) Person(ctx context.Context, userID int64) (gateway.Person, error) {
	type person struct {
		UserDeleted     bool
		AccountDeleted  bool
		RejectedBecause string
		Applicant       pg.JSON[*usersapi.User]
	}
	row, found, err := pg.First[person](ctx, s.db, "read person", `
		SELECT user_deleted, account_deleted, rejected_because, applicant
		FROM user_overview WHERE user_id = ?`, userID)
	if err != nil || !found {
		return gateway.Person{}, err
	}
	p := gateway.Person{Gone: row.UserDeleted || row.AccountDeleted, RejectedBecause: row.RejectedBecause, Applicant: row.Applicant.V}
	user, visible, err := pg.First[usersapi.User](ctx, s.db, "read user",
		"SELECT "+userColumns+" FROM user_overview WHERE user_id = ? AND visible", userID)
	if err != nil {
		return gateway.Person{}, err
	}
	if visible {
		p.User = &user
	}
	return p, nil
}
