package postgres

import (
	"context"
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/errs"
	"muster/libs/listing"
	"muster/libs/outbox"
	"muster/libs/testkit/pgtest"
	"muster/services/billing/internal/billing"
)

// reads are billing's lists, each with the number of rows of a page.
func reads(l *Store) map[*listing.List]func(ctx context.Context, u *url.URL) (int64, error) {
	return map[*listing.List]func(ctx context.Context, u *url.URL) (int64, error){
		invoices: func(ctx context.Context, u *url.URL) (int64, error) {
			p, err := l.Invoices(ctx, 42, u)
			return p.Total, err
		},
		plans: func(ctx context.Context, u *url.URL) (int64, error) {
			p, err := l.AllPlans(ctx, u)
			return p.Total, err
		},
		coupons: func(ctx context.Context, u *url.URL) (int64, error) { p, err := l.Coupons(ctx, u); return p.Total, err },
		promotions: func(ctx context.Context, u *url.URL) (int64, error) {
			p, err := l.Promotions(ctx, u)
			return p.Total, err
		},
		redemptions: func(ctx context.Context, u *url.URL) (int64, error) {
			p, err := l.Redemptions(ctx, 1, u)
			return p.Total, err
		},
		subscriptions: func(ctx context.Context, u *url.URL) (int64, error) {
			p, err := l.Subscriptions(ctx, u)
			return p.Total, err
		},
		acts: func(ctx context.Context, u *url.URL) (int64, error) { p, err := l.Acts(ctx, u); return p.Total, err },
		webhookEvents: func(ctx context.Context, u *url.URL) (int64, error) {
			p, err := l.WebhookEvents(ctx, u)
			return p.Total, err
		},
	}
}

// fill stores one row for each list, and one that the list of a user's invoices must not show.
func fill(t *testing.T, db *gorm.DB) {
	t.Helper()
	for _, statement := range []string{
		`INSERT INTO plans (key, name, "interval", interval_count, amount, currency, price_id, active, created_at) VALUES ('k', 'Gold', 'month', 1, 1500, 'usd', 'price_1', true, now())`,
		`INSERT INTO coupons (key, name, type_code, basis_points, duration_code, created_at) VALUES ('k', 'Off', 'DISC', 1250, 'FORE', now())`,
		`INSERT INTO promotions (name, code, coupon_id, first_time_only, active, created_at) VALUES ('Spring', 'SPRING', 1, false, true, now())`,
		`INSERT INTO promotion_redemptions (user_id, promotion_id, checkout_id, subscription_id, status, discount_id, consumed_by, reserved_at, updated_at)
			VALUES (42, 1, 1, 1, 'applied', '', '', now(), now())`,
		`INSERT INTO subscriptions (provider_id, user_id, status, price_id, amount, currency, "interval", interval_count, quantity, cancel_at_period_end, created_at, updated_at)
			VALUES ('sub_1', 42, 'active', 'price_1', 1500, 'usd', 'month', 1, 2, false, now(), now())`,
		`INSERT INTO invoices (provider_id, user_id, subscription_id, status, issued_at, lines, total) VALUES
			('in_1', 42, 'sub_1', 'paid', now(), '[]', 1500), ('in_2', 42, 'sub_1', 'draft', now(), '[]', 1500), ('in_3', 43, 'sub_2', 'paid', now(), '[]', 1500)`,
		`INSERT INTO webhook_events (id, type, object_id, customer_id, created_at, received_at, subject, state) VALUES ('evt_1', 'invoice.paid', 'in_1', '', now(), now(), 'sub_1', 'done')`,
		`INSERT INTO audit_log (admin_id, action, object, begun_at) VALUES (1, 'DELETE /api/billing/plans/:id', '1', now())`,
	} {
		if err := db.Exec(statement).Error; err != nil {
			t.Fatal(err)
		}
	}
}

func query(t *testing.T, parameters map[string]any) *url.URL {
	t.Helper()
	v := url.Values{}
	for name, value := range parameters {
		raw, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		v.Set(name, string(raw))
	}
	return &url.URL{RawQuery: v.Encode()}
}

// sample returns a filter that the kind of a field allows.
func sample(f listing.Field) any {
	switch f.Kind {
	case listing.Integer, listing.Decimal:
		return map[string]any{"from": -1}
	case listing.Date:
		return map[string]any{"to": "2000-01-01"}
	case listing.Bool:
		return true
	case listing.Code:
		if len(f.Values) > 0 {
			return f.Values
		}
	case listing.Text, listing.JSON:
	}
	return "x"
}

// TestEachFieldOfEachList sorts and filters by each field: its column must exist, and be of its kind.
func TestEachFieldOfEachList(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations, Migrations)
	fill(t, db)
	for list, read := range reads(New(db)) {
		total := func(parameters map[string]any) int64 {
			t.Helper()
			n, err := read(t.Context(), query(t, parameters))
			if err != nil {
				t.Errorf("%v: %v", parameters, err)
			}
			return n
		}
		if n := total(map[string]any{"filter": map[string]any{"q": ""}}); n != 1 {
			t.Errorf("%s: %d rows, want 1", list.Fields()[1].Name, n)
		}
		for _, f := range list.Fields() {
			for _, direction := range []string{"ASC", "DESC"} {
				if n := total(map[string]any{"sort": []string{f.Name, direction}}); n != 1 {
					t.Errorf("%s: %d rows", f.Name, n)
				}
			}
			total(map[string]any{"filter": map[string]any{f.Name: sample(f)}})
			if f.Nullable {
				if null, set := total(map[string]any{"filter": map[string]any{f.Name: nil}}), total(map[string]any{"filter": map[string]any{f.Name: "!null"}}); null+set != 1 {
					t.Errorf("%s: %d rows without and %d with a value", f.Name, null, set)
				}
			}
		}
		if _, err := read(t.Context(), query(t, map[string]any{"filter": map[string]any{"nothing": 1}})); errs.KindOf(err) != errs.KindInvalid {
			t.Errorf("an unknown field: %v", err)
		}
	}
}

func TestRowsOfTheLists(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations, Migrations)
	fill(t, db)
	l, all := New(db), &url.URL{}
	subscriptions, err := l.Subscriptions(t.Context(), query(t, map[string]any{"filter": map[string]any{"planName": "GOLD"}}))
	if err != nil || len(subscriptions.Data) != 1 {
		t.Fatalf("%+v, %v", subscriptions, err)
	}
	if s := subscriptions.Data[0]; s.Plan.Name != "Gold" || s.First().Quantity != 2 || s.UserID != 42 {
		t.Errorf("%+v", s)
	}
	promotions, err := l.Promotions(t.Context(), all)
	if err != nil || len(promotions.Data) != 1 || promotions.Data[0].Coupon.BasisPoints != 1250 {
		t.Errorf("%+v, %v", promotions, err)
	}
	coupons, err := l.Coupons(t.Context(), query(t, map[string]any{"filter": map[string]any{"discountPercentage": 12.5, "couponTypeName": "percent"}}))
	if err != nil || len(coupons.Data) != 1 {
		t.Errorf("%+v, %v", coupons, err)
	}
	events, err := l.WebhookEvents(t.Context(), all)
	if err != nil || len(events.Data) != 1 || events.Data[0].ID != "evt_1" || events.Data[0].State != billing.TaskDone || events.Data[0].ReceivedAt.IsZero() {
		t.Errorf("%+v, %v", events, err)
	}
	if _, err := l.Redemptions(t.Context(), 9, all); errs.KindOf(err) != errs.KindNotFound {
		t.Errorf("redemptions of no promotion: %v", err)
	}
}

func TestTheAuditLog(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations, Migrations)
	s, now := New(db), time.Now().UTC().Truncate(time.Second)
	for _, act := range []struct {
		billing.Act
		end billing.ActEnd
	}{
		{billing.Act{AdminID: 1, Action: "POST /plans", Detail: []byte(`{"name":"\u0000"}`), At: now}, billing.ActEnd{Status: 201, Object: "7", At: now}},
		{billing.Act{AdminID: 2, Action: "DELETE /plans/:id", Object: "7", At: now}, billing.ActEnd{Status: 204, At: now.Add(time.Second)}},
	} {
		id, err := s.BeginAct(t.Context(), act.Act)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.EndAct(t.Context(), id, act.end); err != nil {
			t.Fatal(err)
		}
		var row struct {
			AdminID          int64
			Action, Object   string
			Detail           *string
			Status           int
			BegunAt, EndedAt time.Time
		}
		if err := db.Raw("SELECT admin_id, action, object, detail::text, status, begun_at, ended_at FROM audit_log WHERE id = ?", id).Scan(&row).Error; err != nil {
			t.Fatal(err)
		}
		if row.AdminID != act.AdminID || row.Action != act.Action || row.Object != "7" || row.Status != act.end.Status ||
			(row.Detail == nil) != (act.Detail == nil) || !row.BegunAt.Equal(now) || !row.EndedAt.Equal(act.end.At) {
			t.Errorf("%+v", row)
		}
	}
}
