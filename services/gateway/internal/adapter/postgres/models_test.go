package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/sync/errgroup"
	"gorm.io/gorm"

	"muster/libs/inbox"
	"muster/libs/pg"
	"muster/libs/testkit/eventually"
	"muster/libs/testkit/pgtest"
	"muster/services/gateway/internal/adapter/postgres"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

// counted is a database with a live model, whose only user is 1, and a counted new one, whose only user is 2. Both have
// read one partition to offset 5.
type counted struct {
	t        *testing.T
	live, db *gorm.DB // db sees the new model
	models   *postgres.Models
}

// openModels creates a database without models. next sees the new model first.
func openModels(t *testing.T) (live, next *gorm.DB, models *postgres.Models) {
	t.Helper()
	live, url := pgtest.New(t, inbox.Migrations, postgres.Registry)
	models, err := postgres.NewModels(live, url, postgres.Migrations, "gateway")
	if err != nil {
		t.Fatal(err)
	}
	if next, err = models.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pg.Close(next) })
	return live, next, models
}

func newCounted(t *testing.T) counted {
	t.Helper()
	live, db, models := openModels(t)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(models.Prepare(t.Context()))
	check(postgres.New(live, feed).Apply(t.Context(), gateway.Changes{Users: []gateway.UserState{gatewaytest.User(1, 1)}}))
	check(models.Request(t.Context()))
	if err := models.Request(t.Context()); !errors.Is(err, postgres.ErrRebuilding) {
		t.Fatalf("a second request: %v", err)
	}
	c := counted{t, live, db, models}
	for range 2 { // as after an interruption
		phase, err := models.Begin(t.Context(), db)
		if check(err); phase != "unindexed" {
			t.Fatal(phase)
		}
	}
	check(postgres.New(db, feed).Apply(t.Context(), gateway.Changes{Users: []gateway.UserState{gatewaytest.User(2, 1)}}))
	check(models.Count(t.Context(), db))
	execute(t, live, "INSERT INTO kafka_offsets (consumer, topic, partition, next_offset, cluster_id) VALUES ('gateway', 't', 0, 5, ''), ('gateway-next', 't', 0, 5, '')")
	return c
}

// swaps tries to swap, and checks which user is live then.
func (c counted) swaps(what string, want bool) {
	c.t.Helper()
	err := c.models.Swap(c.t.Context(), c.db)
	if want && err != nil || !want && !errors.Is(err, postgres.ErrNotYet) {
		c.t.Errorf("%s: %v", what, err)
	}
	user := 1
	if want {
		user = 2
	}
	if got := number(c.t, c.live, "SELECT sum(user_id) FROM user_overview"); got != user {
		c.t.Errorf("%s: user %d is live, want %d", what, got, user)
	}
}

// TestIndexesAreCreatedLast, also by a build that was interrupted in between.
func TestIndexesAreCreatedLast(t *testing.T) {
	live, db, models := openModels(t)
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	indexes := func(schema string) (definitions []string) {
		t.Helper()
		do(live.Raw("SELECT replace(indexdef, schemaname || '.', '') FROM pg_indexes WHERE tablename = 'user_overview' AND schemaname = ? ORDER BY 1", schema).
			Scan(&definitions).Error)
		return definitions
	}
	do(models.Prepare(t.Context()))
	do(models.Request(t.Context()))
	for range 2 {
		if phase, err := models.Begin(t.Context(), db); err != nil || phase != "unindexed" {
			t.Fatal(phase, err)
		}
		if loading := indexes("read_model_next"); len(loading) != 1 || !strings.Contains(loading[0], "user_overview_pkey") {
			t.Errorf("while it is loaded: %v", loading)
		}
	}
	var first string
	do(live.Raw("SELECT indexes[3] FROM read_model_build").Scan(&first).Error)
	do(db.Exec(first).Error) // the build ended after this one
	do(models.Count(t.Context(), db))
	if got, want := indexes("read_model_next"), indexes("public"); !slices.Equal(got, want) || len(want) < 20 {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// TestBatchesWaitWhileTheNewModelIsCounted has one batch running when the counting begins, and one that comes later. Both
// are in the totals, and neither waits for a lock on the table.
func TestBatchesWaitWhileTheNewModelIsCounted(t *testing.T) {
	live, db, models := openModels(t)
	if err := errors.Join(models.Prepare(t.Context()), models.Request(t.Context())); err != nil {
		t.Fatal(err)
	}
	if _, err := models.Begin(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	batch := func(user int64, applied func()) error {
		return pg.Tx(t.Context(), db, func(ctx context.Context, tx *gorm.DB) error {
			if err := models.StillNext(ctx, tx); err != nil {
				return err
			}
			err := postgres.New(db, feed).Apply(ctx, gateway.Changes{Users: []gateway.UserState{gatewaytest.User(user, 1)}})
			applied()
			return err
		})
	}
	waiting := func(locktype string) int {
		return number(t, live, "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database() AND NOT granted AND locktype = '"+locktype+"'")
	}
	var work errgroup.Group
	err := batch(1, func() {
		work.Go(func() error { return models.Count(t.Context(), db) })
		eventually.Holds(t, 10*time.Second, "the counting waits", func() bool { return waiting("advisory") == 1 })
		work.Go(func() error { return batch(2, func() {}) })
		eventually.Holds(t, 10*time.Second, "the second batch waits", func() bool { return waiting("advisory") == 2 })
		if n := waiting("relation"); n > 0 {
			t.Errorf("%d wait for the table", n)
		}
	})
	if err := errors.Join(err, work.Wait()); err != nil {
		t.Fatal(err)
	}
	for sql, what := range map[string]string{"SELECT sum(n) FROM read_model_next.user_overview_rollup": "the first", "SELECT count(*) FROM read_model_next.user_overview_delta": "the second"} {
		if n := number(t, live, sql); n != 1 {
			t.Errorf("%s user is counted %d times", what, n)
		}
	}
}

func TestTheNewModelTakesOverWithItsOffsetsAndTotals(t *testing.T) {
	c := newCounted(t)
	execute(t, c.live, "UPDATE kafka_offsets SET next_offset = 9 WHERE consumer = 'gateway-next'")
	c.swaps("nothing is missing", true)
	for sql, want := range map[string]int{
		"SELECT next_offset FROM kafka_offsets WHERE consumer = 'gateway'": 9, "SELECT count(*) FROM kafka_offsets": 1,
		"SELECT sum(n) FROM user_overview_rollup": 1, "SELECT count(*) FROM user_overview_delta": 0,
		"SELECT sum(n) FROM user_overview_classes WHERE day = '-infinity'": 1, "SELECT count(*) FROM user_overview_class_log": 0,
		"SELECT sum(user_id) FROM user_overview_standing": 2, "SELECT count(*) FROM read_model_build": 0,
		"SELECT count(*) FROM read_model_old.user_overview": 1, "SELECT count(*) FROM pg_namespace WHERE nspname = 'read_model_next'": 0,
		"SELECT max(version_id) FROM goose_gateway": int(c.models.Version),
	} {
		if got := number(t, c.live, sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	execute(t, c.live, "UPDATE user_overview SET username = 'Changed'")
	if n := number(t, c.live, "SELECT count(*) FROM user_overview_delta"); n != 2 {
		t.Errorf("a change of the new model is logged as %d", n)
	}
	execute(t, c.live, "UPDATE user_overview SET paid_since = now(), type_code = 'NONS'")
	if n, err := postgres.New(c.live, feed).Count(t.Context(), gateway.WindowsAt(time.Now(), time.UTC)); err != nil || n.Classes[gateway.Paid].Month != 1 {
		t.Errorf("a change of class in the new model: %+v, %v", n, err)
	}
	if err := c.models.StillNext(t.Context(), c.db); err == nil {
		t.Error("batches still go to the new model")
	}
	if build, drop, err := c.models.Due(t.Context()); err != nil || build || !drop {
		t.Errorf("build %t, drop %t, %v", build, drop, err)
	}
	if err := c.models.DropOld(t.Context()); err != nil {
		t.Error(err)
	}
	if _, drop, err := c.models.Due(t.Context()); err != nil || drop {
		t.Errorf("drop %t, %v", drop, err)
	}
}

func TestTheNewModelWaitsUntilItHasWhatTheLiveOneHas(t *testing.T) {
	c := newCounted(t)
	execute(t, c.live, "UPDATE kafka_offsets SET next_offset = 6 WHERE consumer = 'gateway'")
	c.swaps("a partition is behind", false)
	execute(t, c.live, "UPDATE kafka_offsets SET lost = 'gone' WHERE consumer = 'gateway'")
	c.swaps("the live one is stopped there", true)
}

func TestTheNewModelNeedsEveryPartition(t *testing.T) {
	c := newCounted(t)
	execute(t, c.live, "INSERT INTO kafka_offsets (consumer, topic, partition, next_offset, cluster_id) VALUES ('gateway', 't', 1, 0, '')")
	c.swaps("a partition is missing", false)
	execute(t, c.live, "INSERT INTO kafka_offsets (consumer, topic, partition, next_offset, cluster_id, lost) VALUES ('gateway-next', 't', 1, 0, '', 'gone')")
	c.swaps("a partition is stopped", false)
	execute(t, c.live, "UPDATE kafka_offsets SET lost = '' WHERE partition = 1")
	c.swaps("nothing is missing", true)
}

func TestTheNewModelWaitsForReaders(t *testing.T) {
	c := newCounted(t)
	reader := c.live.Begin()
	defer reader.Rollback()
	number(t, reader, "SELECT count(*) FROM user_overview")
	c.swaps("a transaction reads the live model", false)
	if err := reader.Rollback().Error; err != nil {
		t.Fatal(err)
	}
	c.swaps("nobody reads", true)
}

func TestTheNewModelMayNotLackRecords(t *testing.T) {
	c := newCounted(t)
	park := func(consumer, key string) {
		t.Helper()
		execute(t, c.live, fmt.Sprintf(`INSERT INTO parked (consumer, topic, partition, record_offset, record_time, key, headers, value, event_id, type, version, error, attempts, next_try)
			VALUES ('%s', 't', 0, %d, now(), '%s', '[]', '', '', '', 1, '', 1, now())`, consumer, len(key), key))
	}
	park("gateway-next", "7")
	c.swaps("the new model lacks a record", false)
	park("gateway", "7")
	park("gateway-next", "88")
	if b, found, err := c.models.Current(t.Context()); err != nil || !found || b.Lacking != 1 || b.Phase != "counted" {
		t.Errorf("%+v, %v", b, err)
	}
	c.swaps("the new model lacks another one", false)
	if err := c.models.Accept(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.swaps("an operator accepts that", true)
	if n := number(t, c.live, "SELECT count(*) FROM parked WHERE consumer = 'gateway'"); n != 2 {
		t.Errorf("%d records are parked", n)
	}
	if err := c.models.Accept(t.Context()); !errors.Is(err, postgres.ErrNoBuild) {
		t.Error(err)
	}
}

func TestANewerModelIsLeftAlone(t *testing.T) {
	c := newCounted(t)
	execute(t, c.live, "DELETE FROM read_model_build")
	execute(t, c.live, "INSERT INTO goose_gateway (version_id, is_applied) VALUES (99, true)")
	if build, _, err := c.models.Due(t.Context()); err != nil || build {
		t.Errorf("build %t, %v", build, err)
	}
	execute(t, c.live, "DELETE FROM goose_gateway WHERE version_id > 3")
	if build, _, err := c.models.Due(t.Context()); err != nil || !build {
		t.Errorf("an older one: build %t, %v", build, err)
	}
}

// oldest are the migrations of the oldest model that the program serves.
func oldest(t *testing.T) pg.Migrations {
	t.Helper()
	files := fstest.MapFS{}
	names, err := fs.Glob(postgres.Migrations.FS, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(postgres.Migrations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if name < fmt.Sprintf("%04d~", postgres.OldestServed) {
			files[name] = &fstest.MapFile{Data: text}
		}
	}
	return pg.Migrations{Name: postgres.Migrations.Name, FS: files}
}

// TestTheOldestServedModelIsServed fails if a statement needs a newer model: raise OldestServed then.
func TestTheOldestServedModelIsServed(t *testing.T) {
	gatewaytest.TestModel(t, func(t *testing.T) gateway.Model {
		db, _ := pgtest.New(t, oldest(t))
		return postgres.New(db, feed)
	})
	db, _ := pgtest.New(t, oldest(t))
	store := postgres.New(db, feed)
	q, err := postgres.Fields.Parse(url.Values{"filter": {`{"q":"example.com"}`}, "sort": {`["lastLoginAt","DESC"]`}})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Apply(t.Context(), people()); err != nil {
		t.Fatal(err)
	}
	if page, err := store.FullUsers(t.Context(), q); err != nil || page.Total != 3 {
		t.Errorf("%+v, %v", page, err)
	}
	if err := store.Totals().Keep(t.Context()); err != nil {
		t.Error(err)
	}
}
