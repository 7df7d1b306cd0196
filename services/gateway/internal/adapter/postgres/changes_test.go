package postgres_test

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
	"muster/services/gateway/internal/adapter/postgres"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
	"muster/services/gateway/internal/livefeed"
	"muster/services/gateway/internal/livefeed/livefeedtest"
)

// newLogs creates a log that keeps ten changes, as n replicas see it, in a database with a read model.
func newLogs(t *testing.T, n int) (*gorm.DB, []*postgres.Changes) {
	t.Helper()
	db, url := pgtest.New(t, postgres.Migrations, postgres.Registry)
	logs := make([]*postgres.Changes, n)
	for i := range logs {
		logs[i] = postgres.NewChanges(db, url)
		logs[i].Keep = 10
		ctx, stop := context.WithCancel(context.Background())
		var listening sync.WaitGroup
		listening.Go(func() { logs[i].Listen(ctx, func(err error) { t.Error(err) }) })
		t.Cleanup(func() { stop(); listening.Wait() })
		<-logs[i].Grown() // it listens
	}
	return db, logs
}

func TestLogInPostgreSQL(t *testing.T) {
	livefeedtest.TestLog(t, func(t *testing.T) (one, other livefeed.Log, commit func(...livefeed.Change)) {
		db, logs := newLogs(t, 2)
		return logs[0], logs[1], func(changes ...livefeed.Change) {
			for _, c := range changes {
				execute(t, db, fmt.Sprintf("INSERT INTO user_change_new (user_id, kind) VALUES (%d, '%s')", c.UserID, c.Kind))
			}
		}
	})
}

// told numbers the changes and returns them without positions.
func told(t *testing.T, log *postgres.Changes, after *int64) []string {
	t.Helper()
	now, err := log.Number(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	changes, err := log.Since(t.Context(), *after, 100)
	if err != nil {
		t.Fatal(err)
	}
	*after = now.Last
	var texts []string
	for _, c := range changes {
		texts = append(texts, fmt.Sprintf("%d %s", c.UserID, c.Kind))
	}
	return texts
}

func TestWhatListsShowIsLogged(t *testing.T) {
	db, logs := newLogs(t, 1)
	log := logs[0]
	store := postgres.New(db, feed).Logging(log)
	var at int64
	if first := told(t, log, &at); first != nil {
		t.Fatal(first)
	}
	deleted, refused := gateway.UserState{State: gatewaytest.User(7, 9).State}, gateway.UserState{State: gatewaytest.User(8, 1).State, RejectedBecause: "EMAIL_EXISTS"}
	deleted.Deleted, refused.Deleted = true, true
	for _, step := range []struct {
		what    string
		changes gateway.Changes
		want    []string
	}{
		{"an account, which no list shows", gateway.Changes{Accounts: []gateway.AccountState{gatewaytest.Account(7, 1)}}, nil},
		{"a subscription of somebody who is no user yet", gateway.Changes{Subscriptions: []gateway.SubscriptionState{gatewaytest.Subscription(7, 1)}}, nil},
		{"a new user", gateway.Changes{Users: []gateway.UserState{gatewaytest.User(7, 1)}}, []string{"7 changed"}},
		{"the same state again", gateway.Changes{Users: []gateway.UserState{gatewaytest.User(7, 1)}}, nil},
		{"a changed user", gateway.Changes{Users: []gateway.UserState{gatewaytest.User(7, 2)}}, []string{"7 changed"}},
		{"a changed subscription", gateway.Changes{Subscriptions: []gateway.SubscriptionState{gatewaytest.Subscription(7, 2)}}, []string{"7 changed"}},
		{"an older subscription", gateway.Changes{Subscriptions: []gateway.SubscriptionState{gatewaytest.Subscription(7, 1)}}, nil},
		{"both at once", gateway.Changes{
			Users: []gateway.UserState{gatewaytest.User(7, 3)}, Subscriptions: []gateway.SubscriptionState{gatewaytest.Subscription(7, 3)},
		}, []string{"7 changed"}},
		{"a deletion", gateway.Changes{Users: []gateway.UserState{deleted}}, []string{"7 deleted"}},
		{"what remains of the subscription", gateway.Changes{Subscriptions: []gateway.SubscriptionState{gatewaytest.Subscription(7, 4)}}, nil},
		{"a registration that is refused", gateway.Changes{Users: []gateway.UserState{refused}}, nil},
	} {
		if err := store.Apply(t.Context(), step.changes); err != nil {
			t.Fatal(err)
		}
		if got := told(t, log, &at); !reflect.DeepEqual(got, step.want) {
			t.Errorf("%s: %q, want %q", step.what, got, step.want)
		}
	}
	if err := postgres.New(db, feed).Apply(t.Context(), gateway.Changes{Users: []gateway.UserState{gatewaytest.User(9, 1)}}); err != nil {
		t.Fatal(err)
	}
	if got := told(t, log, &at); got != nil {
		t.Errorf("a model that is not live: %q", got)
	}
}

// TestALateCommitIsNotMissed commits two changes in another order than they were made.
func TestALateCommitIsNotMissed(t *testing.T) {
	db, logs := newLogs(t, 1)
	log := logs[0]
	store := postgres.New(db, feed).Logging(log)
	apply := func(ctx context.Context, id int64) {
		t.Helper()
		if err := store.Apply(ctx, gateway.Changes{Users: []gateway.UserState{gatewaytest.User(id, 1)}}); err != nil {
			t.Fatal(err)
		}
	}
	var at int64
	told(t, log, &at)
	err := pg.Tx(t.Context(), db, func(ctx context.Context, _ *gorm.DB) error {
		apply(ctx, 1)
		apply(t.Context(), 2)
		if got := told(t, log, &at); !reflect.DeepEqual(got, []string{"2 changed"}) {
			t.Errorf("the first commit: %q", got)
		}
		select {
		case <-log.Grown(): // of user 2
		default:
			t.Error("the commit woke nobody")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	<-log.Grown()
	if got := told(t, log, &at); !reflect.DeepEqual(got, []string{"1 changed"}) {
		t.Errorf("the late commit: %q", got)
	}
}

func TestReplicasNumberAtTheSameTime(t *testing.T) {
	db, logs := newLogs(t, 4)
	for _, log := range logs {
		log.Keep = 10_000
	}
	begin, err := logs[0].Number(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const perReplica = 200
	var busy sync.WaitGroup
	for replica, log := range logs {
		busy.Go(func() {
			store := postgres.New(db, feed).Logging(log)
			for i := range int64(perReplica) {
				if err := store.Apply(t.Context(), gateway.Changes{Users: []gateway.UserState{gatewaytest.User(int64(replica)*perReplica+i+1, 1)}}); err != nil {
					t.Error(err)
				}
				if _, err := log.Number(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	busy.Wait()
	changes, err := logs[0].Since(t.Context(), begin.Last, 10_000)
	if err != nil || len(changes) != 4*perReplica {
		t.Fatalf("%d changes, %v", len(changes), err)
	}
	seen := map[int64]bool{}
	for i, c := range changes {
		if c.Position != begin.Last+int64(i)+1 || seen[c.UserID] {
			t.Errorf("change %d is %+v", i, c)
		}
		seen[c.UserID] = true
	}
}

func TestANewModelResetsTheFeed(t *testing.T) {
	c := newCounted(t)
	log := postgres.NewChanges(c.live, "")
	var at int64
	if got := told(t, log, &at); got != nil {
		t.Errorf("before: %q", got)
	}
	c.swaps("nothing is missing", true)
	if got := told(t, log, &at); !reflect.DeepEqual(got, []string{"0 reset"}) {
		t.Errorf("after the swap: %q", got)
	}
}
