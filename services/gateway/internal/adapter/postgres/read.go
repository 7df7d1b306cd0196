package postgres

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"muster/libs/pg"
	"muster/libs/usersapi"
	"muster/services/gateway/internal/gateway"
)

// bigints is an array as PostgreSQL reads it: one argument, whatever the number of ids.
func bigints(ids []int64) string {
	text := make([]string, len(ids))
	for i, id := range ids {
		text[i] = strconv.FormatInt(id, 10)
	}
	return "{" + strings.Join(text, ",") + "}"
}

// Member implements gateway.Model.
func (s *Store) Member(ctx context.Context, userID int64) (gateway.Member, error) {
	var found []struct {
		UserVersion     int64
		UserDeleted     bool
		AccountDeleted  bool
		IsActive        bool
		TypeCode        string
		TokensValidFrom *time.Time
		EndedSessions   []byte
	}
	err := pg.From(ctx, s.db).Raw(`
		SELECT user_version, user_deleted, account_deleted, coalesce(is_active, false) AS is_active,
			coalesce(type_code, '') AS type_code, tokens_valid_from, ended_sessions
		FROM user_overview WHERE user_id = ?`, userID).Scan(&found).Error
	if err != nil {
		return gateway.Member{}, failed("read member", err)
	}
	if len(found) == 0 {
		return gateway.Member{}, nil
	}
	row := found[0]
	m := gateway.Member{
		UserVersion: row.UserVersion, UserDeleted: row.UserDeleted, AccountDeleted: row.AccountDeleted,
		IsActive: row.IsActive, TypeCode: row.TypeCode, TokensValidFrom: row.TokensValidFrom,
	}
	if err := decode(row.EndedSessions, &m.EndedSessions); err != nil {
		return gateway.Member{}, failed("read ended sessions", err)
	}
	return m, nil
}

// Person implements gateway.Model.
func (s *Store) Person(ctx context.Context, userID int64) (gateway.Person, error) {
	var found []struct {
		UserDeleted     bool
		AccountDeleted  bool
		RejectedBecause string
		Applicant       []byte
	}
	err := pg.From(ctx, s.db).Raw(`
		SELECT user_deleted, account_deleted, rejected_because, applicant
		FROM user_overview WHERE user_id = ?`, userID).Scan(&found).Error
	if err != nil {
		return gateway.Person{}, failed("read person", err)
	}
	if len(found) == 0 {
		return gateway.Person{}, nil
	}
	row := found[0]
	p := gateway.Person{Gone: row.UserDeleted || row.AccountDeleted, RejectedBecause: row.RejectedBecause}
	if err := decode(row.Applicant, &p.Applicant); err != nil {
		return gateway.Person{}, failed("read applicant", err)
	}
	var users []usersapi.User
	err = pg.From(ctx, s.db).Raw("SELECT "+userColumns+" FROM user_overview WHERE user_id = ? AND visible", userID).Scan(&users).Error
	if err != nil {
		return gateway.Person{}, failed("read user", err)
	}
	if len(users) > 0 {
		p.User = &users[0]
	}
	return p, nil
}

// decode reads a jsonb column that may be null.
func decode(text []byte, into any) error {
	if len(text) == 0 {
		return nil
	}
	return json.Unmarshal(text, into)
}
