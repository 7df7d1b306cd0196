package postgres

import (
	"context"
	"time"

	"muster/libs/pg"
	"muster/services/identity/internal/identity"
)

// linkRow is a row of provider_links.
type linkRow struct {
	Provider  string
	Subject   string
	UserID    int64
	CreatedAt time.Time
}

func (r linkRow) link() identity.Link {
	return identity.Link{Provider: identity.Provider(r.Provider), Subject: r.Subject, UserID: r.UserID, CreatedAt: r.CreatedAt.UTC()}
}

func (t *tx) UserOfLink(ctx context.Context, p identity.Provider, subject string) (int64, error) {
	return pg.One[int64](ctx, t.db, "user of a provider's account", identity.ErrLinkNotFound,
		"SELECT user_id FROM provider_links WHERE provider = ? AND subject = ?", string(p), subject)
}

func (t *tx) Links(ctx context.Context, userID int64) ([]identity.Link, error) {
	rows, err := pg.Many[linkRow](ctx, t.db, "links of a user",
		"SELECT provider, subject, user_id, created_at FROM provider_links WHERE user_id = ? ORDER BY provider", userID)
	return pg.Map(rows, linkRow.link), err
}

func (t *tx) InsertLink(ctx context.Context, l identity.Link) error {
	_, err := pg.Exec(ctx, t.db, "link a provider", "INSERT INTO provider_links (provider, subject, user_id, created_at) VALUES (?, ?, ?, ?)",
		string(l.Provider), l.Subject, l.UserID, l.CreatedAt)
	if pg.IsUnique(err, "provider_links_pk") || pg.IsUnique(err, "provider_links_user_unique") {
		return identity.ErrProviderLinked.Because(err)
	}
	return err
}

func (t *tx) DeleteLink(ctx context.Context, userID int64, p identity.Provider) error {
	return pg.ExecOne(ctx, t.db, "unlink a provider", identity.ErrLinkNotFound,
		"DELETE FROM provider_links WHERE user_id = ? AND provider = ?", userID, string(p))
}

func (t *tx) DropLinks(ctx context.Context, userID int64) error {
	_, err := pg.Exec(ctx, t.db, "drop links", "DELETE FROM provider_links WHERE user_id = ?", userID)
	return err
}

func (t *tx) UseToken(ctx context.Context, hash []byte, until time.Time) error {
	_, err := pg.Exec(ctx, t.db, "use a token", "INSERT INTO used_provider_tokens (expires_at, hash) VALUES (?, ?)", until, hash)
	if pg.IsUnique(err, "used_provider_tokens_pk") {
		return identity.ErrProviderTokenInvalid.Because(err)
	}
	return err
}

// SaveFlow stores a flow.
func (s *Store) SaveFlow(ctx context.Context, hash []byte, f identity.Flow) error {
	_, err := pg.Exec(ctx, s.db, "save a flow", "INSERT INTO provider_flows (expires_at, state_hash, flow) VALUES (?, ?, ?)",
		f.ExpiresAt, hash, pg.JSONOf(f))
	return err
}

// TakeFlow deletes and returns a flow.
func (s *Store) TakeFlow(ctx context.Context, hash []byte) (identity.Flow, error) {
	row, err := pg.One[struct{ Flow pg.JSON[identity.Flow] }](ctx, s.db, "take a flow", identity.ErrFlowInvalid,
		"DELETE FROM provider_flows WHERE state_hash = ? RETURNING flow", hash)
	return row.Flow.V, err
}

// SaveSignInCode stores who has come back from a provider.
func (s *Store) SaveSignInCode(ctx context.Context, hash []byte, c identity.SignInCode) error {
	_, err := pg.Exec(ctx, s.db, "save a sign-in code", "INSERT INTO sign_in_codes (expires_at, code_hash, code) VALUES (?, ?, ?)",
		c.ExpiresAt, hash, pg.JSONOf(c))
	return err
}

// SignInCode returns who has come back from a provider.
func (s *Store) SignInCode(ctx context.Context, hash []byte) (identity.SignInCode, error) {
	row, err := pg.One[struct{ Code pg.JSON[identity.SignInCode] }](ctx, s.db, "read a sign-in code", identity.ErrProviderTokenInvalid,
		"SELECT code FROM sign_in_codes WHERE code_hash = ?", hash)
	return row.Code.V, err
}

// PurgeFlows deletes expired flows, codes and used tokens.
func (s *Store) PurgeFlows(ctx context.Context, now time.Time, limit int) (int, error) {
	most := int64(0)
	for _, table := range []string{"provider_flows", "sign_in_codes", "used_provider_tokens"} {
		gone, err := pg.Exec(ctx, s.db, "purge "+table, "DELETE FROM "+table+" WHERE ctid = ANY(ARRAY(SELECT ctid FROM "+table+
			" WHERE expires_at <= ? LIMIT ? FOR UPDATE SKIP LOCKED))", now, limit)
		if err != nil {
			return 0, err
		}
		most = max(most, gone)
	}
	return int(most), nil
}
