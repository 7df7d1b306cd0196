package e2e_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"testing"
)

// secondGateway starts another replica of the gateway for the test, and returns its address.
func secondGateway(t *testing.T) string {
	t.Helper()
	var replica struct{ Name, URL string }
	if err := json.Unmarshal(post(t, muster.Control+"/services/gateway/replicate", nil), &replica); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { post(t, muster.Control+"/services/"+replica.Name+"/pause", nil) })
	return replica.URL
}

// mixer is a client that writes through one replica of the gateway and reads through another.
type mixer struct {
	*looper
	write, read string // the replicas
	plan        any
	user        *client // nil before the first registration, and after a deletion
	status      any     // of the user's subscription, as it must be
	names       [2]any  // first and last name, as they must be
}

// operation is a write of a mixer. can says whether the user's state allows it. do writes, and keeps what must be visible
// then.
type operation struct {
	name string
	can  func(m *mixer) bool
	do   func(m *mixer) error
}

var operations = []operation{
	{"register", func(m *mixer) bool { return m.user == nil }, (*mixer).join},
	{"profile update", (*mixer).exists, func(m *mixer) error {
		m.names[0] = fmt.Sprint("First ", counter.Add(1))
		_, err := m.expect(m.as(m.write), http.StatusOK, "PUT", "/api/users/me", object{"firstName": m.names[0]})
		return err
	}},
	{"admin update", (*mixer).exists, func(m *mixer) error {
		boss, err := m.adminAt(m.write)
		if err != nil {
			return err
		}
		m.names[1] = fmt.Sprint("Last ", counter.Add(1))
		_, err = m.expect(boss, http.StatusOK, "PUT", fmt.Sprintf("/api/users/%d", m.user.id()), object{"lastName": m.names[1]})
		return err
	}},
	{"subscribe", func(m *mixer) bool { return m.exists() && m.status == nil }, (*mixer).subscribe},
	{"cancel", func(m *mixer) bool { return m.exists() && m.status == "active" }, func(m *mixer) error {
		m.status = "canceled"
		_, err := m.expect(m.as(m.write), http.StatusOK, "POST", "/api/billing/subscription/cancel", object{"mode": "now"})
		return err
	}},
	{"delete", (*mixer).exists, (*mixer).leave},
}

func (m *mixer) exists() bool { return m.user != nil }

// as is the user's client of a replica.
func (m *mixer) as(replica string) *client {
	c := *m.user
	c.base = replica
	return &c
}

func (m *mixer) adminAt(replica string) (*client, error) {
	boss, err := m.admin()
	if err != nil {
		return nil, err
	}
	c := *boss
	c.base = replica
	return &c, nil
}

func (m *mixer) join() error {
	c := &client{t: m.t, email: uniqueEmail("mixed"), base: m.write}
	a, err := m.expect(c, http.StatusCreated, "POST", "/api/auth/register", object{"email": c.email, "password": password})
	if err != nil {
		return err
	}
	m.user, m.status, m.names = c, nil, [2]any{}
	return c.enter(a)
}

// subscribe pays at the provider and looks at the checkout, as the page does to which the provider leads back. From then on the
// subscription must be visible, whether this request or a webhook has written it.
func (m *mixer) subscribe() error {
	order := object{"planId": m.plan, "successUrl": origin, "cancelUrl": origin}
	checkout, err := m.expect(m.as(m.write), http.StatusCreated, "POST", "/api/billing/checkout-sessions", order)
	if err != nil {
		return err
	}
	page, _ := checkout.body["url"].(string)
	resp, err := httpClient.PostForm(page, url.Values{"outcome": {"pay"}})
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther {
		return fmt.Errorf("paying answers %s", resp.Status)
	}
	m.status = "active"
	session, _ := checkout.body["id"].(string)
	done, err := m.expect(m.as(m.write), http.StatusOK, "GET", "/api/billing/checkout-sessions/"+session, nil)
	if err == nil && done.body["status"] != "complete" {
		err = fmt.Errorf("after the payment: %s", done)
	}
	return err
}

func (m *mixer) leave() error {
	gone := m.as(m.read)
	if _, err := m.expect(m.as(m.write), http.StatusNoContent, "DELETE", fmt.Sprintf("/api/users/%d", m.user.id()), nil); err != nil {
		return err
	}
	m.user = nil
	return m.sees(gone, nil)
}

// sees checks what the other replica answers: the full user in the list, and to the user. want is nil for a user who must
// be gone.
func (m *mixer) sees(c *client, want object) error {
	boss, err := m.adminAt(m.read)
	if err != nil {
		return err
	}
	found, err := m.expect(boss, http.StatusOK, "GET", list("/api/users/full", encode(object{"email": c.email}), ""), nil)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if want == nil {
		status = http.StatusUnauthorized
	}
	me, err := m.expect(c, status, "GET", "/api/users/me", nil)
	if err != nil || want == nil {
		if rows := found.list(); err == nil && len(rows) > 0 {
			err = fmt.Errorf("stale: a deleted user is listed: %s", found)
		}
		return err
	}
	rows := found.list()
	if len(rows) != 1 {
		return fmt.Errorf("stale: %d rows of user %d", len(rows), c.id())
	}
	for name, value := range want {
		if rows[0][name] != value {
			return fmt.Errorf("stale: the list has %s %v, want %v", name, rows[0][name], value)
		}
		if shown, has := me.body[name]; has && shown != value {
			return fmt.Errorf("stale: the user has %s %v, want %v", name, shown, value)
		}
	}
	return nil
}

// turn makes one random write through one replica and reads what it has changed through the other.
func (m *mixer) turn() error {
	if rand.N(2) == 0 {
		m.write, m.read = m.read, m.write
	}
	possible := slices.DeleteFunc(slices.Clone(operations), func(o operation) bool { return !o.can(m) })
	o := possible[rand.N(len(possible))]
	if err := o.do(m); err != nil {
		return fmt.Errorf("%s: %w", o.name, err)
	}
	if m.user == nil {
		return nil
	}
	kind := "NONS"
	if m.status == "active" {
		kind = "SUBS"
	}
	want := object{"id": m.user.user["id"], "firstName": m.names[0], "lastName": m.names[1], "subscriptionStatus": m.status, "typeCode": kind}
	if err := m.sees(m.as(m.read), want); err != nil {
		return fmt.Errorf("after %s: %w", o.name, err)
	}
	return nil
}

// TestWritesThroughOneReplicaAreReadThroughAnotherInALoop mixes all writes of a user's life.
func TestWritesThroughOneReplicaAreReadThroughAnotherInALoop(t *testing.T) {
	second := secondGateway(t)
	plan := admin(t).want(http.StatusCreated, "POST", "/api/billing/plans", object{
		"name": "Mixed", "interval": "month", "intervalCount": 1, "amount": 700, "currency": "usd",
	}).body["id"]
	loopRounds(t, 4*defaultRounds, func(l *looper) (*mixer, error) {
		return &mixer{looper: l, write: muster.Gateway, read: second, plan: plan}, nil
	}, func(_ *looper, m *mixer) error { return m.turn() })
}
