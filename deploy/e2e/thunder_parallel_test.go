package e2e_test

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
)

// parallelThunder sends n requests at the same time, and returns their answers in the order of the requests.
func parallelThunder(t *testing.T, n int, request func(n int) (answer, error)) []answer {
	t.Helper()
	answers := make([]answer, n)
	var all errgroup.Group
	for i := range answers {
		all.Go(func() (err error) {
			answers[i], err = request(i)
			return err
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	return answers
}

func TestParallelThunderCreates(t *testing.T) {
	const users = 200
	prefix := uniqueEmail("thunder-parallel")
	answers := parallelThunder(t, users, func(n int) (answer, error) {
		return (&client{}).thunder("POST", "/users", thunderUser(fmt.Sprintf("%d-%s", n, prefix), thunderPassword, object{"n": n}), "")
	})
	for n, a := range answers {
		if a.status != http.StatusCreated {
			t.Errorf("create %d: %s", n, a)
		}
	}
	found := admin(t).want(http.StatusOK, "GET", list("/api/users", fmt.Sprintf(`{"email":%q}`, prefix), ""), nil)
	if found.body["total"] != float64(users) {
		t.Errorf("%v users are listed", found.body["total"])
	}
}

// TestParallelThunderCreatesOfOneAddress has one winner, in whatever case the address is written, and the user has what
// the winner sent.
func TestParallelThunderCreatesOfOneAddress(t *testing.T) {
	const requests = 200
	email := uniqueEmail("thunder-same")
	answers := parallelThunder(t, requests, func(n int) (answer, error) {
		address := email
		if n%2 == 1 {
			address = strings.ToUpper(email)
		}
		return (&client{}).thunder("POST", "/users", thunderUser(address, fmt.Sprint("password ", n), object{"n": n}), "")
	})
	statuses, winner := map[int]int{}, 0
	for n, a := range answers {
		statuses[a.status]++
		if a.status == http.StatusCreated {
			winner = n
		}
	}
	if statuses[http.StatusCreated] != 1 || statuses[http.StatusConflict] != requests-1 {
		t.Fatalf("statuses %v", statuses)
	}
	c := &client{t: t}
	got := c.wantThunder(http.StatusOK, "GET", "/users"+named(email), nil, fmt.Sprint("password ", winner))
	if created := answers[winner].body; !reflect.DeepEqual(got.body, created) || created["n"] != float64(winner) {
		t.Errorf("the user is %s, created was %s", got, answers[winner])
	}
}

// TestParallelThunderUpdates changes one user at the same time. Each answer shows what its request sent, at a time of its
// own, and the latest is what is stored.
func TestParallelThunderUpdates(t *testing.T) {
	const requests = 50
	email := uniqueEmail("thunder-updates")
	c := &client{t: t}
	created := c.wantThunder(http.StatusCreated, "POST", "/users", thunderUser(email, thunderPassword, nil), "")
	// Some send the password, which is hashed anew, others what was stored, as a client does that sends back what it has
	// read. It is the same password, so nobody is locked out.
	passwords := []string{thunderPassword, fmt.Sprint(created.body["password"])}
	answers := parallelThunder(t, requests, func(n int) (answer, error) {
		return (&client{}).thunder("PUT", "/users", thunderUser(email, passwords[n%2], object{"n": n, "even": n%2 == 0}), thunderPassword)
	})
	latest, times, hashes := object{"lastUpdateTime": 0.0}, map[any]int{}, map[any]bool{}
	for n, a := range answers {
		if a.status != http.StatusOK || a.body["n"] != float64(n) || a.body["even"] != (n%2 == 0) {
			t.Fatalf("update %d: %s", n, a)
		}
		at, _ := a.body["lastUpdateTime"].(float64)
		if before, twice := times[at]; twice {
			t.Errorf("updates %d and %d have the time %.0f", before, n, at)
		}
		times[at], hashes[a.body["password"]] = n, true
		if at > latest["lastUpdateTime"].(float64) {
			latest = a.body
		}
	}
	got := c.wantThunder(http.StatusOK, "GET", "/users"+named(email), nil, thunderPassword).body
	if !hashes[got["password"]] {
		t.Errorf("no answer has the password %v", got["password"])
	}
	latest["password"] = got["password"] // the last hash need not belong to the last properties
	if !reflect.DeepEqual(got, latest) {
		t.Errorf("the user is %v, the latest update was %v", got, latest)
	}
}
