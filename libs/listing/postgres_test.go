package listing_test

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"

	"muster/libs/listing"
	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
)

// schema has columns that are narrower than the arguments, as the columns of services are.
var schema = pg.Migrations{Name: "listing_test", FS: fstest.MapFS{"0001_things.sql": {Data: []byte(`-- +goose Up
CREATE EXTENSION pg_trgm;
CREATE TABLE things (
	id     bigint PRIMARY KEY,
	name   text NOT NULL,
	nick   text,
	code   text NOT NULL,
	status varchar(100),
	active boolean NOT NULL,
	amount integer,
	rate   numeric(5,2),
	made   timestamptz NOT NULL,
	seen   timestamptz,
	extra  jsonb
);
`)}}}

const (
	thingColumns = "t.id, t.name, t.nick, t.code, t.status, t.active, t.amount, t.rate, t.made, t.seen"
	thingTables  = "things t"
	thingNames   = "id, name, nick, code, status, active, amount, rate, made, seen"
)

type thing struct {
	ID     int64      `json:"id"`
	Name   string     `json:"name"`
	Nick   *string    `json:"nick"`
	Code   string     `json:"code"`
	Status *string    `json:"status"`
	Active bool       `json:"active"`
	Amount *int64     `json:"amount"`
	Rate   *float64   `json:"rate"`
	Made   time.Time  `json:"made"`
	Seen   *time.Time `json:"seen"`

	Extra map[string]any `json:"extra" gorm:"-"` // stored, and not read
}

// store replaces all things.
func store(t testing.TB, db *gorm.DB, rows ...thing) {
	t.Helper()
	encoded, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM things").Error; err != nil {
			return err
		}
		return tx.Exec("INSERT INTO things ("+thingNames+", extra) SELECT "+thingNames+", extra FROM jsonb_populate_recordset(NULL::things, ?::jsonb)", string(encoded)).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

func fetch(t testing.TB, db *gorm.DB, v url.Values) listing.Page[thing] {
	t.Helper()
	q, err := things.Parse(v)
	if err != nil {
		t.Fatalf("%v: %v", v, err)
	}
	page, err := listing.Fetch[thing](context.Background(), db, q, thingColumns, thingTables)
	if err != nil {
		where, args := q.Where()
		t.Fatalf("%v: %v\n%s %v", v, err, where, args)
	}
	return page
}

func ids(rows []thing) []int64 {
	found := []int64{}
	for _, r := range rows {
		found = append(found, r.ID)
	}
	return found
}

func names(rows []thing) (found []string) {
	for _, r := range rows {
		found = append(found, r.Name)
	}
	return found
}

func TestFetchReadsPages(t *testing.T) {
	db, _ := pgtest.New(t, schema)
	var rows []thing
	for i := range 25 {
		rows = append(rows, thing{ID: int64(i + 1), Name: "n", Code: "AAAA", Active: i%2 == 0})
	}
	store(t, db, rows...)
	for _, c := range []struct {
		query string
		ids   []int64
		total int64
		items string
	}{
		{"", []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 25, "items 0-9/25"},
		{"page=3", []int64{21, 22, 23, 24, 25}, 25, "items 20-24/25"},
		{"page=5&perPage=5", []int64{21, 22, 23, 24, 25}, 25, "items 20-24/25"},
		{"page=4", nil, 25, "items */25"},
		{"page=9223372036854775807&perPage=1000", nil, 25, "items */25"},
		{"range=[9223372036854775806,9223372036854775807]", nil, 25, "items */25"},
		{"range=[23,30]", []int64{24, 25}, 25, "items 23-24/25"},
		{`filter={"active":true}&page=2`, []int64{21, 23, 25}, 13, "items 10-12/13"},
		{`filter={"id":[]}`, nil, 0, "items */0"},
		{`filter={"id":{"from":26}}`, nil, 0, "items */0"},
		{`filter={"id":[99,3,1]}&sort=["id","DESC"]`, []int64{3, 1}, 2, "items 0-1/2"},
	} {
		v, err := listing.ParseRawQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		page := fetch(t, db, v)
		h := map[string][]string{}
		page.WriteHeaders(h)
		if !slices.Equal(ids(page.Data), c.ids) || page.Total != c.total || h["Content-Range"][0] != c.items || page.Data == nil {
			t.Errorf("%s: %v of %d, %v", c.query, ids(page.Data), page.Total, h)
		}
	}
}

// A page and its total come from one snapshot, also while rows come and go in between.
func TestPageAndTotalAgree(t *testing.T) {
	db, _ := pgtest.New(t, schema)
	stop := make(chan struct{})
	done := make(chan error, 1)
	go func() {
		for {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			err := db.Exec(`INSERT INTO things SELECT i, 'n', NULL, 'AAAA', NULL, true, NULL, NULL, now(), NULL FROM generate_series(1, 50) i`).Error
			if err == nil {
				err = db.Exec("DELETE FROM things").Error
			}
			if err != nil {
				done <- err
				return
			}
		}
	}()
	full, empty := 0, 0
	for i := 0; i < 50000 && (i < 1000 || full == 0 || empty == 0); i++ {
		switch page := fetch(t, db, nil); {
		case len(page.Data) == 10 && page.Total == 50:
			full++
		case len(page.Data) == 0 && page.Total == 0:
			empty++
		default:
			t.Errorf("%d rows of %d", len(page.Data), page.Total)
		}
	}
	close(stop)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if full == 0 || empty == 0 {
		t.Errorf("nothing happened in between: %d full, %d empty", full, empty)
	}
}

func TestWhatIsWrittenIsOnlyLookedFor(t *testing.T) {
	db, _ := pgtest.New(t, schema)
	hostile := []string{
		`'; DROP TABLE things; --`, `' OR '1'='1`, `\' OR 1=1 --`, `$1`, `?`, `@name`, `%`, `_`, `\`, `\%`, `%'`, `$$`, `"`, `{}`, `{"a","b"}`, `NULL`, `--`, `/*`,
		`a,b`, `a}`, "\n\t\r", `\0`, `\u0041`, `E'\x41'`, "\u202e", "\ufffd", "🙂", "á",
	}
	var rows []thing
	for i, text := range hostile {
		stored := norm.NFC.String(text)
		rows = append(rows, thing{ID: int64(i + 1), Name: "<" + stored + ">", Nick: &stored, Code: "AAAA", Status: &stored})
	}
	rows = append(rows, thing{ID: 1000, Name: "plain", Code: "AAAA"})
	store(t, db, rows...)
	for i, text := range hostile {
		id := int64(i + 1)
		filters := map[string]any{"name": "<" + text + ">", "status": text}
		if len(strings.Fields(text)) == 1 {
			filters["q"] = "<" + text + ">"
		}
		for filter, want := range filters {
			encoded, err := json.Marshal(map[string]any{filter: want})
			if err != nil {
				t.Fatal(err)
			}
			if got := ids(fetch(t, db, url.Values{"filter": {string(encoded)}}).Data); !slices.Equal(got, []int64{id}) {
				t.Errorf("%s finds %v, want %d", encoded, got, id)
			}
		}
		anyOf, _ := json.Marshal(map[string]any{"status": []string{text, "other"}})
		if got := ids(fetch(t, db, url.Values{"filter": {string(anyOf)}}).Data); !slices.Equal(got, []int64{id}) {
			t.Errorf("%s finds %v, want %d", anyOf, got, id)
		}
	}
}

func TestBoundsThatNoColumnHoldsAreNoFailure(t *testing.T) {
	db, _ := pgtest.New(t, schema)
	one := int64(1)
	rate := 12.5
	store(t, db, thing{ID: 1, Name: "n", Code: "AAAA", Amount: &one, Rate: &rate, Made: time.Date(2023, 1, 15, 0, 0, 0, 0, time.UTC)})
	for filter, want := range map[string]int64{
		`{"amount":9223372036854775807}`:                     0,
		`{"amount":[-9223372036854775808,1]}`:                1,
		`{"amount":{"from":-9999999999,"to":9999999999}}`:    1,
		`{"rate":12.50}`:                                     1,
		`{"rate":12.500000000000000000000000000000000001}`:   0,
		`{"rate":{"to":9999999999999999999999999999999999}}`: 1,
		`{"status":"` + strings.Repeat("x", 1000) + `"}`:     0,
		`{"name":"` + strings.Repeat("%_", 500) + `"}`:       0,
		`{"made":"0000-01-01..9999-12-31"}`:                  1,
		`{"made":"0000-01-01T00:00:00+23:59"}`:               0,
		`{"made":"9999-12-31T23:59:59-23:59"}`:               0,
		`{"made":"2023-01-16..2023-01-14"}`:                  0,
		`{"id":{"from":2,"to":1}}`:                           0,
	} {
		if got := fetch(t, db, url.Values{"filter": {filter}}).Total; got != want {
			t.Errorf("%.60s: %d rows, want %d", filter, got, want)
		}
	}
}

// A stored time is finer than a second. A caller that saw it rounded must still find it.
func TestDatesCoverTheirDayAndTheirSecond(t *testing.T) {
	db, _ := pgtest.New(t, schema)
	at := func(id int64, text string) thing {
		made, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return thing{ID: id, Name: "n", Code: "AAAA", Made: made}
	}
	store(t, db,
		at(1, "2023-01-14T23:59:59.999999Z"), at(2, "2023-01-15T00:00:00Z"), at(3, "2023-01-15T08:30:00Z"),
		at(4, "2023-01-15T08:30:00.7Z"), at(5, "2023-01-15T08:30:01Z"), at(6, "2023-01-15T23:59:59.999999Z"), at(7, "2023-01-16T00:00:00Z"))
	for value, want := range map[string][]int64{
		`"2023-01-15"`:                                 {2, 3, 4, 5, 6},
		`"2023-01-15T08:30:00Z"`:                       {3, 4},
		`"2023-01-15T10:30:00.2+02:00"`:                {3, 4},
		`["2023-01-15T08:30:00Z","2023-01-15"]`:        {3, 4, 5, 6},
		`{"from":"2023-01-15T08:30:01Z"}`:              {5, 6, 7},
		`{"to":"2023-01-15T08:30:00Z"}`:                {1, 2, 3, 4},
		`"..2023-01-14"`:                               {1},
		`"2023-01-15T23:59:59Z..2023-01-16T00:00:00Z"`: {6, 7},
	} {
		if got := ids(fetch(t, db, url.Values{"filter": {`{"made":` + value + `}`}}).Data); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", value, got, want)
		}
	}
}
