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

// TestReadmeStory runs the story of the README in a shell, with this stack's addresses in place of the default ones.
func TestReadmeStory(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "<!-- story:")
	_, rest, found2 := strings.Cut(rest, "```sh\n")
	story, _, found3 := strings.Cut(rest, "\n```")
	if !found || !found2 || !found3 {
		t.Fatal("the README has no story block")
	}
	story = strings.NewReplacer(
		"http://127.0.0.1:8080", muster.Gateway, "http://127.0.0.1:8025", muster.Mail,
		"admin@muster.local", muster.Admin.Email, "muster-admin-demo", muster.Admin.Password,
	).Replace(story)

	admin(t).want(http.StatusCreated, "POST", "/api/billing/plans", object{ // make run creates plans
		"name": "Readme Monthly", "interval": "month", "intervalCount": 1, "amount": 900, "currency": "usd",
	})
	out, err := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", story).CombinedOutput()
	if err != nil {
		t.Fatalf("the story fails: %v\n%s", err, out)
	}
	for _, want := range []string{
		`"emailVerificationRequired":true`, `{"message":"Email verified"}`, `"status":"active"`,
		"HTTP/1.1 200", "Content-Range: items 0-0/1", `"subscriptionStatus":"active"`, `"total":1`,
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the story's output lacks %s:\n%s", want, out)
		}
	}
}

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
