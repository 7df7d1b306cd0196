package postgres

import (
	"context"

	"muster/libs/causal"
	"muster/libs/pg"
)

// progressRow holds the causality columns of a row.
type progressRow struct {
	UserID int64

	UserVersion             int64
	UserDeleted             bool
	UserAccessVersion       int64
	UserAccountVersion      int64
	UserSubscriptionVersion int64

	AccountVersion         int64
	AccountDeleted         bool
	AccountActivityVersion int64
	AccountUserVersion     int64

	SubscriptionVersion       int64
	SubscriptionDeleted       bool
	SubscriptionAccessVersion int64
	SubscriptionUserVersion   int64
}

// AfterCommit implements gateway.Model.
func (*Store) AfterCommit(ctx context.Context, fn func()) { pg.AfterCommit(ctx, fn) }

// Progress implements gateway.Model.
func (s *Store) Progress(ctx context.Context, userIDs []int64) (map[int64]causal.Progress, error) {
	found, err := pg.Many[progressRow](ctx, s.db, "read progress", `
		SELECT user_id,
			user_version, user_deleted, user_access_version, user_account_version, user_subscription_version,
			account_version, account_deleted, account_activity_version, account_user_version,
			subscription_version, subscription_deleted, subscription_access_version, subscription_user_version
		FROM user_overview WHERE user_id = ANY(?::bigint[])`, pg.Array[int64](userIDs))
	if err != nil {
		return nil, err
	}
	progress := make(map[int64]causal.Progress, len(found))
	for _, row := range found {
		progress[row.UserID] = row.progress()
	}
	return progress, nil
}

func (r progressRow) progress() causal.Progress {
	return causal.Progress{
		causal.User: {
			UserID: r.UserID, Version: r.UserVersion, Deleted: r.UserDeleted, ActedOn: r.UserAccessVersion,
			Followed: causal.Followed{causal.Account: r.UserAccountVersion, causal.Subscription: r.UserSubscriptionVersion},
		},
		causal.Account: {
			UserID: r.UserID, Version: r.AccountVersion, Deleted: r.AccountDeleted, ActedOn: r.AccountActivityVersion,
			Followed: causal.Followed{causal.User: r.AccountUserVersion},
		},
		causal.Subscription: {
			UserID: r.UserID, Version: r.SubscriptionVersion, Deleted: r.SubscriptionDeleted, ActedOn: r.SubscriptionAccessVersion,
			Followed: causal.Followed{causal.User: r.SubscriptionUserVersion},
		},
	}
}
