package postgres_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
	"muster/services/gateway/internal/adapter/postgres"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

// listed maps each column that the list shows, filters or sorts by to a different value.
var listed = []string{
	"username = 'Grace'", "email = 'grace@example.org'", "first_name = NULL", "last_name = 'Hopper'", "type_code = 'ADMI'",
	"auth_type_code = 'LINK'", "is_active = NOT is_active", "created_at = now()", "updated_at = now()",
	"verified_at = NULL", "last_login_at = NULL", "exemption_from = NULL", "exemption_to = NULL", "legacy_user_id = NULL",
	"subscription_status = 'canceled'", "subscription_plan_name = 'Yearly'", "subscription_plan_name = NULL", "stripe_customer_id = NULL", "stripe_subscription_id = NULL",
	"promotion_name = NULL", "promotion_code = NULL", "coupon_name = NULL", "subscription_plan_amount = NULL", "subscription_charged_amount = NULL",
	"discount_percentage = NULL", "coupon_type_code = NULL", "subscription_status = NULL", "user_id = 4000",
}

// TestTheDeltaLogTellsEveryChange changes the listed columns one by one. Applying the whole log to an empty table
// yields the list.
func TestTheDeltaLogTellsEveryChange(t *testing.T) {
	db, _ := filled(t)
	var columns []string
	read(t, db, &columns, "SELECT column_name FROM information_schema.columns WHERE table_name = 'user_overview_delta' AND column_name <> 'sign'")
	list := strings.Join(columns, ", ")
	logged := "SELECT " + list + ", sum(sign) AS n FROM user_overview_delta GROUP BY " + list + " HAVING sum(sign) <> 0"
	stored := "SELECT " + list + ", 1::bigint AS n FROM user_overview WHERE visible"
	expect := func(statement string, changes int) {
		t.Helper()
		before := number(t, db, "SELECT count(*) FROM user_overview_delta")
		execute(t, db, statement)
		if n := number(t, db, "SELECT count(*) FROM user_overview_delta") - before; n != changes {
			t.Errorf("%s is logged as %d changes, want %d", statement, n, changes)
		}
		if n := number(t, db, fmt.Sprintf("SELECT count(*) FROM ((%[1]s EXCEPT %[2]s) UNION ALL (%[2]s EXCEPT %[1]s)) d", logged, stored)); n != 0 {
			t.Errorf("%s: the list and its delta log differ in %d rows", statement, n)
		}
	}
	for _, set := range listed {
		expect("UPDATE user_overview SET "+set+" WHERE user_id = 1", 2)
	}
	expect("UPDATE user_overview SET username = 'Nobody' WHERE NOT visible", 0)
	expect("UPDATE user_overview SET user_version = user_version + 1, account_version = 9, trial_days = 3 WHERE visible", 0)
	expect("UPDATE user_overview SET user_deleted = true WHERE user_id = 2", 1)
	expect("UPDATE user_overview SET user_deleted = false WHERE user_id = 2", 1)
	expect("DELETE FROM user_overview WHERE user_id = 2", 1)
}

// TestFoldingIsCountingAnew folds all kinds of changes and compares the result with a rebuild.
func TestFoldingIsCountingAnew(t *testing.T) {
	db, store := filled(t)
	rollup := func() (rows []string) {
		read(t, db, &rows, "SELECT user_overview_rollup::text FROM user_overview_rollup ORDER BY 1")
		return rows
	}
	for _, set := range listed {
		execute(t, db, "UPDATE user_overview SET "+set+" WHERE user_id IN (1, 4000)")
		if err := store.Totals().Keep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	folded := rollup()
	execute(t, db, "SELECT user_overview_rollup_rebuild()")
	if anew := rollup(); len(anew) != 3 || !slices.Equal(folded, anew) {
		t.Errorf("folded\n%s\nanew\n%s", strings.Join(folded, "\n"), strings.Join(anew, "\n"))
	}
	if n := number(t, db, "SELECT count(*) FROM user_overview_delta"); n != 0 {
		t.Errorf("%d changes are left", n)
	}
}

// TestTotalsOfFilters uses each kind of filter, with the rollup and with kept counts, while only some of the changes
// are folded.
func TestTotalsOfFilters(t *testing.T) {
	db, store := filled(t)
	store.Totals().KeepAfter = 0
	filters := map[string]string{ // each with its meaning in SQL
		`{}`: "TRUE", `{"q":"summer"}`: "concat(promotion_code, ' ', promotion_name) ILIKE '%summer%'", `{"subscriptionStatus":["active","past_due"]}`: "subscription_status IN ('active', 'past_due')",
		`{"subscriptionStatus":"null"}`: "subscription_status IS NULL", `{"couponTypeCode":"DISC","isActive":true}`: "coupon_type_code = 'DISC' AND is_active",
		`{"promotionCode":"!null"}`: "promotion_code IS NOT NULL", `{"promotionCode":"mmer"}`: "promotion_code ILIKE '%mmer%'", `{"typeName":"subs"}`: "type_code IN ('SUBS', 'NONS')",
		`{"subscriptionChargedAmount":{"from":1300}}`: "subscription_charged_amount >= 1300", `{"subscriptionPlanName":"month"}`: "subscription_plan_name ILIKE '%month%'",
		`{"discountPercentage":33.33}`: "discount_percentage = 33.33", `{"stripeCustomerId":"null","couponName":"null"}`: "stripe_customer_id IS NULL AND coupon_name IS NULL",
	}
	for i, set := range listed {
		for filter, meaning := range filters {
			q, err := postgres.Fields.Parse(url.Values{"filter": {filter}, "page": {"2"}, "perPage": {"1"}}) // the rows of page 2 do not imply the total
			if err != nil {
				t.Fatal(err)
			}
			page, err := store.FullUsers(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if want := number(t, db, "SELECT count(*) FROM user_overview WHERE visible AND "+meaning); page.Total != int64(want) {
				t.Errorf("before %s, %s: the total is %d, there are %d", set, filter, page.Total, want)
			}
		}
		if i%4 == 1 {
			if err := store.Totals().Keep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		execute(t, db, fmt.Sprintf("UPDATE user_overview SET %s WHERE user_id = %d", set, i%3+1))
	}
	if kept := number(t, db, "SELECT count(*) FROM user_overview_kept WHERE n IS NOT NULL"); kept < 4 {
		t.Errorf("only %d counts were kept", kept)
	}
}

// TestASignInStaysOnItsPage applies the changes of a sign-in: no index of the table gets an entry (a HOT update).
func TestASignInStaysOnItsPage(t *testing.T) {
	db, store := filled(t)
	u := gatewaytest.User(1, 2)
	u.Profile = gatewaytest.User(1, 1).Profile
	u.Profile.LastLoginAt = new(u.Profile.LastLoginAt.Add(time.Hour))
	err := pg.Tx(t.Context(), db, func(ctx context.Context, tx *gorm.DB) error {
		const updates = "SELECT pg_stat_get_xact_tuples_hot_updated('user_overview'::regclass)"
		before := number(t, tx, updates)
		if err := store.Apply(ctx, gateway.Changes{Users: []gateway.UserState{u}, Accounts: []gateway.AccountState{gatewaytest.Account(1, 2)}}); err != nil {
			return err
		}
		if hot := number(t, tx, updates) - before; hot != 2 {
			t.Errorf("%d updates stay on their page, want those of the user and of the account", hot)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := number(t, db, "SELECT count(*) FROM user_overview_last_login_at JOIN user_overview ON user_id = row_id WHERE value IS NOT DISTINCT FROM last_login_at"); n != 5 {
		t.Errorf("%d times of the last sign-in are the user's", n)
	}
}

// TestIndexesServeTheList fails if an index expression differs from the one that libs/listing generates.
func TestIndexesServeTheList(t *testing.T) {
	db, _ := pgtest.New(t, postgres.Migrations)
	execute(t, db, `INSERT INTO user_overview (user_id, user_version, username, email, first_name, last_name, type_code, auth_type_code, is_active,
			created_at, updated_at, verified_at, last_login_at, subscription_status, promotion_code, subscription_plan_amount, subscription_charged_amount, discount_percentage)
		SELECT n, 1, 'user' || n, 'user' || n || '@example.com', 'First' || n, 'Last' || n, 'NONS', 'EMAI', true,
			now() - n * interval '1 day', now() - n * interval '1 day', now() - n * interval '1 day', now() - n * interval '1 day', 'active', 'CODE' || n, n, n, n % 100 FROM generate_series(1, 5000) n`)
	execute(t, db, "VACUUM ANALYZE")
	plan := func(v url.Values) string {
		q, err := postgres.Fields.Parse(v)
		if err != nil {
			t.Fatal(err)
		}
		where, args := q.Where()
		var lines []string
		read(t, db, &lines, "EXPLAIN SELECT user_overview.* FROM user_overview"+q.Joins()+" WHERE visible AND "+where+" ORDER BY "+q.OrderBy()+" LIMIT 10", args...)
		return strings.Join(lines, "\n")
	}
	if got := plan(url.Values{"filter": {`{"q":"er4711"}`}}); !strings.Contains(got, "user_overview_search") {
		t.Errorf("the search does not use its index:\n%s", got)
	}
	for _, field := range strings.Fields(`id username email firstName lastName createdAt updatedAt verifiedAt typeName authTypeName isActive userTypeCode authTypeCode
		lastLoginAt subscriptionPlanAmount subscriptionChargedAmount subscriptionStatus promotionCode discountPercentage`) {
		for _, direction := range []string{"ASC", "DESC"} {
			if got := plan(url.Values{"sort": {fmt.Sprintf("[%q,%q]", field, direction)}}); !strings.Contains(got, "Index Scan") {
				t.Errorf("%s %s is no walk along an index:\n%s", field, direction, got)
			}
		}
	}
}

// filled returns a store with three visible and two invisible users.
func filled(t *testing.T) (*gorm.DB, *postgres.Store) {
	t.Helper()
	db, _ := pgtest.New(t, postgres.Migrations)
	store := postgres.New(db, feed)
	if err := store.Apply(t.Context(), people()); err != nil {
		t.Fatal(err)
	}
	return db, store
}

func read[T any](t *testing.T, db *gorm.DB, into *T, sql string, args ...any) {
	t.Helper()
	if err := db.Raw(sql, args...).Scan(into).Error; err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func number(t *testing.T, db *gorm.DB, sql string) (n int) {
	t.Helper()
	read(t, db, &n, sql)
	return n
}

func execute(t *testing.T, db *gorm.DB, sql string) {
	t.Helper()
	if err := db.Exec(sql).Error; err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
