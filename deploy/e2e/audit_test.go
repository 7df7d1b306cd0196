package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// TestTheAuditTrail: administrators see what everybody did, users what they did and what was done to their account.
func TestTheAuditTrail(t *testing.T) {
	boss := admin(t)
	c := register(t, "audited")
	if a := (&client{t: t}).do("POST", "/api/auth/login", object{"email": c.email, "password": "wrong password"}); a.status != http.StatusUnauthorized {
		t.Fatalf("a wrong password: %s", a)
	}
	c.want(http.StatusNoContent, "POST", "/api/auth/change-password", object{"currentPassword": password, "newPassword": chosenPassword})
	for path, want := range map[string]int{"/api/auth/audit": http.StatusForbidden, "/api/auth/audit/me": http.StatusOK} {
		if a := c.do("GET", path, nil); a.status != want {
			t.Errorf("a user, %s: %s", path, a)
		}
		if a := (&client{t: t}).do("GET", path, nil); a.status != http.StatusUnauthorized {
			t.Errorf("nobody, %s: %s", path, a)
		}
	}
	wanted := []string{"register OK", "sign-in INVALID_CREDENTIALS", "change-password OK", "read-audit ADMIN_REQUIRED"}
	for who, a := range map[string]answer{
		"an administrator": boss.want(http.StatusOK, "GET", list("/api/auth/audit", fmt.Sprintf(`{"targetId":%d}`, c.id()), `["id","ASC"]`), nil),
		"the user":         c.want(http.StatusOK, "GET", "/api/auth/audit/me", nil),
	} {
		var got []string
		for _, e := range a.list() {
			got = append(got, fmt.Sprintf("%s %s", e["action"], e["result"]))
			if e["network"] != "127.0.0.1" || e["targetId"] != float64(c.id()) || e["at"] == nil {
				t.Errorf("%s: %v", who, e)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(wanted) || a.body["total"] != 4.0 || a.header.Get("X-Total-Count") != "4" || a.header.Get("Content-Range") != "items 0-3/4" {
			t.Errorf("%s sees %v: %s", who, got, a)
		}
	}
	if a := boss.do("GET", list("/api/auth/audit", `{"who":1}`, ""), nil); a.status != http.StatusBadRequest || a.body["code"] != "VALIDATION_FAILED" {
		t.Errorf("a field that is none: %s", a)
	}
	text := boss.want(http.StatusOK, "GET", "/api/auth/audit?perPage=1000", nil).text
	if strings.Contains(text, "@") || strings.Contains(text, password) {
		t.Error("the audit shows an address or a password")
	}
}

// TestTheAuditOfAdministrators: what they do to a user in directory reaches identity's trail.
func TestTheAuditOfAdministrators(t *testing.T) {
	boss := admin(t)
	c := register(t, "administrated")
	user := fmt.Sprintf("/api/users/%d", c.id())
	boss.want(http.StatusOK, "PUT", user, object{"firstName": "Grace", "isActive": false})
	boss.want(http.StatusNoContent, "DELETE", user, nil)
	const wanted = "update-user OK, deactivate-user OK, delete-user OK"
	eventually(t, 20*time.Second, "the trail is: "+wanted, func() bool {
		filter := fmt.Sprintf(`{"targetId":%d,"actorId":%d}`, c.id(), boss.id())
		var got []string
		for _, e := range boss.want(http.StatusOK, "GET", list("/api/auth/audit", filter, `["id","ASC"]`), nil).list() {
			got = append(got, fmt.Sprintf("%s %s", e["action"], e["result"]))
		}
		return strings.Join(got, ", ") == wanted
	})
}

// TestTheStackRunsIdentityAsARoleThatOwnsNothing, so that the audit trail is out of its reach.
func TestTheStackRunsIdentityAsARoleThatOwnsNothing(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	db, err := pgx.Connect(ctx, muster.Databases["identity"])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(context.WithoutCancel(ctx)) }()
	var sessions, able int
	if err := db.QueryRow(ctx, `SELECT count(*), count(*) FILTER (WHERE has_table_privilege(usename, 'audit.entries', 'UPDATE, DELETE, TRUNCATE'))
		FROM pg_stat_activity WHERE datname = 'identity' AND pid <> pg_backend_pid()`).Scan(&sessions, &able); err != nil || sessions == 0 || able != 0 {
		t.Errorf("%d of %d sessions could change the audit (%v)", able, sessions, err)
	}
}
