package gatewaytest

import (
	"context"
	"reflect"
	"testing"
	"time"

	"muster/libs/causal"
	"muster/services/gateway/internal/gateway"
)

// countedUser is a user in no particular class: verified on Day, and without anything else.
func countedUser(id int64, change func(*gateway.UserState)) gateway.UserState {
	u := User(id, 1)
	u.Profile.TypeCode, u.Profile.LegacyUserID, u.Profile.ExemptionFrom, u.Profile.ExemptionTo, u.RegistrationUntil = "NONS", nil, nil, nil, nil
	u.Profile.CreatedAt, u.Profile.VerifiedAt = Day, new(Day.Add(time.Hour))
	if change != nil {
		change(&u)
	}
	return u
}

// classified is one user at several moments after Day, with the class at each and the time after Day since when.
type classified struct {
	user     func(*gateway.UserState)
	standing gateway.Standing
	at       map[time.Duration]standsSince
}

type standsSince struct {
	class gateway.Class
	since time.Duration
}

// hour returns a moment some hours after Day.
func hour(n time.Duration) *time.Time { return new(Day.Add(n * time.Hour)) }

const instant = time.Second // the times of records and requests are whole seconds

var classes = map[string]classified{
	"paid, whatever else": {
		user:     func(u *gateway.UserState) { u.Profile.VerifiedAt, u.Profile.ExemptionFrom = nil, hour(0) },
		standing: gateway.Standing{PaidSince: hour(2), TrialSince: hour(1), TrialUntil: hour(100), FreeSince: hour(3), AttemptAt: hour(4), LastEndedAt: hour(5)},
		at:       map[time.Duration]standsSince{9 * time.Hour: {gateway.Paid, 2 * time.Hour}},
	},
	"a trial ends": {
		standing: gateway.Standing{TrialSince: hour(2), TrialUntil: hour(10), LastEndedAt: hour(1)},
		at: map[time.Duration]standsSince{
			10*time.Hour - instant: {gateway.Trial, 2 * time.Hour}, 10 * time.Hour: {gateway.NoSubscription, time.Hour},
		},
	},
	"an exemption begins and ends": {
		user: func(u *gateway.UserState) { u.Profile.ExemptionFrom, u.Profile.ExemptionTo = hour(5), hour(10) },
		at: map[time.Duration]standsSince{
			5*time.Hour - instant: {gateway.NoSubscription, time.Hour}, 5 * time.Hour: {gateway.Free, 5 * time.Hour},
			10 * time.Hour: {gateway.Free, 5 * time.Hour}, 10*time.Hour + instant: {gateway.NoSubscription, time.Hour},
		},
	},
	"an exemption from before the verification": {
		user: func(u *gateway.UserState) { u.Profile.ExemptionFrom = hour(-5) },
		at:   map[time.Duration]standsSince{5 * time.Hour: {gateway.Free, time.Hour}},
	},
	"an exemption without a start": {
		user: func(u *gateway.UserState) { u.Profile.ExemptionTo = hour(10) },
		at:   map[time.Duration]standsSince{5 * time.Hour: {gateway.Free, time.Hour}, 11 * time.Hour: {gateway.NoSubscription, time.Hour}},
	},
	"exempt, but not verified": {
		user: func(u *gateway.UserState) { u.Profile.VerifiedAt, u.Profile.ExemptionFrom = nil, hour(0) },
		at:   map[time.Duration]standsSince{5 * time.Hour: {gateway.IncompleteRegistration, 0}},
	},
	"a subscription without a charge": {
		user:     func(u *gateway.UserState) { u.Profile.VerifiedAt = nil },
		standing: gateway.Standing{FreeSince: hour(3), AttemptAt: hour(4)},
		at:       map[time.Duration]standsSince{9 * time.Hour: {gateway.Free, 3 * time.Hour}},
	},
	"a registration code runs out": {
		user: func(u *gateway.UserState) { u.Profile.VerifiedAt, u.RegistrationUntil = nil, hour(10) },
		at: map[time.Duration]standsSince{
			10 * time.Hour: {gateway.IncompleteVerification, 0}, 10*time.Hour + instant: {gateway.IncompleteRegistration, 0},
		},
	},
	"an attempt": {
		standing: gateway.Standing{AttemptAt: hour(4), LastEndedAt: hour(5)},
		at:       map[time.Duration]standsSince{9 * time.Hour: {gateway.IncompleteSubscription, 4 * time.Hour}},
	},
	"no subscription any more": {
		standing: gateway.Standing{LastEndedAt: hour(5)},
		at:       map[time.Duration]standsSince{9 * time.Hour: {gateway.NoSubscription, 5 * time.Hour}},
	},
	"never a subscription": {
		at: map[time.Duration]standsSince{9 * time.Hour: {gateway.NoSubscription, time.Hour}},
	},
}

// TestCounts is the part of the contract of gateway.Model that is about numbers. newModel creates an empty one.
func TestCounts(t *testing.T, newModel func(t *testing.T) gateway.Model) {
	for name, c := range classes {
		t.Run(name, func(t *testing.T) { testClass(t, newModel(t), c) })
	}
	t.Run("who is created and who is in scope", func(t *testing.T) {
		m := newModel(t)
		apply(t, m, gateway.Changes{Users: []gateway.UserState{
			countedUser(1, nil),
			countedUser(2, func(u *gateway.UserState) { u.Profile.LegacyUserID = new(int64(17)) }),
			countedUser(3, func(u *gateway.UserState) { u.Profile.TypeCode = "ADMI" }),
			countedUser(4, func(u *gateway.UserState) { u.Profile.IsActive = false }),
			{State: causal.State{UserID: 5, Version: 2, Deleted: true}},
		}, Accounts: []gateway.AccountState{Account(6, 1)}})
		w := gateway.Windows{Month: Day, Year: Day, At: Day.Add(24 * time.Hour)}
		equal(t, "counts", count(t, m, w), gateway.UserCounts{
			Created: gateway.Count{Month: 3, Year: 3, Total: 3}, Classes: map[gateway.Class]gateway.Count{gateway.NoSubscription: {Month: 3, Year: 3, Total: 3}},
		})
		apply(t, m, gateway.Changes{Users: []gateway.UserState{{State: causal.State{UserID: 1, Version: 2, Deleted: true}}}})
		equal(t, "after a deletion", count(t, m, w).Created.Total, int64(2))
	})
	t.Run("both ends of a window belong to it", func(t *testing.T) {
		m := newModel(t)
		apply(t, m, gateway.Changes{Users: []gateway.UserState{countedUser(1, nil)}}) // verified at hour 1
		for _, c := range []struct {
			month, year, at time.Duration // hours
			want            gateway.Count
		}{
			{1, 0, 2, gateway.Count{Month: 1, Year: 1, Total: 1}}, {2, 1, 2, gateway.Count{Year: 1, Total: 1}},
			{0, 0, 1, gateway.Count{Month: 1, Year: 1, Total: 1}}, {-2, -2, 0, gateway.Count{Total: 1}},
		} {
			w := gateway.Windows{Month: *hour(c.month), Year: *hour(c.year), At: *hour(c.at)}
			equal(t, "counts", count(t, m, w).Classes[gateway.NoSubscription], c.want)
		}
	})
}

// testClass checks the class at each moment, and its since: it is in a window that begins with it, and in none that begins
// later.
func testClass(t *testing.T, m gateway.Model, c classified) {
	apply(t, m, gateway.Changes{
		Users:         []gateway.UserState{countedUser(7, c.user)},
		Subscriptions: []gateway.SubscriptionState{{State: causal.State{UserID: 7, Version: 1}, Standing: c.standing}},
	})
	for at, want := range c.at {
		since := Day.Add(want.since)
		got := count(t, m, gateway.Windows{Month: since.Add(instant), Year: since, At: Day.Add(at)}).Classes
		if wanted := map[gateway.Class]gateway.Count{want.class: {Year: 1, Total: 1}}; !reflect.DeepEqual(got, wanted) {
			t.Errorf("at %s: %+v, want class %d since %s", at, got, want.class, want.since)
		}
	}
}

func count(t *testing.T, m gateway.Model, w gateway.Windows) gateway.UserCounts {
	t.Helper()
	n, err := m.Count(context.Background(), w)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
