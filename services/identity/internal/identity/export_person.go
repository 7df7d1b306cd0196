package identity

import "context"

// RecordExport records that the data of a user is handed out. Nothing is handed out when that cannot be recorded.
func (s *Service) RecordExport(ctx context.Context, userID int64) error {
	return s.done(ctx, AuditEntry{Action: ActExportPerson, TargetID: userID})
}
