package identitytest

import (
	"context"
	"net/url"
	"slices"

	"muster/libs/listing"
	"muster/services/identity/internal/identity"
)

var _ identity.Trail = (*Store)(nil)

// Record implements identity.Trail. It keeps the entries without ids and times.
func (s *Store) Record(ctx context.Context, e identity.AuditEntry) error {
	defer s.lock(ctx)()
	if e.EventID != "" && slices.ContainsFunc(s.state.trail, func(other identity.AuditEntry) bool { return other.EventID == e.EventID }) {
		return nil
	}
	s.state.trail = append(s.state.trail, e)
	return nil
}

// PurgeAudit implements identity.Trail. No entry ever gets old here.
func (s *Store) PurgeAudit(context.Context, int, int) (int, error) { return 0, nil }

// Trail returns the entries so far.
func (s *Store) Trail() []identity.AuditEntry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.state.trail)
}

// Audit lists all entries, whatever the query says.
func (s *Store) Audit(context.Context, *url.URL) (listing.Page[identity.AuditEntry], error) {
	all := s.Trail()
	return listing.Page[identity.AuditEntry]{Data: all, Total: int64(len(all))}, nil
}

// OwnAudit lists the entries of a user, whatever the query says.
func (s *Store) OwnAudit(_ context.Context, userID int64, _ *url.URL) (listing.Page[identity.AuditEntry], error) {
	own := slices.DeleteFunc(s.Trail(), func(e identity.AuditEntry) bool { return e.ActorID != userID && e.TargetID != userID })
	return listing.Page[identity.AuditEntry]{Data: own, Total: int64(len(own))}, nil
}
