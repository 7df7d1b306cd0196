package postgres_test

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/libs/testkit/eventually"
	"muster/libs/testkit/pgtest"
	"muster/services/directory/internal/adapter/postgres"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

// changes are the updates of one column each, by table, with all columns that a list shows, filters or sorts by.
var changes = map[string][]string{
	"users": {
		"username = 'Grace'", "email = 'grace@example.org'", "first_name = NULL", "last_name = 'Hopper'", "type_code = 'ADMI'", "auth_type_code = 'LINK'",
		"is_active = NOT is_active", "created_at = now()", "updated_at = now()", "verified_at = NULL", "last_login_at = NULL",
		"exemption_from = NULL", "exemption_to = NULL", "legacy_user_id = NULL", "legacy_user_id = 7", "id = 4000",
	},
	"verification_requests": {
		"type_code = 'EMUP', new_email = 'new@example.org'", "code = 'changed'", "created_on = now()", "attempts = attempts + 1", "username = 'Grace'",
		"email = 'grace@example.org'", "first_name = NULL", "last_name = 'Hopper'", "is_active = NOT is_active", "user_id = 2",
	},
}

// TestTheDeltaLogTellsEveryChange changes the listed columns one by one: with all that the log says done to nothing, there
// is the list.
func TestTheDeltaLogTellsEveryChange(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleUser(1), directorytest.SampleUser(2), directorytest.SampleUser(3), directorytest.SampleTombstone(4))
	must(t, db.Exec("DELETE FROM verification_requests WHERE type_code = 'EMUP'").Error)
	for _, table := range []string{"users", "verification_requests"} {
		for _, set := range changes[table] {
			where := "id = (SELECT min(id) FROM verification_requests)"
			if table == "users" {
				where = "email = (SELECT max(email) FROM users)"
			}
			before := number(t, db, "SELECT count(*) FROM "+table+"_delta")
			must(t, db.Exec("UPDATE "+table+" SET "+set+" WHERE "+where).Error)
			if logged := number(t, db, "SELECT count(*) FROM "+table+"_delta") - before; logged != 2 {
				t.Errorf("%s: %s is logged as %d changes", table, set, logged)
			}
			sameAsLogged(t, db, table)
		}
	}
	for _, statement := range []string{
		"UPDATE users SET version = version + 1",
		"UPDATE verification_requests SET expires_at = now()",
	} {
		before := number(t, db, "SELECT (SELECT count(*) FROM users_delta) + (SELECT count(*) FROM verification_requests_delta)")
		must(t, db.Exec(statement).Error)
		if after := number(t, db, "SELECT (SELECT count(*) FROM users_delta) + (SELECT count(*) FROM verification_requests_delta)"); after != before {
			t.Errorf("%s is logged, and no list shows it", statement)
		}
	}
	must(t, db.Exec("DELETE FROM users WHERE id = 3").Error)
	sameAsLogged(t, db, "users")
}

// sameAsLogged compares a table with its delta log, of which nothing has been folded.
func sameAsLogged(t *testing.T, db *gorm.DB, table string) {
	t.Helper()
	var columns []string
	must(t, db.Raw("SELECT column_name FROM information_schema.columns WHERE table_name = ? AND column_name <> 'sign'", table+"_delta").Scan(&columns).Error)
	list := strings.Join(columns, ", ")
	only := "TRUE"
	if table == "users" {
		only = "NOT deleted"
	}
	logged := fmt.Sprintf("SELECT %s, sum(sign) AS n FROM %s_delta GROUP BY %s HAVING sum(sign) <> 0", list, table, list)
	stored := fmt.Sprintf("SELECT %s, 1::bigint AS n FROM %s WHERE %s", list, table, only)
	if n := number(t, db, fmt.Sprintf("SELECT count(*) FROM ((%[1]s EXCEPT %[2]s) UNION ALL (%[2]s EXCEPT %[1]s)) d", logged, stored)); n != 0 {
		t.Errorf("%s and its delta log differ in %d rows", table, n)
	}
}

// TestFoldingIsCountingAnew folds all kinds of changes, and compares with what a rebuild counts.
func TestFoldingIsCountingAnew(t *testing.T) {
	db := database(t)
	var users []directory.User
	for id := range int64(12) {
		u := directorytest.SampleUser(id + 1)
		u.TypeCode, u.AuthTypeCode, u.IsActive = []string{"SUBS", "NONS", "ADMI"}[id%3], []string{"EMAI", "GOOG"}[id%2], id%5 > 0
		if id%4 == 0 {
			u.VerifiedAt, u.LastLoginAt, u.LegacyUserID, u.Exemption, u.LastName = nil, nil, nil, directory.Exemption{}, nil
		}
		users = append(users, u)
	}
	fill(t, db, users...)
	must(t, db.Exec("DELETE FROM verification_requests WHERE type_code = 'REGR'").Error)
	lists := postgres.NewLists(db)
	for _, table := range []string{"users", "verification_requests"} {
		rollup := func() (rows []string) {
			must(t, db.Raw("SELECT "+table+"_rollup::text FROM "+table+"_rollup ORDER BY 1").Scan(&rows).Error)
			return rows
		}
		for _, set := range changes[table] {
			must(t, db.Exec("UPDATE "+table+" SET "+set+" WHERE id = (SELECT max(id) FROM "+table+" WHERE id < 12)").Error)
			keepTotals(t, lists)
		}
		must(t, db.Exec(`UPDATE verification_requests r SET username = u.username, email = u.email, first_name = u.first_name, last_name = u.last_name,
			is_active = u.is_active FROM users u WHERE u.id = r.user_id`).Error) // as a rebuild does
		keepTotals(t, lists)
		folded := rollup()
		must(t, db.Exec("SELECT "+table+"_rollup_rebuild()").Error)
		if anew := rollup(); len(anew) < 2 || !slices.Equal(folded, anew) {
			t.Errorf("folded\n%s\nanew\n%s", strings.Join(folded, "\n"), strings.Join(anew, "\n"))
		}
		if n := number(t, db, "SELECT count(*) FROM "+table+"_delta"); n != 0 {
			t.Errorf("%d changes are left", n)
		}
	}
}

// TestTotalsOfFilters asks for each kind of filter while part of the changes is folded and part is not, by rollup and
// by kept count.
func TestTotalsOfFilters(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleUser(1), directorytest.SampleUser(2))
	lists := postgres.NewLists(db)
	for _, totals := range lists.Totals() {
		totals.KeepAfter = 0
	}
	filters := map[string]string{ // and what they mean
		`{}`: "TRUE", `{"q":"ADA"}`: "concat(username, email, first_name) ILIKE '%ada%'", `{"email":"@example"}`: "email ILIKE '%@example%'",
		`{"firstName":"ada"}`: "first_name ILIKE '%ada%'", `{"typeName":"subscr"}`: "type_code IN ('SUBS', 'NONS')", `{"typeName":"admin","isActive":true}`: "type_code = 'ADMI' AND is_active",
		`{"authTypeName":"Google OAuth"}`: "auth_type_code = 'GOOG'", `{"userTypeCode":["NONS","SUBS"]}`: "type_code <> 'ADMI'", `{"verifiedAt":"!null"}`: "verified_at IS NOT NULL",
		`{"lastLoginAt":"null","authTypeCode":"GOOG"}`: "last_login_at IS NULL AND auth_type_code = 'GOOG'", `{"legacyUserId":"!null"}`: "legacy_user_id IS NOT NULL",
		`{"id":{"from":2}}`: "id >= 2", `{"createdAt":{"to":"2000-01-01"}}`: "created_at < '2000-01-02'", `{"subscriptionExemptionEndsAt":"null"}`: "exemption_to IS NULL",
	}
	for i := range 12 {
		for filter, meaning := range filters {
			u := query(t, filter)
			u.RawQuery += "&page=2&perPage=1" // whose rows do not tell the total
			page, err := lists.Users(t.Context(), u)
			must(t, err)
			if want := number(t, db, "SELECT count(*) FROM users WHERE NOT deleted AND "+meaning); page.Total != want {
				t.Errorf("%s: the total is %d, there are %d", filter, page.Total, want)
			}
		}
		if i%3 == 1 {
			keepTotals(t, lists)
		}
		u := directorytest.SampleUser(int64(i + 3))
		u.TypeCode, u.AuthTypeCode = []string{"SUBS", "NONS", "ADMI"}[i%3], []string{"EMAI", "GOOG"}[i%2]
		must(t, postgres.New(db, time.Now).Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error { return tx.CreateUser(ctx, u) }))
		set := changes["users"][i]
		must(t, db.Exec("UPDATE users SET "+set+" WHERE id = ?", i+1).Error)
	}
	if kept := number(t, db, "SELECT count(*) FROM users_kept WHERE n IS NOT NULL"); kept < 4 {
		t.Errorf("only %d counts were kept", kept)
	}
}

// TestRequestsFollowTheirUser changes a user who has requests, and makes one while a change is not committed yet: it waits
// for the change and shows it.
func TestRequestsFollowTheirUser(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleUser(1), directorytest.SampleUser(2))
	done := make(chan error, 1)
	must(t, db.Transaction(func(tx *gorm.DB) error {
		must(t, tx.Exec("UPDATE users SET username = 'Grace', email = 'grace@' || id, first_name = NULL, last_name = 'Hopper', is_active = false").Error)
		go func() {
			done <- db.Exec(`INSERT INTO verification_requests (user_id, type_code, code, created_on, expires_at, attempts)
				VALUES (2, 'REGR', 'code', now(), now(), 0)`).Error
		}()
		eventually.Holds(t, 20*time.Second, "the request waits or is there", func() bool {
			return len(done) > 0 || number(t, db, `SELECT count(*) FROM pg_stat_activity
				WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO verification_requests%'`) > 0
		})
		return nil
	}))
	must(t, <-done)
	equal(t, number(t, db, `SELECT count(*) FROM verification_requests
		WHERE username = 'Grace' AND email = 'grace@' || user_id AND first_name IS NULL AND last_name = 'Hopper' AND NOT is_active`), 4)
}

// TestTotalsOfRowsFromBefore applies the migration to users and requests that are there, and rebuilds after a load without triggers.
func TestTotalsOfRowsFromBefore(t *testing.T) {
	first, err := fs.ReadFile(postgres.Migrations.FS, "0001_users.sql")
	must(t, err)
	db, databaseURL := pgtest.New(t, pg.Migrations{Name: postgres.Migrations.Name, FS: fstest.MapFS{"0001_users.sql": {Data: first}}})
	insert := func(from, to int) {
		must(t, db.Exec(`INSERT INTO users (id, username, email, type_code, auth_type_code, first_name, is_active, created_at, updated_at, subscribed, deleted, rejected_because, version, access_version, account_version, subscription_version)
			SELECT n, 'user' || n, 'user' || n || '@example.com', 'NONS', 'EMAI', 'Ada', n % 3 > 0, now(), now(), false, false, '', 1, 1, 1, 0 FROM generate_series(?::int, ?::int) n`, from, to).Error)
		must(t, db.Exec(`INSERT INTO verification_requests (user_id, type_code, code, created_on, expires_at, attempts)
			SELECT id, 'REGR', 'code', now(), now(), 0 FROM users WHERE id BETWEEN ? AND ?`, from, to).Error)
	}
	insert(1, 30)
	must(t, pg.Migrate(t.Context(), databaseURL, postgres.Migrations))
	lists := postgres.NewLists(db)
	expect := func(want int64) {
		t.Helper()
		for _, filter := range []string{`{"isActive":true}`, `{"isActive":true,"q":"user"}`} {
			page, err := lists.Users(t.Context(), query(t, filter))
			must(t, err)
			equal(t, page.Total, want)
			page2, err := lists.Requests(t.Context(), query(t, filter))
			must(t, err)
			equal(t, page2.Total, want)
		}
	}
	expect(20)
	must(t, db.Transaction(func(tx *gorm.DB) error {
		must(t, tx.Exec("SET LOCAL session_replication_role = replica").Error)
		return tx.Exec(`INSERT INTO users (id, username, email, type_code, auth_type_code, is_active, created_at, updated_at, subscribed, deleted, rejected_because, version, access_version, account_version, subscription_version)
			SELECT n, 'user' || n, 'user' || n || '@example.com', 'NONS', 'EMAI', true, now(), now(), false, false, '', 1, 1, 1, 0 FROM generate_series(101, 105) n;
			INSERT INTO verification_requests (user_id, type_code, code, created_on, expires_at, attempts, username, email, first_name, last_name, is_active)
				SELECT id, 'REGR', 'code', now(), now(), 0, username, email, first_name, last_name, is_active FROM users WHERE id > 100`).Error
	}))
	must(t, db.Exec("SELECT users_rollup_rebuild()").Error)
	must(t, db.Exec("SELECT verification_requests_rollup_rebuild()").Error)
	expect(25)
}

func keepTotals(t *testing.T, lists *postgres.Lists) {
	t.Helper()
	for _, totals := range lists.Totals() {
		must(t, totals.Keep(t.Context()))
	}
}

func number(t *testing.T, db *gorm.DB, sql string) (n int64) {
	t.Helper()
	if err := db.Raw(sql).Scan(&n).Error; err != nil {
		t.Errorf("%s: %v", sql, err)
	}
	return n
}
