package postgres

import (
	"context"

	"muster/libs/pg"
	"muster/services/directory/internal/directory"
)

// LegacyTotals returns how many legacy users there are, without counting them: triggers keep the sums.
func (l *Lists) LegacyTotals(ctx context.Context) (directory.LegacyTotals, error) {
	totals, _, err := pg.First[directory.LegacyTotals](ctx, l.db, "read legacy totals",
		"SELECT coalesce(sum(legacy), 0)::bigint AS legacy, coalesce(sum(migrated), 0)::bigint AS migrated FROM legacy_user_totals")
	return totals, err
}

// FoldLegacyTotals replaces the rows of the legacy totals by one once they are many. Replicas may run it concurrently.
func (l *Lists) FoldLegacyTotals(ctx context.Context) error {
	_, err := pg.Exec(ctx, l.db, "fold legacy totals", `WITH folded AS (
			DELETE FROM legacy_user_totals WHERE (SELECT count(*) FROM legacy_user_totals) > 100 RETURNING legacy, migrated)
		INSERT INTO legacy_user_totals (legacy, migrated) SELECT sum(legacy), sum(migrated) FROM folded HAVING count(*) > 0`)
	return err
}
