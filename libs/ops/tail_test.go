package ops_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/ops/opscli"
	"muster/libs/testkit/kafkatest"
)

// tail runs "muster ops topics tail" on the topics of a prefix.
func tail(ctx context.Context, t *testing.T, prefix string, out io.Writer, args ...string) (complaints string, code int) {
	t.Helper()
	environment := map[string]string{"MUSTER_KAFKA_BROKERS": kafkatest.Broker(t), "MUSTER_KAFKA_TOPIC_PREFIX": prefix}
	var stderr bytes.Buffer
	code = opscli.Run(ctx, append([]string{"topics", "tail", "--topic", contracts.TopicAccount + "," + contracts.TopicAccountEvents}, args...), opscli.Environment{
		Getenv: func(name string) string { return environment[name] }, Stdout: out, Stderr: &stderr,
	})
	return stderr.String(), code
}

func TestATailFiltersAndEnds(t *testing.T) {
	prefix := kafkatest.Prefix(t)
	kafkatest.Publish(t, prefix, "identity", account(1, 1, "ann@example.com"), account(2, 1, "bob@example.com"), account(1, 2, "ann@example.com"),
		identityv1.AccountEvent{Kind: identityv1.PasswordChanged, UserID: 1, Version: 2})
	for _, c := range []struct {
		args []string
		want []string // keys and types
	}{
		{nil, []string{"1 identity.account.v1", "2 identity.account.v1", "1 identity.account.v1", "1 identity.account.password-changed.v1"}},
		{[]string{"--user", "2"}, []string{"2 identity.account.v1"}},
		{[]string{"--type", "identity.account.password*", "--since", "earliest"}, []string{"1 identity.account.password-changed.v1"}},
		{[]string{"--type", "identity.account.v1", "--user", "1", "--until-end", "--since", "10m"}, []string{"1 identity.account.v1", "1 identity.account.v1"}},
		{[]string{"--since", "2999-01-01T00:00:00Z"}, nil},
		{[]string{"--since", "0001-01-01T00:00:00Z", "--user", "2"}, []string{"2 identity.account.v1"}},
	} {
		var out bytes.Buffer
		if complaints, code := tail(t.Context(), t, prefix, &out, append(c.args, "--json")...); code != 0 {
			t.Fatalf("%v: exit code %d: %s", c.args, code, complaints)
		}
		var got []string
		for line := range strings.Lines(out.String()) {
			var r struct{ Key, Type string }
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			got = append(got, r.Key+" "+r.Type)
		}
		slices.Sort(got) // Partitions may have records of the same millisecond.
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: %q, want %q", c.args, got, c.want)
		}
	}
}

// TestATailShowsNothingRaw writes what would control a terminal into every part of records.
func TestATailShowsNothingRaw(t *testing.T) {
	prefix := kafkatest.Prefix(t)
	kafkatest.CreateTopics(t, prefix, contracts.Topics(contracts.TopicAccount, contracts.TopicAccountEvents)...)
	const evil = "\x1b[2J\n\u009b31m\u202e\u2028\x7f"
	headers := func(eventType string) []kafka.Header {
		return []kafka.Header{{Key: "ce_id", Value: []byte("a")}, {Key: "ce_type", Value: []byte(eventType)}, {Key: "ce_time", Value: []byte(evil)}, {Key: "ce_source", Value: []byte(evil)}}
	}
	for _, value := range []string{`{"email":"` + strings.ReplaceAll(strings.ReplaceAll(evil, "\x1b", `\u001b`), "\n", `\n`) + `"}`, evil, "{\"a\":\"\x9b\"}", ""} {
		kafkatest.Write(t, kafka.Message{Topic: prefix + contracts.TopicAccount, Key: []byte(evil), Value: []byte(value), Headers: headers("identity" + evil)})
	}
	for _, args := range [][]string{{}, {"--json"}} {
		var out bytes.Buffer
		if complaints, code := tail(t.Context(), t, prefix, &out, args...); code != 0 {
			t.Fatalf("exit code %d: %s", code, complaints)
		}
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if len(lines) != 4 || strings.ContainsAny(strings.Join(lines, ""), "\x1b\u009b\u202e\u2028\x7f") || bytes.ContainsRune(out.Bytes(), '\r') {
			t.Errorf("%v: %d lines: %q", args, len(lines), out.String())
		}
		for _, line := range lines {
			if len(args) > 0 && !json.Valid([]byte(line)) {
				t.Errorf("no JSON: %q", line)
			}
		}
	}
}

func TestATailFollows(t *testing.T) {
	prefix := kafkatest.Prefix(t)
	kafkatest.Publish(t, prefix, "identity", account(1, 1, "before@example.com"), identityv1.AccountEvent{Kind: identityv1.PasswordChanged, UserID: 1, Version: 1})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reader, writer := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		_, code := tail(ctx, t, prefix, writer, "--follow", "--since", "earliest", "--type", "identity.account.v1")
		_ = writer.Close()
		ended <- code
	}()
	buffer := make([]byte, 4096)
	expect := func(word string) {
		t.Helper()
		n, err := reader.Read(buffer)
		if err != nil || !strings.Contains(string(buffer[:n]), word) {
			t.Fatalf("%q: %v, want %s", buffer[:n], err, word)
		}
	}
	expect("before@example.com")
	kafkatest.Publish(t, prefix, "identity", account(2, 1, "after@example.com"))
	expect("after@example.com")
	cancel()
	if code := <-ended; code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestATailThatCannotBe(t *testing.T) {
	prefix := kafkatest.Prefix(t)
	for want, args := range map[int][]string{1: {}, 2: {"--since", "yesterday"}} {
		if complaints, code := tail(t.Context(), t, prefix, io.Discard, args...); code != want || complaints == "" {
			t.Errorf("%v: exit code %d, want %d: %s", args, code, want, complaints)
		}
	}
	for _, args := range [][]string{{"--follow", "--until-end"}, {"--topic", "billing.leger.v1"}, {"--limit", "3"}, {"more"}} {
		if complaints, code := tail(t.Context(), t, prefix, io.Discard, args...); code != 2 {
			t.Errorf("%v: exit code %d: %s", args, code, complaints)
		}
	}
}
