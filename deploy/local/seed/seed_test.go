package seed_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"muster/deploy/local/seed"
)

// spread is the expected result of one round of twenty users, the subscriber and the administrator.
const spread = `1 verified, Muster Annual WELCOME20, active
1 verified, Muster Annual, active, ending
1 verified, Muster Monthly FIVEOFF, active
1 verified, Muster Monthly FREEMONTH, trialing
1 verified, Muster Monthly WELCOME20, active
1 verified, Muster Monthly, active, ending
1 verified, Muster Monthly, canceled
1 verified, Muster Plus, past_due
1 verified, deactivated
1 verified, exempt
2 
2 verified
2 verified, Muster Annual, active
2 verified, Muster Plus, trialing
4 verified, Muster Monthly, active`

const users = 20

func run(ctx context.Context, t *testing.T, w *world) error {
	t.Helper()
	last := 0
	err := seed.Run(ctx, w.target(), users, func(done, of int) {
		if done != last+1 || of != users {
			t.Errorf("progress %d/%d after %d", done, of, last)
		}
		last = done
	})
	if err == nil && last != users {
		t.Errorf("the last progress was %d", last)
	}
	return err
}

func TestRunMakesEveryStateAndNothingTwice(t *testing.T) {
	w := newWorld(t)
	if err := run(t.Context(), t, w); err != nil {
		t.Fatal(err)
	}
	if got := w.summary(); got != spread {
		t.Errorf("got\n%s\nwant\n%s", got, spread)
	}
	for path, want := range map[string]int{"plans": 3, "coupons": 3, "promotions": 3} {
		if got := len(w.items["/api/billing/"+path]); got != want {
			t.Errorf("%d %s, want %d", got, path, want)
		}
	}
	before := len(w.writes)
	if err := run(t.Context(), t, w); err != nil {
		t.Fatal(err)
	}
	if again := w.writes[before:]; len(again) > 0 {
		t.Errorf("the second run wrote: %v", again)
	}
}

func TestTheSubscriberIsMadeFirst(t *testing.T) {
	w := newWorld(t)
	if err := run(t.Context(), t, w); err != nil {
		t.Fatal(err)
	}
	if first := w.accounts["subscriber@muster.local"]; first.ID != 2 || first.SubscriptionStatus == nil || *first.SubscriptionStatus != "active" {
		t.Errorf("the subscriber: %+v", first)
	}
}

func TestARunFinishesWhatAnAbortedOneLeft(t *testing.T) {
	for stopAt := 1; ; stopAt += 6 {
		w := newWorld(t)
		ctx, cancel := context.WithCancel(t.Context())
		w.refuse = func(write int, _ string) int {
			if write >= stopAt {
				cancel()
				return http.StatusServiceUnavailable
			}
			return 0
		}
		aborted := run(ctx, t, w)
		cancel()
		if aborted == nil {
			return // the interruption is after the last write
		}
		w.mu.Lock()
		w.refuse = nil
		w.mu.Unlock()
		if err := run(t.Context(), t, w); err != nil {
			t.Fatalf("after %d writes: %v", stopAt, err)
		}
		if got := w.summary(); got != spread {
			t.Errorf("aborted after %d writes, then finished:\n%s\nwant\n%s", stopAt, got, spread)
		}
	}
}

func TestWhatIsBusyIsTriedAgain(t *testing.T) {
	w := newWorld(t)
	calls := 0
	w.refuse = func(int, string) int {
		if calls++; calls%4 == 0 {
			return []int{http.StatusServiceUnavailable, http.StatusTooManyRequests, http.StatusBadGateway}[calls%3]
		}
		return 0
	}
	if err := run(t.Context(), t, w); err != nil {
		t.Fatal(err)
	}
	if got := w.summary(); got != spread {
		t.Errorf("got\n%s\nwant\n%s", got, spread)
	}
}

func TestACheckoutThatTheFakeForgotIsStartedAnew(t *testing.T) {
	w := newWorld(t)
	refusals := 0
	w.refuse = func(_ int, path string) int {
		if strings.HasPrefix(path, "/c/pay/") && refusals == 0 {
			refusals++
			return http.StatusNotFound
		}
		return 0
	}
	if err := run(t.Context(), t, w); err != nil {
		t.Fatal(err)
	}
	if got := w.summary(); got != spread {
		t.Errorf("got\n%s\nwant\n%s", got, spread)
	}
}

func TestOneUserThatFailsDoesNotStopTheOthers(t *testing.T) {
	w := newWorld(t)
	w.unlucky = "demo001@example.org"
	made := 0
	err := seed.Run(t.Context(), w.target(), users, func(done, _ int) { made = done })
	if err == nil || !strings.Contains(err.Error(), "make demo001@example.org: verify the email") {
		t.Errorf("got %v", err)
	}
	if made != users-1 {
		t.Errorf("%d users are made, want %d", made, users-1)
	}
}

func TestWithoutTheAdministratorTheErrorSaysSo(t *testing.T) {
	w := newWorld(t)
	w.accounts[adminEmail].password = "changed"
	err := run(t.Context(), t, w)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("sign in as %s", adminEmail)) {
		t.Errorf("got %v", err)
	}
}
