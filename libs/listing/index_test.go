package listing_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
)

// The indexes of the package comment are the ones that PostgreSQL uses, and they find what a scan finds.
func TestIndexesServeTheList(t *testing.T) {
	db, databaseURL := pgtest.New(t, schema)
	scans := withoutIndexes(t, databaseURL)
	for _, statement := range []string{
		`INSERT INTO things SELECT i, (ARRAY['Émile','ZOË','Straße','Łukasz','John'])[1 + i % 5] || ' ' || md5(i::text), md5((-i)::text), 'AAAA', 'x', true, i, 1,
			now() - i * interval '1 hour', CASE WHEN i % 3 > 0 THEN now() - i * interval '1 hour' END,
			CASE WHEN i % 2 > 0 THEN jsonb_build_object('plan', i % 1000, 'at', jsonb_build_object('city', 'c' || i % 500)) END FROM generate_series(1, 5000) i`,
		`CREATE INDEX things_search ON things USING gin (upper(lower(name COLLATE "und-x-icu")) gin_trgm_ops, upper(lower(nick COLLATE "und-x-icu")) gin_trgm_ops)`,
		`CREATE INDEX things_by_name ON things (lower(name COLLATE "und-x-icu"), id)`,
		`CREATE INDEX things_by_seen ON things (seen, id)`,
		`CREATE INDEX things_by_seen_desc ON things (seen DESC NULLS LAST, id)`,
		`CREATE INDEX things_by_extra ON things USING gin (extra jsonb_path_ops)`,
		`ANALYZE things`,
	} {
		if err := db.Exec(statement).Error; err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		v     url.Values
		index string
	}{
		{url.Values{"filter": {`{"name":"émile ab"}`}}, "things_search"},
		{url.Values{"filter": {`{"name":"STRASSE c4"}`}}, "things_search"},
		{url.Values{"filter": {`{"q":"zoë 123"}`}}, "things_search"},
		{url.Values{"filter": {`{"id":[5,10,15]}`}}, "things_pkey"},
		{url.Values{"filter": {`{"extra.plan":7}`}}, "things_by_extra"},
		{url.Values{"filter": {`{"extra.at.city":["c7","c9"],"active":true}`}}, "things_by_extra"},
		{url.Values{"sort": {`["name","ASC"]`}}, "things_by_name"},
		{url.Values{"sort": {`["name","DESC"]`}}, "things_by_name"},
		{url.Values{"sort": {`["seen","ASC"]`}}, "things_by_seen"},
		{url.Values{"sort": {`["seen","DESC"]`}}, "things_by_seen_desc"},
		{url.Values{"sort": {`["id","DESC"]`}}, "things_pkey"},
	} {
		if plan := explain(t, scans, c.v); strings.Contains(plan, "Index") {
			t.Errorf("the scan is none:\n%s", plan)
		}
		if plan := explain(t, db, c.v); !strings.Contains(plan, " "+c.index+" ") {
			t.Errorf("%v does not use %s:\n%s", c.v, c.index, plan)
		}
		found := fetch(t, db, c.v)
		scanned := fetch(t, scans, c.v)
		if found.Total == 0 || found.Total != scanned.Total || !slices.Equal(ids(found.Data), ids(scanned.Data)) {
			t.Errorf("%v: the index finds %v of %d, a scan %v of %d", c.v, ids(found.Data), found.Total, ids(scanned.Data), scanned.Total)
		}
	}
}

func explain(t *testing.T, db *gorm.DB, v url.Values) string {
	t.Helper()
	q, err := things.Parse(v)
	if err != nil {
		t.Fatal(err)
	}
	where, args := q.Where()
	var plan []string
	sql := "EXPLAIN SELECT " + thingColumns + " FROM " + thingTables + " WHERE " + where + " ORDER BY " + q.OrderBy() + " LIMIT ?"
	if err := db.Raw(sql, append(args, q.Limit())...).Scan(&plan).Error; err != nil {
		t.Fatal(err)
	}
	return strings.Join(plan, "\n")
}

// withoutIndexes opens the database once more, for sessions that read tables alone.
func withoutIndexes(t *testing.T, databaseURL string) *gorm.DB {
	t.Helper()
	u, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	settings := u.Query()
	for _, kind := range []string{"indexscan", "indexonlyscan", "bitmapscan"} {
		settings.Set("enable_"+kind, "off")
	}
	u.RawQuery = settings.Encode()
	db, err := pg.Open(context.Background(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pg.Close(db) })
	return db
}
