package postgres

import (
	"context"
	"time"

	"muster/libs/pg"
	"muster/libs/usersapi"
	"muster/services/gateway/internal/gateway"
)

// Member implements gateway.Model.
func (s *Store) Member(ctx context.Context, userID int64) (gateway.Member, error) {
	type member struct {
		UserVersion     int64
		UserDeleted     bool
		AccountDeleted  bool
		IsActive        bool
		TypeCode        string
		TokensValidFrom *time.Time
		EndedSessions   pg.JSON[[]gateway.EndedSession]
	}
	row, _, err := pg.First[member](ctx, s.db, "read member", `
		SELECT user_version, user_deleted, account_deleted, coalesce(is_active, false) AS is_active,
			coalesce(type_code, '') AS type_code, tokens_valid_from, ended_sessions
		FROM user_overview WHERE user_id = ?`, userID)
	return gateway.Member{
		UserVersion: row.UserVersion, UserDeleted: row.UserDeleted, AccountDeleted: row.AccountDeleted,
		IsActive: row.IsActive, TypeCode: row.TypeCode, TokensValidFrom: row.TokensValidFrom,
		EndedSessions: row.EndedSessions.V,
	}, err
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
