package postgres_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/causal"
	"muster/libs/testkit/pgtest"
	"muster/services/gateway/internal/adapter/postgres"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

// population is a database, and the newest records of the users that it was told.
type population struct {
	db        *gorm.DB
	store     *postgres.Store
	random    *rand.Rand
	now       time.Time // around which everything happens; the database classifies by its own clock
	users     map[int64]gateway.UserState
	standings map[int64]gateway.SubscriptionState
}

func newPopulation(t *testing.T, seed uint64) *population {
	t.Helper()
	db, _ := pgtest.New(t, postgres.Migrations)
	return &population{
		db: db, store: postgres.New(db, feed), random: rand.New(rand.NewPCG(seed, 4)), now: time.Now().UTC().Truncate(time.Second),
		users: map[int64]gateway.UserState{}, standings: map[int64]gateway.SubscriptionState{},
	}
}

// instants are moments at which something is tried: the present, after trials and exemptions have begun and ended, around the
// end of a month and of a year, and before all.
func (p *population) instants() []time.Time {
	month := time.Date(p.now.Year(), p.now.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	year := time.Date(p.now.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
	return []time.Time{
		p.now, p.now.Add(time.Hour), p.now.Add(36 * time.Hour), month.Add(-time.Second), month, month.Add(5 * time.Hour), year.Add(-time.Second), year,
		year.Add(30 * time.Hour), p.now.Add(-time.Minute), p.now.Add(-60 * 24 * time.Hour),
	}
}

// moment is near one of the instants, often exactly at it, or anywhere within two years.
func (p *population) moment() time.Time {
	if p.random.IntN(3) == 0 {
		return p.now.Add(time.Duration(p.random.IntN(2*365*24)-365*24) * time.Hour)
	}
	all := p.instants()
	return all[p.random.IntN(len(all))].Add(time.Duration(p.random.IntN(5)-2) * time.Second)
}

func (p *population) perhaps(oneIn int) *time.Time {
	if p.random.IntN(oneIn) != 0 {
		return nil
	}
	return new(p.moment())
}

// change makes the next records of a user.
func (p *population) change(id int64) (c gateway.Changes) {
	if p.random.IntN(3) > 0 {
		u := gatewaytest.User(id, p.users[id].Version+1)
		u.Profile.CreatedAt, u.Profile.VerifiedAt, u.RegistrationUntil = p.moment(), new(p.moment()), nil
		if p.random.IntN(3) == 0 {
			u.Profile.VerifiedAt, u.RegistrationUntil = nil, p.perhaps(2)
		}
		u.Profile.ExemptionFrom, u.Profile.ExemptionTo, u.Profile.LegacyUserID = p.perhaps(3), p.perhaps(3), nil
		if p.random.IntN(4) == 0 {
			u.Profile.LegacyUserID = new(id)
		}
		u.Profile.TypeCode = []string{"SUBS", "NONS", "NONS", "ADMI"}[p.random.IntN(4)]
		if p.random.IntN(12) == 0 {
			u = gateway.UserState{State: causal.State{UserID: id, Version: u.Version, Deleted: true}}
		}
		p.users[id] = u
		c.Users = append(c.Users, u)
	}
	if p.random.IntN(3) > 0 {
		s := gatewaytest.Subscription(id, p.standings[id].Version+1)
		s.Standing = gateway.Standing{PaidSince: p.perhaps(5), TrialUntil: p.perhaps(4), FreeSince: p.perhaps(5), AttemptAt: p.perhaps(3), LastEndedAt: p.perhaps(2)}
		if s.TrialUntil != nil {
			s.TrialSince = new(p.moment())
		}
		p.standings[id] = s
		c.Subscriptions = append(c.Subscriptions, s)
	}
	return c
}

// expected counts the users one by one.
func (p *population) expected(w gateway.Windows) gateway.UserCounts {
	var users []gateway.UserState
	standings := map[int64]gateway.Standing{}
	for id, u := range p.users {
		users, standings[id] = append(users, u), p.standings[id].Standing
	}
	return gatewaytest.CountOf(users, standings, w)
}

// check compares the numbers at every instant, in a zone each, and what must hold of any numbers.
func (p *population) check(t *testing.T, what string) {
	t.Helper()
	zones := []string{"UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago"}
	for _, at := range p.instants() {
		zone, err := time.LoadLocation(zones[p.random.IntN(len(zones))])
		if err != nil {
			t.Fatal(err)
		}
		w := gateway.WindowsAt(at, zone)
		got, err := p.store.Count(t.Context(), w)
		if err != nil {
			t.Fatal(err)
		}
		if want := p.expected(w); !reflect.DeepEqual(got, want) {
			t.Fatalf("%s, %s at %s:\n got %+v\nwant %+v", what, zone, at, got, want)
		}
		p.checkInvariants(t, got)
	}
}

func (p *population) checkInvariants(t *testing.T, got gateway.UserCounts) {
	t.Helper()
	var inClasses, inScope int64
	for _, n := range got.Classes {
		if n.Month > n.Year || n.Year > n.Total {
			t.Errorf("month, year and total are %+v", n)
		}
		inClasses += n.Total
	}
	for _, u := range p.users {
		if !u.Deleted && u.Profile.TypeCode != "ADMI" {
			inScope++
		}
	}
	if inClasses != inScope {
		t.Errorf("%d users are in classes, %d in scope", inClasses, inScope)
	}
}

// TestCountsOfRandomPopulations: the kept numbers equal a count one by one at any moment, whatever was changed, folded or
// classified before, and by whichever clock.
func TestCountsOfRandomPopulations(t *testing.T) {
	for seed := range uint64(6) {
		p := newPopulation(t, seed)
		for round := range 6 {
			for range 40 {
				must(t, p.store.Apply(t.Context(), p.change(1+p.random.Int64N(60))))
			}
			p.check(t, fmt.Sprintf("seed %d, round %d, changed", seed, round))
			if p.random.IntN(2) == 0 {
				must(t, p.store.KeepCounts(t.Context(), p.moment()))
				p.check(t, fmt.Sprintf("seed %d, round %d, kept", seed, round))
			}
		}
		execute(t, p.db, "SELECT user_overview_classes_rebuild()")
		p.check(t, fmt.Sprintf("seed %d, rebuilt", seed))
		if n := number(t, p.db, "SELECT count(*) FROM user_overview_class_log"); n != 0 {
			t.Errorf("%d changes are left", n)
		}
	}
}

// TestKeepingCountsLeavesNothingToDo: afterwards nobody waits to be classified at that moment, and the log is empty.
func TestKeepingCountsLeavesNothingToDo(t *testing.T) {
	p := newPopulation(t, 1)
	for id := range int64(80) {
		must(t, p.store.Apply(t.Context(), p.change(1+id)))
	}
	later := p.now.Add(400 * 24 * time.Hour)
	for _, query := range []string{"SELECT count(*) FROM user_overview_standing WHERE valid_until <= now() + interval '400 days'", "SELECT count(*) FROM user_overview_class_log"} {
		if number(t, p.db, query) == 0 {
			t.Errorf("%s: there is nothing to do", query)
		}
	}
	must(t, p.store.KeepCounts(t.Context(), later))
	for _, query := range []string{"SELECT count(*) FROM user_overview_standing WHERE valid_until <= now() + interval '400 days'", "SELECT count(*) FROM user_overview_class_log"} {
		if n := number(t, p.db, query); n != 0 {
			t.Errorf("%s: %d are left", query, n)
		}
	}
	p.check(t, "kept")
}

// TestCountsWhileUsersChange: keepers, writers and readers at the same time lose nothing, and every reader's numbers add up.
func TestCountsWhileUsersChange(t *testing.T) {
	p := newPopulation(t, 2)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	for range 2 {
		go func() {
			for ctx.Err() == nil {
				if err := p.store.KeepCounts(context.WithoutCancel(ctx), p.now.Add(24*time.Hour)); err != nil {
					ended <- err
					return
				}
			}
			ended <- nil
		}()
	}
	for range 150 {
		must(t, p.store.Apply(t.Context(), p.change(1+p.random.Int64N(30))))
	}
	p.check(t, "in parallel")
	stop()
	for range 2 {
		must(t, <-ended)
	}
	p.check(t, "at rest")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
