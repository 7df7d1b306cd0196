package pgtest_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
)

func table(name string) pg.Migrations {
	return pg.Migrations{Name: "things", FS: fstest.MapFS{
		"0001_things.sql": {Data: []byte("-- +goose Up\nCREATE TABLE " + name + " (id int);\n")},
	}}
}

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	one, urlOne := pgtest.New(t, table("things"))
	two, urlTwo := pgtest.New(t, table("things"))
	if urlOne == urlTwo {
		t.Fatal("two tests share a database")
	}
	if err := one.Exec("INSERT INTO things (id) VALUES (1)").Error; err != nil {
		t.Fatal(err)
	}
	var n int
	if err := two.Raw("SELECT count(*) FROM things").Scan(&n).Error; err != nil || n != 0 {
		t.Errorf("%d rows (%v) came from elsewhere", n, err)
	}
}

func TestOtherMigrationsHaveAnotherTemplate(t *testing.T) {
	db, _ := pgtest.New(t, table("others"))
	if err := db.Exec("INSERT INTO others (id) VALUES (1)").Error; err != nil {
		t.Error(err)
	}
}

func TestManyAskForTheSameNewTemplate(t *testing.T) {
	fresh := table(fmt.Sprint("things_", time.Now().UnixNano())) // A template that nobody has made yet.
	var tests sync.WaitGroup
	for range 6 {
		tests.Go(func() {
			db, _ := pgtest.New(t, fresh)
			var version int
			if err := db.Raw("SELECT max(version_id) FROM goose_things").Scan(&version).Error; err != nil || version != 1 {
				t.Errorf("the clone is at version %d (%v)", version, err)
			}
		})
	}
	tests.Wait()
}

func TestTheDatabaseIsGoneAfterTheTest(t *testing.T) {
	db, _ := pgtest.New(t)
	var name string
	t.Run("inner", func(t *testing.T) {
		inner, _ := pgtest.New(t)
		if err := inner.Raw("SELECT current_database()").Scan(&name).Error; err != nil {
			t.Fatal(err)
		}
	})
	var left int
	if err := db.Raw("SELECT count(*) FROM pg_database WHERE datname = ?", name).Scan(&left).Error; err != nil || left != 0 {
		t.Errorf("database %q is still there (%v)", name, err)
	}
}
