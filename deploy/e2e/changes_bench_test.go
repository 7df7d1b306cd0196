package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// The load of [BenchmarkChanges]: states of users that enter directory's outbox in a second, and for how long.
const (
	changesPerSecond = 5000
	changesTime      = time.Minute
	changedUsers     = 10000
	changesPatience  = 10 * time.Minute // until the last one is in the read model, on a busy machine
)

// makeStates makes the states: all filled users as directory publishes them, with the next version and another name, again
// and again. The first parameter is how many seconds one round over all users takes, the second for how many seconds there
// are states.
const makeStates = `
	CREATE TEMPORARY TABLE states AS
	SELECT second, id::text AS key, version + round AS version, jsonb_build_object('id', id, 'version', version + round, 'deleted', false,
		'rejectedBecause', '', 'username', username, 'email', email, 'typeCode', type_code, 'firstName', 'Name ' || round, 'lastName', last_name,
		'authTypeCode', auth_type_code, 'isActive', is_active, 'createdAt', created_at, 'updatedAt', updated_at, 'verifiedAt', verified_at,
		'lastLoginAt', last_login_at, 'subscriptionExemptionStartsAt', exemption_from, 'subscriptionExemptionEndsAt', exemption_to,
		'legacyUserId', legacy_user_id, 'registrationUntil', null, 'sessionsEnd', null, 'accessVersion', access_version,
		'accountVersion', account_version, 'subscriptionVersion', subscription_version)::text AS data
	FROM (SELECT second, second / %[1]d + 1 AS round FROM generate_series(0, %[2]d - 1) AS second) AS seconds
	JOIN users ON id > 1 AND id %% %[1]d = second %% %[1]d ORDER BY second;
	CREATE INDEX ON states (second)`

// BenchmarkChanges measures how many changed users a second go from directory's outbox into the gateway's read model,
// while identity and billing follow them, too, and the resident memory of both ends at the beginning, halfway and at the
// end. The states are made before and enter the outbox by SQL, because making them is not what is measured.
func BenchmarkChanges(b *testing.B) {
	if !b.Loop() { // one run, however often benchmarks are repeated
		return
	}
	house := fillStack(b, changedUsers)
	outbox, model := house.conn(b, "directory"), house.conn(b, "gateway")
	memory := func() (relay, gateway int) {
		return memoryOf(b, house.Services["directory"].PID) >> 20, memoryOf(b, house.Services["gateway"].PID) >> 20
	}
	const perRound = changedUsers / changesPerSecond // seconds
	seconds := int(changesTime.Seconds())
	if _, err := outbox.Exec(b.Context(), fmt.Sprintf(makeStates, perRound, seconds)); err != nil {
		b.Fatal(err)
	}
	relayBefore, gatewayBefore := memory()
	var relayHalfway, gatewayHalfway int
	before, began := processorTimes(b, house.Services["gateway"].PID), time.Now()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for second := range seconds {
		appendStates(b, outbox, second)
		if second == seconds/2 {
			relayHalfway, gatewayHalfway = memory()
		}
		<-tick.C
	}
	last := fmt.Sprint("Name ", seconds/perRound)
	eventually(b, changesPatience, "the read model has the newest states", func() bool {
		var all bool
		if err := model.QueryRow(b.Context(), "SELECT NOT EXISTS (SELECT FROM user_overview WHERE user_id > 1 AND first_name <> $1)", last).Scan(&all); err != nil {
			b.Fatal(err)
		}
		return all
	})
	took, after := time.Since(began), processorTimes(b, house.Services["gateway"].PID)
	for b.Loop() {
		continue
	}
	relayAfter, gatewayAfter := memory()
	rate := float64(seconds*changesPerSecond) / took.Seconds()
	fmt.Printf("\n%d states a second entered the outbox for %s, and the last was in the read model %.1f s later: %.0f/s; resident memory at the beginning, halfway and at the end: directory %d, %d, %d MB; gateway %d, %d, %d MB; load of the machine %.1f\n",
		changesPerSecond, changesTime, (took - changesTime).Seconds(), rate,
		relayBefore, relayHalfway, relayAfter, gatewayBefore, gatewayHalfway, gatewayAfter, loadAverage(b))
	total := printCosts(before, after, float64(seconds*changesPerSecond))
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(rate, "changes/s")
	b.ReportMetric(total, "processor-ms/change")
	b.ReportMetric(float64(relayAfter), "directory-MB")
	b.ReportMetric(float64(gatewayAfter), "gateway-MB")
}

// appendStates puts the states of a second into the outbox.
func appendStates(b *testing.B, outbox *pgx.Conn, second int) {
	b.Helper()
	tag, err := outbox.Exec(b.Context(), `INSERT INTO outbox (event_id, topic, key, type, source, subject, version, occurred_at, trace, data)
		SELECT gen_random_uuid(), 'directory.user.v1', key, 'directory.user.v1', '/muster/directory', key, version, now(), '', data
		FROM states WHERE second = $1`, second)
	if err != nil {
		b.Fatal(err)
	}
	if tag.RowsAffected() != changesPerSecond {
		b.Fatalf("%d states, want %d", tag.RowsAffected(), changesPerSecond)
	}
}
