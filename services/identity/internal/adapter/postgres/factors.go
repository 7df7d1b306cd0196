package postgres

import (
	"context"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/identity/internal/identity"
)

const factorColumns = "id, user_id, kind, name, created_at, confirmed_at, last_used_at, last_step, sealed, credential_id, credential"

type factorRow struct {
	ID          string
	UserID      int64
	Kind        string
	Name        string
	CreatedAt   time.Time
	ConfirmedAt *time.Time
	LastUsedAt  *time.Time
	LastStep    int64
	Sealed      []byte
	Credential  pg.JSON[*identity.Credential]
}

func (r factorRow) factor() identity.Factor {
	return identity.Factor{
		ID: r.ID, UserID: r.UserID, Kind: r.Kind, Name: r.Name, Sealed: r.Sealed, CreatedAt: r.CreatedAt,
		ConfirmedAt: r.ConfirmedAt, LastUsedAt: r.LastUsedAt, LastStep: r.LastStep, Credential: r.Credential.V,
	}
}

// in returns the transaction that ctx carries, or the pool.
func (s *Store) in(ctx context.Context) *gorm.DB { return pg.From(ctx, s.db) }

// FactorsOf reads the factors of a user.
func (s *Store) FactorsOf(ctx context.Context, userID int64) ([]identity.Factor, error) {
	rows, err := pg.Many[factorRow](ctx, s.in(ctx), "factors", "SELECT "+factorColumns+" FROM factors WHERE user_id = ? ORDER BY created_at, id", userID)
	return pg.Map(rows, factorRow.factor), err
}

// PutFactor upserts a factor.
func (s *Store) PutFactor(ctx context.Context, f identity.Factor) error {
	var credentialID []byte
	if f.Credential != nil {
		credentialID = f.Credential.ID
	}
	_, err := pg.Exec(ctx, s.in(ctx), "put factor", "INSERT INTO factors ("+factorColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "+
		"ON CONFLICT ON CONSTRAINT factors_pk DO UPDATE SET name = excluded.name, confirmed_at = excluded.confirmed_at, "+
		"last_used_at = excluded.last_used_at, last_step = excluded.last_step, sealed = excluded.sealed, credential = excluded.credential",
		f.ID, f.UserID, f.Kind, f.Name, f.CreatedAt, f.ConfirmedAt, f.LastUsedAt, f.LastStep, f.Sealed, credentialID, pg.OrNull(pg.JSONOf(f.Credential)))
	if pg.IsUnique(err, "factors_credential_unique") {
		return identity.ErrPasskeyExists.Because(err)
	}
	return err
}

// DropFactor deletes a factor.
func (s *Store) DropFactor(ctx context.Context, userID int64, id string) error {
	_, err := pg.Exec(ctx, s.in(ctx), "drop factor", "DELETE FROM factors WHERE user_id = ? AND id::text = ?", userID, id)
	return err
}

// DropFactors deletes all that is kept of second factors.
func (s *Store) DropFactors(ctx context.Context, userID int64) error {
	_, err := pg.Exec(ctx, s.in(ctx), "drop factors", "WITH f AS (DELETE FROM factors WHERE user_id = ?), "+
		"r AS (DELETE FROM recovery_codes WHERE user_id = ?), h AS (DELETE FROM user_handles WHERE user_id = ?), "+
		"c AS (DELETE FROM ceremonies WHERE user_id = ?) DELETE FROM challenges WHERE user_id = ?", userID, userID, userID, userID, userID)
	return err
}

// RecoveryCodes counts codes.
func (s *Store) RecoveryCodes(ctx context.Context, userID int64) (int, error) {
	n, _, err := pg.First[int](ctx, s.in(ctx), "count recovery codes", "SELECT count(*) FROM recovery_codes WHERE user_id = ?", userID)
	return n, err
}

// PutRecoveryCodes deletes all codes and inserts the new ones.
func (s *Store) PutRecoveryCodes(ctx context.Context, userID int64, hashes [][]byte) error {
	if _, err := pg.Exec(ctx, s.in(ctx), "drop recovery codes", "DELETE FROM recovery_codes WHERE user_id = ?", userID); err != nil {
		return err
	}
	for _, hash := range hashes {
		if _, err := pg.Exec(ctx, s.in(ctx), "put recovery code", "INSERT INTO recovery_codes (user_id, hash) VALUES (?, ?)", userID, hash); err != nil {
			return err
		}
	}
	return nil
}

// UseRecoveryCode deletes a code.
func (s *Store) UseRecoveryCode(ctx context.Context, userID int64, hash []byte) (bool, error) {
	n, err := pg.Exec(ctx, s.in(ctx), "use recovery code", "DELETE FROM recovery_codes WHERE user_id = ? AND hash = ?", userID, hash)
	return n > 0, err
}

// PutChallenge upserts a challenge.
func (s *Store) PutChallenge(ctx context.Context, c identity.Challenge, now time.Time) error {
	if _, err := pg.Exec(ctx, s.in(ctx), "drop expired challenges", "DELETE FROM challenges WHERE user_id = ? AND expires_at < ?", c.UserID, now); err != nil {
		return err
	}
	_, err := pg.Exec(ctx, s.in(ctx), "put challenge", "INSERT INTO challenges (user_id, hash, password, expires_at, attempts) VALUES (?, ?, ?, ?, ?) "+
		"ON CONFLICT ON CONSTRAINT challenges_pk DO UPDATE SET attempts = excluded.attempts", c.UserID, c.Hash, c.Password, c.ExpiresAt, c.Attempts)
	return err
}

// Challenge finds a challenge.
func (s *Store) Challenge(ctx context.Context, hash []byte) (identity.Challenge, error) {
	return pg.One[identity.Challenge](ctx, s.in(ctx), "challenge", identity.ErrChallengeNotFound,
		"SELECT hash, user_id, password, expires_at, attempts FROM challenges WHERE hash = ?", hash)
}

// DropChallenge deletes a challenge.
func (s *Store) DropChallenge(ctx context.Context, hash []byte) error {
	_, err := pg.Exec(ctx, s.in(ctx), "drop challenge", "DELETE FROM challenges WHERE hash = ?", hash)
	return err
}

// SessionBegan reads when a session was opened.
func (s *Store) SessionBegan(ctx context.Context, userID int64, sessionID string) (time.Time, error) {
	if !isUUID(sessionID) {
		return time.Time{}, identity.ErrSessionNotFound
	}
	return pg.One[time.Time](ctx, s.in(ctx), "session began", identity.ErrSessionNotFound,
		"SELECT created_at FROM sessions WHERE id = ? AND user_id = ? AND ended_at IS NULL", sessionID, userID)
}
