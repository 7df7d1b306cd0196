package e2e_test

import (
	"net/http"
	"os"
	"os/exec"
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
