//go:build faults

package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
)

const (
	subscribingClients = 2
	moreSubscribers    = 3 // who pay before a fault, and after it
	planAmount         = 1700
	// retryAfterRefusal is how long a client waits that was refused: one that retries in a tight loop tests nothing.
	retryAfterRefusal = 50 * time.Millisecond
)

// told is what a client was told about its subscription.
type told struct {
	email string
	// statuses are those that the subscription can have. There are two after a request whose outcome is unknown.
	statuses []string
}

// subscribers are clients that register, subscribe, pay and cancel, one user after the other.
type subscribers struct {
	plan any
	quit chan struct{}
	stop func() // ends the clients after their current users
	work sync.WaitGroup

	mu   sync.Mutex
	told map[int64]told // by user
}

func startSubscribers(t *testing.T) *subscribers {
	t.Helper()
	s := &subscribers{quit: make(chan struct{}), told: map[int64]told{}}
	plan, err := patientAdmin(t).expect(http.StatusCreated, "POST", "/api/billing/plans", object{
		"name": "Disturbed", "interval": "month", "amount": planAmount, "currency": "usd",
	})
	if err != nil {
		t.Fatal(err)
	}
	s.plan = plan.body["id"]
	s.stop = sync.OnceFunc(func() { close(s.quit); s.work.Wait() })
	for range subscribingClients {
		s.work.Go(func() {
			for {
				select {
				case <-s.quit:
					return
				default:
				}
				if s.subscribe() != nil {
					<-time.After(retryAfterRefusal)
				}
			}
		})
	}
	return s
}

// patientAdmin signs the first administrator in, also where the answer is pending.
func patientAdmin(t *testing.T) *client {
	t.Helper()
	c := &client{t: t}
	eventually(t, recovery, "the administrator signs in", func() bool {
		a, err := c.expect(http.StatusOK, "POST", "/api/auth/login", object{"email": muster.Admin.Email, "password": muster.Admin.Password})
		return err == nil && c.enter(a) == nil
	})
	return c
}

// subscribe is the way of one user, up to the first answer that is no success.
func (s *subscribers) subscribe() error {
	c := &client{email: uniqueEmail("subscribing")}
	a, err := c.expect(http.StatusCreated, "POST", "/api/auth/register", object{"email": c.email, "password": password})
	if err != nil {
		return err
	}
	if err := c.enter(a); err != nil {
		return err
	}
	order := object{"planId": s.plan, "successUrl": origin, "cancelUrl": origin}
	checkout, err := c.expect(http.StatusCreated, "POST", "/api/billing/checkout-sessions", order)
	if err != nil {
		return err
	}
	page, _ := checkout.body["url"].(string)
	if err := pressPay(page); err != nil {
		return err
	}
	s.note(c, "active") // paid at Stripe: whatever billing answers now, it must follow
	session, _ := checkout.body["id"].(string)
	done, err := c.expect(http.StatusOK, "GET", "/api/billing/checkout-sessions/"+session, nil)
	if err != nil || done.body["status"] != "complete" || rand.N(2) == 0 {
		return err
	}
	s.note(c, "active", "canceled")
	if _, err := c.expect(http.StatusOK, "POST", "/api/billing/subscription/cancel", object{"mode": "now"}); err != nil {
		return err
	}
	s.note(c, "canceled")
	return nil
}

// expect sends a request and returns an error unless the answer has the status, pending or not.
func (c *client) expect(status int, method, path string, body any) (answer, error) {
	a, err := c.try(method, path, body)
	if err == nil && a.status != status {
		err = fmt.Errorf("%s %s: %s", method, path, a)
	}
	return a, err
}

func (s *subscribers) note(c *client, statuses ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told[c.id()] = told{c.email, statuses}
}

// awaitMore waits until some more users have paid.
func (s *subscribers) awaitMore(t *testing.T, when string) {
	t.Helper()
	count := func() int { s.mu.Lock(); defer s.mu.Unlock(); return len(s.told) }
	before := count()
	eventually(t, time.Minute, "users subscribe "+when, func() bool { return count() >= before+moreSubscribers })
}

// billed is what a place holds of a user's subscription. The version is that of the user's billing state.
type billed struct {
	version int64
	status  string
}

// differs compares what clients were told with billing's database, billing's topics, the read model and the list of full
// users. It returns a difference, or "".
func (s *subscribers) differs(t *testing.T, boss *client) string {
	t.Helper()
	states, err := billingStates(t.Context())
	if err != nil {
		return err.Error()
	}
	paid, err := ledgerOfBilling(t.Context())
	if err != nil {
		return err.Error()
	}
	published, err := publishedStates(t.Context())
	if err != nil {
		return err.Error()
	}
	entries, err := publishedEntries(t.Context())
	if err != nil {
		return err.Error()
	}
	model, err := subscriptionsOf(t.Context(), "gateway", "SELECT user_id, subscription_version, coalesce(subscription_status, '') FROM user_overview")
	if err != nil {
		return err.Error()
	}
	for id, was := range s.told {
		state := states[id]
		full, err := boss.try("GET", fmt.Sprintf("/api/users/full/%d", id), nil)
		if err != nil {
			return err.Error()
		}
		switch {
		case !slices.Contains(was.statuses, state.status):
			return fmt.Sprintf("user %d (%s) was told %v, and billing has %+v", id, was.email, was.statuses, state)
		case len(paid[id]) != 1 || slices.Collect(maps.Values(paid[id]))[0] != planAmount:
			return fmt.Sprintf("user %d (%s) has paid once, and billing's ledger has %v", id, was.email, paid[id])
		case !maps.Equal(entries[id], paid[id]):
			return fmt.Sprintf("user %d: the ledger's topic has %v, and billing %v", id, entries[id], paid[id])
		case published[id] != state:
			return fmt.Sprintf("user %d: the topic ends with %+v, and billing has %+v", id, published[id], state)
		case model[id] != state:
			return fmt.Sprintf("user %d: the read model has %+v, and billing %+v", id, model[id], state)
		case full.body["subscriptionStatus"] != state.status:
			return fmt.Sprintf("user %d: the list has %s, and billing %+v", id, full, state)
		case (full.body["typeCode"] == "SUBS") != (state.status == "active"):
			return fmt.Sprintf("user %d: the type is %v, and billing has %+v", id, full.body["typeCode"], state)
		}
	}
	return ""
}

// billingStates are the states of billing's users, with the status of the newest subscription itself. A user with several
// has paid for one that nobody was told of.
func billingStates(ctx context.Context) (map[int64]billed, error) {
	return subscriptionsOf(ctx, "billing", `SELECT user_id, u.version, string_agg(s.status, ' and ' ORDER BY s.id)
		FROM billing_users AS u JOIN subscriptions AS s USING (user_id) GROUP BY user_id, u.version`)
}

func subscriptionsOf(ctx context.Context, database, query string) (map[int64]billed, error) {
	found := map[int64]billed{}
	var id int64
	var b billed
	err := eachRow(ctx, muster.Databases[database], query, []any{&id, &b.version, &b.status}, func() { found[id] = b })
	return found, err
}

// ledgerOfBilling are the amounts of each user, by the ids of their entries.
func ledgerOfBilling(ctx context.Context) (map[int64]map[int64]int64, error) {
	found := map[int64]map[int64]int64{}
	var user, entry, amount int64
	err := eachRow(ctx, muster.Databases["billing"], "SELECT user_id, id, amount FROM ledger_entries", []any{&user, &entry, &amount}, func() {
		addEntry(found, user, entry, amount)
	})
	return found, err
}

func addEntry(ledger map[int64]map[int64]int64, user, entry, amount int64) {
	if ledger[user] == nil {
		ledger[user] = map[int64]int64{}
	}
	ledger[user][entry] = amount
}

// publishedStates are the newest states in billing's topic.
func publishedStates(ctx context.Context) (map[int64]billed, error) {
	found := map[int64]billed{}
	err := eachOf(ctx, "billing.subscription.v1", func(m kafka.Message) error {
		var state struct {
			UserID, Version int64
			Current         *struct{ Status string }
		}
		if m.Value == nil {
			return nil
		}
		if err := json.Unmarshal(m.Value, &state); err != nil || state.Current == nil {
			return err
		}
		if state.Version > found[state.UserID].version {
			found[state.UserID] = billed{state.Version, state.Current.Status}
		}
		return nil
	})
	return found, err
}

// publishedEntries are the ledger as its topic has it. An entry that comes again must be the same.
func publishedEntries(ctx context.Context) (map[int64]map[int64]int64, error) {
	found := map[int64]map[int64]int64{}
	err := eachOf(ctx, ledgerTopic, func(m kafka.Message) error {
		var e struct{ ID, UserID, Amount int64 }
		if err := json.Unmarshal(m.Value, &e); err != nil {
			return err
		}
		if before, again := found[e.UserID][e.ID]; again && before != e.Amount {
			return fmt.Errorf("entry %d is %d and %d", e.ID, before, e.Amount)
		}
		addEntry(found, e.UserID, e.ID, e.Amount)
		return nil
	})
	return found, err
}
