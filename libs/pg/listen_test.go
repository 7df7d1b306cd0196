package pg_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"muster/libs/pg"
	"muster/libs/testkit/eventually"
	"muster/libs/testkit/pgtest"
)

func TestAListenerIsNotifiedAlsoAfterALostConnection(t *testing.T) {
	db, url := pgtest.New(t)
	notified, failed := make(chan struct{}, 10), make(chan error, 10)
	ctx, stop := context.WithCancel(context.Background())
	var listening sync.WaitGroup
	listening.Go(func() {
		pg.Listen(ctx, url, "some channel", func() { notified <- struct{}{} }, func(err error) { failed <- err })
	})
	t.Cleanup(func() { stop(); listening.Wait() })
	run := func(sql string) {
		t.Helper()
		if err := db.Exec(sql).Error; err != nil {
			t.Fatal(err)
		}
	}
	<-notified // it is connected
	run(`NOTIFY "some channel"`)
	<-notified
	run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'muster-listen' AND datname = current_database()")
	<-failed
	<-notified // there may have been notifications meanwhile
	run(`NOTIFY "another channel"`)
	run(`NOTIFY "some channel"`)
	<-notified
	stop()
	listening.Wait()
	eventually.Holds(t, time.Minute, "the connection is closed", func() bool {
		var open int
		db.Raw("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'muster-listen' AND datname = current_database()").Scan(&open)
		return open == 0
	})
	if len(notified)+len(failed) > 0 {
		t.Errorf("%d notifications and %d failures too many", len(notified), len(failed))
	}
}
