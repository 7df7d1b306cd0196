//go:build restore

package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// backup dumps a service's database and returns the command that restores it while the service is stopped, as
// deploy/OPERATIONS.md says.
func backup(t *testing.T, service string) (restore func()) {
	t.Helper()
	file := filepath.Join(t.TempDir(), service+".dump")
	command(t, "pg_dump", "--format=custom", "--file="+file, muster.Databases[service])
	server, err := url.Parse(muster.Databases[service])
	if err != nil {
		t.Fatal(err)
	}
	server.Path = "postgres"
	return func() {
		t.Helper()
		command(t, "pg_restore", "--clean", "--create", "--if-exists", "--exit-on-error", "--dbname="+server.String(), file)
	}
}

// command runs a program that must succeed.
func command(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s (this test needs PostgreSQL's client programs): %v\n%s", name, err, out)
	}
}

// prepare runs "<service> restored".
func prepare(t *testing.T, service string) (output string, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(filepath.Dir(muster.Logs), "bin", service), "restored")
	cmd.Env = append(os.Environ(), strings.ToUpper(service)+"_POSTGRES_URL="+muster.Databases[service])
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// restored restores a service's database, lets the service catch up and heal, and the others follow. heal is nil if the
// service makes nothing again.
func restored(t *testing.T, service string, restore, heal func()) {
	t.Helper()
	if out, err := prepare(t, service); err == nil || !strings.Contains(out, "is running") {
		t.Errorf("the versions of a running service: %v %s", err, out)
	}
	restarted := func(work func()) {
		t.Helper()
		post(t, muster.Control+"/services/"+service+"/pause", nil)
		work()
		if out, err := prepare(t, service); err != nil || !strings.Contains(out, "raised the versions") {
			t.Fatalf("%v: %s", err, out)
		}
		post(t, muster.Control+"/services/"+service+"/resume", nil)
		eventually(t, time.Minute, service+" has read all topics", func() bool { return caughtUp(t, service) })
	}
	restarted(restore)
	if heal != nil {
		heal()
		restarted(func() {}) // What the service has made again since then begins with low versions.
	}
	operate(t, []string{"published"}, service, "state", "republish", "--all")
}

// caughtUp reports whether a service has applied or parked everything in its topics.
func caughtUp(t *testing.T, service string) bool {
	t.Helper()
	out, code := ops(t, service, "topics", "list", "--json")
	var page struct {
		Data []struct{ Next, End int64 }
	}
	if code != 0 || json.Unmarshal([]byte(out), &page) != nil || len(page.Data) == 0 {
		return false // it does not serve yet
	}
	for _, p := range page.Data {
		if p.Next < p.End {
			return false
		}
	}
	return true
}

// dropParked drops the parked records of a user.
func dropParked(t *testing.T, service, key string) {
	t.Helper()
	var page struct {
		Data []struct {
			ID  int64
			Key string
		}
	}
	if err := json.Unmarshal([]byte(operate(t, nil, service, "parked", "list", "--json", "--limit", "200")), &page); err != nil {
		t.Fatal(err)
	}
	for _, r := range page.Data {
		if r.Key == key {
			operate(t, []string{"dropped"}, service, "parked", "drop", fmt.Sprint(r.ID), "--yes")
		}
	}
}

// fullUser is what administrators see of a user, from the gateway's read model.
func fullUser(boss *client, of *client) object {
	return boss.want(http.StatusOK, "GET", fmt.Sprintf("/api/users/full/%d", of.id()), nil).body
}

// TestARestoredDirectoryIsFollowed restores directory's database to a time before acknowledged writes.
func TestARestoredDirectoryIsFollowed(t *testing.T) {
	boss, renamed, closed, deleted := admin(t), verified(t, "restored"), verified(t, "restored-closed"), verified(t, "restored-deleted")
	change := func(c *client, members object) {
		t.Helper()
		boss.want(http.StatusOK, "PUT", fmt.Sprintf("/api/users/%d", c.id()), members)
	}
	change(renamed, object{"lastName": "Before"})
	restore := backup(t, "directory")
	for n := range 3 {
		change(renamed, object{"lastName": fmt.Sprint("Lost", n)})
	}
	change(closed, object{"isActive": false})
	boss.want(http.StatusNoContent, "DELETE", fmt.Sprintf("/api/users/%d", deleted.id()), nil)
	gone := verified(t, "restored-gone")
	closed.want(http.StatusForbidden, "POST", "/api/auth/login", object{"email": closed.email, "password": password})

	restored(t, "directory", restore, func() {})

	eventually(t, 30*time.Second, "the gateway shows the restored state", func() bool { return fullUser(boss, renamed)["lastName"] == "Before" })
	eventually(t, 30*time.Second, "identity follows the restored state", func() bool {
		return closed.do("POST", "/api/auth/login", object{"email": closed.email, "password": password}).status == http.StatusOK
	})
	change(renamed, object{"lastName": "After"}) // visible at once again
	if got := fullUser(boss, renamed)["lastName"]; got != "After" {
		t.Errorf("a write after the restore: %v", got)
	}
	if fresh := verified(t, "restored-fresh"); fresh.id() <= gone.id() {
		t.Errorf("the new user %d has the number of a lost one", fresh.id())
	}
	deleted.want(http.StatusUnauthorized, "POST", "/api/auth/login", object{"email": deleted.email, "password": password})
	path := fmt.Sprintf("/api/users/%d", deleted.id())
	boss.want(http.StatusOK, "GET", path, nil) // lives again here, without an account
	if a := boss.do("DELETE", path, nil); a.status != http.StatusNoContent {
		t.Errorf("delete the user again: %s", a)
	}
	boss.want(http.StatusNotFound, "GET", path, nil)
	change(gone, object{"lastName": "Back"}) // Identity's topic still had the registration.
	if got := fullUser(boss, gone); got["lastName"] != "Back" || got["verifiedAt"] != nil {
		t.Errorf("the user who was registered after the backup: %v", got)
	}
}

// TestARestoredIdentityGivesNoNumberTwice restores identity's database to a time before a registration.
func TestARestoredIdentityGivesNoNumberTwice(t *testing.T) {
	boss, kept, deleted := admin(t), verified(t, "restored-kept"), verified(t, "restored-deleted")
	restore := backup(t, "identity")
	gone := verified(t, "restored-lost")
	boss.want(http.StatusNoContent, "DELETE", fmt.Sprintf("/api/users/%d", deleted.id()), nil)
	kept.want(http.StatusOK, "POST", "/api/auth/login", object{"email": kept.email, "password": password})

	restored(t, "identity", restore, nil)

	eventually(t, 30*time.Second, "people sign in", func() bool {
		return kept.do("POST", "/api/auth/login", object{"email": kept.email, "password": password}).status == http.StatusOK
	})
	deleted.want(http.StatusUnauthorized, "POST", "/api/auth/login", object{"email": deleted.email, "password": password})
	if fresh := verified(t, "restored-new"); fresh.id() <= gone.id() {
		t.Errorf("the new user %d has the number of a lost one, %d", fresh.id(), gone.id())
	}
	gone.want(http.StatusUnauthorized, "POST", "/api/auth/login", object{"email": gone.email, "password": password})
	key := fmt.Sprint(gone.id())
	if a := admin(t).do("DELETE", "/api/users/"+key, nil); a.status != http.StatusNoContent { // pending: no account can follow
		t.Errorf("delete the user without an account: %s", a)
	}
	dropParked(t, "identity", key)
	again := &client{t: t, email: gone.email}
	again.signedIn(again.want(http.StatusCreated, "POST", "/api/auth/register", object{"email": gone.email, "password": password}))
	if again.id() == gone.id() {
		t.Errorf("the number %d was given twice", again.id())
	}
}

// TestARestoredBillingAgreesWithStripe restores billing's database to a time before a payment.
func TestARestoredBillingAgreesWithStripe(t *testing.T) {
	boss, late := admin(t), verified(t, "restored-late")
	paying(t, boss, "restored-early")
	late.do("GET", "/api/billing/subscription", nil) // billing knows the user
	plan := boss.want(http.StatusOK, "GET", "/api/billing/plans", nil).list()[0]
	restore := backup(t, "billing")
	session := late.want(http.StatusCreated, "POST", "/api/billing/checkout-sessions", object{
		"planId": plan["id"], "successUrl": origin + "/thanks", "cancelUrl": origin + "/plans",
	})
	pay(t, session.body["url"].(string))
	if got := fullUser(boss, late)["subscriptionStatus"]; got != "active" {
		t.Fatalf("after the payment: %v", got)
	}
	before, newest := books(t)

	restored(t, "billing", restore, func() {
		run := boss.do("POST", "/api/billing/reconciliation-runs", nil)
		id, _ := run.body["id"].(float64)
		eventually(t, time.Minute, "the reconciliation ends", func() bool {
			return boss.do("GET", fmt.Sprintf("/api/billing/reconciliation-runs/%.0f", id), nil).body["status"] == "done"
		})
		eventually(t, time.Minute, "the ledger is complete", func() bool {
			after, last := books(t)
			return maps.Equal(before, after) && last > newest
		})
	})

	eventually(t, time.Minute, "the gateway shows the subscription of the restored state", func() bool { return subscriptionVersion(t, late) > raised })
	if got := fullUser(boss, late)["subscriptionStatus"]; got != "active" {
		t.Errorf("the subscription that began after the backup: %v", got)
	}
}

// raised is how far "restored" raises versions.
const raised = 1_000_000

// subscriptionVersion is the version of a user's subscription that the gateway has.
func subscriptionVersion(t *testing.T, of *client) (version int64) {
	t.Helper()
	db, err := pgx.Connect(t.Context(), muster.Databases["gateway"])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(context.Background()) }()
	if err := db.QueryRow(t.Context(), "SELECT subscription_version FROM user_overview WHERE user_id = $1", of.id()).Scan(&version); err != nil {
		t.Fatal(err)
	}
	return version
}

// books returns the sums of the ledger and the number of its newest entry.
func books(t *testing.T) (amounts map[string]int64, newest int64) {
	t.Helper()
	db, err := pgx.Connect(t.Context(), muster.Databases["billing"])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(context.Background()) }()
	if err := db.QueryRow(t.Context(), "SELECT max(id) FROM ledger_entries").Scan(&newest); err != nil {
		t.Fatal(err)
	}
	return sums(t, db, "SELECT currency, sum(amount)::bigint FROM ledger_entries GROUP BY currency"), newest
}
