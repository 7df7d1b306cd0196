package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/errs"
	"muster/libs/listing"
	"muster/libs/pg"
	"muster/libs/standing"
	"muster/libs/usersapi"
	"muster/libs/web"
	"muster/services/directory/internal/adapter/postgres"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

// fill stores users, and a request of each type for the first.
func fill(t *testing.T, db *gorm.DB, users ...directory.User) {
	t.Helper()
	s := postgres.New(db, time.Now)
	must(t, s.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error {
		for _, u := range users {
			if err := tx.CreateUser(ctx, u); err != nil {
				return err
			}
		}
		for i, code := range []string{"REGR", "RPWR", "EMUP"} {
			r := directory.VerificationRequest{
				UserID: users[0].ID, TypeCode: code, Code: "secret" + code, CreatedOn: directorytest.Noon.Truncate(time.Second),
				ExpiresAt: directorytest.Noon, Attempts: i,
			}
			if code == directory.RequestEmailChange {
				r.NewEmail = ptr("new@example.com")
			}
			if err := tx.PutRequest(ctx, r); err != nil {
				return err
			}
		}
		return nil
	}))
}

func query(t *testing.T, filter string) *url.URL {
	t.Helper()
	return &url.URL{Path: "/", RawQuery: url.Values{"filter": {filter}}.Encode()}
}

func TestAUserReadsAsItWasStored(t *testing.T) {
	db := database(t)
	u := directorytest.SampleUser(1)
	fill(t, db, u, directorytest.SampleTombstone(2))
	lists := postgres.NewLists(db)
	got, err := lists.User(t.Context(), 1)
	must(t, err)
	equal(t, got, usersapi.FromRecord(u.Record()))
	for _, id := range []int64{2, 3} {
		if _, err := lists.User(t.Context(), id); !errors.Is(err, directory.ErrUserNotFound) {
			t.Errorf("user %d: %v", id, err)
		}
	}
}

// TestNamesOfCodes reads the name of every code.
func TestNamesOfCodes(t *testing.T) {
	db := database(t)
	var users []directory.User
	for i, auth := range []string{"EMAI", "GOOG", "APPE", "FACE", "XXXX", "LINK"} {
		u := directorytest.SampleUser(int64(i + 1))
		u.AuthTypeCode, u.TypeCode = auth, []string{"SUBS", "NONS", "ADMI"}[i%3]
		users = append(users, u)
	}
	fill(t, db, users...)
	page, err := postgres.NewLists(db).Users(t.Context(), query(t, ""))
	must(t, err)
	equal(t, len(page.Data), 6)
	for _, u := range page.Data {
		if u.TypeName == "" || u.TypeName != usersapi.TypeName(u.TypeCode) || u.AuthTypeName == "" || u.AuthTypeName != usersapi.AuthTypeName(u.AuthTypeCode) {
			t.Errorf("%s is %q, %s is %q", u.TypeCode, u.TypeName, u.AuthTypeCode, u.AuthTypeName)
		}
	}
}

// TestFilters finds, by each field, the one user whose value differs from all others.
func TestFilters(t *testing.T) {
	db := database(t)
	plain, special := directorytest.SampleUser(1), directorytest.SampleUser(2)
	plain.Exemption, plain.LegacyUserID, plain.FirstName, plain.LastName, plain.LastLoginAt, plain.VerifiedAt = directory.Exemption{}, nil, nil, nil, nil, nil
	plain.TypeCode, plain.AuthTypeCode = "NONS", "EMAI"
	day := func(n int) time.Time { return time.Date(2025, 6, n, 12, 0, 0, 0, time.UTC) }
	at := func(n int) *time.Time { d := day(n); return &d }
	special.Username, special.Email, special.FirstName, special.LastName = "Zoë_1", "zoe@example.org", ptr("Zoë"), ptr("O'Neil")
	special.TypeCode, special.AuthTypeCode, special.IsActive = "ADMI", "XXXX", false
	special.CreatedAt, special.UpdatedAt, special.VerifiedAt, special.LastLoginAt = day(1), day(2), at(3), at(4)
	special.Exemption = directory.Exemption{From: at(5), To: at(6)}
	fill(t, db, plain, special, directorytest.SampleTombstone(3))
	lists := postgres.NewLists(db)
	for _, filter := range []string{
		`{"id":2}`, `{"id":"2"}`, `{"typeCode":"ADMI"}`, `{"q":"administrator  ZOË"}`, `{"id":[2,9]}`, `{"username":"ZOË_"}`, `{"email":"example.ORG"}`, `{"firstName":"zo"}`, `{"lastName":"o'n"}`, `{"typeName":"admin"}`,
		`{"authTypeName":"x oauth"}`, `{"isActive":false}`, `{"userTypeCode":"ADMI"}`, `{"authTypeCode":["XXXX"]}`, `{"createdAt":"2025-06-01"}`,
		`{"updatedAt":"2025-06-02"}`, `{"verifiedAt":["2025-06-03",null]}`, `{"lastLoginAt":"!null"}`, `{"subscriptionExemptionStartsAt":"2025-06-05"}`,
		`{"subscriptionExemptionEndsAt":"2025-06-06T12:00:00Z"}`, `{"legacyUserId":7002}`, `{"q":"zoë"}`, `{"q":"O'Neil"}`, `{"q":"Administrator"}`, `{"q":"X OAuth"}`,
	} {
		page, err := lists.Users(t.Context(), query(t, filter))
		if err != nil || page.Total != 1 || page.Data[0].ID != 2 {
			t.Errorf("%s: %d rows, %v", filter, page.Total, err)
		}
	}
	for _, filter := range []string{`{"password":"x"}`, `{"id":"two"}`, `{"deleted":true}`, `{"q":5}`} {
		if _, err := lists.Users(t.Context(), query(t, filter)); errs.From(err).Code != "VALIDATION_FAILED" {
			t.Errorf("%s: %v", filter, err)
		}
	}
}

func TestSorts(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleUser(1), directorytest.SampleUser(2))
	for _, field := range strings.Split("id username email firstName lastName createdAt updatedAt verifiedAt typeName authTypeName isActive userTypeCode authTypeCode lastLoginAt", " ") {
		u := &url.URL{RawQuery: url.Values{"sort": {fmt.Sprintf(`[%q,"DESC"]`, field)}}.Encode()}
		if page, err := postgres.NewLists(db).Users(t.Context(), u); err != nil || page.Total != 2 {
			t.Errorf("%s: %d rows, %v", field, page.Total, err)
		}
	}
	for _, field := range strings.Split("id userId requestTypeCode requestTypeName verificationCode createdOn attempts username email firstName lastName isActive", " ") {
		u := &url.URL{RawQuery: url.Values{"sort": {fmt.Sprintf(`[%q,"DESC"]`, field)}}.Encode()}
		if page, err := postgres.NewLists(db).Requests(t.Context(), u); err != nil || page.Total != 3 {
			t.Errorf("%s: %d rows, %v", field, page.Total, err)
		}
	}
}

func TestRequestsAreListed(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleUser(1), directorytest.SampleUser(2))
	u := directorytest.SampleUser(1)
	for _, filter := range []string{
		`{"requestTypeCode":"RPWR"}`, `{"requestTypeName":"reset"}`, `{"verificationCode":"trpw"}`, `{"attempts":1}`, `{"q":"secretrpwr"}`,
		`{"q":"Reset Pass","userId":1,"username":"ada1","email":"ada1@","firstName":"Ada","lastName":"Love","isActive":true,"createdOn":"2026-03-14"}`,
	} {
		page, err := postgres.NewLists(db).Requests(t.Context(), query(t, filter))
		must(t, err)
		if page.Total != 1 {
			t.Errorf("%s: %d rows", filter, page.Total)
			continue
		}
		equal(t, page.Data[0], directory.ListedRequest{
			ID: 2, UserID: 1, TypeCode: "RPWR", TypeName: "Reset Password", Code: ptr("secretRPWR"),
			CreatedOn: directorytest.Noon.Truncate(time.Second), Attempts: 1,
			Username: u.Username, Email: u.Email, FirstName: u.FirstName, LastName: u.LastName, IsActive: true,
		})
	}
}

// TestRequestsByTheNameOfTheirType has a request of each type. Their names sort otherwise than their codes.
func TestRequestsByTheNameOfTheirType(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleUser(1), directorytest.SampleUser(2))
	must(t, db.Exec("INSERT INTO verification_requests (user_id, type_code, code, created_on, expires_at, attempts) VALUES (2, 'INVI', 'code', now(), now(), 0)").Error)
	for parameters, want := range map[string]string{
		`sort=["requestTypeName","ASC"]`:              "EMUP REGR INVI RPWR",
		`sort=["requestTypeName","DESC"]`:             "RPWR INVI REGR EMUP",
		`filter={"requestTypeName":"INVITATION"}`:     "INVI",
		`filter={"requestTypeName":"email"}`:          "REGR EMUP",
		`filter={"requestTypeName":"mail u"}`:         "EMUP",
		`filter={"requestTypeName":"l v","userId":2}`: "",
		`filter={"q":"vitat"}`:                        "INVI",
	} {
		page, err := postgres.NewLists(db).Requests(t.Context(), &url.URL{RawQuery: parameters})
		must(t, err)
		var got []string
		for _, r := range page.Data {
			got = append(got, r.TypeCode)
			equal(t, r.TypeName, usersapi.RequestTypeNames[r.TypeCode])
		}
		if strings.Join(got, " ") != want || page.Total != int64(len(got)) {
			t.Errorf("%s: %v of %d, want %s", parameters, got, page.Total, want)
		}
	}
}

// TestOnesOwnCodesCannotBeGuessed tries what would tell a code letter by letter.
func TestOnesOwnCodesCannotBeGuessed(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleUser(1), directorytest.SampleUser(2))
	lists := postgres.NewLists(db)
	page, err := lists.OwnRequests(t.Context(), 1, query(t, ""))
	must(t, err)
	equal(t, page.Total, 3)
	if slices.ContainsFunc(page.Data, func(r directory.ListedRequest) bool { return r.Code != nil }) {
		t.Error("a code is shown")
	}
	for _, filter := range []string{`{"verificationCode":"secret"}`, `{"verificationCode":"!null"}`, `{"q":"secret"}`} {
		if page, err := lists.OwnRequests(t.Context(), 1, query(t, filter)); err != nil || page.Total != 0 {
			t.Errorf("%s: %d rows, %v", filter, page.Total, err)
		}
	}
	others, err := lists.OwnRequests(t.Context(), 2, query(t, `{"userId":1}`))
	must(t, err)
	equal(t, others.Total, 0)
}

// TestASignInStaysOnItsPage updates a user as a sign-in does: no index of the table gets an entry (a HOT update), and the
// list sorts by the new time.
func TestASignInStaysOnItsPage(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleUser(1), directorytest.SampleUser(2))
	must(t, pg.Tx(t.Context(), db, func(ctx context.Context, tx *gorm.DB) error {
		return postgres.New(db, time.Now).Tx(ctx, func(ctx context.Context, store directory.Tx) error {
			const updates = "SELECT pg_stat_get_xact_tuples_hot_updated('users'::regclass)"
			before := number(t, tx, updates)
			u, err := store.LockUser(ctx, 2)
			must(t, err)
			u.Version, u.AccountVersion, u.LastLoginAt = u.Version+1, u.AccountVersion+1, ptr(u.LastLoginAt.Add(-time.Hour))
			must(t, store.UpdateUser(ctx, u))
			equal(t, number(t, tx, updates)-before, 1)
			return nil
		})
	}))
	page, err := postgres.NewLists(db).Users(t.Context(), &url.URL{RawQuery: `sort=["lastLoginAt","ASC"]`})
	must(t, err)
	equal(t, []int64{page.Data[0].ID, page.Data[1].ID}, []int64{2, 1})
}

func TestStanding(t *testing.T) {
	db := database(t)
	inactive := directorytest.SampleUser(2)
	inactive.IsActive = false
	fill(t, db, directorytest.SampleAdmin(1), inactive, directorytest.SampleTombstone(3))
	check := standing.New(db).CheckRow(postgres.Standing)
	for id, want := range map[int64]web.Standing{1: {Active: true, TypeCode: "ADMI"}, 2: {TypeCode: "SUBS"}, 3: {}, 4: {}} {
		got, err := check(t.Context(), web.Caller{UserID: id})
		must(t, err)
		equal(t, got, want)
	}
}

// TestIndexesServeTheList fails when an expression of an index is no longer the one that libs/listing writes.
func TestIndexesServeTheList(t *testing.T) {
	db := database(t)
	must(t, db.Exec(`INSERT INTO users (id, username, email, type_code, auth_type_code, first_name, last_name, is_active, created_at, updated_at,
			subscribed, deleted, rejected_because, version, access_version, account_version, subscription_version, properties)
		SELECT n, 'user' || n, 'user' || n || '@example.com', 'NONS', 'EMAI', 'First' || n, 'Last' || n, true, to_timestamp(n), to_timestamp(n),
			false, false, '', 1, 1, 1, 0, CASE WHEN n % 2 = 0 THEN jsonb_build_object('plan', 'p' || n % 1000, 'seats', n) END
		FROM generate_series(1, 5000) n`).Error)
	must(t, db.Exec("VACUUM ANALYZE users").Error)
	for _, direction := range []string{"", "_desc"} {
		var plan []string
		must(t, db.Raw("EXPLAIN SELECT u.id FROM users u JOIN users_last_login_at l ON l.row_id = u.id WHERE NOT u.deleted ORDER BY l.value"+
			strings.ToUpper(strings.ReplaceAll(direction, "_", " "))+" NULLS LAST, u.id LIMIT 10").Scan(&plan).Error)
		if !strings.Contains(strings.Join(plan, "\n"), "users_last_login_at") || strings.Contains(strings.Join(plan, "\n"), " Seq Scan") {
			t.Errorf("the last sign-in%s does not use its index:\n%s", direction, strings.Join(plan, "\n"))
		}
	}
	for index, condition := range map[string]string{
		"users_search":              "u.search_text LIKE " + listing.SearchKey("'%er4711%'::text"),
		"users_by_username":         "TRUE ORDER BY " + listing.SortKey("u.username") + ", id LIMIT 10",
		"users_by_email":            "TRUE ORDER BY " + listing.SortKey("u.email") + " DESC, id LIMIT 10",
		"users_by_first_name":       "TRUE ORDER BY " + listing.SortKey("u.first_name") + " NULLS LAST, id LIMIT 10",
		"users_by_first_name_desc":  "TRUE ORDER BY " + listing.SortKey("u.first_name") + " DESC NULLS LAST, id LIMIT 10",
		"users_by_last_name":        "TRUE ORDER BY " + listing.SortKey("u.last_name") + " NULLS LAST, id LIMIT 10",
		"users_by_last_name_desc":   "TRUE ORDER BY " + listing.SortKey("u.last_name") + " DESC NULLS LAST, id LIMIT 10",
		"users_by_created_at":       "TRUE ORDER BY u.created_at DESC, id LIMIT 10",
		"users_by_updated_at":       "TRUE ORDER BY u.updated_at DESC, id LIMIT 10",
		"users_by_verified_at":      "TRUE ORDER BY u.verified_at NULLS LAST, id LIMIT 10",
		"users_by_verified_at_desc": "TRUE ORDER BY u.verified_at DESC NULLS LAST, id LIMIT 10",
		"users_by_type":             "TRUE ORDER BY u.type_code, id LIMIT 10",
		"users_by_type_desc":        "TRUE ORDER BY u.type_code DESC, id LIMIT 10",
		"users_by_auth_type":        "TRUE ORDER BY u.auth_type_code, id LIMIT 10",
		"users_by_auth_type_desc":   "TRUE ORDER BY u.auth_type_code DESC, id LIMIT 10",
		"users_by_active":           "TRUE ORDER BY u.is_active, id LIMIT 10",
		"users_by_active_desc":      "TRUE ORDER BY u.is_active DESC, id LIMIT 10",
		"users_by_properties":       "u.properties @> ANY(ARRAY['{\"plan\":\"p7\"}', '{\"seats\":4711}']::jsonb[])",
		"users_email_unique":        "email_key_of(u.email, u.email_key) = 'user4711@example.com'",
	} {
		var plan []string
		must(t, db.Raw("EXPLAIN SELECT id FROM users u WHERE NOT u.deleted AND "+condition).Scan(&plan).Error)
		if !strings.Contains(strings.Join(plan, "\n")+" ", " "+index+" ") {
			t.Errorf("%s is not used:\n%s", index, strings.Join(plan, "\n"))
		}
	}
}
