package postgres

import (
	"context"
	"time"

	"muster/libs/pg"
	"muster/services/identity/internal/identity"
)

// UserHandle reads the handle, and stores it before if there is none.
func (s *Store) UserHandle(ctx context.Context, userID int64, fresh []byte) ([]byte, error) {
	if _, err := pg.Exec(ctx, s.in(ctx), "put user handle", "INSERT INTO user_handles (user_id, handle) VALUES (?, ?) ON CONFLICT ON CONSTRAINT user_handles_pk DO NOTHING",
		userID, fresh); err != nil {
		return nil, err
	}
	row, err := pg.One[struct{ Handle []byte }](ctx, s.in(ctx), "user handle", identity.ErrAccountNotFound, "SELECT handle FROM user_handles WHERE user_id = ?", userID)
	return row.Handle, err
}

// UserOfPasskey finds a passkey.
func (s *Store) UserOfPasskey(ctx context.Context, credentialID []byte) (int64, error) {
	return pg.One[int64](ctx, s.in(ctx), "user of a passkey", identity.ErrPasskeyNotFound, "SELECT user_id FROM factors WHERE credential_id = ?", credentialID)
}

// ceremonyRow is a row of the table ceremonies.
type ceremonyRow struct {
	Hash      []byte
	Kind      string
	UserID    *int64
	State     []byte
	Name      string
	ExpiresAt time.Time
}

// PutCeremony upserts a ceremony.
func (s *Store) PutCeremony(ctx context.Context, c identity.Ceremony) error {
	_, err := pg.Exec(ctx, s.in(ctx), "put ceremony", "INSERT INTO ceremonies (kind, user_id, hash, state, name, expires_at) VALUES (?, ?, ?, ?, ?, ?) "+
		"ON CONFLICT ON CONSTRAINT ceremonies_pk DO UPDATE SET kind = excluded.kind, user_id = excluded.user_id, state = excluded.state, "+
		"name = excluded.name, expires_at = excluded.expires_at", c.Kind, pg.OrNull(c.UserID), c.Hash, c.State, c.Name, c.ExpiresAt)
	return err
}

// TakeCeremony deletes and returns a ceremony.
func (s *Store) TakeCeremony(ctx context.Context, kind string, hash []byte) (identity.Ceremony, error) {
	r, err := pg.One[ceremonyRow](ctx, s.in(ctx), "take ceremony", identity.ErrCeremonyNotFound,
		"DELETE FROM ceremonies WHERE kind = ? AND hash = ? RETURNING hash, kind, user_id, state, name, expires_at", kind, hash)
	return identity.Ceremony{Hash: r.Hash, Kind: r.Kind, UserID: pg.OrZero(r.UserID), State: r.State, Name: r.Name, ExpiresAt: r.ExpiresAt}, err
}

// DropCeremonies deletes a user's ceremonies of a kind.
func (s *Store) DropCeremonies(ctx context.Context, kind string, userID int64) error {
	_, err := pg.Exec(ctx, s.in(ctx), "drop ceremonies", "DELETE FROM ceremonies WHERE user_id = ? AND kind = ?", userID, kind)
	return err
}

// PurgeCeremonies deletes expired ceremonies.
func (s *Store) PurgeCeremonies(ctx context.Context, now time.Time, limit int) (int, error) {
	n, err := pg.Exec(ctx, s.in(ctx), "purge ceremonies", "DELETE FROM ceremonies WHERE ctid = ANY(ARRAY("+
		"SELECT ctid FROM ceremonies WHERE expires_at <= ? LIMIT ? FOR UPDATE SKIP LOCKED))", now, limit)
	return int(n), err
}
