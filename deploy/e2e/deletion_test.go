package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// whose is a subscriber whose personal data is distinguishable from all other text.
type whose struct {
	*client
	secrets  []string // texts that occur only in this person's data
	customer string   // at Stripe
}

// subscribed registers, verifies and subscribes a user whose personal data occurs nowhere else.
func subscribed(t *testing.T, boss *client, name string) whose {
	t.Helper()
	mark := fmt.Sprintf("%s%dx%d", name, run%1_000_000, counter.Add(1))
	w := whose{
		client:  &client{t: t, email: "mail" + mark + "@example.com"},
		secrets: []string{"mail" + mark, "user" + mark, "first" + mark, "last" + mark, "for=" + mark},
	}
	w.signedIn(w.want(http.StatusCreated, "POST", "/api/auth/register", object{
		"email": w.email, "password": password, "username": "user" + mark, "firstName": "first" + mark, "lastName": "last" + mark,
	}))
	w.want(http.StatusOK, "POST", "/api/auth/verify-email", object{"email": w.email, "code": mailedCode(t, w.email)})
	plan := boss.want(http.StatusCreated, "POST", "/api/billing/plans", object{
		"name": "Deletion Monthly", "interval": "month", "intervalCount": 1, "amount": 900, "currency": "usd",
	})
	session := w.want(http.StatusCreated, "POST", "/api/billing/checkout-sessions", object{
		"planId": plan.body["id"], "successUrl": origin + "/thanks?for=" + mark, "cancelUrl": origin + "/plans?for=" + mark,
	})
	pay(t, session.body["url"].(string))
	row := boss.want(http.StatusOK, "GET", fmt.Sprintf("/api/users/full/%d", w.id()), nil)
	w.customer, _ = row.body["stripeCustomerId"].(string)
	if w.customer == "" || row.body["subscriptionStatus"] != "active" {
		t.Fatalf("not subscribed: %s", row)
	}
	return w
}

// atStripe fetches the customer from the provider.
func atStripe(t *testing.T, path string) answer {
	t.Helper()
	c := &client{t: t, token: muster.StripeKey}
	return c.do("GET", muster.Stripe+path, nil)
}

// cancelledAtStripe reports whether the provider has nothing left to charge and no personal data.
func cancelledAtStripe(t *testing.T, w whose) bool {
	t.Helper()
	subs := atStripe(t, "/v1/subscriptions?status=all&customer="+w.customer)
	for _, sub := range subs.list() {
		if sub["status"] != "canceled" {
			return false
		}
	}
	customer := atStripe(t, "/v1/customers/"+w.customer)
	return subs.status == http.StatusOK && len(subs.list()) == 1 && !containsAny(customer.text, w.secrets)
}

func containsAny(text string, parts []string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}

// gone checks that a deleted user is eventually removed everywhere.
func gone(t *testing.T, boss *client, w whose) {
	t.Helper()
	eventually(t, 30*time.Second, "the subscription is cancelled and the customer is nobody", func() bool { return cancelledAtStripe(t, w) })
	eventually(t, 30*time.Second, "nobody signs in with the address", func() bool {
		return w.do("POST", "/api/auth/login", object{"email": w.email, "password": password}).status == http.StatusUnauthorized
	})
	if a := w.do("GET", "/api/users/me", nil); a.status != http.StatusUnauthorized {
		t.Errorf("the token of a deleted user: %s", a)
	}
	for _, path := range []string{"/api/users/%d", "/api/users/full/%d"} {
		if a := boss.do("GET", fmt.Sprintf(path, w.id()), nil); a.status != http.StatusNotFound {
			t.Errorf("GET %s: %s", path, a)
		}
	}
	eventually(t, 30*time.Second, "no database knows anything personal", func() bool {
		found := findEverywhere(t, w.secrets)
		if len(found) > 0 {
			t.Logf("still in %s", strings.Join(found, ", "))
		}
		return len(found) == 0
	})
	again := &client{t: t, email: w.email}
	again.signedIn(again.want(http.StatusCreated, "POST", "/api/auth/register", object{"email": w.email, "password": password}))
	if again.id() == w.id() {
		t.Errorf("the next owner of the address has the id of the last")
	}
}

// TestDeletionLeavesNothingPersonal deletes a subscriber who used every feature, and searches for their data in every
// column of every table of the four databases.
func TestDeletionLeavesNothingPersonal(t *testing.T) {
	boss := admin(t)
	w := subscribed(t, boss, "erased")
	for _, part := range w.secrets {
		if len(findEverywhere(t, []string{part})) == 0 {
			t.Fatalf("the search does not find %s of a living user: it would find nothing of a dead one", part)
		}
	}
	w.want(http.StatusNoContent, "DELETE", fmt.Sprintf("/api/users/%d", w.id()), nil)
	if a := w.do("DELETE", fmt.Sprintf("/api/users/%d", w.id()), nil); a.status != http.StatusUnauthorized {
		t.Errorf("the deleted user deletes again: %s", a)
	}
	if a := boss.do("DELETE", fmt.Sprintf("/api/users/%d", w.id()), nil); a.status != http.StatusNotFound {
		t.Errorf("again: %s", a)
	}
	gone(t, boss, w)
}

// TestDeletionReachesWhoIsDown deletes a subscriber while a part of the system is down. The request is answered as
// pending, and the part completes the deletion by itself when it is up again.
func TestDeletionReachesWhoIsDown(t *testing.T) {
	for _, part := range []string{"identity", "billing", "kafka"} {
		t.Run(part, func(t *testing.T) {
			boss := admin(t)
			w := subscribed(t, boss, "down"+part)
			pause(t, part)
			back := onceResume(t, part)
			defer back()
			a := w.do("DELETE", fmt.Sprintf("/api/users/%d", w.id()), nil)
			if a.status != http.StatusNoContent {
				t.Fatalf("deleting without %s: %s", part, a)
			}
			if pending := a.header.Get("X-Consistency"); part != "billing" && pending != "pending" {
				t.Errorf("X-Consistency: %q without %s", pending, part)
			}
			if part != "kafka" { // the gateway receives the deletion
				if a := w.do("GET", "/api/users/me", nil); a.status != http.StatusUnauthorized {
					t.Errorf("the deleted user's token without %s: %s", part, a)
				}
			}
			back()
			eventually(t, 30*time.Second, "the gateway has received the deletion", func() bool {
				return boss.do("GET", fmt.Sprintf("/api/users/full/%d", w.id()), nil).status == http.StatusNotFound
			})
			gone(t, boss, w)
		})
	}
}

// TestDeactivationReachesIdentityLater: while identity is away, the gateway refuses the user's token by itself.
func TestDeactivationReachesIdentityLater(t *testing.T) {
	boss := admin(t)
	c := register(t, "deactivated")
	pause(t, "identity")
	back := onceResume(t, "identity")
	defer back()
	if a := boss.do("PUT", fmt.Sprintf("/api/users/%d", c.id()), object{"isActive": false}); a.status != http.StatusOK {
		t.Fatalf("deactivate: %s", a)
	}
	if a := c.do("GET", "/api/users/me", nil); a.status != http.StatusUnauthorized {
		t.Errorf("the deactivated user's token: %s", a)
	}
	back()
	eventually(t, 30*time.Second, "identity has followed", func() bool {
		a := c.do("POST", "/api/auth/login", object{"email": c.email, "password": password})
		return a.status == http.StatusForbidden && a.body["code"] == "ACCOUNT_INACTIVE"
	})
}

// pause stops a part. Each service must have checked a token before: the first check fetches identity's keys, which
// needs identity.
func pause(t *testing.T, part string) {
	t.Helper()
	boss := admin(t)
	boss.want(http.StatusOK, "GET", "/api/users/me", nil)
	boss.want(http.StatusOK, "GET", "/api/billing/coupons", nil)
	post(t, muster.Control+"/services/"+part+"/pause", nil)
}

// onceResume resumes a part on the first call, and waits until the system answers again.
func onceResume(t *testing.T, part string) func() {
	resumed := false
	return func() {
		t.Helper()
		if resumed {
			return
		}
		resumed = true
		resume(t, part)
		eventually(t, time.Minute, "the system answers again", func() bool {
			boss := &client{t: t}
			a := boss.do("POST", "/api/auth/login", object{"email": muster.Admin.Email, "password": muster.Admin.Password})
			boss.token, _ = a.body["accessToken"].(string)
			return a.status == http.StatusOK && boss.do("GET", "/api/users/me", nil).status == http.StatusOK &&
				boss.do("GET", "/api/billing/coupons", nil).status == http.StatusOK
		})
	}
}

// findEverywhere returns the columns of all databases that contain one of the texts.
func findEverywhere(t *testing.T, texts []string) []string {
	t.Helper()
	var found []string
	for name, url := range muster.Databases {
		found = append(found, findIn(t, name, url, texts)...)
	}
	slices.Sort(found)
	return found
}

func findIn(t *testing.T, name, url string, texts []string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	db, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	defer func() { _ = db.Close(context.WithoutCancel(ctx)) }()
	columns, err := pgx.CollectRows(must(db.Query(ctx, `SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns
		WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'bytea', 'ARRAY')`)),
		pgx.RowToStructByPos[struct{ Schema, Table, Column, Type string }])
	if err != nil || len(columns) == 0 {
		t.Fatalf("columns of %s: %d, %v", name, len(columns), err)
	}
	var found []string
	for _, c := range columns {
		column := pgx.Identifier{c.Column}.Sanitize()
		text := column + "::text"
		if c.Type == "bytea" {
			text = "encode(" + column + ", 'escape')"
		}
		query := fmt.Sprintf(`SELECT EXISTS (SELECT 1 FROM %s WHERE lower(%s) LIKE ANY ($1))`, pgx.Identifier{c.Schema, c.Table}.Sanitize(), text)
		var there bool
		if err := db.QueryRow(ctx, query, patterns(texts)).Scan(&there); err != nil {
			t.Fatalf("%s.%s.%s: %v", name, c.Table, c.Column, err)
		}
		if there {
			found = append(found, name+"."+c.Table+"."+c.Column)
		}
	}
	return found
}

func patterns(texts []string) []string {
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = "%" + strings.ToLower(text) + "%"
	}
	return all
}

// must stores a query's error until its rows are read.
func must(rows pgx.Rows, _ error) pgx.Rows { return rows }
