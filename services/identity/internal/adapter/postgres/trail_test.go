package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"muster/libs/errs"
	"muster/services/identity/internal/identity"
)

func listed(t *testing.T, query string) *url.URL {
	t.Helper()
	u, err := url.Parse("/api/auth/audit?" + query)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestEveryFieldOfAnEntrySurvives, and is there only if its transaction commits.
func TestEveryFieldOfAnEntrySurvives(t *testing.T) {
	_, store, _ := newService(t)
	full := identity.AuditEntry{Action: identity.ActSignIn, Result: "INVALID_CREDENTIALS", ActorID: 3, TargetID: 4, SessionID: "s-1", Network: "192.0.2.1", EventID: "0190a1b2-0000-7000-8000-00000000000a"}
	bare := identity.AuditEntry{Action: identity.ActRotateKeys, Result: identity.ResultOK}
	stop := errors.New("rolled back")
	for _, fails := range []error{stop, nil} {
		err := store.Tx(t.Context(), func(ctx context.Context, _ identity.Tx) error {
			for _, e := range []identity.AuditEntry{full, bare, full} { // an event is recorded once
				if err := store.Record(ctx, e); err != nil {
					return err
				}
			}
			return fails
		})
		if !errors.Is(err, fails) {
			t.Fatal(err)
		}
	}
	page, err := store.Audit(t.Context(), listed(t, `sort=["id","ASC"]`))
	if err != nil || page.Total != 2 {
		t.Fatalf("%+v, %v", page, err)
	}
	for i, want := range []identity.AuditEntry{full, bare} {
		got := page.Data[i]
		if got.ID == 0 || got.At.IsZero() || got.At.Nanosecond() != 0 {
			t.Errorf("entry without id or time: %+v", got)
		}
		want.ID, want.At = got.ID, got.At
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

// TestTheAuditIsListed by the grammar of all lists, and to a user without the networks of others.
func TestTheAuditIsListed(t *testing.T) {
	_, store, _ := newService(t)
	for _, e := range []identity.AuditEntry{
		{Action: identity.ActSignIn, Result: "INVALID_CREDENTIALS", TargetID: 1, Network: "192.0.2.1"},
		{Action: identity.ActSignIn, Result: identity.ResultOK, ActorID: 1, TargetID: 1, SessionID: "s-1", Network: "192.0.2.2"},
		{Action: identity.ActInvite, Result: identity.ResultOK, ActorID: 2, TargetID: 1, SessionID: "s-2", Network: "198.51.100.7"},
		{Action: identity.ActSignIn, Result: identity.ResultOK, ActorID: 2, TargetID: 2, SessionID: "s-2", Network: "198.51.100.7"},
		{Action: identity.ActSignIn, Result: "INVALID_CREDENTIALS", Network: "203.0.113.9"},
	} {
		if err := store.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	for query, want := range map[string]string{
		"": "5: 1 2 3 4 5", `sort=["id","DESC"]&page=1&perPage=2`: "5: 5 4", `filter={"actorId":2}`: "2: 3 4", `filter={"targetId":[1]}&range=[0,0]`: "3: 1",
		`filter={"actorId":null}`: "2: 1 5", `filter={"action":"invite"}`: "1: 3", `filter={"result":"OK","sessionId":"s-2"}`: "2: 3 4",
		`filter={"network":"198.51"}`: "2: 3 4", `filter={"q":"invalid"}`: "2: 1 5", `filter={"at":{"to":"2001-01-01"}}`: "0:",
	} {
		page, err := store.Audit(t.Context(), listed(t, query))
		got := fmt.Sprintf("%d:", page.Total)
		for _, e := range page.Data {
			got += fmt.Sprintf(" %d", e.ID)
		}
		if err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", query, got, err, want)
		}
	}
	for _, query := range []string{`filter={"action":"nap"}`, `filter={"who":1}`, `sort=["who","ASC"]`} {
		if _, err := store.Audit(t.Context(), listed(t, query)); errs.From(err).Code != "VALIDATION_FAILED" {
			t.Errorf("%s: %v", query, err)
		}
	}
	own, err := store.OwnAudit(t.Context(), 1, listed(t, ""))
	if err != nil || own.Total != 3 || own.Data[0].Network != "192.0.2.1" || own.Data[1].Network != "192.0.2.2" || own.Data[2].Network != "" {
		t.Errorf("own: %+v, %v", own, err)
	}
	if _, err := store.OwnAudit(t.Context(), 1, listed(t, `filter={"network":"198.51"}`)); errs.From(err).Code != "VALIDATION_FAILED" {
		t.Errorf("own by network: %v", err)
	}
}

func TestOldEntriesArePurged(t *testing.T) {
	_, store, db := newService(t)
	for range 5 {
		if err := store.Record(t.Context(), identity.AuditEntry{Action: identity.ActLogout, Result: identity.ResultOK}); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Exec("UPDATE audit.entries SET at = now() - make_interval(days => 25 + id::int * 5)").Error; err != nil { // 30 to 50 days old
		t.Fatal(err)
	}
	for _, c := range []struct{ days, limit, want int }{{41, 1, 1}, {41, 10, 1}, {41, 10, 0}, {30, 10, 3}} {
		n, err := store.PurgeAudit(t.Context(), c.days, c.limit)
		if err != nil || n != c.want {
			t.Errorf("%+v: %d, %v", c, n, err)
		}
	}
	if _, err := store.PurgeAudit(t.Context(), 29, 10); err == nil || !strings.Contains(err.Error(), "30 days") {
		t.Errorf("what is younger than 30 days: %v", err)
	}
}
