package e2e_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestReadmeStory runs the story of the README.
func TestReadmeStory(t *testing.T) {
	admin(t).want(http.StatusCreated, "POST", "/api/billing/plans", object{ // make run creates plans
		"name": "Readme Monthly", "interval": "month", "intervalCount": 1, "amount": 900, "currency": "usd",
	})
	tellStory(t, "../../README.md", 1,
		`"emailVerificationRequired":true`, `{"message":"Email verified"}`, `"status":"active"`,
		"HTTP/1.1 200", "Content-Range: items 0-0/1", `"subscriptionStatus":"active"`, `"total":1`)
}

// TestCompatibilityStory is that of a user whom a Thunder client creates, and who verifies the address as ZITADEL's
// clients do.
func TestCompatibilityStory(t *testing.T) {
	tellStory(t, "../../services/gateway/COMPATIBILITY.md", 2,
		`"verified":false`, `"plan":"gold"`, `"creationTime":`, `{"details":{"sequence":"`, `"isEmailVerified":true`)
}

// TestIdentityStory is that of an invited user who forgets the password, and of one who comes with Google.
func TestIdentityStory(t *testing.T) {
	tellStory(t, "../../services/identity/README.md", 2,
		`"firstName":"Joan"`, `"current":true`, `"total":1`, "204 sessions ended", "204 changed",
		`{"message":"If the address is registered, a message is on its way."}`, `{"message":"Password changed"}`, "401 the old session",
		`"code":"NOT_REGISTERED"} 404`, `"authTypeCode":"GOOG"`)
}

// tellStory runs the stories of a document in one shell, with this stack's addresses in place of the default ones. They
// must not fail, and must print what is wanted.
func tellStory(t *testing.T, document string, stories int, want ...string) {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	found := storyBlock.FindAllSubmatch(text, -1)
	if len(found) != stories {
		t.Fatalf("%s has %d stories, want %d", document, len(found), stories)
	}
	var story string
	for _, block := range found {
		story += string(block[1])
	}
	story = strings.NewReplacer(
		"http://127.0.0.1:8080", muster.Gateway, "http://127.0.0.1:8025", muster.Mail, "http://127.0.0.1:12112", muster.Providers,
		"admin@muster.local", muster.Admin.Email, "muster-admin-demo", muster.Admin.Password, "ann@example.com", uniqueEmail("story"),
	).Replace(story)
	out, err := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", story).CombinedOutput()
	if err != nil {
		t.Fatalf("the story fails: %v\n%s", err, out)
	}
	for _, text := range want {
		if !strings.Contains(string(out), text) {
			t.Errorf("the story's output lacks %s:\n%s", text, out)
		}
	}
}

// storyBlock matches a block of commands that is marked as a story.
var storyBlock = regexp.MustCompile("<!-- story[^>]*-->\n```sh\n((?s:.*?)\n)```")

// TestReadmeOfBilling runs each route in billing's README with curl, and compares the status of each answer with the one
// in the comment.
func TestReadmeOfBilling(t *testing.T) {
	readme, err := os.ReadFile("../../services/billing/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "<!-- routes:")
	_, rest, found2 := strings.Cut(rest, "```sh\n")
	block, _, found3 := strings.Cut(rest, "\n```")
	if !found || !found2 || !found3 {
		t.Fatal("the README has no block of routes")
	}
	var wanted []string
	for _, match := range regexp.MustCompile(`(?m)  # (\d{3})$`).FindAllStringSubmatch(block, -1) {
		wanted = append(wanted, match[1])
	}
	block = strings.NewReplacer(
		"http://127.0.0.1:8080", muster.Gateway, "admin@muster.local", muster.Admin.Email, "muster-admin-demo", muster.Admin.Password,
	).Replace(block)
	const counted = `curl() { local a; a=$(command curl -sS -w '\n%{http_code}' "$@"); echo "${a##*$'\n'}" >> statuses; echo "${a%$'\n'*}"; }` + "\n"
	run := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", counted+block)
	run.Dir = t.TempDir()
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("the block fails: %v\n%s", err, out)
	}
	statuses, err := os.ReadFile(filepath.Join(run.Dir, "statuses"))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Fields(string(statuses)); !slices.Equal(got, wanted) {
		t.Errorf("the statuses are\n%v, want\n%v\n%s", got, wanted, out)
	}
}
