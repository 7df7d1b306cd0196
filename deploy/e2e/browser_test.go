//go:build browser

package e2e_test

import (
	"os/exec"
	"slices"
	"testing"
)

// chromium returns the browser's program.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("There is no Chromium: install the package chromium (apt-get install chromium).")
	return ""
}

// openPage opens a page of http://host, with any port, and returns a function that runs the functions of
// testdata/reactadmin/page.mjs in it.
func openPage(t *testing.T, host string) (run func(t *testing.T, function string, input, output any)) {
	t.Helper()
	ask := startNode(t, "browser.mjs", chromium(t), host)
	return func(t *testing.T, function string, input, output any) {
		t.Helper()
		ask(t, object{"run": function, "input": input}, output)
	}
}

// TestReactAdminInABrowser makes the calls from a page of another origin, which the gateway allows.
func TestReactAdminInABrowser(t *testing.T) {
	run := openPage(t, "localhost")
	useReactAdmin(t, func(t *testing.T, c *client, calls ...raCall) (outcomes []raOutcome) {
		t.Helper()
		run(t, "callAll", raInput(c, calls...), &outcomes)
		return outcomes
	})
}

// TestTheBrowserWithholdsAnswersFromOtherOrigins shows that the browser asks.
func TestTheBrowserWithholdsAnswersFromOtherOrigins(t *testing.T) {
	for host, want := range map[string]bool{"localhost": false, "elsewhere.example": true} {
		var refused bool
		if openPage(t, host)(t, "refused", raInput(&client{}), &refused); refused != want {
			t.Errorf("a page of %s is refused: %t", host, refused)
		}
	}
}

// TestAPageWatchesUsers follows the live feed in a page while it changes a user.
func TestAPageWatchesUsers(t *testing.T) {
	boss, c := admin(t), register(t, "watched")
	user := object{"id": c.id(), "data": object{"firstName": "Seen"}}
	var seen struct {
		Outcomes []raOutcome
		Events   []object
		Failure  string
	}
	openPage(t, "localhost")(t, "watch", raInput(boss, raCall{"update", "users", user}, raCall{"delete", "users", user}), &seen)
	if len(seen.Events) < 2 || seen.Failure != "" || len(seen.Outcomes) != 2 || seen.Events[0]["kind"] != "ready" {
		t.Fatalf("%+v", seen)
	}
	if last := seen.Events[len(seen.Events)-1]; last["kind"] != "deleted" || last["id"] != float64(c.id()) {
		t.Errorf("%+v", seen)
	}
}

// TestAPageUsesPasskeys with the virtual authenticator of the browser.
func TestAPageUsesPasskeys(t *testing.T) {
	c := verified(t, "passkeys")
	input := raInput(c)
	input["email"], input["password"] = c.email, password
	var seen struct {
		Added           struct{ RecoveryCodes []string }
		Again           string
		Alone, Verified object
		Methods         []string
	}
	openPage(t, "localhost")(t, "passkeys", input, &seen)
	if len(seen.Added.RecoveryCodes) != 10 || seen.Again != "InvalidStateError" || !slices.Equal(seen.Methods, []string{"passkey", "recovery"}) {
		t.Errorf("%+v", seen)
	}
	for _, in := range []object{seen.Alone, seen.Verified} {
		if user, _ := in["user"].(object); user["email"] != c.email || in["accessToken"] == nil {
			t.Errorf("signed in: %s", encode(in))
		}
	}
}
