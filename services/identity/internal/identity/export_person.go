package identity

import "context"

// RecordExport records that the data of a user is handed out. Nothing is handed out when that cannot be recorded.
func (s *Service) RecordExport(ctx context.Context, userID int64) error {
	return s.done(ctx, AuditEntry{Action: ActExportPerson, TargetID: userID})
}

// RefuseExport records that a user who is no administrator asked for the data of another.
func (s *Service) RefuseExport(ctx context.Context, userID int64) error {
	e := AuditEntry{Action: ActExportPerson, Result: ResultNotAdmin, TargetID: userID}
	return s.trail.Record(context.WithoutCancel(ctx), e.from(ctx))
}
