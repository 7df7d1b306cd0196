package contracts

import (
	"strings"
	"time"
)

// The topics. State topics are compacted, event topics are kept for a time; all are keyed by user id.
const (
	TopicAccount       = "identity.account.v1"
	TopicAccountEvents = "identity.account-events.v1"
	TopicUser          = "directory.user.v1"
	TopicUserEvents    = "directory.user-events.v1"
	TopicSubscription  = "billing.subscription.v1"
	TopicBillingEvents = "billing.events.v1"
	TopicLedger        = "billing.ledger.v1"
)

// Partitions is the number of partitions of every topic. It never changes: that would break the order of a key.
const Partitions = 6

// Retention is how long event topics keep their records, and state topics the tombstones of deleted users. A consumer
// must not be down for longer: it would miss events and deletions.
const Retention = 14 * 24 * time.Hour

// Topic is how a topic is to be created.
type Topic struct {
	Name    string
	Compact bool // a state topic: the newest record of each key is kept until its user is deleted
}

// Owner is the service that publishes on the topic.
func (t Topic) Owner() string {
	owner, _, _ := strings.Cut(t.Name, ".")
	return owner
}

// Topics lists every topic of the system. The owner of a topic creates it when it starts.
func Topics(names ...string) []Topic {
	all := []Topic{
		{TopicAccount, true}, {TopicAccountEvents, false},
		{TopicUser, true}, {TopicUserEvents, false},
		{TopicSubscription, true}, {TopicBillingEvents, false}, {TopicLedger, false},
	}
	if len(names) == 0 {
		return all
	}
	var some []Topic
	for _, t := range all {
		for _, n := range names {
			if t.Name == n {
				some = append(some, t)
			}
		}
	}
	return some
}
