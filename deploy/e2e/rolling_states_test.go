package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
)

// stateTopics are the state topics, with the versions that their owners' databases hold.
var stateTopics = []struct{ topic, database, versions string }{
	{"identity.account.v1", "identity", "SELECT user_id, version FROM accounts"},
	{"directory.user.v1", "directory", "SELECT id, version FROM users"},
	{"billing.subscription.v1", "billing", "SELECT user_id, version FROM billing_users"},
}

// states are the versions of all users at a time, by topic and user.
type states map[string]map[int64]int64

func readStates(t *testing.T) states {
	t.Helper()
	all := states{}
	for _, s := range stateTopics {
		versions, err := versionsIn(t.Context(), s.database, s.versions)
		if err != nil {
			t.Fatal(err)
		}
		all[s.topic] = versions
	}
	return all
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
			published, err := readPublished(t.Context(), topic)
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
func eachOnce(topic string, user int64, published []int64, after, newest int64) error {
	times := map[int64]int{}
	for _, version := range published {
		times[version]++
	}
	for version := after + 1; version <= newest; version++ {
		switch times[version] {
		case 1:
		case 0:
			return fmt.Errorf("%s: version %d of user %d was written, and is not published", topic, version, user)
		default:
			return fmt.Errorf("%s: version %d of user %d is published %d times", topic, version, user, times[version])
		}
	}
	return nil
}

// readPublished returns the versions of each user that a state topic holds. Tombstones are no states.
func readPublished(ctx context.Context, topic string) (map[int64][]int64, error) {
	published := map[int64][]int64{}
	err := eachOf(ctx, topic, func(m kafka.Message) error {
		if m.Value == nil {
			return nil
		}
		version, err1 := versionOf(m)
		user, err2 := strconv.ParseInt(string(m.Key), 10, 64)
		published[user] = append(published[user], version)
		return errors.Join(err1, err2)
	})
	return published, err
}
