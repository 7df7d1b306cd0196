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

// stateOfUsers are the filled users as directory publishes them, with the next version and another name.
const stateOfUsers = `
	SELECT id, version + $1 AS version, jsonb_build_object('id', id, 'version', version + $1, 'deleted', false, 'rejectedBecause', '',
		'username', username, 'email', email, 'typeCode', type_code, 'firstName', 'Name ' || $1, 'lastName', last_name,
		'authTypeCode', auth_type_code, 'isActive', is_active, 'createdAt', created_at, 'updatedAt', updated_at, 'verifiedAt', verified_at,
		'lastLoginAt', last_login_at, 'subscriptionExemptionStartsAt', exemption_from, 'subscriptionExemptionEndsAt', exemption_to,
		'legacyUserId', legacy_user_id, 'registrationUntil', null, 'sessionsEnd', null, 'accessVersion', access_version,
		'accountVersion', account_version, 'subscriptionVersion', subscription_version) AS state
	FROM users WHERE id > 1 AND id % $2 = $3`

// BenchmarkChanges measures how many changed users a second go from directory's outbox into the gateway's read model,
// while identity and billing follow them, too, and the resident memory of both ends at the beginning, halfway and at the
// end. The states enter the outbox by SQL, because making them is not what is measured.
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
	rounds := int(changesTime.Seconds())
	relayBefore, gatewayBefore := memory()
	var relayHalfway, gatewayHalfway int
	before, began := processorTimes(b, house.Services["gateway"].PID), time.Now()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for n := range rounds {
		appendStates(b, outbox, n/perRound+1, perRound, n%perRound)
		if n == rounds/2 {
			relayHalfway, gatewayHalfway = memory()
		}
		<-tick.C
	}
	last := fmt.Sprint("Name ", (rounds-1)/perRound+1)
	eventually(b, changesPatience, "the read model has the newest states", func() bool {
		var n int
		if err := model.QueryRow(b.Context(), "SELECT count(*) FROM user_overview WHERE first_name = $1", last).Scan(&n); err != nil {
			b.Fatal(err)
		}
		return n == changedUsers
	})
	took, after := time.Since(began), processorTimes(b, house.Services["gateway"].PID)
	for b.Loop() {
		continue
	}
	relayAfter, gatewayAfter := memory()
	rate := float64(rounds*changesPerSecond) / took.Seconds()
	fmt.Printf("\n%d states went from the outbox into the read model in %s: %.0f/s of %d/s; resident memory at the beginning, halfway and at the end: directory %d, %d, %d MB; gateway %d, %d, %d MB; load of the machine %.1f\n",
		rounds*changesPerSecond, took.Round(time.Second), rate, changesPerSecond,
		relayBefore, relayHalfway, relayAfter, gatewayBefore, gatewayHalfway, gatewayAfter, loadAverage(b))
	total := printCosts(before, after, float64(rounds*changesPerSecond))
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(rate, "changes/s")
	b.ReportMetric(total, "processor-ms/change")
	b.ReportMetric(float64(relayAfter), "directory-MB")
	b.ReportMetric(float64(gatewayAfter), "gateway-MB")
}

// appendStates puts a part of the users into the outbox, changed for the nth time.
func appendStates(b *testing.B, outbox *pgx.Conn, n, parts, part int) {
	b.Helper()
	tag, err := outbox.Exec(b.Context(), `INSERT INTO outbox (event_id, topic, key, type, source, subject, version, occurred_at, trace, data)
		SELECT gen_random_uuid(), 'directory.user.v1', id::text, 'directory.user.v1', '/muster/directory', id::text, version, now(), '', state::text
		FROM (`+stateOfUsers+`) AS users`, n, parts, part)
	if err != nil {
		b.Fatal(err)
	}
	if tag.RowsAffected() != changesPerSecond {
		b.Fatalf("%d states, want %d", tag.RowsAffected(), changesPerSecond)
	}
}
