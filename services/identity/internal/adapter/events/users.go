// Package events consumes the records that directory publishes.
package events

import (
	"context"
	"fmt"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
	"muster/libs/inbox"
	"muster/services/identity/internal/identity"
)

// Topics are the topics that identity consumes.
var Topics = []string{contracts.TopicUser, contracts.TopicUserEvents}

// Handler applies directory's user records in their order, and records what its events say that users have done, in the inbox
// transaction that the context carries. It ignores unknown record types.
func Handler(service *identity.Service) inbox.Handler {
	return func(ctx context.Context, records []inbox.Record) error {
		var (
			users []identity.User
			acts  []identity.AuditEntry
		)
		for _, r := range records {
			if r.Topic == contracts.TopicUserEvents {
				act, found, err := actOf(r)
				if err != nil {
					return err
				}
				if found {
					acts = append(acts, act)
				}
				continue
			}
			if r.Type != (directoryv1.User{}).EventType() {
				continue
			}
			u, err := contracts.Decode[directoryv1.User](r.Event)
			if err != nil {
				return err
			}
			if err := plausible(u); err != nil {
				return err
			}
			users = append(users, userOf(u))
		}
		if err := service.RecordActs(ctx, acts); err != nil {
			return err
		}
		return service.FollowUsers(ctx, users)
	}
}

func userOf(u directoryv1.User) identity.User {
	return identity.User{
		ID: u.ID, Version: u.Version, AccessVersion: u.AccessVersion, Deleted: u.Deleted || u.RejectedBecause != "",
		Email: u.Email, TypeCode: u.TypeCode, Active: u.IsActive, EmailVerified: u.VerifiedAt != nil,
		SessionsEnd: (*identity.SessionsEnd)(u.SessionsEnd),
	}
}

// plausible rejects records that directory cannot have published. Applying one could lock a user out.
func plausible(u directoryv1.User) error {
	if u.ID <= 0 || u.Version <= 0 || u.AccessVersion > u.Version {
		return fmt.Errorf("user record with id %d, version %d, access version %d", u.ID, u.Version, u.AccessVersion)
	}
	if !u.Deleted && u.RejectedBecause == "" && (u.Email == "" || u.TypeCode == "") {
		return fmt.Errorf("record of live user %d without email or type", u.ID)
	}
	return nil
}
