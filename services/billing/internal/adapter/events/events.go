// Package events translates records of other services into billing's types.
package events

import (
	"context"
	"strings"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
	"muster/libs/inbox"
	"muster/services/billing/internal/billing"
)

// Topics lists the topics that billing consumes. libs/standing handles account records; billing needs nothing else from
// them.
var Topics = []string{contracts.TopicUser, contracts.TopicAccount}

// Handler applies directory's user records in the transaction that the context carries. It skips unknown record types.
func Handler(s *billing.Service) inbox.Handler {
	return func(ctx context.Context, records []inbox.Record) error {
		var profiles []billing.Profile
		for _, r := range records {
			if r.Type != (directoryv1.User{}).EventType() {
				continue
			}
			u, err := contracts.Decode[directoryv1.User](r.Event)
			if err != nil {
				return err
			}
			profiles = append(profiles, profileOf(u))
		}
		return s.FollowUsers(ctx, profiles)
	}
}

func profileOf(u directoryv1.User) billing.Profile {
	return billing.Profile{
		UserID: u.ID, Version: u.Version, AccessVersion: u.AccessVersion, Email: u.Email, Name: nameOf(u), TypeCode: u.TypeCode,
		Active: u.IsActive, Deleted: u.Deleted,
	}
}

// nameOf returns the person's name if it is known, and the username otherwise.
func nameOf(u directoryv1.User) string {
	var parts []string
	for _, p := range []*string{u.FirstName, u.LastName} {
		if p != nil && *p != "" {
			parts = append(parts, *p)
		}
	}
	if len(parts) == 0 {
		return u.Username
	}
	return strings.Join(parts, " ")
}
