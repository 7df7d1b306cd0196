package ops_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/ops"
	"muster/libs/testkit/kafkatest"
	"muster/libs/web"
)

// poison puts a record into the topic that cannot be applied.
func (s *service) poison(id int64) {
	s.t.Helper()
	kafkatest.Publish(s.t, s.prefix, "identity", account(id, 1, "poison"))
}

// awaitParked returns the ids of the parked records once there are n.
func (s *service) awaitParked(n int) (ids []string) {
	s.t.Helper()
	s.eventually(fmt.Sprint(n, " records are parked"), func() bool { return s.count("SELECT count(*) FROM parked") == n })
	for _, r := range list[ops.ParkedRecord](s, "parked", "list") {
		ids = append(ids, strconv.FormatInt(r.ID, 10))
	}
	return ids
}

func TestAPoisonRecordIsFoundShownReplayedAndDropped(t *testing.T) {
	s := newService(t)
	s.consume()
	s.poison(7)
	s.poison(8)
	ids := s.awaitParked(2)
	s.eventually("the log names the command", func() bool { return strings.Contains(s.log.String(), "muster ops identity parked show "+ids[0]) })

	s.must([]string{contracts.TopicAccount, "copies_no_poison", "there may be more: --after " + ids[0]}, "parked", "list", "--limit", "1")
	s.must([]string{`"email": "poison"`, "ce_type: identity.account.v1", `key         7`}, "parked", "show", ids[0])
	out, complaints, code := s.muster("parked", "replay", ids[0])
	if code != 1 || !strings.Contains(out, "applied 0, still parked 1") || !strings.Contains(complaints, "cannot be applied") {
		t.Errorf("exit code %d: %s%s", code, out, complaints)
	}

	s.exec("ALTER TABLE copies DROP CONSTRAINT copies_no_poison") // The handler is mended.
	s.must([]string{"applied 1, still parked 0"}, "parked", "replay", ids[0])
	if n := s.count("SELECT count(*) FROM copies WHERE id = 7"); n != 1 {
		t.Errorf("%d copies of 7", n)
	}
	s.refused("PARKED_NOT_FOUND", "parked", "replay", ids[0])
	s.refused("PARKED_NOT_FOUND", "parked", "show", ids[0])
	if out, _, code := s.muster("parked", "drop", ids[1]); code != 2 || out != "" {
		t.Errorf("dropped without --yes: exit code %d, %s", code, out)
	}
	s.must([]string{"dropped"}, "parked", "drop", ids[1], "--yes")
	s.refused("PARKED_NOT_FOUND", "parked", "drop", ids[1], "--yes")
	s.must([]string{"none"}, "parked", "list")
	s.must([]string{"applied 0, still parked 0"}, "parked", "replay", "--all")

	log := s.log.String()
	if strings.Contains(log, "activityVersion") {
		t.Errorf("the payload is in the log:\n%s", log)
	}
	if want := `"action":"parked drop","caller":"ops","operator":"grace hopper","id":"` + ids[1]; !strings.Contains(log, want) {
		t.Errorf("the log does not say who did what:\n%s", log)
	}
}

// TestARecordOfSomebodyElseDoesNotSteerTheTerminal: a record's content is untrusted, because any producer may have
// written it.
func TestARecordOfSomebodyElseDoesNotSteerTheTerminal(t *testing.T) {
	s := newService(t)
	s.consume()
	kafkatest.Write(t, kafka.Message{Topic: s.prefix + contracts.TopicAccount, Key: []byte("\x1b[2J\x9b"), Value: []byte("\xff\x1b[31m")})
	id := s.awaitParked(1)[0]
	for _, args := range [][]string{{"parked", "list"}, {"parked", "show", id}} {
		if out := s.must(nil, args...); strings.ContainsAny(out, "\x1b\u009b") {
			t.Errorf("%v printed %q", args, out)
		}
	}
}

func TestADeadEventIsFoundShownRequeuedAndDropped(t *testing.T) {
	s := newService(t)
	s.relay()
	large := identityv1.AccountEvent{Kind: identityv1.SignedIn, UserID: 7, Version: 1, SessionID: strings.Repeat("x", 30_000)}
	s.append(large)
	s.eventually("it is dead", func() bool { return s.count("SELECT count(*) FROM outbox_dead") == 1 })
	dead := list[ops.DeadEvent](s, "outbox", "list")[0]
	id := strconv.FormatInt(dead.ID, 10)
	s.eventually("the log names the command", func() bool { return strings.Contains(s.log.String(), "muster ops identity outbox show "+id) })
	s.must([]string{contracts.TopicAccountEvents, "Too Large"}, "outbox", "list")
	s.must([]string{`"kind": "signed-in"`}, "outbox", "show", id)

	_, err := kafkatest.Client(t).IncrementalAlterConfigs(t.Context(), &kafka.IncrementalAlterConfigsRequest{
		Resources: []kafka.IncrementalAlterConfigsRequestResource{{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: s.prefix + contracts.TopicAccountEvents,
			Configs: []kafka.IncrementalAlterConfigsRequestConfig{{Name: "max.message.bytes", Value: "1048588", ConfigOperation: kafka.ConfigOperationSet}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.must([]string{"requeued 1"}, "outbox", "requeue", id)
	if published := kafkatest.Await(t, s.prefix+contracts.TopicAccountEvents, 1)[0]; string(published.Key) != "7" || len(published.Value) != dead.Bytes {
		t.Errorf("published %d bytes of %s", len(published.Value), published.Key)
	}
	s.refused("DEAD_EVENT_NOT_FOUND", "outbox", "requeue", id)
	s.refused("DEAD_EVENT_NOT_FOUND", "outbox", "show", id)

	s.append(account(8, 1, strings.Repeat("x", 30_000)))
	s.eventually("it is dead", func() bool { return s.count("SELECT count(*) FROM outbox_dead") == 1 })
	second := strconv.FormatInt(list[ops.DeadEvent](s, "outbox", "list")[0].ID, 10)
	s.must([]string{"dropped"}, "outbox", "drop", second, "--yes")
	s.refused("DEAD_EVENT_NOT_FOUND", "outbox", "drop", second, "--yes")
}

func TestADeadStateIsRequeuedAsThePresentOne(t *testing.T) {
	s := newService(t)
	s.relay()
	s.append(account(7, 1, strings.Repeat("x", 30_000)), account(7, 2, "small"))
	s.eventually("it is dead", func() bool { return s.count("SELECT count(*) FROM outbox_dead") == 1 })
	s.exec("INSERT INTO accounts (id, version, email) VALUES (7, 2, 'small')")
	id := strconv.FormatInt(list[ops.DeadEvent](s, "outbox", "list")[0].ID, 10)
	s.must([]string{"requeued 1"}, "outbox", "requeue", id)
	for _, m := range kafkatest.Await(t, s.prefix+contracts.TopicAccount, 2) {
		if !strings.Contains(string(m.Value), `"version":2`) {
			t.Errorf("published %s", m.Value)
		}
	}
}

func TestRepublishedStateMakesAConsumerWholeAndIsIgnoredElsewhere(t *testing.T) {
	s := newService(t)
	s.consume()
	s.relay()
	const users = 1300 // three batches
	s.exec("INSERT INTO accounts (id, version, email) SELECT id, 3, 'user' || id FROM generate_series(1, ?) id", users)
	s.must([]string{fmt.Sprint("published ", users)}, "state", "republish", "--all")
	whole := func() bool { return s.count("SELECT count(*) FROM copies WHERE version = 3") == users }
	s.eventually("the consumer has all users", whole)
	s.exec("DELETE FROM copies WHERE id % 2 = 0") // It loses half of them.
	s.exec("UPDATE copies SET version = 4 WHERE id = 1")
	s.exec("DELETE FROM applied")
	s.must([]string{fmt.Sprint("published ", users)}, "state", "republish", "--all")
	s.eventually("the consumer is whole again", func() bool {
		return s.count("SELECT count(*) FROM copies") == users && s.count("SELECT count(*) FROM outbox") == 0
	})
	kafkatest.Await(t, s.prefix+contracts.TopicAccount, 2*users)
	s.eventually("all has been applied", func() bool {
		behind := int64(0)
		for _, p := range list[ops.Position](s, "topics", "list") {
			behind += p.End - p.Next
		}
		return behind == 0
	})
	if n := s.count("SELECT count(*) FROM applied"); n != users/2 {
		t.Errorf("%d rows changed, want the %d that were lost", n, users/2)
	}

	s.must([]string{"published 1"}, "state", "republish", "42")
	s.must([]string{"published 300"}, "state", "republish", "--all", "--from", "1001")
	s.refused("STATE_NOT_FOUND", "state", "republish", "4200")
}

// TestRepublishingWaitsForTheRelay: a million users must not swell the outbox.
func TestRepublishingWaitsForTheRelay(t *testing.T) {
	s := newService(t)
	s.exec("INSERT INTO accounts (id, version, email) SELECT id, 3, 'user' || id FROM generate_series(1, 5000) id")
	type result struct {
		out  string
		code int
	}
	ended := make(chan result, 1)
	go func() {
		out, _, code := muster(s.addr, "identity", "state", "republish", "--all")
		ended <- result{out, code}
	}()
	most := 0
	s.eventually("two batches wait", func() bool { most = max(most, s.count("SELECT count(*) FROM outbox")); return most >= 1000 })
	s.relay()
	for over := false; !over; {
		select {
		case r := <-ended:
			if over = true; r.code != 0 || !strings.Contains(r.out, "published 5000") {
				t.Errorf("exit code %d: %s", r.code, r.out)
			}
		case <-time.After(5 * time.Millisecond):
			most = max(most, s.count("SELECT count(*) FROM outbox"))
		}
	}
	if most >= 1500 {
		t.Errorf("%d events waited at a time", most)
	}
	kafkatest.Await(t, s.prefix+contracts.TopicAccount, 5000)
}

func TestATopicIsRewound(t *testing.T) {
	s := newService(t)
	stop := s.consume()
	kafkatest.Publish(t, s.prefix, "identity", account(1, 1, "a"), account(2, 1, "b"))
	s.eventually("both are applied", func() bool { return s.count("SELECT count(*) FROM copies") == 2 })
	s.exec("DELETE FROM copies")
	s.must([]string{"PARTITION", contracts.TopicAccount}, "topics", "rewind", contracts.TopicAccount, "--to", "earliest", "--yes")
	s.eventually("both are applied again", func() bool { return s.count("SELECT count(*) FROM copies") == 2 })
	stop()
	s.must(nil, "topics", "rewind", contracts.TopicAccount, "--to", time.Now().Add(-time.Hour).Format(time.RFC3339), "--yes")
	for _, p := range list[ops.Position](s, "topics", "list") {
		if p.Next != p.First {
			t.Errorf("position %+v", p)
		}
	}
	s.refused("OFFSET_OUT_OF_RANGE", "topics", "rewind", contracts.TopicAccount, "--to", "99", "--partition", "0", "--yes")
	s.refused("TOPIC_UNKNOWN", "topics", "rewind", contracts.TopicUser, "--to", "earliest", "--yes")
}

func TestAStoppedPartitionIsShownAndResumed(t *testing.T) {
	s := newService(t)
	stop := s.consume()
	kafkatest.Publish(t, s.prefix, "identity", account(1, 1, "a"))
	s.eventually("it is applied", func() bool { return s.count("SELECT count(*) FROM copies") == 1 })
	stop()
	s.exec("UPDATE kafka_offsets SET lost = 'another log' WHERE next_offset = 1")
	s.must([]string{"STOPPED", "another log"}, "topics", "list")
	s.refused("PARTITION_STOPPED", "topics", "rewind", contracts.TopicAccount, "--to", time.Now().Format(time.RFC3339), "--yes")
	s.must([]string{"PARTITION", contracts.TopicAccount}, "topics", "resume", contracts.TopicAccount, "--yes")
	s.must([]string{"none"}, "topics", "resume", contracts.TopicAccount, "--yes")
	s.exec("UPDATE kafka_offsets SET lost = 'another log', next_offset = 2 WHERE next_offset = 1")
	s.refused("OFFSET_NOT_IN_LOG", "topics", "resume", contracts.TopicAccount, "--yes")
	s.refused("TOPIC_UNKNOWN", "topics", "resume", contracts.TopicUser, "--yes")
}

func TestADeadTaskIsReplayed(t *testing.T) {
	s := newService(t)
	s.tasks = []ops.Task{{ID: 4, Kind: "event", Subject: "evt_1", State: "dead", Attempts: 18, Reason: "refused"}}
	s.must([]string{"evt_1", "18", "refused"}, "tasks", "list")
	s.must([]string{"due again"}, "tasks", "replay", "4")
	s.refused("TASK_NOT_FOUND", "tasks", "replay", "4")
}

func TestAReadModelIsBuiltAnew(t *testing.T) {
	s := newService(t)
	s.model.Version = 4
	if out := s.must([]string{"version", "4"}, "model", "show"); strings.Contains(out, "building") {
		t.Error(out)
	}
	s.refused("NO_REBUILD_IN_PROGRESS", "model", "accept", "--yes")
	s.must([]string{"building", "5", "requested", "2026-03-01T08:30:00Z", "lacking", "7"}, "model", "rebuild")
	s.refused("REBUILD_IN_PROGRESS", "model", "rebuild")
	if out := s.must(nil, "model", "show", "--json"); strings.TrimSpace(out) != `{"version":4,"build":{"version":5,"phase":"requested","requestedAt":"2026-03-01T08:30:00Z","lacking":7}}` {
		t.Error(out)
	}
	if _, complaints, code := s.muster("model", "accept"); code != 2 || !strings.Contains(complaints, "--yes") {
		t.Errorf("exit code %d: %s", code, complaints)
	}
	s.must([]string{"5"}, "model", "accept", "--yes")
}

func TestOnlyOperatorsGetIn(t *testing.T) {
	s := newService(t)
	tokenOf := func(caller, callee string) string {
		tokens, err := web.NewServiceTokens(secret, caller)
		if err != nil {
			t.Fatal(err)
		}
		token, err := tokens.Issue(callee, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	for token, want := range map[string]int{
		"":                              http.StatusUnauthorized,
		tokenOf("gateway", "identity"):  http.StatusForbidden,
		tokenOf(ops.Caller, "billing"):  http.StatusUnauthorized,
		tokenOf(ops.Caller, "identity"): http.StatusOK,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.addr+"/internal/ops/parked", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("token %q: %s", token, response.Status)
		}
	}
}

func TestWhatIsWrongIsRefused(t *testing.T) {
	s := newService(t)
	s.refused("VALIDATION_FAILED", "parked", "show", "x")
	s.refused("VALIDATION_FAILED", "parked", "list", "--limit", "201")
	s.refused("VALIDATION_FAILED", "parked", "list", "--after", "-1")
	s.refused("VALIDATION_FAILED", "state", "republish", "0")
	for _, args := range [][]string{
		{"parked"}, {"parked", "eat"}, {"parked", "show"}, {"parked", "show", "1", "2"}, {"parked", "list", "--nonsense"},
		{"parked", "list", "--yes"}, {"topics", "rewind", contracts.TopicAccount, "--yes"}, {"topics", "resume", contracts.TopicAccount}, {"state", "republish"},
		{"topics", "rewind", contracts.TopicAccount, "--to", "5", "--yes"}, {"state", "republish", "ann"},
	} {
		if out, complaints, code := s.muster(args...); code != 2 || out != "" || complaints == "" {
			t.Errorf("%v: exit code %d: %s%s", args, code, out, complaints)
		}
	}
	if _, complaints, code := muster(s.addr, "mail", "parked", "list"); code != 2 || !strings.Contains(complaints, "no service") {
		t.Errorf("exit code %d: %s", code, complaints)
	}
	if out, _, code := muster(s.addr, "--help"); code != 0 || !strings.Contains(out, "Examples") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if _, complaints, code := muster("127.0.0.1:1", "identity", "parked", "list"); code != 1 || !strings.Contains(complaints, "does not answer") {
		t.Errorf("exit code %d: %s", code, complaints)
	}
}
