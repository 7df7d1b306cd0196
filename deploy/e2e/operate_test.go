package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/segmentio/kafka-go"
)

// musterProgram is the command muster.
func musterProgram(t testing.TB) string {
	t.Helper()
	if program != "" {
		return program
	}
	bin := filepath.Join(t.TempDir(), "muster")
	if err := buildMuster(filepath.Join("..", ".."), bin); err != nil {
		t.Fatal(err)
	}
	return bin
}

// ops runs "muster ops" as an operator on this machine does, and returns its output and exit code.
func ops(t *testing.T, args ...string) (output string, code int) {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.CommandContext(t.Context(), musterProgram(t), append([]string{"ops"}, args...)...)
	cmd.Env = append(os.Environ(), "MUSTER_DIR="+filepath.Dir(muster.Logs), "MUSTER_OPERATOR=e2e")
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if exit, ended := errors.AsType[*exec.ExitError](err); ended {
		return out.String(), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), 0
}

// operate runs a command that must succeed and print the given words.
func operate(t *testing.T, words []string, args ...string) string {
	t.Helper()
	out, code := ops(t, args...)
	if code != 0 {
		t.Fatalf("muster ops %v: exit code %d\n%s", args, code, out)
	}
	for _, word := range words {
		if !strings.Contains(out, word) {
			t.Fatalf("muster ops %v does not print %q:\n%s", args, word, out)
		}
	}
	return out
}

// stuck waits until a list has an item with this key and returns its id.
func stuck(t *testing.T, key string, args ...string) (id string) {
	t.Helper()
	eventually(t, 30*time.Second, fmt.Sprintf("%v lists %s", args, key), func() bool {
		var page struct {
			Data []struct {
				ID  int64  `json:"id"`
				Key string `json:"key"`
			} `json:"data"`
		}
		if err := json.Unmarshal([]byte(operate(t, nil, append(args, "--json", "--limit", "200")...)), &page); err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Data {
			if item.Key == key {
				id = strconv.FormatInt(item.ID, 10)
			}
		}
		return id != ""
	})
	return id
}

// writeUser writes a record to directory's topic, bypassing directory.
func writeUser(t *testing.T, id int64, value string) {
	t.Helper()
	writer := &kafka.Writer{Addr: kafka.TCP(muster.Kafka), Balancer: kafka.Murmur2Balancer{}, RequiredAcks: kafka.RequireAll, BatchTimeout: time.Millisecond}
	defer writer.Close()
	header := func(key, value string) kafka.Header { return kafka.Header{Key: key, Value: []byte(value)} }
	err := writer.WriteMessages(t.Context(), kafka.Message{
		Topic: "directory.user.v1", Key: strconv.AppendInt(nil, id, 10), Value: []byte(value), Headers: []kafka.Header{
			header("ce_specversion", "1.0"), header("ce_id", idByHand()), header("ce_type", "directory.user.v1"),
			header("ce_source", "/muster/directory"), header("ce_subject", strconv.FormatInt(id, 10)),
			header("ce_time", time.Now().UTC().Format(time.RFC3339Nano)), header("ce_aggregateversion", "1"),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// sql runs statements on a service's database.
func sql(t *testing.T, service string, statements ...string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	db, err := pgx.Connect(ctx, muster.Databases[service])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(ctx) }()
	for _, statement := range statements {
		if _, err := db.Exec(ctx, statement); err != nil {
			t.Fatalf("%s: %s: %v", service, statement, err)
		}
	}
}

// unusedID is an id without a user.
func unusedID() int64 { return 1<<40 + time.Now().UnixNano()%(1<<40) }

func TestAPoisonRecordIsFoundAndDropped(t *testing.T) {
	id := unusedID()
	key := strconv.FormatInt(id, 10)
	writeUser(t, id, `{"id":"no number","email":"poison@example.com"}`)
	for _, service := range []string{"identity", "billing", "gateway"} {
		parked := stuck(t, key, service, "parked", "list")
		operate(t, []string{"poison@example.com", "ce_type: directory.user.v1", key}, service, "parked", "show", parked)
		if out, code := ops(t, service, "parked", "replay", parked); code != 1 || !strings.Contains(out, "applied 0, still parked 1") {
			t.Errorf("%s: replayed a record that cannot be applied: exit code %d\n%s", service, code, out)
		}
		operate(t, []string{"dropped"}, service, "parked", "drop", parked, "--yes")
		if out, code := ops(t, service, "parked", "show", parked); code != 1 || !strings.Contains(out, "PARKED_NOT_FOUND") {
			t.Errorf("%s: shown after it was dropped: exit code %d\n%s", service, code, out)
		}
	}
}

func TestAParkedRecordIsReplayedOnceTheFaultIsMended(t *testing.T) {
	id := unusedID()
	key := strconv.FormatInt(id, 10)
	constraint := "e2e_" + key
	sql(t, "gateway", fmt.Sprintf("ALTER TABLE user_overview ADD CONSTRAINT %s CHECK (user_id <> %d)", constraint, id))
	mend := sync.OnceFunc(func() { sql(t, "gateway", "ALTER TABLE user_overview DROP CONSTRAINT "+constraint) })
	t.Cleanup(mend)
	writeUser(t, id, fmt.Sprintf(`{"id":%d,"version":1,"accessVersion":1,"deleted":true}`, id))
	parked := stuck(t, key, "gateway", "parked", "list")
	if out, code := ops(t, "gateway", "parked", "replay", parked); code != 1 || !strings.Contains(out, "still parked 1") {
		t.Errorf("replayed before the fault was mended: exit code %d\n%s", code, out)
	}
	mend()
	operate(t, []string{"applied 1, still parked 0"}, "gateway", "parked", "replay", parked)
	if out, code := ops(t, "gateway", "parked", "replay", parked); code != 1 || !strings.Contains(out, "PARKED_NOT_FOUND") {
		t.Errorf("replayed twice: exit code %d\n%s", code, out)
	}
	if n := count(t, "gateway", fmt.Sprintf("SELECT count(*) FROM user_overview WHERE user_id = %d AND user_deleted", id)); n != 1 {
		t.Errorf("%d rows of the user", n)
	}
}

// count reads a number from a service's database.
func count(t *testing.T, service, query string) (n int) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	db, err := pgx.Connect(ctx, muster.Databases[service])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(ctx) }()
	if err := db.QueryRow(ctx, query).Scan(&n); err != nil {
		t.Fatalf("%s: %s: %v", service, query, err)
	}
	return n
}

func TestADeadEventIsRequeued(t *testing.T) {
	key := strconv.FormatInt(unusedID(), 10)
	// Kafka rejects a record of this size.
	sql(t, "billing", fmt.Sprintf(`INSERT INTO outbox (event_id, topic, key, type, source, subject, version, occurred_at, trace, data)
		VALUES ('%[2]s', 'billing.events.v1', '%[1]s', 'billing.subscription.changed.v1', '/muster/billing', '%[1]s', 1, now(), '',
		        '{"text":"' || repeat('x', 2000000) || '"}')`, key, idByHand()))
	dead := stuck(t, key, "billing", "outbox", "list")
	operate(t, []string{"billing.subscription.changed.v1", key, `"text": "xxx`}, "billing", "outbox", "show", dead)
	sql(t, "billing", fmt.Sprintf(`UPDATE outbox_dead SET data = '{"text":"short"}' WHERE id = %s`, dead))
	operate(t, []string{"requeued 1"}, "billing", "outbox", "requeue", dead)
	// The relay removes what Kafka has acknowledged.
	eventually(t, 30*time.Second, "it is published", func() bool {
		return count(t, "billing", fmt.Sprintf("SELECT (SELECT count(*) FROM outbox WHERE id = %[1]s) + (SELECT count(*) FROM outbox_dead WHERE id = %[1]s)", dead)) == 0
	})
	if out, code := ops(t, "billing", "outbox", "requeue", dead); code != 1 || !strings.Contains(out, "DEAD_EVENT_NOT_FOUND") {
		t.Errorf("requeued twice: exit code %d\n%s", code, out)
	}
}

func TestRepublishingMakesTheReadModelWhole(t *testing.T) {
	boss := admin(t)
	c := verified(t, "lost")
	query := list("/api/users/full", fmt.Sprintf(`{"email":%q}`, c.email), "")
	before := boss.want(200, "GET", query, nil)
	if len(before.list()) != 1 {
		t.Fatalf("the user is not listed: %s", before)
	}
	sql(t, "gateway", fmt.Sprintf("DELETE FROM user_overview WHERE user_id = %d", c.id()))
	if lost := boss.want(200, "GET", query, nil); len(lost.list()) != 0 {
		t.Fatalf("the user is still listed: %s", lost)
	}
	user := strconv.FormatInt(c.id(), 10)
	operate(t, []string{"published 1"}, "identity", "state", "republish", user)
	operate(t, []string{"published 1"}, "directory", "state", "republish", user)
	eventually(t, 30*time.Second, "the user is listed as before", func() bool {
		return boss.want(200, "GET", query, nil).text == before.text
	})
	if out, code := ops(t, "billing", "state", "republish", user); code != 1 || !strings.Contains(out, "STATE_NOT_FOUND") {
		t.Errorf("billing has no state of this user: exit code %d\n%s", code, out)
	}
	operate(t, []string{"published"}, "directory", "state", "republish", "--all")
	operate(t, []string{"directory.user.v1"}, "gateway", "topics", "list")
}

func TestTheReadModelIsBuiltAnew(t *testing.T) {
	boss := admin(t)
	c := verified(t, "rebuilt")
	query := list("/api/users/full", fmt.Sprintf(`{"email":%q}`, c.email), "")
	before := boss.want(200, "GET", query, nil)
	sql(t, "gateway", fmt.Sprintf("UPDATE user_overview SET username = 'wrong' WHERE user_id = %d", c.id()))
	if wrong := boss.want(200, "GET", query, nil); wrong.text == before.text {
		t.Fatalf("the row is not wrong: %s", wrong)
	}
	operate(t, []string{"building"}, "gateway", "model", "rebuild")
	ops(t, "gateway", "model", "accept", "--yes") // the new model lacks records that other tests have dropped
	eventually(t, 2*time.Minute, "the user is listed as before", func() bool {
		return boss.want(200, "GET", query, nil).text == before.text
	})
	eventually(t, 30*time.Second, "nothing is being built", func() bool {
		return !strings.Contains(operate(t, []string{"version"}, "gateway", "model", "show"), "building")
	})
}

func TestServicesSayWhatOperatorsAskWrongly(t *testing.T) {
	for _, args := range [][]string{{"gateway", "outbox", "list"}, {"identity", "tasks", "list"}, {"directory", "model", "show"}} {
		if out, code := ops(t, args...); code != 1 || !strings.Contains(out, "has nothing of this kind") {
			t.Errorf("%v: exit code %d\n%s", args, code, out)
		}
	}
	operate(t, nil, "billing", "tasks", "list")
	operate(t, nil, "billing", "tasks", "list", "--state", "unmatched")
	if out, code := ops(t, "billing", "tasks", "list", "--state", "asleep"); code != 1 || !strings.Contains(out, "VALIDATION_FAILED") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	if out, code := ops(t, "billing", "parked", "drop", "1"); code != 2 {
		t.Errorf("exit code %d\n%s", code, out)
	}
}
