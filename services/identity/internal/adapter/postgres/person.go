package postgres

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"muster/libs/personal"
)

// person is everything that identity holds of a user, but secrets. An imported account that waits for its owner belongs to nobody yet.
var person = []personal.Section{
	personal.Object[personAccount]("account", `
		SELECT user_id, email, displaced, auth_type_code, type_code, is_active, email_verified, created_at, last_login_at, registration, legacy AS imported,
		       password_hash IS NOT NULL AS has_password, (SELECT count(*) FROM recovery_codes r WHERE r.user_id = a.user_id) AS recovery_codes_left
		FROM accounts a WHERE user_id = ? AND NOT deleted`),
	personal.List[personSession]("sessions", `
		SELECT id, created_at, last_used_at, expires_at, ended_at, ip AS ip_address, user_agent
		FROM sessions WHERE user_id = ? ORDER BY created_at, id`),
	personal.List[personProvider]("providers", "SELECT provider, subject, created_at FROM provider_links WHERE user_id = ? ORDER BY provider"),
	personal.List[personFactor]("secondFactors", `
		SELECT id, kind, name, created_at, confirmed_at, last_used_at FROM factors WHERE user_id = ? ORDER BY created_at, id`),
	// Where other users were is not this person's.
	personal.List[personAct]("activity", `
		SELECT id, at, action, result, actor_id, target_id, session_id, CASE WHEN actor_id IS NULL OR actor_id = ? THEN network END AS network
		FROM audit.entries WHERE actor_id = ? OR target_id = ? ORDER BY id`),
}

type personAccount struct {
	UserID            int64           `json:"userId"`
	Email             string          `json:"email"`
	Displaced         bool            `json:"displaced"`
	AuthTypeCode      string          `json:"authTypeCode"`
	TypeCode          string          `json:"typeCode"`
	IsActive          bool            `json:"isActive"`
	EmailVerified     bool            `json:"emailVerified"`
	HasPassword       bool            `json:"hasPassword"`
	RecoveryCodesLeft int64           `json:"recoveryCodesLeft"`
	CreatedAt         time.Time       `json:"createdAt"`
	LastLoginAt       *time.Time      `json:"lastLoginAt"`
	Registration      json.RawMessage `json:"registration"`
	Imported          json.RawMessage `json:"imported"`
}

type personSession struct {
	ID         string     `json:"id"`
	CreatedAt  time.Time  `json:"createdAt"`
	LastUsedAt time.Time  `json:"lastUsedAt"`
	ExpiresAt  time.Time  `json:"expiresAt"`
	EndedAt    *time.Time `json:"endedAt"`
	IPAddress  string     `json:"ipAddress"`
	UserAgent  string     `json:"userAgent"`
}

type personProvider struct {
	Provider  string    `json:"provider"`
	Subject   string    `json:"subject"`
	CreatedAt time.Time `json:"createdAt"`
}

type personFactor struct {
	ID          string     `json:"id"`
	Kind        string     `json:"kind"`
	Name        string     `json:"name"`
	CreatedAt   time.Time  `json:"createdAt"`
	ConfirmedAt *time.Time `json:"confirmedAt"`
	LastUsedAt  *time.Time `json:"lastUsedAt"`
}

type personAct struct {
	ID        int64     `json:"id"`
	At        time.Time `json:"at"`
	Action    string    `json:"action"`
	Result    string    `json:"result"`
	ActorID   *int64    `json:"actorId"`
	TargetID  *int64    `json:"targetId"`
	SessionID *string   `json:"sessionId"`
	Network   *string   `json:"network"`
}

// WritePerson writes what is held of a user as JSON.
func (s *Store) WritePerson(ctx context.Context, userID int64, w io.Writer) error {
	return personal.Write(ctx, s.db, w, userID, person...)
}
