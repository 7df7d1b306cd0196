package gateway

// Aggregate is a kind of state.
type Aggregate string

// The aggregates, each owned by another service.
const (
	Account      Aggregate = "account"      // identity's
	User         Aggregate = "user"         // directory's
	Subscription Aggregate = "subscription" // billing's
)

// Write is a version that a request has produced.
type Write struct {
	Aggregate Aggregate
	UserID    int64
	Version   int64
}

// Progress is how far what the read model knows of one user has come. The prefix says who owns the state: UserAccountVersion
// is the version of the account that directory's user reports to have followed. The zero Progress is a user of whom
// nothing has arrived.
type Progress struct {
	UserID int64

	UserVersion             int64
	UserAccessVersion       int64
	UserAccountVersion      int64
	UserSubscriptionVersion int64
	UserDeleted             bool

	AccountVersion         int64
	AccountActivityVersion int64
	AccountUserVersion     int64
	AccountDeleted         bool

	SubscriptionVersion       int64
	SubscriptionAccessVersion int64
	SubscriptionUserVersion   int64
	SubscriptionDeleted       bool
}

// condition is something that must hold before an answer goes out.
type condition struct {
	name  string // for logs: who is behind when it does not hold
	holds func(p Progress, written int64) bool
}

// waits is which write waits for what: first that the state it produced is in the read model, then that the user is
// settled. The other services are known to have followed by the versions that they report in their own states.
//
//	| write        | e.g.                       | own state | settled                                                  |
//	| account      | register, sign in, log out | account   | directory has the user, its last sign-in and its type;   |
//	| user         | update, verify, delete     | user      | identity has its address, type and standing;             |
//	| subscription | checkout, cancel, webhook  | sub.      | directory has made a subscriber of the user, or not      |
//
// Settled is one rule for all of them, because the effects chain: a payment makes a subscriber of the user in
// directory, and that in turn changes what identity puts into tokens.
var waits = map[Aggregate]condition{
	Account:      {"account state not arrived", func(p Progress, v int64) bool { return p.AccountVersion >= v }},
	User:         {"user state not arrived", func(p Progress, v int64) bool { return p.UserVersion >= v }},
	Subscription: {"subscription state not arrived", func(p Progress, v int64) bool { return p.SubscriptionVersion >= v }},
}

// settledAlive holds when all services agree on a user who is there.
var settledAlive = []condition{
	{"directory has not decided on the user", func(p Progress, _ int64) bool { return p.UserVersion > 0 }},
	{"identity has not followed the user", func(p Progress, _ int64) bool { return p.AccountUserVersion >= p.UserAccessVersion }},
	{"directory has not followed the account", func(p Progress, _ int64) bool { return p.UserAccountVersion >= p.AccountActivityVersion }},
	{"directory has not followed the subscription", func(p Progress, _ int64) bool { return p.UserSubscriptionVersion >= p.SubscriptionAccessVersion }},
}

// settledGone holds when all services agree that a user is deleted. Billing counts only if it ever knew the user.
var settledGone = []condition{
	{"identity has not removed the account", func(p Progress, _ int64) bool { return p.AccountDeleted }},
	{"billing has not followed the deletion", func(p Progress, _ int64) bool {
		return p.SubscriptionVersion == 0 || p.SubscriptionDeleted || p.SubscriptionUserVersion >= p.UserVersion
	}},
}

// lacking names what a write still waits for; empty when its answer may go out.
func (p Progress) lacking(w Write) []string {
	settled := settledAlive
	if p.UserDeleted {
		settled = settledGone
	}
	var lacking []string
	if arrived, known := waits[w.Aggregate]; known && !arrived.holds(p, w.Version) {
		lacking = append(lacking, arrived.name)
	}
	for _, c := range settled {
		if !c.holds(p, w.Version) {
			lacking = append(lacking, c.name)
		}
	}
	return lacking
}
