package postgres

import (
	"context"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/identity/internal/identity"
)

const selectKeys = "SELECT id, sealed, created_at, signs_from FROM signing_keys ORDER BY signs_from, id"

// SigningKeys reads without a lock.
func (s *Store) SigningKeys(ctx context.Context) ([]identity.SigningKey, error) {
	return pg.Many[identity.SigningKey](ctx, s.db, "read signing keys", selectKeys)
}

// ChangeKeys locks the table against other writers, so only one replica at a time decides on a rotation. Readers are
// not blocked.
func (s *Store) ChangeKeys(ctx context.Context, change func([]identity.SigningKey) ([]identity.SigningKey, error)) error {
	return pg.Tx(ctx, s.db, func(ctx context.Context, db *gorm.DB) error {
		if _, err := pg.Exec(ctx, db, "lock signing keys", "LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE"); err != nil {
			return err
		}
		present, err := pg.Many[identity.SigningKey](ctx, db, "read signing keys", selectKeys)
		if err != nil {
			return err
		}
		wanted, err := change(present)
		if err != nil {
			return err
		}
		return replaceKeys(ctx, db, present, wanted)
	})
}

func replaceKeys(ctx context.Context, db *gorm.DB, present, wanted []identity.SigningKey) error {
	stay := make(map[string]bool, len(wanted))
	for _, k := range wanted {
		stay[k.ID] = true
	}
	have := make(map[string]bool, len(present))
	for _, k := range present {
		have[k.ID] = true
		if stay[k.ID] {
			continue
		}
		if _, err := pg.Exec(ctx, db, "delete signing key", "DELETE FROM signing_keys WHERE id = ?", k.ID); err != nil {
			return err
		}
	}
	for _, k := range wanted {
		if have[k.ID] {
			continue
		}
		_, err := pg.Exec(ctx, db, "insert signing key", "INSERT INTO signing_keys (id, sealed, created_at, signs_from) VALUES (?, ?, ?, ?)",
			k.ID, k.Sealed, k.CreatedAt, k.SignsFrom)
		if err != nil {
			return err
		}
	}
	return nil
}
