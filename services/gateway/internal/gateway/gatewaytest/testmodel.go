package gatewaytest

import (
	"context"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"muster/libs/causal"
	"muster/services/gateway/internal/gateway"
)

// TestModel is the contract of gateway.Model. newModel creates an empty one.
func TestModel(t *testing.T, newModel func(t *testing.T) gateway.Model) {
	ctx := context.Background()
	t.Run("an unknown user is zero", func(t *testing.T) {
		m := newModel(t)
		equal(t, "member", member(t, m, 7), gateway.Member{})
		equal(t, "person", person(t, m, 7), gateway.Person{})
		equal(t, "progress", progress(t, m, 7), map[int64]causal.Progress{})
		equal(t, "progress of nobody", progress(t, m), map[int64]causal.Progress{})
		if err := m.Ready(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Run("every field survives", func(t *testing.T) {
		m := newModel(t)
		u, a, s := User(7, 13), Account(7, 14), Subscription(7, 15)
		u.ActedOn, u.Followed = 1, causal.Followed{causal.Account: 2, causal.Subscription: 3}
		a.ActedOn, a.Followed = 4, causal.Followed{causal.User: 5}
		s.ActedOn, s.Followed = 6, causal.Followed{causal.User: 7}
		apply(t, m, gateway.Changes{Users: []gateway.UserState{u}, Accounts: []gateway.AccountState{a}, Subscriptions: []gateway.SubscriptionState{s}})
		equal(t, "person", person(t, m, 7), gateway.Person{User: u.Profile, Applicant: a.Applicant})
		equal(t, "member", member(t, m, 7), gateway.Member{
			UserVersion: 13, IsActive: true, TypeCode: "SUBS", TokensValidFrom: a.TokensValidFrom, EndedSessions: a.EndedSessions,
		})
		equal(t, "progress", progress(t, m, 7, 8)[7], causal.Progress{causal.User: u.State, causal.Account: a.State, causal.Subscription: s.State})
	})
	t.Run("a part alone leaves the others empty", func(t *testing.T) {
		m := newModel(t)
		a := Account(7, 2)
		apply(t, m, gateway.Changes{Accounts: []gateway.AccountState{a}})
		equal(t, "person", person(t, m, 7), gateway.Person{Applicant: a.Applicant})
		if p := progress(t, m, 7)[7]; p[causal.User].Version != 0 || p[causal.Account].Version != 2 || p[causal.Subscription].Version != 0 {
			t.Errorf("progress %+v", p)
		}
	})
	t.Run("an accepted registration leaves no applicant", func(t *testing.T) {
		m := newModel(t)
		apply(t, m, gateway.Changes{Accounts: []gateway.AccountState{Account(7, 1)}})
		accepted := Account(7, 2)
		accepted.Applicant, accepted.EndedSessions, accepted.TokensValidFrom = nil, nil, nil
		apply(t, m, gateway.Changes{Accounts: []gateway.AccountState{accepted}})
		equal(t, "person", person(t, m, 7), gateway.Person{})
		equal(t, "member", member(t, m, 7), gateway.Member{})
	})
	t.Run("an older or equal state changes nothing", func(t *testing.T) {
		m := newModel(t)
		apply(t, m, gateway.Changes{
			Users: []gateway.UserState{User(7, 3)}, Accounts: []gateway.AccountState{Account(7, 3)}, Subscriptions: []gateway.SubscriptionState{Subscription(7, 3)},
		})
		other := User(7, 3)
		other.Profile.Username = "other"
		for _, u := range []gateway.UserState{User(7, 2), other} {
			apply(t, m, gateway.Changes{
				Users: []gateway.UserState{u}, Accounts: []gateway.AccountState{Account(7, 2)}, Subscriptions: []gateway.SubscriptionState{Subscription(7, 2)},
			})
		}
		if p := person(t, m, 7); p.User.Username != "user7" || *p.User.LastName != "Number 3" {
			t.Errorf("user %+v", p.User)
		}
		if p := progress(t, m, 7)[7]; p[causal.User].Version != 3 || p[causal.Account].Version != 3 || p[causal.Subscription].Version != 3 {
			t.Errorf("progress %+v", p)
		}
	})
	t.Run("a deleted user leaves nothing but versions and does not come back", func(t *testing.T) {
		m := newModel(t)
		apply(t, m, gateway.Changes{Users: []gateway.UserState{User(7, 2)}, Accounts: []gateway.AccountState{Account(7, 2)}})
		gone := causal.Progress{
			causal.User:         {UserID: 7, Version: 4, ActedOn: 4, Deleted: true, Followed: causal.Followed{causal.Account: 0, causal.Subscription: 0}},
			causal.Account:      {UserID: 7, Version: 3, Deleted: true, Followed: causal.Followed{causal.User: 4}},
			causal.Subscription: {UserID: 7, Version: 2, Deleted: true, Followed: causal.Followed{causal.User: 4}},
		}
		apply(t, m, gateway.Changes{
			Users:         []gateway.UserState{{State: gone[causal.User], RejectedBecause: "EMAIL_EXISTS"}},
			Accounts:      []gateway.AccountState{{State: gone[causal.Account]}},
			Subscriptions: []gateway.SubscriptionState{{State: gone[causal.Subscription]}},
		})
		apply(t, m, gateway.Changes{Users: []gateway.UserState{User(7, 3)}})
		equal(t, "person", person(t, m, 7), gateway.Person{Gone: true, RejectedBecause: "EMAIL_EXISTS"})
		equal(t, "member", member(t, m, 7), gateway.Member{UserVersion: 4, UserDeleted: true, AccountDeleted: true})
		equal(t, "progress", progress(t, m, 7)[7], gone)
	})
	t.Run("counts", func(t *testing.T) { TestCounts(t, newModel) })
	t.Run("any order and any duplication give the same", func(t *testing.T) { testOrder(t, newModel) })
}

// testOrder repeatedly applies one set of states shuffled, duplicated and split into random batches.
func testOrder(t *testing.T, newModel func(t *testing.T) gateway.Model) {
	history := gateway.Changes{}
	for id := int64(1); id <= 4; id++ {
		for v := int64(1); v <= 5; v++ {
			history.Users = append(history.Users, User(id, v))
			history.Accounts = append(history.Accounts, Account(id, v))
			history.Subscriptions = append(history.Subscriptions, Subscription(id, v))
		}
	}
	history.Users = append(history.Users, gateway.UserState{State: causal.State{UserID: 4, Version: 6, Deleted: true}})
	type outcome struct {
		people   map[int64]gateway.Person
		members  map[int64]gateway.Member
		progress map[int64]causal.Progress
		counts   gateway.UserCounts
	}
	look := func(m gateway.Model) outcome {
		w := gateway.Windows{Month: Day.Add(-time.Hour), Year: Day.Add(-time.Hour), At: Day.Add(24 * time.Hour)}
		o := outcome{map[int64]gateway.Person{}, map[int64]gateway.Member{}, progress(t, m, 1, 2, 3, 4), count(t, m, w)}
		for id := int64(1); id <= 4; id++ {
			o.people[id], o.members[id] = person(t, m, id), member(t, m, id)
		}
		return o
	}
	straight := newModel(t)
	service := gateway.New(gateway.Ports{Model: straight}, gateway.Rules{})
	if err := service.Apply(context.Background(), history); err != nil {
		t.Fatal(err)
	}
	want := look(straight)
	if p := want.progress[1]; p[causal.User].Version != 5 || p[causal.Account].Version != 5 || p[causal.Subscription].Version != 5 || !want.people[4].Gone {
		t.Fatalf("in order: %+v", want)
	}
	for round := range 12 {
		m := newModel(t)
		random := rand.New(rand.NewPCG(uint64(round), 1))
		for _, batch := range shuffled(random, history) {
			if err := gateway.New(gateway.Ports{Model: m}, gateway.Rules{}).Apply(context.Background(), batch); err != nil {
				t.Fatal(err)
			}
		}
		equal(t, "after a shuffle", look(m), want)
	}
}

// shuffled duplicates some states, shuffles all, and splits them into batches.
func shuffled(random *rand.Rand, c gateway.Changes) []gateway.Changes {
	batches := make([]gateway.Changes, 1+random.IntN(8))
	each(random, c.Users, func(u gateway.UserState) {
		b := &batches[random.IntN(len(batches))]
		b.Users = append(b.Users, u)
	})
	each(random, c.Accounts, func(a gateway.AccountState) {
		b := &batches[random.IntN(len(batches))]
		b.Accounts = append(b.Accounts, a)
	})
	each(random, c.Subscriptions, func(s gateway.SubscriptionState) {
		b := &batches[random.IntN(len(batches))]
		b.Subscriptions = append(b.Subscriptions, s)
	})
	return batches
}

func each[S any](random *rand.Rand, states []S, fn func(S)) {
	all := append([]S{}, states...)
	for range len(states) {
		all = append(all, states[random.IntN(len(states))])
	}
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, s := range all {
		fn(s)
	}
}

func apply(t *testing.T, m gateway.Model, c gateway.Changes) {
	t.Helper()
	if err := m.Apply(context.Background(), c); err != nil {
		t.Fatal(err)
	}
}

func progress(t *testing.T, m gateway.Model, ids ...int64) map[int64]causal.Progress {
	t.Helper()
	p, err := m.Progress(context.Background(), ids)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func member(t *testing.T, m gateway.Model, id int64) gateway.Member {
	t.Helper()
	got, err := m.Member(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func person(t *testing.T, m gateway.Model, id int64) gateway.Person {
	t.Helper()
	got, err := m.Person(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}
