package causal

// State is what one version of an aggregate says about cause and effect. The zero State is that of an aggregate of which
// nothing has arrived.
type State struct {
	UserID  int64 `json:"userId"`
	Version int64 `json:"version"` // rises by one at each change
	// Deleted marks the last state of an aggregate.
	Deleted bool `json:"deleted"`
	// ActedOn is the newest version that changed something which other services act on. It is at most Version.
	ActedOn int64 `json:"actedOn"`
	// Followed are the newest versions of the user's other aggregates that this one's service has acted on.
	Followed Followed `json:"followed"`
}

// Followed are versions by aggregate; 0 where nothing has been followed.
type Followed map[Aggregate]int64

// Progress is what has arrived of one user.
type Progress map[Aggregate]State

// condition is something that must hold before an answer goes out.
type condition struct {
	name  string // for logs: who is behind when it does not hold
	holds func(p Progress) bool
}

// settledAlive holds when all services agree on a user who is there: each has acted on what the others changed. It is one
// rule for all kinds of write, because effects chain: a payment makes a subscriber of the user in directory, and that
// changes what identity puts into tokens.
var settledAlive = []condition{
	{"directory has not decided on the user", func(p Progress) bool { return p[User].Version > 0 }},
	{"identity has not followed the user", follows(Account, User)},
	{"directory has not followed the account", follows(User, Account)},
	{"directory has not followed the subscription", follows(User, Subscription)},
}

// settledGone holds when all services agree that a user is deleted. Billing counts only if it ever knew the user.
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

// Lacking names what the write still waits for: that its own state arrives, and that the user is settled. It is empty
// when the write has taken effect everywhere. An aggregate that this release does not know is not waited for.
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
