package main

import (
	"context"
	"log/slog"

	"muster/libs/pg"
	"muster/services/identity/internal/identity"
)

// loggedTrail also logs what it records, for those who watch logs: ids, network and codes, and nothing else that is personal.
type loggedTrail struct {
	identity.Trail
	log *slog.Logger
}

// Record logs the entry when it is committed.
func (t loggedTrail) Record(ctx context.Context, e identity.AuditEntry) error {
	if err := t.Trail.Record(ctx, e); err != nil {
		return err
	}
	pg.AfterCommit(ctx, func() {
		t.log.InfoContext(ctx, "security event", "action", string(e.Action), "result", e.Result,
			"actor", e.ActorID, "target", e.TargetID, "session", e.SessionID, "network", e.Network)
	})
	return nil
}
