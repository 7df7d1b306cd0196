package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
	"muster/libs/service/servicetest"
	"muster/libs/testkit/eventually"
	"muster/libs/testkit/kafkatest"
)

// auditAnswer is a list of audit entries, or an error.
type auditAnswer struct {
	Data []struct {
		Action, Result    string
		ActorID, TargetID *int64
		SessionID         *string
		Network           *string
	}
	Total   int
	Code    string
	Message string
}

func (r *replica) audit(path string, in signedIn) (int, auditAnswer) {
	r.t.Helper()
	request := r.Request(r.t, http.MethodGet, path, nil)
	request.Header.Set("Authorization", "Bearer "+in.AccessToken)
	a := servicetest.Do(r.t, request)
	var out auditAnswer
	if err := json.Unmarshal(a.Body, &out); err != nil {
		r.t.Fatal(err)
	}
	return a.Status, out
}

// TestTheAuditTrail is read by administrators, by users as far as it is about them, and refused to others, which it records.
func TestTheAuditTrail(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	if err := s.command("admin", "create", "--email", "boss@example.com", "--password-file", s.passwordFile(password)); err != nil {
		t.Fatal(err)
	}
	_, boss := r.login("boss@example.com")
	ada := r.register("ada@example.com")
	r.post("/api/auth/login", signInBody{"ada@example.com", "wrong password"}, signedIn{})

	status, refused := r.audit("/api/auth/audit", ada)
	want(t, "a user", []any{status, refused.Message}, []any{http.StatusForbidden, "Administrator access required"})
	status, _ = r.audit("/api/auth/audit", signedIn{AccessToken: "x"})
	want(t, "nobody", status, http.StatusUnauthorized)
	status, wrong := r.audit(`/api/auth/audit?filter={"who":1}`, boss)
	want(t, "a field that is none", []any{status, wrong.Code}, []any{http.StatusBadRequest, "VALIDATION_FAILED"})

	status, all := r.audit("/api/auth/audit", boss)
	var lines []string
	for _, e := range all.Data {
		lines = append(lines, fmt.Sprintf("%s %s %s", e.Action, e.Result, number(e.TargetID)))
	}
	want(t, "all", []any{status, all.Total, strings.Join(lines, ", ")}, []any{
		http.StatusOK, 5, "create-admin OK 1, sign-in OK 1, register OK 2, sign-in INVALID_CREDENTIALS 2, read-audit ADMIN_REQUIRED 2",
	})
	status, own := r.audit(`/api/auth/audit/me?filter={"result":"INVALID_CREDENTIALS"}`, ada)
	want(t, "own", []any{status, own.Total, *own.Data[0].Network}, []any{http.StatusOK, 1, "127.0.0.1"})
	want(t, "events", s.kinds(ada.userID, 3), []identityv1.Kind{identityv1.Registered, identityv1.Refused, identityv1.Refused})
}

// TestWhatAdministratorsDoInDirectoryIsAudited, once, and also shown to the user.
func TestWhatAdministratorsDoInDirectoryIsAudited(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	ada := r.register("ada@example.com")
	status, registered := r.audit("/api/auth/audit/me", ada)
	want(t, "registered", []any{status, registered.Total}, []any{http.StatusOK, 1})
	event := directoryv1.UserEvent{
		Kind: directoryv1.TypeChanged, UserID: ada.userID, Version: 2, At: time.Now(), TypeCode: "ADMI", FormerTypeCode: "NONS",
		Actor: &directoryv1.Actor{UserID: 77, SessionID: "s-77"},
	}
	kafkatest.Publish(t, s.prefix, "directory", event)
	again := kafkatest.Await(t, s.prefix+contracts.TopicUserEvents, 1)[0]
	kafkatest.Write(t, again)
	event.Kind, event.TypeCode, event.FormerTypeCode = directoryv1.Deactivated, "", ""
	kafkatest.Publish(t, s.prefix, "directory", event)
	event.Kind, event.Actor = directoryv1.Deleted, &directoryv1.Actor{UserID: ada.userID, SessionID: *registered.Data[0].SessionID}
	kafkatest.Publish(t, s.prefix, "directory", event)
	lines := func() string {
		status, trail := r.audit(`/api/auth/audit/me?sort=["id","ASC"]`, ada)
		want(t, "status", status, http.StatusOK)
		var lines []string
		for _, e := range trail.Data {
			lines = append(lines, fmt.Sprintf("%s %s by %s to %s in %t from %t", e.Action, e.Result, number(e.ActorID), number(e.TargetID), e.SessionID != nil, e.Network != nil))
		}
		return strings.Join(lines, "\n")
	}
	const wanted = "register OK by 1 to 1 in true from true\npromote OK by 77 to 1 in true from false\ndeactivate-user OK by 77 to 1 in true from false\ndelete-user OK by 1 to 1 in true from true"
	eventually.Holds(t, patience, "the trail is "+wanted, func() bool { return lines() == wanted })
}

func number(n *int64) string {
	if n == nil {
		return "-"
	}
	return fmt.Sprint(*n)
}

// TestTheServiceCannotChangeTheAudit: its role has no right to, and has others delete nothing that is young.
func TestTheServiceCannotChangeTheAudit(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	r.register("ada@example.com")
	conn, err := pgx.Connect(t.Context(), s.environment["IDENTITY_POSTGRES_URL"])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for statement, message := range map[string]string{
		"UPDATE audit.entries SET result = 'OK'":        "permission denied",
		"DELETE FROM audit.entries":                     "permission denied",
		"TRUNCATE audit.entries":                        "permission denied",
		"DROP TABLE audit.entries":                      "must be owner",
		"ALTER TABLE audit.entries DISABLE TRIGGER ALL": "must be owner",
		"SELECT audit.purge(1, 1000)":                   "at least 30 days",
		"SELECT audit.purge(NULL, 1000)":                "at least 30 days",
		"INSERT INTO audit.entries (at, action, result, network) VALUES ('2001-01-01', 'sign-in', 'OK', '')":                   "permission denied",
		"CREATE OR REPLACE FUNCTION audit.purge(days integer, most integer) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'": "permission denied",
		"UPDATE goose_identity SET version_id = 1": "permission denied",
	} {
		if _, err := conn.Exec(t.Context(), statement); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%s: %v, want %s", statement, err, message)
		}
	}
	var n int
	if err := conn.QueryRow(t.Context(), "SELECT audit.purge(30, 1000) + (SELECT count(*) FROM audit.entries)").Scan(&n); err != nil || n != 1 {
		t.Errorf("entries: %d, %v", n, err)
	}
}
