package gatewaytest

import (
	"context"
	"time"

	"muster/libs/usersapi"
	"muster/services/gateway/internal/gateway"
)

// Count implements gateway.Model.
func (m *Model) Count(_ context.Context, w gateway.Windows) (gateway.UserCounts, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var users []gateway.UserState
	standings := map[int64]gateway.Standing{}
	for id, r := range m.rows {
		users = append(users, r.user)
		standings[id] = r.subscription.Standing
	}
	return CountOf(users, standings, w), m.failure
}

// CountOf counts users one by one, as contract metrics defines it.
func CountOf(users []gateway.UserState, standings map[int64]gateway.Standing, w gateway.Windows) gateway.UserCounts {
	counts := gateway.UserCounts{Classes: map[gateway.Class]gateway.Count{}}
	for _, u := range users {
		if u.Version == 0 || u.Deleted {
			continue
		}
		if u.Profile.LegacyUserID == nil {
			counts.Created = counted(counts.Created, u.Profile.CreatedAt, w)
		}
		if u.Profile.TypeCode == usersapi.TypeAdministrator {
			continue
		}
		class, since := ClassOf(u, standings[u.UserID], w.At)
		counts.Classes[class] = counted(counts.Classes[class], since, w)
	}
	return counts
}

func counted(n gateway.Count, since time.Time, w gateway.Windows) gateway.Count {
	n.Total++
	if since.After(w.At) {
		return n
	}
	if !since.Before(w.Month) {
		n.Month++
	}
	if !since.Before(w.Year) {
		n.Year++
	}
	return n
}

// ClassOf returns the class of a user who is not an administrator, and since when.
func ClassOf(u gateway.UserState, s gateway.Standing, at time.Time) (gateway.Class, time.Time) {
	p := u.Profile
	if s.PaidSince != nil {
		return gateway.Paid, *s.PaidSince
	}
	if s.TrialUntil != nil && at.Before(*s.TrialUntil) {
		return gateway.Trial, *s.TrialSince
	}
	from, to := p.ExemptionFrom, p.ExemptionTo
	inside := (from != nil || to != nil) && (from == nil || !at.Before(*from)) && (to == nil || !at.After(*to))
	if p.VerifiedAt != nil && inside {
		if from != nil && from.After(*p.VerifiedAt) {
			return gateway.Free, *from
		}
		return gateway.Free, *p.VerifiedAt
	}
	if s.FreeSince != nil {
		return gateway.Free, *s.FreeSince
	}
	if p.VerifiedAt == nil {
		if u.RegistrationUntil != nil && !at.After(*u.RegistrationUntil) {
			return gateway.IncompleteVerification, p.CreatedAt
		}
		return gateway.IncompleteRegistration, p.CreatedAt
	}
	if s.AttemptAt != nil {
		return gateway.IncompleteSubscription, *s.AttemptAt
	}
	if s.LastEndedAt != nil {
		return gateway.NoSubscription, *s.LastEndedAt
	}
	return gateway.NoSubscription, *p.VerifiedAt
}
