package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/errs"
	"muster/libs/listing"
	"muster/libs/pg"
	"muster/libs/usersapi"
	"muster/services/directory/internal/adapter/postgres"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

// properties reads what a user's row holds.
func properties(t *testing.T, db *gorm.DB, id int64) directory.Properties {
	t.Helper()
	var text string
	must(t, db.Raw("SELECT coalesce(properties, '{}')::text FROM users WHERE id = ?", id).Scan(&text).Error)
	p, err := directory.ParseProperties(text)
	must(t, err)
	return p
}

func TestAUserReadsWithProperties(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleUser(1), directorytest.SampleUser(2), directorytest.SampleTombstone(3))
	put(t, db, 1, `{"plan":"gold"}`)
	lists := postgres.NewLists(db)
	for id, want := range map[int64]string{1: `{"plan": "gold"}`, 2: `{}`} {
		got, err := lists.UserWithProperties(t.Context(), id)
		must(t, err)
		plain, err := lists.User(t.Context(), id)
		must(t, err)
		equal(t, got, directory.UserWithProperties{User: plain, Properties: want})
	}
	for _, id := range []int64{3, 4} {
		if _, err := lists.UserWithProperties(t.Context(), id); !errors.Is(err, directory.ErrUserNotFound) {
			t.Errorf("user %d: %v", id, err)
		}
	}
}

func put(t *testing.T, db *gorm.DB, id int64, p directory.Properties) {
	t.Helper()
	s := postgres.New(db, time.Now)
	must(t, s.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error {
		_, err := tx.PutProperties(ctx, id, p)
		return err
	}))
}

func TestFiltersByProperties(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleUser(1), directorytest.SampleUser(2), directorytest.SampleUser(3), directorytest.SampleTombstone(4))
	put(t, db, 1, `{"plan":"gold","address":{"city":"Rome"},"seats":5}`)
	put(t, db, 2, `{"plan":"silver","seats":"5"}`)
	lists := postgres.NewLists(db)
	for filter, want := range map[string][]int64{
		`{"properties.plan":"gold"}`:                                    {1},
		`{"properties.plan":["gold","silver"],"properties.seats":5}`:    {1},
		`{"properties.seats":"5"}`:                                      {2},
		`{"properties.address.city":"Rome","username":"ADA"}`:           {1},
		`{"properties.plan":null}`:                                      {3},
		`{"properties.plan":"!null","properties.address":"null"}`:       {2},
		`{"properties.plan":"platinum"}`:                                {},
		`{"properties.plan":["gold",null],"properties.city":["a","b"]}`: {},
	} {
		page, err := lists.Users(t.Context(), query(t, filter))
		must(t, err)
		found := []int64{}
		for _, u := range page.Data {
			found = append(found, u.ID)
		}
		equal(t, found, want)
		one := query(t, filter)
		one.RawQuery += "&perPage=1" // so that the total has to be counted
		page, err = lists.Users(t.Context(), one)
		must(t, err)
		equal(t, page.Total, int64(len(want)))
		if _, err := lists.UsersToEverybody(t.Context(), query(t, filter)); !errors.Is(err, directory.ErrAdminOnly) {
			t.Errorf("%s is answered to everybody: %v", filter, err)
		}
	}
	page, err := lists.UsersToEverybody(t.Context(), query(t, `{"username":"ada"}`))
	must(t, err)
	equal(t, page.Total, 3)
	for _, filter := range []string{`{"properties":"x"}`, `{"properties.":"x"}`, `{"properties.plan":{}}`, `{"properties.plan":"x","id":"x"}`} {
		for name, list := range map[string]func(context.Context, *url.URL) (listing.Page[usersapi.User], error){
			"administrators": lists.Users, "everybody": lists.UsersToEverybody,
		} {
			if _, err := list(t.Context(), query(t, filter)); errs.From(err).Code != "VALIDATION_FAILED" {
				t.Errorf("%s to %s: %v", filter, name, err)
			}
		}
	}
}

// TestOtherChangesLeaveLongPropertiesWhereTheyAre: signing in must not copy 16 KiB.
func TestOtherChangesLeaveLongPropertiesWhereTheyAre(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleUser(1))
	var noise strings.Builder // that does not compress
	for i := range 2000 {
		fmt.Fprintf(&noise, "%x", i*i*7919)
	}
	put(t, db, 1, directory.Properties(`{"long":"`+noise.String()+`"}`))
	outside := "(SELECT reltoastrelid FROM pg_class WHERE oid = 'users'::regclass)"
	var size int
	must(t, db.Raw("SELECT pg_relation_size("+outside+")").Scan(&size).Error)
	if size == 0 {
		t.Fatal("the long value lies in the row")
	}
	must(t, postgres.New(db, time.Now).Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error {
		pieces := func() (n int) {
			must(t, pg.From(ctx, db).Raw("SELECT n_tup_ins FROM pg_stat_xact_all_tables WHERE relid = "+outside).Scan(&n).Error)
			return n
		}
		u, err := tx.LockUser(ctx, 1)
		must(t, err)
		before := pieces()
		signedIn := u.LastLoginAt.Add(time.Hour)
		u.LastLoginAt = &signedIn
		must(t, tx.UpdateUser(ctx, u))
		equal(t, pieces(), before)
		return nil
	}))
}
