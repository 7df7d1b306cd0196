//go:build faults

package e2e_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/segmentio/kafka-go"
)

// seeLosses loses, doubles and disorders something in each place that the tests of faults compare, and requires that the
// comparison notices. Without it, a comparison that compares nothing would pass all faults. It repairs what it breaks.
func seeLosses(t *testing.T) {
	users, err := versionsIn(t.Context(), "billing", "SELECT user_id, version FROM billing_users WHERE version > 0 ORDER BY user_id LIMIT 1")
	if err != nil || len(users) != 1 {
		t.Fatal(err, users)
	}
	for id, version := range users {
		for _, c := range copies {
			table, column := copyOf(c)
			broken := fmt.Sprintf("UPDATE %s SET %s = %[2]s - 1 WHERE user_id = %[3]d", table, column, id)
			noticed(t, c.service, broken, strings.Replace(broken, "- 1", "+ 1", 1), func() string { return c.behind(t) })
		}
		for topic, table := range map[string][3]string{
			"identity.account.v1": {"identity", "accounts", "user_id"}, "directory.user.v1": {"directory", "users", "id"}, "billing.subscription.v1": {"billing", "billing_users", "user_id"},
		} {
			broken := fmt.Sprintf("UPDATE %s SET version = version + 1 WHERE %s = %d", table[1], table[2], id)
			noticed(t, table[0], broken, strings.Replace(broken, "+ 1", "- 1", 1), func() string {
				return missingFrom(t, topic, table[0], fmt.Sprintf("SELECT %s, version FROM %s WHERE version > 0", table[2], table[1]))
			})
		}
		state := map[int64]told{id: {email: "of a client that was told something else", statuses: []string{"told otherwise"}}}
		if (&subscribers{told: state}).differs(t, patientAdmin(t)) == "" {
			t.Errorf("user %d at version %d was told otherwise, and nothing differs", id, version)
		}
	}
	for what, found := range map[string]string{
		"lost":                   misplaced(t, map[string]float64{"lost@example.com": 1}, nil),
		"another's":              misplaced(t, map[string]float64{muster.Admin.Email: -1}, nil),
		"neither here nor there": misplacedHalf(t),
	} {
		if found == "" {
			t.Errorf("a registration that is %s is not noticed", what)
		}
	}
	if inOrder, disorder := disorderOf(t, 1, 2, 1, 3), disorderOf(t, 1, 3, 2); inOrder != "" || disorder == "" {
		t.Errorf("in order: %q; in disorder: %q", inOrder, disorder)
	}
}

// copyOf is where a copied version is stored.
func copyOf(c copied) (table, column string) {
	words := strings.Fields(c.query) // SELECT user_id, column FROM table …
	return words[4], words[2]
}

// noticed breaks a database, compares, and repairs it.
func noticed(t *testing.T, database, breaks, repairs string, compare func() string) {
	t.Helper()
	execute(t, database, breaks)
	defer execute(t, database, repairs)
	if difference := compare(); difference == "" {
		t.Errorf("not noticed: %s", breaks)
	} else {
		t.Logf("noticed: %s", difference)
	}
}

func execute(t *testing.T, database, statement string) {
	t.Helper()
	db, err := pgx.Connect(t.Context(), muster.Databases[database])
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context())
	tag, err := db.Exec(t.Context(), statement)
	if err != nil || tag.RowsAffected() != 1 {
		t.Fatalf("%s: %v, %d rows", statement, err, tag.RowsAffected())
	}
}

// misplacedHalf says what is noticed of a refused registration that identity has kept and the gateway has not.
func misplacedHalf(t *testing.T) (difference string) {
	t.Helper()
	broken := fmt.Sprintf("UPDATE user_overview SET email = 'half-' || email WHERE email = '%s'", muster.Admin.Email)
	execute(t, "gateway", broken)
	defer execute(t, "gateway", fmt.Sprintf("UPDATE user_overview SET email = '%s' WHERE email = 'half-%[1]s'", muster.Admin.Email))
	return misplaced(t, nil, []string{muster.Admin.Email})
}

// disorderOf publishes versions of one key to a topic of its own, and says what is noticed of their order.
func disorderOf(t *testing.T, versions ...int) string {
	t.Helper()
	topic, addr := fmt.Sprintf("order.%d", time.Now().UnixNano()), kafka.TCP(strings.Split(muster.Kafka, ",")...)
	client := &kafka.Client{Addr: addr, Timeout: time.Minute}
	if _, err := client.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{{Topic: topic, NumPartitions: 6, ReplicationFactor: 1}}}); err != nil {
		t.Fatal(err)
	}
	writer := &kafka.Writer{Addr: addr, Topic: topic, Balancer: kafka.Murmur2Balancer{}, RequiredAcks: kafka.RequireAll, BatchTimeout: time.Millisecond}
	defer writer.Close()
	for _, version := range versions {
		headers := []kafka.Header{{Key: "ce_aggregateversion", Value: []byte(strconv.Itoa(version))}}
		eventually(t, recovery, "the topic takes records", func() bool {
			return writer.WriteMessages(t.Context(), kafka.Message{Key: []byte("1"), Value: []byte("{}"), Headers: headers}) == nil
		})
	}
	found, err := disordered(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	return found
}
