package identity_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"muster/services/identity/internal/identity"
)

// directory is a model of directory: users with distinct addresses whose records go out in order, user by user.
type directory struct {
	email   map[int64]string // of the living
	version map[int64]int64
	records map[int64][]identity.User // by user
}

func (d *directory) put(id int64, email string) {
	d.version[id]++
	u := user(id, d.version[id], email)
	if email == "" {
		u = gone(id, d.version[id])
		delete(d.email, id)
	} else {
		d.email[id] = email
	}
	d.records[id] = append(d.records[id], u)
}

func (d *directory) taken(email string) bool {
	for _, e := range d.email {
		if e == email {
			return true
		}
	}
	return false
}

// Whatever directory did, and in whatever order the records of different users come, late and repeated, in the end
// everybody signs in with the address that directory has for them, and nobody with any other.
func TestAddressesConvergeProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := newHouse(t)
		d := &directory{email: map[int64]string{}, version: map[int64]int64{}, records: map[int64][]identity.User{}}
		var ids []int64
		for i := range 4 {
			email := fmt.Sprintf("e%d@example.com", i)
			id := h.register(email).UserID
			d.put(id, email)
			ids = append(ids, id)
		}
		for range rapid.IntRange(0, 14).Draw(r, "changes") {
			id := rapid.SampledFrom(ids).Draw(r, "user")
			email := fmt.Sprintf("e%d@example.com", rapid.IntRange(0, 5).Draw(r, "address"))
			if _, living := d.email[id]; !living || (d.taken(email) && d.email[id] != email) {
				continue
			}
			if rapid.IntRange(0, 9).Draw(r, "delete") == 0 {
				email = ""
			}
			d.put(id, email)
		}
		deliver(r, h, d, ids)
		for _, id := range ids {
			a := h.account(id)
			if want := d.email[id]; a.Email != want || a.Displaced || a.Deleted != (want == "") {
				r.Fatalf("account %d has %q displaced %v, directory says %q", id, a.Email, a.Displaced, want)
			}
			if state := h.lastState(id); state.Email != a.Email || state.Version != a.Version || state.UserVersion != d.version[id] {
				r.Fatalf("published %+v of %+v", state, a)
			}
		}
	})
}

// deliver hands over the records of each user in order, users interleaved at random, some records twice.
func deliver(r *rapid.T, h *house, d *directory, ids []int64) {
	next := map[int64]int{}
	for {
		var waiting []int64
		for _, id := range ids {
			if next[id] < len(d.records[id]) {
				waiting = append(waiting, id)
			}
		}
		if len(waiting) == 0 {
			return
		}
		id := rapid.SampledFrom(waiting).Draw(r, "next")
		h.follow(d.records[id][next[id]])
		if next[id] > 0 && rapid.Bool().Draw(r, "repeat") {
			h.follow(d.records[id][rapid.IntRange(0, next[id]).Draw(r, "which")])
		}
		next[id]++
	}
}
