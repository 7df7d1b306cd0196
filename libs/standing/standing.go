// Package standing lets a service itself refuse the access tokens that the gateway refuses: those of ended sessions,
// those issued before all sessions were ended (a password change, a deactivation), and those of deleted accounts.
//
// identity publishes this in its account records. A [Store] follows them into a table of the service's own database.
// All replicas therefore know as soon as one has consumed the record, and no request has to ask another service. The
// gateway has the same facts in its read model.
package standing

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/inbox"
	"muster/libs/pg"
	"muster/libs/web"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations create the table account_standing.
var Migrations = pg.Embedded("standing", files)

// Store keeps the token revocations of identity's account records.
type Store struct{ db *gorm.DB }

// New takes a pool whose database has [Migrations].
func New(db *gorm.DB) *Store { return &Store{db} }

// Follow returns a handler that applies account records (contracts.TopicAccount) to the table and then passes all
// records to next.
func (s *Store) Follow(next inbox.Handler) inbox.Handler {
	return func(ctx context.Context, records []inbox.Record) error {
		var rows []row
		for _, r := range records {
			if r.Type != (identityv1.Account{}).EventType() {
				continue
			}
			a, err := contracts.Decode[identityv1.Account](r.Event)
			if err != nil {
				return err
			}
			rows = append(rows, rowOf(a))
		}
		if err := s.apply(ctx, rows); err != nil {
			return fmt.Errorf("follow accounts: %w", err)
		}
		return next(ctx, records)
	}
}

// row is an account in the form that the statement reads.
type row struct {
	UserID          int64      `json:"user_id"`
	Version         int64      `json:"version"`
	Deleted         bool       `json:"deleted"`
	TokensValidFrom *time.Time `json:"tokens_valid_from"`
	EndedSessions   []string   `json:"ended_sessions"`
}

func rowOf(a identityv1.Account) row {
	r := row{UserID: a.UserID, Version: a.Version, Deleted: a.Deleted, TokensValidFrom: a.TokensValidFrom, EndedSessions: []string{}}
	for _, e := range a.EndedSessions {
		r.EndedSessions = append(r.EndedSessions, e.ID)
	}
	return r
}

// apply stores the newest record of each account. An account that has revoked nothing has no row, as most accounts.
// Revocations are never undone, so an old record that arrives for an account without a row does no harm.
func (s *Store) apply(ctx context.Context, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	return pg.From(ctx, s.db).Exec(`
		INSERT INTO account_standing AS held (user_id, version, deleted, tokens_valid_from, ended_sessions)
		SELECT DISTINCT ON (user_id) user_id, version, deleted, tokens_valid_from, ended_sessions
		FROM jsonb_to_recordset(?::jsonb) AS r(user_id bigint, version bigint, deleted boolean, tokens_valid_from timestamptz, ended_sessions jsonb)
		WHERE deleted OR tokens_valid_from IS NOT NULL OR ended_sessions <> '[]'
			OR EXISTS (SELECT FROM account_standing a WHERE a.user_id = r.user_id)
		ORDER BY user_id, version DESC
		ON CONFLICT ON CONSTRAINT account_standing_pkey DO UPDATE SET
			version = excluded.version, deleted = excluded.deleted,
			tokens_valid_from = excluded.tokens_valid_from, ended_sessions = excluded.ended_sessions
		WHERE held.version < excluded.version`, string(text)).Error
}

// Check combines the service's own data on a user (own) with identity's revocations of their tokens. It reads the latter
// in a statement of its own: see [Store.CheckRow].
func (s *Store) Check(own web.StandingOf) web.StandingOf {
	return func(ctx context.Context, caller web.Caller) (web.Standing, error) {
		standing, err := own(ctx, caller)
		if err != nil || !standing.Active {
			return standing, err
		}
		a, _, err := pg.First[revoked](ctx, s.db, "read standing of account",
			"SELECT "+revokedColumns+" FROM account_standing a WHERE a.user_id = ?", caller.SessionID, caller.UserID)
		if err != nil {
			return web.Standing{}, err
		}
		return a.restrict(standing), nil
	}
}

// CheckRow is [Store.Check] for a service whose own data on a user is a row of the same database. It reads both in one
// statement. row is the SELECT of the columns is_active and type_code, with one placeholder (?) for the user's id and no
// other. Without a row, the user is unknown.
func (s *Store) CheckRow(row string) web.StandingOf {
	type standing struct {
		IsActive bool
		TypeCode string
		Revoked  revoked `gorm:"embedded"`
	}
	sql := "SELECT own.is_active, own.type_code, " + revokedColumns + " FROM (" + row + ") own LEFT JOIN account_standing a ON a.user_id = ?"
	return func(ctx context.Context, caller web.Caller) (web.Standing, error) {
		found, _, err := pg.First[standing](ctx, s.db, "read standing", sql, caller.SessionID, caller.UserID, caller.UserID)
		return found.Revoked.restrict(web.Standing{Active: found.IsActive, TypeCode: found.TypeCode}), err
	}
}

// revoked is what a row of account_standing says about a token; zero when nothing is revoked, which has no row.
type revoked struct {
	Deleted         bool
	TokensValidFrom *time.Time
	SessionEnded    bool
}

// revokedColumns are the columns of revoked, for the alias a of account_standing. The placeholder is the session's id.
const revokedColumns = "coalesce(a.deleted, false) AS deleted, a.tokens_valid_from, coalesce(a.ended_sessions @> to_jsonb(?::text), false) AS session_ended"

// restrict adds the revocations to the standing in the service's own data.
func (r revoked) restrict(s web.Standing) web.Standing {
	s.Active = s.Active && !r.Deleted
	s.SessionEnded = r.SessionEnded
	if r.TokensValidFrom != nil {
		s.TokensValidFrom = *r.TokensValidFrom
	}
	return s
}
