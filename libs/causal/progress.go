package causal

// State is the causal information in one version of an aggregate. The zero State means that no record of the aggregate
// has arrived.
type State struct {
	UserID  int64 `json:"userId"`
	Version int64 `json:"version"` // increases by one with each change
	// Deleted marks the last state of an aggregate.
	Deleted bool `json:"deleted"`
	// ActedOn is the newest version with a change that other services act on. It is at most Version.
	ActedOn int64 `json:"actedOn"`
	// Followed has, for the user's other aggregates, the newest version that this aggregate's service has applied.
	Followed Followed `json:"followed"`
}

// Followed maps aggregates to versions. An aggregate that was never followed has 0.
type Followed map[Aggregate]int64

// Progress holds the newest states of one user that have arrived, by aggregate.
type Progress map[Aggregate]State

// condition must hold before an answer is sent.
type condition struct {
	name  string // for logs: which service is behind if it does not hold
	holds func(p Progress) bool
}

// settledAlive holds when every service has applied the others' changes to a user who is not deleted. The same rule
// applies to every kind of write, because effects chain: a payment makes the user a subscriber in directory, and that
// changes what identity puts into tokens.
var settledAlive = []condition{
	{"directory has not decided on the user", func(p Progress) bool { return p[User].Version > 0 }},
	{"identity has not followed the user", follows(Account, User)},
	{"directory has not followed the account", follows(User, Account)},
	{"directory has not followed the subscription", follows(User, Subscription)},
}

// settledGone holds when all services have applied a user's deletion. Billing counts only if it ever knew the user.
var settledGone = []condition{
	{"identity has not removed the account", func(p Progress) bool { return p[Account].Deleted }},
	{"billing has not followed the deletion", func(p Progress) bool {
		s := p[Subscription]
		return s.Version == 0 || s.Deleted || s.Followed[User] >= p[User].Version
	}},
}

func follows(follower, leader Aggregate) func(Progress) bool {
	return func(p Progress) bool { return p[follower].Followed[leader] >= p[leader].ActedOn }
}

// Lacking lists what the write still waits for: the arrival of its own state, and a settled user. It is empty when the
// write has taken effect everywhere. An aggregate that this release does not know is not waited for.
func (p Progress) Lacking(w Write) []string {
	settled := settledAlive
	if p[User].Deleted {
		settled = settledGone
	}
	var lacking []string
	switch w.Aggregate {
	case Account, User, Subscription:
		if p[w.Aggregate].Version < w.Version {
			lacking = append(lacking, string(w.Aggregate)+" state not arrived")
		}
	}
	for _, c := range settled {
		if !c.holds(p) {
			lacking = append(lacking, c.name)
		}
	}
	return lacking
}
