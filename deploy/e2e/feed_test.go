package e2e_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestTheFeedTellsWhatTheListsShow follows the live feed during the life of a user. When the feed tells of a change, the
// list has it.
func TestTheFeedTellsWhatTheListsShow(t *testing.T) {
	boss := admin(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, muster.Gateway+"/api/users/full/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+boss.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	// await reads events until one satisfies holds.
	await := func(what string, holds func(kind string, id int64) bool) {
		t.Helper()
		for lines.Scan() {
			var e struct {
				Kind string
				ID   int64
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); !ok || json.Unmarshal([]byte(data), &e) != nil {
				continue
			}
			if holds(e.Kind, e.ID) {
				return
			}
		}
		t.Fatalf("the feed ended before %s: %v", what, lines.Err())
	}
	await("it began", func(kind string, _ int64) bool { return kind == "ready" })

	c := register(t, "fed")
	of := func(kind string) func(string, int64) bool {
		return func(k string, id int64) bool { return k == kind && id == c.id() }
	}
	full := fmt.Sprintf("/api/users/full/%d", c.id())
	await("the registration", of("changed"))
	boss.want(http.StatusOK, "GET", full, nil)
	c.want(http.StatusOK, "PUT", "/api/users/me", object{"firstName": "Fed"})
	await("the update", func(kind string, id int64) bool { // the registration may have been told twice
		return of("changed")(kind, id) && boss.want(http.StatusOK, "GET", full, nil).body["firstName"] == "Fed"
	})
	boss.want(http.StatusNoContent, "DELETE", full, nil)
	await("the deletion", of("deleted"))
	boss.want(http.StatusNotFound, "GET", full, nil)
}
