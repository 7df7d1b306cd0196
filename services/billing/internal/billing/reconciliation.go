package billing

import "time"

// ObjectKind is a kind of object at the provider.
type ObjectKind string

// The kinds that reconciliation compares.
const (
	KindSubscription ObjectKind = "subscription"
	KindInvoice      ObjectKind = "invoice"
	KindCharge       ObjectKind = "charge"
	KindRefund       ObjectKind = "refund"
	KindDispute      ObjectKind = "dispute"
	KindEvent        ObjectKind = "event"
)

// Listed is what a list at the provider shows of an object.
type Listed struct {
	Kind           ObjectKind
	ID             string
	CustomerID     string // empty for a refund and a dispute
	SubscriptionID string // of an invoice; empty if it has none
	ChargeID       string // of a refund or a dispute
	UserKey        string // of a subscription, from our metadata; empty if there is none
	Mark           string
}

// RunKind is the kind of a reconciliation run.
type RunKind string

// The kinds of runs.
const (
	RunEvents   RunKind = "events"   // events that the provider could not deliver
	RunStale    RunKind = "stale"    // subscriptions that should have changed, or were not fetched for a day
	RunFull     RunKind = "full"     // everything
	RunBackfill RunKind = "backfill" // everything, for the first time
)

// RunStatus is the status of a run.
type RunStatus string

// The statuses of a run.
const (
	RunRunning RunStatus = "running"
	RunDone    RunStatus = "done"
	RunFailed  RunStatus = "failed" // given up: it did not get on for a day
)

// Run is one comparison of what is stored with what the provider has. It goes on where it stopped, in any process.
type Run struct {
	ID          int64
	Kind        RunKind
	Status      RunStatus
	RequestedBy int64      // the administrator; 0 for a run by schedule or command
	Phase       ObjectKind // what is being compared
	Cursor      string     // how far that has got
	Checked     int64
	Mismatches  int64
	Healed      int64
	Reason      string // the last failure
	StartedAt   time.Time
	UpdatedAt   time.Time // when it last got on
	FinishedAt  *time.Time
}

// MismatchKind tells how the stored state differed.
type MismatchKind string

// The kinds of mismatches.
const (
	MismatchMissing     MismatchKind = "missing"     // it was not stored
	MismatchDifferent   MismatchKind = "different"   // it was stored in an older state
	MismatchUndelivered MismatchKind = "undelivered" // an event that was not received
)

// Mismatch is a difference that a run has found.
type Mismatch struct {
	ID       int64
	RunID    int64
	Kind     MismatchKind
	Object   ObjectKind
	ObjectID string // the provider's
	Healed   bool
	Reason   string // why it could not be healed
	FoundAt  time.Time
}

// Stale is a subscription that is to be fetched again.
type Stale struct {
	ID         int64
	ProviderID string
	Mark       string
}

// phases are what a run of each kind compares, in this order. The last phase of a full run fetches the live
// subscriptions that the lists did not show: the provider may have forgotten them.
var phases = map[RunKind][]ObjectKind{
	RunEvents:   {KindEvent},
	RunStale:    {phaseStale},
	RunFull:     {KindSubscription, KindInvoice, KindCharge, KindRefund, KindDispute, phaseStale},
	RunBackfill: {KindSubscription, KindInvoice, KindCharge, KindRefund, KindDispute, phaseStale},
}

// phaseStale is the phase that fetches subscriptions one by one.
const phaseStale ObjectKind = "stale"

// next returns the run at the start of its next phase, or finished.
func (r Run) next(now time.Time) Run {
	all := phases[r.Kind]
	for n, p := range all {
		if p == r.Phase && n+1 < len(all) {
			r.Phase, r.Cursor = all[n+1], ""
			return r
		}
	}
	r.Status, r.FinishedAt = RunDone, &now
	return r
}
