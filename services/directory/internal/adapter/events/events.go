// Package events consumes the records of identity and billing and maps them to calls of directory's core.
package events

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"

	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
	"muster/libs/contracts/identityv1"
	"muster/libs/inbox"
	"muster/services/directory/internal/directory"
)

// Topics are the topics that directory consumes.
var Topics = []string{contracts.TopicAccount, contracts.TopicAccountEvents, contracts.TopicSubscription}

// notices are the mails about identity's account events.
var notices = map[identityv1.Kind]directory.MailKind{
	identityv1.PasswordChanged: directory.MailPasswordChanged,
	identityv1.TokenReused:     directory.MailTokenReused,
	identityv1.FactorAdded:     directory.MailFactorAdded,
	identityv1.FactorRemoved:   directory.MailFactorRemoved,
}

// Handler applies records to the service. It ignores unknown record types.
func Handler(s *directory.Service, log *slog.Logger) inbox.Handler {
	return func(ctx context.Context, records []inbox.Record) error {
		for _, r := range byUser(records) {
			if err := apply(ctx, s, log, r.Event); err != nil {
				return err
			}
		}
		return nil
	}
}

// byUser sorts records by user and keeps the order within a user. Batches of different partitions then lock common
// users in the same order and do not deadlock.
func byUser(records []inbox.Record) []inbox.Record {
	ordered := slices.Clone(records)
	slices.SortStableFunc(ordered, func(a, b inbox.Record) int { return strings.Compare(a.Key, b.Key) })
	return ordered
}

func apply(ctx context.Context, s *directory.Service, log *slog.Logger, e contracts.Event) error {
	switch e.Type {
	case identityv1.Account{}.EventType():
		a, err := contracts.Decode[identityv1.Account](e)
		if err != nil {
			return err
		}
		return s.FollowAccount(ctx, account(ctx, a, log))
	case billingv1.Subscription{}.EventType():
		sub, err := contracts.Decode[billingv1.Subscription](e)
		if err != nil {
			return err
		}
		return s.FollowSubscription(ctx, directory.Subscription{
			UserID: sub.UserID, Version: sub.Version, AccessVersion: sub.AccessVersion, Access: sub.Access && !sub.Deleted,
		})
	}
	return notify(ctx, s, e)
}

// notify mails a notice if the event is one of an account that asks for one.
func notify(ctx context.Context, s *directory.Service, e contracts.Event) error {
	for kind, notice := range notices {
		if e.Type != (identityv1.AccountEvent{Kind: kind}).EventType() {
			continue
		}
		event, err := contracts.Decode[identityv1.AccountEvent](e)
		if err != nil {
			return err
		}
		return s.Notify(ctx, directory.AccountEvent{UserID: event.UserID, Version: event.Version, At: event.At, Notice: notice})
	}
	return nil
}

func account(ctx context.Context, a identityv1.Account, log *slog.Logger) directory.Account {
	account := directory.Account{
		UserID: a.UserID, Version: a.Version, ActivityVersion: a.ActivityVersion, Deleted: a.Deleted, Email: a.Email,
		AuthTypeCode: a.AuthTypeCode, CreatedAt: a.CreatedAt, LastLoginAt: a.LastLoginAt,
	}
	if r := a.Registration; r != nil {
		account.Registration = &directory.Registration{
			Username: r.Username, FirstName: r.FirstName, LastName: r.LastName, TypeCode: r.TypeCode, EmailVerified: r.EmailVerified, Imported: r.Imported, Invited: r.Invited,
			Properties: properties(ctx, a.UserID, r.Properties, log),
		}
	}
	if l := a.Legacy; l != nil {
		account.Legacy = &directory.Legacy{LegacyUserID: l.UserID, EmailVerified: l.EmailVerified}
	}
	return account
}

// properties returns the canonical form of the properties of a registration. identity checks them by the same rules, so
// an error is a bug: it is logged, and the user is made without them.
func properties(ctx context.Context, userID int64, text json.RawMessage, log *slog.Logger) directory.Properties {
	if len(text) == 0 {
		return ""
	}
	p, err := directory.ParseProperties(string(text))
	if err != nil {
		log.ErrorContext(ctx, "the properties of a registration are invalid; the user has none", "user", userID, "error", err.Error())
		return ""
	}
	return p
}
