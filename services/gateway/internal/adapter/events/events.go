// Package events applies the state topics of directory, identity and billing to the gateway's read model.
package events

import (
	"context"
	"fmt"

	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/inbox"
	"muster/services/gateway/internal/gateway"
)

// Topics lists the topics that the gateway consumes.
var Topics = []string{contracts.TopicUser, contracts.TopicSubscription, contracts.TopicAccount}

// Handler applies batches of records. It skips unknown record types.
func Handler(service *gateway.Service) inbox.Handler {
	return func(ctx context.Context, records []inbox.Record) error {
		var c gateway.Changes
		for _, r := range records {
			if err := add(&c, r.Event); err != nil {
				return err
			}
		}
		return service.Apply(ctx, c)
	}
}

func add(c *gateway.Changes, e contracts.Event) error {
	switch e.Type {
	case directoryv1.User{}.EventType():
		u, err := decode[directoryv1.User](e)
		if err != nil {
			return err
		}
		c.Users = append(c.Users, userState(u))
	case identityv1.Account{}.EventType():
		a, err := decode[identityv1.Account](e)
		if err != nil {
			return err
		}
		c.Accounts = append(c.Accounts, accountState(a))
	case billingv1.Subscription{}.EventType():
		s, err := decode[billingv1.Subscription](e)
		if err != nil {
			return err
		}
		c.Subscriptions = append(c.Subscriptions, subscriptionState(s))
	}
	return nil
}

// decode decodes a state and checks that it belongs to the user in the record's key.
func decode[P contracts.Payload](e contracts.Event) (P, error) {
	p, err := contracts.Decode[P](e)
	if err != nil {
		return p, err
	}
	if p.EventKey() != e.Key || p.EventVersion() <= 0 {
		return p, errs.InvalidField("record", fmt.Sprintf("has the key %q but contains version %d of %q", e.Key, p.EventVersion(), p.EventKey()))
	}
	return p, nil
}
