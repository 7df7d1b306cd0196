package e2e_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"
)

// TestFilledUsersAreUsers fills a stack as `make bench-data` does and uses the filled users like registered ones.
func TestFilledUsersAreUsers(t *testing.T) {
	house := fillStack(t, 2000)
	boss, err := house.admin()
	if err != nil {
		t.Fatal(err)
	}
	boss.t = t

	t.Run("both lists agree on them", func(t *testing.T) {
		users, full := everyRow(t, boss, "/api/users"), everyRow(t, boss, "/api/users/full")
		if len(users) != 2001 || len(full) != 2001 { // plus the administrator
			t.Fatalf("%d users, %d full users", len(users), len(full))
		}
		for i, u := range users {
			if !maps.Equal(u, partOf(full[i], u)) {
				t.Fatalf("the user\n%v is in the full list\n%v", u, full[i])
			}
		}
	})
	t.Run("the lists are those of plain SQL", func(t *testing.T) {
		for _, c := range listCases {
			house.compare(t, c)
		}
	})
	t.Run("the metrics are those of plain SQL", func(t *testing.T) { house.compareMetrics(t) })
	for _, filter := range []string{
		`{"subscriptionStatus":"active","promotionCode":"SUMMER20"}`, `{"subscriptionStatus":"trialing","promotionCode":"FREEMONTH"}`,
		`{"subscriptionStatus":"past_due"}`, `{"subscriptionStatus":"canceled","promotionCode":"!null"}`, `{"subscriptionStatus":"null","verifiedAt":"null"}`,
	} {
		t.Run("changed and deleted: "+filter, func(t *testing.T) { changeAndDelete(t, house, boss, filter) })
	}
	t.Run("who registers next has an id of their own", func(t *testing.T) {
		c := &client{t: t, base: house.Gateway}
		c.signedIn(c.want(http.StatusCreated, "POST", "/api/auth/register", object{"email": uniqueEmail("next"), "password": password}))
		if c.id() != 2002 {
			t.Errorf("got %d", c.id())
		}
	})
	if n := countParked(t, house); n > 0 {
		t.Errorf("%d records could not be applied", n)
	}
}

// everyRow reads all pages of a list.
func everyRow(t *testing.T, c *client, path string) []object {
	t.Helper()
	var rows []object
	for page := 1; ; page++ {
		got := c.want(http.StatusOK, "GET", list(path, "", "", "perPage", "1000", "page", fmt.Sprint(page)), nil).list()
		if len(got) == 0 {
			return rows
		}
		rows = append(rows, got...)
	}
}

// partOf returns the members of one object that another one also has.
func partOf(whole, like object) object {
	part := object{}
	for name, value := range whole {
		if _, has := like[name]; has {
			part[name] = value
		}
	}
	return part
}

// changeAndDelete changes everything that other services act on for the first user that the filter finds, then deletes
// the user. [client.want] checks that each answer is settled, and billing's answer must not change.
func changeAndDelete(t *testing.T, house *filled, boss *client, filter string) {
	found := boss.want(http.StatusOK, "GET", list("/api/users/full", filter, ""), nil).list()
	if len(found) == 0 {
		t.Fatal("nobody is like that")
	}
	before := found[0]
	path := fmt.Sprintf("/api/users/%.0f", before["id"])
	full := fmt.Sprintf("/api/users/full/%.0f", before["id"])
	change := object{"email": uniqueEmail("moved"), "lastName": "Lovelace", "isActive": before["isActive"] != true}
	boss.want(http.StatusOK, "PUT", path, change)
	if before["subscriptionId"] != nil {
		eventually(t, time.Minute, "billing has followed the user", func() bool { return billingHasFollowed(t, house, before["id"]) })
	}
	after := boss.want(http.StatusOK, "GET", full, nil).body
	for name, value := range change {
		if after[name] != value {
			t.Errorf("%s is %v, want %v", name, after[name], value)
		}
	}
	changed := append(slices.Collect(maps.Keys(change)), "updatedAt")
	for name, value := range before {
		if after[name] != value && !slices.Contains(changed, name) {
			t.Errorf("%s was %v and is %v", name, value, after[name])
		}
	}
	boss.want(http.StatusNoContent, "DELETE", path, nil)
	boss.want(http.StatusNotFound, "GET", path, nil)
	boss.want(http.StatusNotFound, "GET", full, nil)
}

func billingHasFollowed(t *testing.T, house *filled, userID any) (followed bool) {
	t.Helper()
	err := house.conn(t, "gateway").QueryRow(t.Context(),
		"SELECT subscription_user_version >= user_access_version FROM user_overview WHERE user_id = $1", userID).Scan(&followed)
	if err != nil {
		t.Fatal(err)
	}
	return followed
}

// countParked counts the parked records in all databases.
func countParked(t *testing.T, house *filled) (total int) {
	t.Helper()
	for database := range house.Databases {
		var n int
		if err := house.conn(t, database).QueryRow(context.Background(), "SELECT count(*) FROM parked").Scan(&n); err != nil {
			t.Fatal(err)
		}
		total += n
	}
	return total
}

// fillStack starts a stack that was filled as `make bench-data` does it.
func fillStack(t testing.TB, users int) *filled {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "muster-filled-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // as root, PostgreSQL runs as another user
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	// With the services of the running stack, which are up to date, nothing is built.
	if err := os.CopyFS(filepath.Join(data, "bin"), os.DirFS(filepath.Join(filepath.Dir(muster.Logs), "bin"))); err != nil {
		t.Fatal(err)
	}
	fill := exec.CommandContext(t.Context(), "go", "run", "./deploy/local/cmd/benchdata", "--users", strconv.Itoa(users), "--dir", data)
	fill.Dir = root
	if out, err := fill.CombinedOutput(); err != nil {
		t.Fatalf("fill: %v\n%s", err, out)
	}
	return openFilled(t, root, data)
}
