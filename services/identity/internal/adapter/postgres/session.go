package postgres

import (
	"context"
	"time"

	"github.com/google/uuid"

	"muster/libs/pg"
	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

const (
	// The hash must not come first: gorm expands a slice that follows a parenthesis, even a byte slice.
	insertRefresh = "INSERT INTO refresh_tokens (session_id, hash, issued_at, expires_at, used_at, salt) VALUES (?, ?, ?, ?, ?, ?)"
	openSession   = "WITH opened AS (INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at, ended_at, ip, user_agent) " +
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?)) " + insertRefresh
	selectRefresh = "SELECT t.hash, t.session_id, t.issued_at, t.expires_at, t.used_at, t.salt, s.user_id, s.created_at, s.last_used_at, " +
		"s.expires_at AS session_expires_at, s.ended_at, s.ip, s.user_agent " +
		"FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE t.hash = ?"
)

// tokenRow is a refresh token with its session.
type tokenRow struct {
	Hash             []byte
	SessionID        string
	IssuedAt         time.Time
	ExpiresAt        time.Time
	UsedAt           *time.Time
	Salt             []byte
	UserID           int64
	CreatedAt        time.Time
	LastUsedAt       time.Time
	SessionExpiresAt time.Time
	EndedAt          *time.Time
	IP               string `gorm:"column:ip"`
	UserAgent        string
}

func (t *tx) OpenSession(ctx context.Context, s identity.Session, first identity.RefreshToken) error {
	_, err := pg.Exec(ctx, t.db, "open session", openSession,
		s.ID, s.UserID, s.CreatedAt, s.LastUsedAt, s.ExpiresAt, s.EndedAt, s.Client.IP, s.Client.UserAgent,
		first.SessionID, first.Hash, first.IssuedAt, first.ExpiresAt, first.UsedAt, first.Salt)
	return err
}

func (t *tx) insertToken(ctx context.Context, token identity.RefreshToken) error {
	_, err := pg.Exec(ctx, t.db, "insert refresh token", insertRefresh,
		token.SessionID, token.Hash, token.IssuedAt, token.ExpiresAt, token.UsedAt, token.Salt)
	return err
}

func (t *tx) RefreshToken(ctx context.Context, hash []byte) (identity.RefreshToken, identity.Session, error) {
	r, err := pg.One[tokenRow](ctx, t.db, "refresh token", identity.ErrTokenNotFound, selectRefresh, hash)
	if err != nil {
		return identity.RefreshToken{}, identity.Session{}, err
	}
	token := identity.RefreshToken{Hash: r.Hash, SessionID: r.SessionID, IssuedAt: r.IssuedAt, ExpiresAt: r.ExpiresAt, UsedAt: r.UsedAt, Salt: r.Salt}
	session := identity.Session{
		ID: r.SessionID, UserID: r.UserID, CreatedAt: r.CreatedAt, LastUsedAt: r.LastUsedAt, ExpiresAt: r.SessionExpiresAt,
		EndedAt: r.EndedAt, Client: identity.Client{IP: r.IP, UserAgent: r.UserAgent},
	}
	return token, session, nil
}

func (t *tx) RotateToken(ctx context.Context, used, next identity.RefreshToken, s identity.Session) error {
	err := pg.ExecOne(ctx, t.db, "mark refresh token", identity.ErrTokenNotFound,
		"UPDATE refresh_tokens SET used_at = ?, salt = ? WHERE hash = ? AND used_at IS NULL", used.UsedAt, used.Salt, used.Hash)
	if err != nil {
		return err
	}
	_, err = pg.Exec(ctx, t.db, "touch session",
		"UPDATE sessions SET last_used_at = ?, expires_at = ?, ip = ?, user_agent = ? WHERE id = ?",
		s.LastUsedAt, s.ExpiresAt, s.Client.IP, s.Client.UserAgent, s.ID)
	if err != nil {
		return err
	}
	return t.insertToken(ctx, next)
}

func (t *tx) EndSession(ctx context.Context, userID int64, id string, at time.Time) (bool, error) {
	if !isUUID(id) {
		return false, nil
	}
	n, err := pg.Exec(ctx, t.db, "end session", "UPDATE sessions SET ended_at = ? WHERE id = ? AND user_id = ? AND ended_at IS NULL", at, id, userID)
	return n > 0, err
}

func (t *tx) EndSessions(ctx context.Context, userID int64, openedBy time.Time, except string, at time.Time) ([]string, error) {
	return pg.Many[string](ctx, t.db, "end sessions", "UPDATE sessions SET ended_at = ? "+
		"WHERE user_id = ? AND ended_at IS NULL AND created_at <= ? AND id::text <> ? RETURNING id", at, userID, openedBy, except)
}

func (t *tx) DropSessions(ctx context.Context, userID int64) ([]string, error) {
	type dropped struct {
		ID      string
		EndedAt *time.Time
	}
	rows, err := pg.Many[dropped](ctx, t.db, "drop sessions", "DELETE FROM sessions WHERE user_id = ? RETURNING id, ended_at", userID)
	var living []string
	for _, r := range rows {
		if r.EndedAt == nil {
			living = append(living, r.ID)
		}
	}
	return living, err
}

// isUUID reports whether the column can hold the id.
func isUUID(id string) bool { return uuid.Validate(id) == nil }

// Standing reads the current state of a user and one of their sessions. An unknown user is not admitted; an unknown
// session has ended.
func (s *Store) Standing(ctx context.Context, userID int64, sessionID string) (identity.Standing, error) {
	if !isUUID(sessionID) {
		return identity.Standing{SessionEnded: true}, nil
	}
	standing, found, err := pg.First[identity.Standing](ctx, s.db, "standing",
		"SELECT a.is_active AND NOT a.deleted AS admitted, a.type_code, a.tokens_valid_from, s.id IS NULL OR s.ended_at IS NOT NULL AS session_ended "+
			"FROM accounts a LEFT JOIN sessions s ON s.id = ? AND s.user_id = a.user_id WHERE a.user_id = ?", sessionID, userID)
	if err != nil || !found {
		return identity.Standing{SessionEnded: true}, err
	}
	return standing, nil
}

// sessionRow is a row of the sessions table.
type sessionRow struct {
	ID         string
	UserID     int64
	CreatedAt  time.Time
	LastUsedAt time.Time
	ExpiresAt  time.Time
	EndedAt    *time.Time
	IP         string `gorm:"column:ip"`
	UserAgent  string
	Total      int
}

// OpenSessions counts in the same statement.
func (s *Store) OpenSessions(ctx context.Context, userID int64, now time.Time, limit int) ([]identity.Session, int, error) {
	rows, err := pg.Many[sessionRow](ctx, s.db, "open sessions", "SELECT id, user_id, created_at, last_used_at, expires_at, ended_at, ip, user_agent, "+
		"count(*) OVER () AS total FROM sessions WHERE user_id = ? AND ended_at IS NULL AND expires_at > ? "+
		"ORDER BY last_used_at DESC, created_at DESC, id LIMIT ?", userID, now, limit)
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	return pg.Map(rows, func(r sessionRow) identity.Session {
		return identity.Session{
			ID: r.ID, UserID: r.UserID, CreatedAt: r.CreatedAt, LastUsedAt: r.LastUsedAt, ExpiresAt: r.ExpiresAt, EndedAt: r.EndedAt,
			Client: identity.Client{IP: r.IP, UserAgent: r.UserAgent},
		}
	}), rows[0].Total, nil
}

// SessionNetwork derives the network from the address of the session.
func (s *Store) SessionNetwork(ctx context.Context, userID int64, sessionID string) (string, error) {
	if !isUUID(sessionID) {
		return "", identity.ErrSessionNotFound
	}
	ip, err := pg.One[string](ctx, s.in(ctx), "session network", identity.ErrSessionNotFound,
		"SELECT ip FROM sessions WHERE id = ? AND user_id = ?", sessionID, userID)
	return web.Network(ip), err
}

// PurgeSessions skips rows that another transaction has locked.
func (s *Store) PurgeSessions(ctx context.Context, now time.Time, limit int) (int, error) {
	const sessions = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ? OR ended_at <= ? " +
		"LIMIT ? FOR UPDATE SKIP LOCKED)"
	const tokens = "DELETE FROM refresh_tokens WHERE hash IN (SELECT hash FROM refresh_tokens WHERE expires_at <= ? " +
		"LIMIT ? FOR UPDATE SKIP LOCKED)"
	gone, err := pg.Exec(ctx, s.db, "purge sessions", sessions, now, now, limit)
	if err != nil {
		return 0, err
	}
	expired, err := pg.Exec(ctx, s.db, "purge refresh tokens", tokens, now, limit)
	return int(gone + expired), err
}
