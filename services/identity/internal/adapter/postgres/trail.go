package postgres

import (
	"context"
	"net/url"
	"time"

	"muster/libs/listing"
	"muster/libs/pg"
	"muster/services/identity/internal/identity"
)

// Record appends to audit.entries. The database gives ids and times.
func (s *Store) Record(ctx context.Context, e identity.AuditEntry) error {
	_, err := pg.Exec(ctx, pg.From(ctx, s.db), "record",
		"INSERT INTO audit.entries (action, result, actor_id, target_id, session_id, network, event_id) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		e.Action, e.Result, pg.OrNull(e.ActorID), pg.OrNull(e.TargetID), pg.OrNull(e.SessionID), e.Network, pg.OrNull(e.EventID))
	return err
}

// PurgeAudit calls the only function that may delete entries.
func (s *Store) PurgeAudit(ctx context.Context, days, limit int) (int, error) {
	n, _, err := pg.First[int](ctx, s.db, "purge audit", "SELECT audit.purge(?, ?)", days, limit)
	return n, err
}

// AuditCanBeChanged reports whether the role of the service could change or delete entries, which it cannot when another
// role owns them.
func (s *Store) AuditCanBeChanged(ctx context.Context) (bool, error) {
	can, _, err := pg.First[bool](ctx, s.db, "rights on the audit",
		"SELECT has_table_privilege('audit.entries', 'UPDATE') OR has_table_privilege('audit.entries', 'DELETE') OR has_table_privilege('audit.entries', 'TRUNCATE')")
	return can, err
}

const (
	auditTable   = "audit.entries e"
	auditColumns = "e.id, e.at, e.action, e.result, coalesce(e.actor_id, 0) AS actor_id, coalesce(e.target_id, 0) AS target_id, coalesce(e.session_id, '') AS session_id, e.network, coalesce(e.event_id::text, '') AS event_id"
)

func actionCodes() []string {
	codes := make([]string, len(identity.Actions))
	for i, action := range identity.Actions {
		codes[i] = string(action)
	}
	return codes
}

func auditFields(networks ...listing.Field) []listing.Field {
	return append([]listing.Field{
		{Name: "id", Column: "e.id", Kind: listing.Integer, Digits: true, ID: true, Sortable: true, Filterable: true},
		{Name: "at", Column: "e.at", Kind: listing.Date, Sortable: true, Filterable: true},
		{Name: "action", Column: "e.action", Kind: listing.Code, Sortable: true, Filterable: true, Searched: true, Values: actionCodes()},
		{Name: "result", Column: "e.result", Kind: listing.Code, Sortable: true, Filterable: true, Searched: true},
		{Name: "actorId", Column: "e.actor_id", Kind: listing.Integer, Digits: true, Nullable: true, Sortable: true, Filterable: true},
		{Name: "targetId", Column: "e.target_id", Kind: listing.Integer, Digits: true, Nullable: true, Sortable: true, Filterable: true},
		{Name: "sessionId", Column: "e.session_id", Kind: listing.Code, Nullable: true, Sortable: true, Filterable: true},
	}, networks...)
}

var (
	audit = listing.New(auditFields(
		listing.Field{Name: "network", Column: "e.network", Kind: listing.Text, Sortable: true, Filterable: true, Searched: true},
	)...)
	// A user may not ask for the networks of others, which are not shown either.
	ownAudit = listing.New(auditFields()...)
)

type auditRow struct {
	ID        int64
	At        time.Time
	Action    identity.Action
	Result    string
	ActorID   int64
	TargetID  int64
	SessionID string
	Network   string
	EventID   string
}

// Lists are the declarations of the lists, by the names that the routes give them.
func Lists() map[string]*listing.List {
	return map[string]*listing.List{"audit": audit, "ownAudit": ownAudit}
}

// Audit lists all entries.
func (s *Store) Audit(ctx context.Context, u *url.URL) (listing.Page[identity.AuditEntry], error) {
	q, err := audit.ParseURL(u)
	if err != nil {
		return listing.Page[identity.AuditEntry]{}, err
	}
	page, err := listing.Fetch[auditRow](ctx, s.db, q, auditColumns, auditTable)
	return listing.Map(page, func(r auditRow) identity.AuditEntry { return identity.AuditEntry(r) }), err
}

// OwnAudit lists what a user did and what was done to the user's account. It leaves out where other users were.
func (s *Store) OwnAudit(ctx context.Context, userID int64, u *url.URL) (listing.Page[identity.AuditEntry], error) {
	q, err := ownAudit.ParseURL(u)
	if err != nil {
		return listing.Page[identity.AuditEntry]{}, err
	}
	page, err := listing.Fetch[auditRow](ctx, s.db, q.And("(e.actor_id = ? OR e.target_id = ?)", userID, userID), auditColumns, auditTable)
	return listing.Map(page, func(r auditRow) identity.AuditEntry {
		if r.ActorID != 0 && r.ActorID != userID {
			r.Network = ""
		}
		return identity.AuditEntry(r)
	}), err
}
