package billing

import (
	"context"
	"time"
)

// AuditLog records what administrators do.
type AuditLog interface {
	// BeginAct records that an administrator begins to do something, and returns the record's id. The act must not
	// happen if this fails.
	BeginAct(ctx context.Context, a Act) (int64, error)
	// EndAct records how an act ended. A record without an end is of an act that was interrupted.
	EndAct(ctx context.Context, id int64, e ActEnd) error
	// PurgeActs deletes the records of acts that began before a time.
	PurgeActs(ctx context.Context, before time.Time) error
}

// RecordedAct is an act in the audit log.
type RecordedAct struct {
	ID int64
	Act
	Status  *int       // nil for an act that was interrupted, or is under way
	EndedAt *time.Time // likewise
}

// Act is something that an administrator does.
type Act struct {
	AdminID int64
	Action  string // the route: "POST /api/billing/plans"
	Object  string // the id of the object, in the route; empty for a new one
	Detail  []byte // what the administrator has sent: valid JSON, or nil
	At      time.Time
}

// ActEnd is the end of an act.
type ActEnd struct {
	Status int    // the HTTP status of the answer
	Object string // the id of a new object; empty for none
	At     time.Time
}
