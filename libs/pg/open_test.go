package pg_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
)

func TestSessionsHaveTheirSettings(t *testing.T) {
	_, url := pgtest.New(t)
	db, err := pg.Open(context.Background(), url+"&lock_timeout=1234ms&pool_max_conns=2")
	if err != nil {
		t.Fatal(err)
	}
	defer pg.Close(db)
	for name, want := range map[string]string{
		"timezone": "UTC", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "30s", "jit": "off", "lock_timeout": "1234ms",
	} {
		var got string
		if err := db.Raw("SELECT current_setting(?)", name).Scan(&got).Error; err != nil || got != want {
			t.Errorf("%s = %q (%v), want %q", name, got, err, want)
		}
	}
	pool, err := db.DB()
	if err != nil || pool.Stats().MaxOpenConnections != 2 {
		t.Errorf("pool size %d (%v), want the URL's 2", pool.Stats().MaxOpenConnections, err)
	}
	var at time.Time
	if err := db.Raw("SELECT timestamptz '2026-01-02 03:04:05+02'").Scan(&at).Error; err != nil || at.Location() != time.UTC {
		t.Errorf("time %v (%v) is not in UTC", at, err)
	}
}

func TestAMissingDatabaseFailsAtOnce(t *testing.T) {
	_, url := pgtest.New(t)
	url = strings.Replace(url, "muster_test_", "muster_missing_", 1)
	begin := time.Now()
	if db, err := pg.Open(context.Background(), url); err == nil {
		pg.Close(db)
		t.Fatal("opened a database that is not there")
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("took %v: it waited for what waiting does not cure", took)
	}
}

func TestOpenWaitsUntilItsContextIsDone(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	begin := time.Now()
	// Port 1 of this host refuses connections, like a server that has not started.
	if _, err := pg.Open(ctx, "postgres://postgres@127.0.0.1:1/x?sslmode=disable"); err == nil {
		t.Fatal("opened a database without a server")
	}
	if took := time.Since(begin); took < 200*time.Millisecond || took > 5*time.Second {
		t.Errorf("took %v, want to wait as long as the context allows", took)
	}
}

func TestReadyAndItsLoss(t *testing.T) {
	db, _ := pgtest.New(t)
	if err := pg.Ready(context.Background(), db); err != nil {
		t.Error(err)
	}
	pg.Close(db)
	if err := pg.Ready(context.Background(), db); err == nil {
		t.Error("a closed pool is ready")
	}
}

func TestSlowQueriesAreLoggedWithoutValues(t *testing.T) {
	db, _ := pgtest.New(t)
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)
	if err := db.Exec("SELECT pg_sleep(0.3), ?::text", "secret@example.com").Error; err != nil {
		t.Fatal(err)
	}
	var text string
	if err := db.Raw("SELECT ?::text FROM pg_sleep(0.3)", "d'secret@example.com").Scan(&text).Error; err != nil || text != "d'secret@example.com" {
		t.Fatal(text, err)
	}
	if strings.Count(log.String(), "slow query") != 2 || strings.Contains(log.String(), "secret") {
		t.Errorf("log: %s", &log)
	}
}

func TestStartMigratesAndDoesNotWaitForWhatWaitingDoesNotCure(t *testing.T) {
	_, url := pgtest.New(t)
	db, err := pg.Start(t.Context(), url, "", notes)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Exec("SELECT version_id FROM goose_notes").Error; err != nil {
		t.Errorf("not migrated: %v", err)
	}
	if err := pg.Close(db); err != nil {
		t.Error(err)
	}
	missing, err := pg.Start(t.Context(), strings.Replace(url, "/muster", "/no_such", 1)+"&dbname=no_such_database", "", notes)
	if err == nil {
		t.Errorf("a database that does not exist was opened: %v", missing)
	}
}
