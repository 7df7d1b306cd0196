//go:build faults

package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
)

// misplaced compares registrations with the databases that hold users. It returns a difference, or "".
func misplaced(t *testing.T, accepted map[string]float64, refused []string) string {
	t.Helper()
	identity, err1 := usersByEmail(t.Context(), "identity", "SELECT user_id, email FROM accounts WHERE NOT deleted")
	directory, err2 := usersByEmail(t.Context(), "directory", "SELECT id, email FROM users WHERE NOT deleted")
	gateway, err3 := usersByEmail(t.Context(), "gateway", "SELECT user_id, email FROM user_overview WHERE visible")
	if err := errors.Join(err1, err2, err3); err != nil {
		return err.Error()
	}
	same := func(email string, ids []int64) bool {
		return slices.Equal(identity[email], ids) && slices.Equal(directory[email], ids) && slices.Equal(gateway[email], ids)
	}
	for email, id := range accepted {
		if !same(email, []int64{int64(id)}) {
			return fmt.Sprintf("%s was told to be user %.0f, and is %v, %v and %v", email, id, identity[email], directory[email], gateway[email])
		}
	}
	for _, email := range refused {
		if len(identity[email]) > 1 || !same(email, identity[email]) {
			return fmt.Sprintf("%s was refused, and is %v, %v and %v", email, identity[email], directory[email], gateway[email])
		}
	}
	return ""
}

func usersByEmail(ctx context.Context, database, query string) (map[string][]int64, error) {
	found := map[string][]int64{}
	var id int64
	var email string
	err := eachRow(ctx, muster.Databases[database], query, []any{&id, &email}, func() { found[email] = append(found[email], id) })
	return found, err
}

// copied is what a service copies from another: ids with versions.
type copied struct{ service, query, owner, original string }

const (
	usersOfDirectory   = "SELECT id, version FROM users"
	accountsOfIdentity = "SELECT user_id, version FROM accounts"
	statesOfBilling    = "SELECT user_id, version FROM billing_users WHERE version > 0"
)

var copies = []copied{
	{"gateway", "SELECT user_id, user_version FROM user_overview", "directory", usersOfDirectory},
	{"gateway", "SELECT user_id, account_version FROM user_overview", "identity", accountsOfIdentity},
	{"gateway", "SELECT user_id, subscription_version FROM user_overview", "billing", statesOfBilling},
	{"billing", "SELECT user_id, user_version FROM billing_users", "directory", usersOfDirectory},
}

// awaitCopies waits until consumers have what the owners hold now, while clients go on, and returns how long that took.
func awaitCopies(t *testing.T) time.Duration {
	t.Helper()
	over, held := time.Now(), make([]map[int64]int64, len(copies))
	for i, c := range copies {
		eventually(t, recovery-time.Since(over), c.owner+"'s database answers", func() (answers bool) {
			var err error
			held[i], err = versionsIn(t.Context(), c.owner, c.original)
			return err == nil
		})
	}
	for i, c := range copies {
		eventually(t, recovery-time.Since(over), c.service+" has caught up with "+c.owner, func() bool {
			now, err := versionsIn(t.Context(), c.service, c.query)
			for id, version := range held[i] {
				if err != nil || now[id] < version {
					return false
				}
			}
			return true
		})
	}
	return time.Since(over)
}

// caughtUp waits until databases, topics and lists hold what clients were told.
func caughtUp(t *testing.T, s *subscribers) {
	t.Helper()
	boss, difference := patientAdmin(t), ""
	defer func() {
		if t.Failed() {
			t.Log(difference)
		}
	}()
	eventually(t, recovery, "subscriptions are what clients were told", func() bool {
		difference = s.differs(t, boss)
		return difference == ""
	})
	for _, topic := range []struct{ name, database, query string }{
		{"identity.account.v1", "identity", accountsOfIdentity},
		{"directory.user.v1", "directory", usersOfDirectory},
		{"billing.subscription.v1", "billing", statesOfBilling},
	} {
		eventually(t, recovery, topic.name+" ends with what the database holds", func() bool {
			difference = missingFrom(t, topic.name, topic.database, topic.query)
			return difference == ""
		})
		wrong, err := disordered(t.Context(), topic.name)
		if err != nil || wrong != "" {
			t.Errorf("%v %s", err, wrong)
		}
	}
	for _, c := range copies {
		eventually(t, recovery, c.service+" has followed "+c.owner, func() bool {
			difference = c.behind(t)
			return difference == ""
		})
	}
}

// behind compares the copies with the original of each. It returns a difference, or "".
func (c copied) behind(t *testing.T) string {
	t.Helper()
	copies, err1 := versionsIn(t.Context(), c.service, c.query)
	originals, err2 := versionsIn(t.Context(), c.owner, c.original)
	if err := errors.Join(err1, err2); err != nil {
		return err.Error()
	}
	for id, version := range originals {
		if copies[id] != version {
			return fmt.Sprintf("user %d is at version %d in %s and at %d in %s", id, version, c.owner, copies[id], c.service)
		}
	}
	return ""
}

// missingFrom compares the newest version of each key of a state topic with the rows of its owner. It returns a
// difference, or "".
func missingFrom(t *testing.T, topic, database, query string) string {
	t.Helper()
	stored, err := versionsIn(t.Context(), database, query)
	if err != nil {
		return err.Error()
	}
	published := map[int64]int64{}
	err = eachOf(t.Context(), topic, func(m kafka.Message) error {
		version, err1 := versionOf(m)
		id, err2 := strconv.ParseInt(string(m.Key), 10, 64)
		published[id] = max(published[id], version)
		return errors.Join(err1, err2)
	})
	if err != nil {
		return err.Error()
	}
	for id, version := range stored {
		if published[id] != version {
			return fmt.Sprintf("%s: user %d is at version %d, and published at %d", topic, id, version, published[id])
		}
	}
	for id := range published {
		if _, known := stored[id]; !known {
			return fmt.Sprintf("%s: user %d was published and is not stored", topic, id)
		}
	}
	fmt.Fprintf(os.Stderr, "%s: %d users as stored\n", topic, len(stored))
	return ""
}

// disordered reads a topic whose records have versions. It returns a key whose versions did not come in order, or "". A
// record can come again after newer ones.
func disordered(ctx context.Context, topic string) (string, error) {
	type version struct {
		key    string
		number int64
	}
	seen, newest, problem := map[version]bool{}, map[string]int64{}, ""
	err := eachOf(ctx, topic, func(m kafka.Message) error {
		number, err := versionOf(m)
		v := version{string(m.Key), number}
		if !seen[v] && number < newest[v.key] {
			problem = fmt.Sprintf("%s: version %d of %s came first after version %d", topic, number, v.key, newest[v.key])
		}
		seen[v], newest[v.key] = true, max(newest[v.key], number)
		return err
	})
	return problem, err
}
