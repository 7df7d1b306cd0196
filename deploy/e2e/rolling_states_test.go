package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/segmentio/kafka-go"
)

// stateTopics are the state topics, with the versions that their owners' databases hold.
var stateTopics = []struct{ topic, database, versions string }{
	{"identity.account.v1", "identity", "SELECT user_id, version FROM accounts"},
	{"directory.user.v1", "directory", "SELECT id, version FROM users"},
	{"billing.subscription.v1", "billing", "SELECT user_id, version FROM billing_users"},
}

// states are the versions of all users at a time, by topic and user.
type states map[string]map[string]int64

func readStates(t *testing.T) states {
	t.Helper()
	all := states{}
	for _, s := range stateTopics {
		versions, err := readVersions(muster.Databases[s.database], s.versions)
		if err != nil {
			t.Fatal(err)
		}
		all[s.topic] = versions
	}
	return all
}

func readVersions(database, query string) (map[string]int64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db, err := pgx.Connect(ctx, database)
	if err != nil {
		return nil, err
	}
	defer db.Close(ctx)
	rows, err := db.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	versions := map[string]int64{}
	var id, version int64
	_, err = pgx.ForEachRow(rows, []any{&id, &version}, func() error {
		versions[strconv.FormatInt(id, 10)] = version
		return nil
	})
	return versions, err
}

// awaitEachOnce waits until each version that the databases have made since then is in its topic, exactly once.
func (before states) awaitEachOnce(t *testing.T) {
	t.Helper()
	var problem error
	defer func() {
		if problem != nil {
			t.Log(problem)
		}
	}()
	eventually(t, time.Minute, "every state is published exactly once", func() bool {
		problem = nil
		now, checked := readStates(t), 0
		for topic := range now {
			published, err := readPublished(topic)
			problem = errors.Join(problem, err)
			for user := range published {
				if _, stored := now[topic][user]; !stored { // it is deleted: the last state is the newest
					now[topic][user] = slices.Max(published[user])
				}
			}
			for user, newest := range now[topic] {
				checked += int(newest - before[topic][user])
				problem = errors.Join(problem, eachOnce(topic, user, published[user], before[topic][user], newest))
			}
		}
		t.Logf("%d states since the load began", checked)
		return problem == nil
	})
}

// eachOnce returns an error unless each version after the first and up to the last is published once.
func eachOnce(topic, user string, published []int64, after, newest int64) error {
	times := map[int64]int{}
	for _, version := range published {
		times[version]++
	}
	for version := after + 1; version <= newest; version++ {
		switch times[version] {
		case 1:
		case 0:
			return fmt.Errorf("%s: version %d of user %s was written, and is not published", topic, version, user)
		default:
			return fmt.Errorf("%s: version %d of user %s is published %d times", topic, version, user, times[version])
		}
	}
	return nil
}

// readPublished returns the versions of each user that a state topic holds. Tombstones are no states.
func readPublished(topic string) (map[string][]int64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	published := map[string][]int64{}
	for partition := range 6 {
		err := eachRecord(ctx, muster.Kafka, topic, partition, func(m kafka.Message) {
			for _, h := range m.Headers {
				if h.Key == "ce_aggregateversion" && m.Value != nil {
					version, _ := strconv.ParseInt(string(h.Value), 10, 64)
					published[string(m.Key)] = append(published[string(m.Key)], version)
				}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return published, nil
}
