package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// keptAfterDeletion are the members of an export whose values stay after a deletion, and why. All others must be gone.
var keptAfterDeletion = map[string]string{
	"format": "of the document", "version": "of the document", "exportedAt": "of the document", "userId": "the bare id",
	"network": "the audit trail says from where, until its time is over", "ipAddress": "the audit trail has it as the network",
	"sessionId": "the audit trail names the session", "action": "a code", "result": "a code",
	"id": "of sessions, in the audit trail; of Stripe's objects", "createdAt": "times are in every table",
}

// personalTexts collects the texts of an export with the name of their member, but not what billing keeps under the bare id: its ledger
// and what Stripe has.
func personalTexts(value any, name string, add func(name, text string)) {
	switch v := value.(type) {
	case object:
		for member, inner := range v {
			if strings.HasPrefix(member, "stripe") || strings.HasSuffix(member, "Code") || strings.HasSuffix(member, "At") || keptAfterDeletion[member] != "" {
				continue
			}
			personalTexts(inner, member, add)
		}
	case []any:
		for _, inner := range v {
			personalTexts(inner, name, add)
		}
	case string:
		add(name, v)
	}
}

// TestAnExportIsGoneAfterTheDeletion compares a person's export with all tables of all databases after the deletion.
func TestAnExportIsGoneAfterTheDeletion(t *testing.T) {
	boss := admin(t)
	w := subscribed(t, boss, "exported")
	w.want(http.StatusForbidden, "GET", fmt.Sprintf("/api/users/%d/export", boss.id()), nil)
	export := w.want(http.StatusOK, "GET", "/api/users/me/export", nil)
	if a := boss.want(http.StatusOK, "GET", fmt.Sprintf("/api/users/%d/export", w.id()), nil); a.body["userId"] != float64(w.id()) || a.header.Get("Content-Disposition") == "" {
		t.Errorf("to an administrator: %s", a)
	}
	for _, secret := range w.secrets {
		if !strings.Contains(export.text, secret) {
			t.Errorf("the export lacks %s", secret)
		}
	}
	for _, secret := range []string{"passwordHash", "argon2", "verificationCode", w.token} {
		if strings.Contains(export.text, secret) {
			t.Errorf("the export has %s", secret)
		}
	}
	audit := boss.want(http.StatusOK, "GET", list("/api/auth/audit", fmt.Sprintf(`{"targetId":%d,"action":"export-person"}`, w.id()), `["id","ASC"]`), nil).list()
	if len(audit) != 2 || audit[0]["actorId"] != float64(w.id()) || audit[1]["actorId"] != float64(boss.id()) || audit[0]["network"] != "127.0.0.1" {
		t.Errorf("audit: %v", audit)
	}
	var texts []string
	for _, service := range []string{"identity", "directory", "billing"} {
		for section, held := range export.body[service].(object) {
			if service == "billing" && section != "customer" && section != "checkouts" && section != "requests" {
				continue // Stripe's ids and the ledger, which billing keeps
			}
			personalTexts(held, section, func(_, text string) {
				if len(text) > 5 && !slices.Contains(texts, text) && text != "active" && text != "complete" {
					texts = append(texts, text)
				}
			})
		}
	}
	own := slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return !containsAny(text, w.secrets) })
	if len(own) < 4 || len(findEverywhere(t, own)) == 0 {
		t.Fatalf("the export has only %q", own)
	}
	w.want(http.StatusNoContent, "DELETE", fmt.Sprintf("/api/users/%d", w.id()), nil)
	eventually(t, 30*time.Second, "no database has anything of the export", func() bool {
		found := findEverywhere(t, own)
		if len(found) > 0 {
			t.Logf("still in %s", strings.Join(found, ", "))
		}
		return len(found) == 0
	})
}
