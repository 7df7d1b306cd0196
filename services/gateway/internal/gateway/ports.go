package gateway

import (
	"context"
	"time"

	"muster/libs/causal"
	"muster/libs/usersapi"
)

// Model is the read model: one row a user, in which each kind of state has its own part.
type Model interface {
	// Apply stores the states that are newer than what the row holds of the same kind, and leaves the other parts of
	// the row alone. States of users who are not there yet make a row. There is at most one state of each kind and user,
	// in the order of the user ids. What a state leaves out (a deleted user's profile) is removed.
	Apply(ctx context.Context, c Changes) error
	// Progress says how far the users have come. Users of whom nothing has arrived are left out.
	Progress(ctx context.Context, userIDs []int64) (map[int64]causal.Progress, error)
	// Member is what decides whether the user is let in; zero for one of whom nothing has arrived.
	Member(ctx context.Context, userID int64) (Member, error)
	// Person is who the user is; zero for one of whom nothing has arrived.
	Person(ctx context.Context, userID int64) (Person, error)
	// Ready returns nil when the model can be asked.
	Ready(ctx context.Context) error
}

// Person is who a user is, as far as the read model knows.
type Person struct {
	// User is the user object; nil before directory has made the user and after the user was deleted.
	User *usersapi.User
	// Applicant is what a registration asked for; nil once directory has decided on it.
	Applicant *usersapi.User
	// Gone is true when the user, or the account, was deleted.
	Gone bool
	// RejectedBecause is the error code for which directory refused the registration; empty if it did not.
	RejectedBecause string
}

// Neighbours are the few questions that the gateway asks other services because an answer waits for them. Each takes at most
// wait, and not much longer if the service does not answer.
type Neighbours interface {
	// AwaitMail returns when every mail to the user has been tried once. An error means that nobody knows.
	AwaitMail(ctx context.Context, userID int64, wait time.Duration) error
	// WebhookWrites returns when billing has handled the webhook event (done), with the versions that this produced.
	WebhookWrites(ctx context.Context, eventID string, wait time.Duration) (writes []causal.Write, done bool, err error)
}
