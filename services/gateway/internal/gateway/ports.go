package gateway

import (
	"context"
	"time"

	"muster/libs/causal"
	"muster/libs/usersapi"
)

// Model is the read model: one row per user, in which each kind of state has its own columns.
type Model interface {
	// Apply stores the states that are newer than the stored ones of the same kind, and leaves the other columns
	// unchanged. A state of an unknown user creates a row. There is at most one state of each kind and user, sorted by
	// user id. Values that a state omits (a deleted user's profile) are removed.
	Apply(ctx context.Context, c Changes) error
	// AfterCommit runs fn when the transaction that ctx carries has been committed.
	AfterCommit(ctx context.Context, fn func())
	// Progress returns the causality state of the users. It omits users without any record.
	Progress(ctx context.Context, userIDs []int64) (map[int64]causal.Progress, error)
	// Member returns the facts on which the user's access is decided; zero for a user without any record.
	Member(ctx context.Context, userID int64) (Member, error)
	// Person returns the user's identity; zero for a user without any record.
	Person(ctx context.Context, userID int64) (Person, error)
	// Count counts the users as of w.At in one snapshot.
	Count(ctx context.Context, w Windows) (UserCounts, error)
	// Ready returns nil if the model can be queried.
	Ready(ctx context.Context) error
}

// Figures are the parts of the metrics that the read model does not have, from their owners.
type Figures interface {
	// Income sums billing's ledger.
	Income(ctx context.Context, w Windows, currency string) (Income, error)
	// LegacyTotals counts directory's roster.
	LegacyTotals(ctx context.Context) (LegacyTotals, error)
}

// Person is what the read model knows about a user's identity.
type Person struct {
	// User is the user object; nil before directory has created the user and after the user was deleted.
	User *usersapi.User
	// Applicant holds the data of a registration; nil once directory has accepted or refused it.
	Applicant *usersapi.User
	// Gone is true when the user, or the account, was deleted.
	Gone bool
	// RejectedBecause is the error code for which directory refused the registration; empty if it did not.
	RejectedBecause string
}

// Neighbours are the questions that the gateway asks other services while it holds an answer. Each call takes at most
// wait, and a little longer if the service does not answer.
type Neighbours interface {
	// AwaitMail returns when every mail to the user has been attempted once. An error means that this is unknown.
	AwaitMail(ctx context.Context, userID int64, wait time.Duration) error
	// WebhookWrites returns when billing has handled the webhook event (done), with the versions that this produced.
	WebhookWrites(ctx context.Context, eventID string, wait time.Duration) (writes []causal.Write, done bool, err error)
}
