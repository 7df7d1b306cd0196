package personal_test

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"muster/libs/personal"
	"muster/libs/testkit/pgtest"
)

type thing struct {
	ID     int64           `json:"id"`
	At     time.Time       `json:"at"`
	Detail json.RawMessage `json:"detail"`
	Note   *string         `json:"note"`
}

var sections = []personal.Section{
	personal.Object[thing]("first", "SELECT * FROM things WHERE owner = ? AND id = 1"),
	personal.List[thing]("things", "SELECT * FROM things WHERE owner = ? AND owner = ? ORDER BY id"),
}

func TestAnObjectOfSections(t *testing.T) {
	db, _ := pgtest.New(t)
	for _, sql := range []string{
		"CREATE TABLE things (id bigint, owner bigint, at timestamptz, detail jsonb, note text)",
		`INSERT INTO things SELECT n, 7, '2026-01-02T03:04:05+02', '{"n": 1}', 'some "text"' FROM generate_series(1, 1001) n`,
		"INSERT INTO things (id, owner, at) VALUES (2000, 8, '2026-01-02T03:04:05Z')",
	} {
		if err := db.Exec(sql).Error; err != nil {
			t.Fatal(err)
		}
	}
	write := func(owner int64) string {
		var text strings.Builder
		if err := personal.Write(t.Context(), db, &text, owner, sections...); err != nil {
			t.Fatal(err)
		}
		return text.String()
	}
	one := `{"id":2000,"at":"2026-01-02T03:04:05Z","detail":null,"note":null}`
	for owner, want := range map[int64]string{8: `{"first":null,"things":[` + one + `]}`, 9: `{"first":null,"things":[]}`} {
		if got := write(owner); got != want {
			t.Errorf("%d: %s, want %s", owner, got, want)
		}
	}
	var long struct {
		First  thing
		Things []thing
	}
	if err := json.Unmarshal([]byte(write(7)), &long); err != nil {
		t.Fatal(err)
	}
	if len(long.Things) != 1001 || long.Things[1000].ID != 1001 || *long.First.Note != `some "text"` || string(long.First.Detail) != `{"n": 1}` && string(long.First.Detail) != `{"n":1}` {
		t.Errorf("%d things, the first %+v", len(long.Things), long.First)
	}
}

func TestAWriterThatFails(t *testing.T) {
	db, _ := pgtest.New(t)
	broken := errors.New("broken")
	err := personal.Write(t.Context(), db, failing{broken}, 7, personal.List[thing]("n", "SELECT n AS id, now() AS at, null::jsonb AS detail, null AS note FROM generate_series(1, 5000) n WHERE ? > 0"))
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if err := personal.Write(t.Context(), db, io.Discard, 7, personal.Object[thing]("bad", "SELECT nothing WHERE ? > 0")); err == nil {
		t.Error("a query that is none is no error")
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
