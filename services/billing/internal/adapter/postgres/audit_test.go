package postgres

import (
	"net/url"
	"testing"
	"time"

	"muster/libs/outbox"
	"muster/libs/testkit/pgtest"
	"muster/services/billing/internal/billing"
)

// TestActsAreListedAndForgotten: the newest first on request, each with what was sent, until its time is over. A record that
// an earlier release made without an end is listed as well.
func TestActsAreListedAndForgotten(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations, Migrations)
	s, begin := New(db), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	if err := db.Exec(`INSERT INTO audit_log (admin_id, action, object, begun_at)
		SELECT 7, 'POST /api/billing/plans', '', ?::timestamptz FROM generate_series(1, 1500)`, begin.Add(-time.Hour)).Error; err != nil {
		t.Fatal(err)
	}
	id, err := s.BeginAct(t.Context(), billing.Act{AdminID: 8, Action: "PUT /api/billing/plans/:id", Object: "3", Detail: []byte(`{"name":"Gold"}`), At: begin})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.EndAct(t.Context(), id, billing.ActEnd{Status: 200, At: begin.Add(time.Second)}); err != nil {
		t.Fatal(err)
	}
	newest := &url.URL{RawQuery: `sort=["id","DESC"]`}
	page, err := s.Acts(t.Context(), newest)
	if err != nil || page.Total != 1501 {
		t.Fatalf("%d acts, %v", page.Total, err)
	}
	if a := page.Data[0]; a.ID != id || a.AdminID != 8 || a.Object != "3" || string(a.Detail) != `{"name":"Gold"}` || *a.Status != 200 || !a.At.Equal(begin) || !a.EndedAt.Equal(begin.Add(time.Second)) {
		t.Errorf("%+v", a)
	}
	if a := page.Data[1]; a.AdminID != 7 || a.Status != nil || a.EndedAt != nil || a.Detail != nil {
		t.Errorf("%+v", a)
	}
	if err := s.PurgeActs(t.Context(), begin); err != nil {
		t.Fatal(err)
	}
	if page, err = s.Acts(t.Context(), newest); err != nil || page.Total != 1 || page.Data[0].ID != id {
		t.Errorf("%d acts are left, %v", page.Total, err)
	}
}
