package opscli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"muster/libs/brokers"
	"muster/libs/contracts"
	"muster/libs/inbox"
)

// tail is the command "topics tail". It belongs to no service and reads the brokers itself.
const tail = "topics tail"

// lookBack is how far back a tail looks that is not told.
const lookBack = time.Hour

func tailTopics(s *session) error {
	t, err := s.tail()
	if err != nil {
		return err
	}
	types := words(s.types)
	return t.Run(s.ctx, func(r inbox.Tailed) error {
		if s.user != "" && r.Key != s.user || len(types) > 0 && !slices.ContainsFunc(types, func(pattern string) bool { return fits(r.Type, pattern) }) {
			return nil
		}
		return s.show(r)
	})
}

// tail makes the tail of the flags and the environment.
func (s *session) tail() (t inbox.Tail, err error) {
	if s.follow && s.untilEnd {
		return t, misused("--follow and --until-end contradict each other")
	}
	t = inbox.Tail{TopicPrefix: s.env.Getenv("MUSTER_KAFKA_TOPIC_PREFIX"), Follow: s.follow, Topics: words(s.topics)}
	known := names(contracts.Topics())
	if len(t.Topics) == 0 {
		t.Topics = known
	}
	for _, topic := range t.Topics {
		if !slices.Contains(known, topic) {
			return t, misused(fmt.Sprintf("there is no topic %q: it is %s", topic, strings.Join(known, ", ")))
		}
	}
	if t.Since, err = s.begin(time.Now()); err != nil {
		return t, err
	}
	if t.Brokers = words(s.env.Getenv("MUSTER_KAFKA_BROKERS")); len(t.Brokers) == 0 {
		t.Brokers = words(s.env.Kafka())
	}
	t.Access, err = s.kafkaAccess()
	return t, err
}

// begin reads --since. The zero time means the beginning of the logs.
func (s *session) begin(now time.Time) (time.Time, error) {
	switch {
	case s.since == "" && s.follow:
		return now, nil
	case s.since == "":
		return now.Add(-lookBack), nil
	case s.since == "earliest":
		return time.Time{}, nil
	}
	if back, err := time.ParseDuration(s.since); err == nil && back >= 0 {
		return now.Add(-back), nil
	}
	at, err := time.Parse(time.RFC3339, s.since)
	if err != nil {
		return at, misused("--since must be earliest, how long ago (such as 90m), or a time such as 2026-03-01T12:00:00Z")
	}
	return at, nil
}

// kafkaAccess reads how to connect to the brokers. The variables are those of the services, with another prefix.
func (s *session) kafkaAccess() (brokers.Access, error) {
	get := func(name string) string { return s.env.Getenv("MUSTER_KAFKA_" + name) }
	access, problems := brokers.Settings{
		TLS: get("TLS") == "true", CA: get("TLS_CA"), Cert: get("TLS_CERT"), Key: get("TLS_KEY"),
		SASL: get("SASL"), User: get("USER"), Password: get("PASSWORD"),
	}.Access()
	if len(problems) > 0 {
		return access, misused("MUSTER_" + problems[0].Variable + " " + problems[0].Text)
	}
	return access, nil
}

// tailedRecord is a record as --json shows it.
type tailedRecord struct {
	Topic     string          `json:"topic"`
	Partition int             `json:"partition"`
	Offset    int64           `json:"offset"`
	Key       string          `json:"key"`
	ID        string          `json:"id"`
	Type      string          `json:"type"`
	Source    string          `json:"source"`
	Time      time.Time       `json:"time"`
	Version   int64           `json:"version"`
	Trace     string          `json:"traceparent,omitempty"`
	Data      json.RawMessage `json:"data"`
	Text      *string         `json:"text,omitempty"` // the value, if it is not JSON
	Problem   string          `json:"problem,omitempty"`
}

func (s *session) show(r inbox.Tailed) error {
	shown := tailedRecord{r.Topic, r.Partition, r.Offset, r.Key, r.ID, r.Type, r.Source, r.Time.UTC(), r.Version, r.Trace, json.RawMessage("null"), nil, ""}
	if r.Problem != nil {
		shown.Problem = r.Problem.Error()
	}
	text := string(r.Data)
	if json.Valid(r.Data) {
		shown.Data = r.Data
	} else {
		shown.Text = &text
	}
	line, err := json.Marshal(shown)
	if err != nil {
		return err
	}
	if !s.json {
		line = shown.line()
	}
	_, err = fmt.Fprintln(s.env.Stdout, escaped(string(line)))
	return err
}

// line is the record for people.
func (r tailedRecord) line() []byte {
	b := fmt.Appendf(nil, "%s %s/%d@%d %s key=%s v%d ", stamp(r.Time), r.Topic, r.Partition, r.Offset, r.Type, r.Key, r.Version)
	switch {
	case r.Text != nil:
		b = fmt.Appendf(b, "%q", *r.Text)
	default:
		if compact, err := json.Marshal(r.Data); err == nil { // on one line
			b = append(b, compact...)
		}
	}
	if r.Problem != "" {
		b = fmt.Appendf(b, " (%s)", r.Problem)
	}
	return b
}

// escaped writes characters that control a terminal, or the direction of text, as JSON does: \u001b.
func escaped(text string) string {
	var b strings.Builder
	for _, r := range text { // Bytes that are no UTF-8 become U+FFFD.
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			if r > 0xFFFF {
				r = unicode.ReplacementChar
			}
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// fits reports whether a type is the wanted one. A star at the end stands for anything.
func fits(eventType, pattern string) bool {
	if prefix, open := strings.CutSuffix(pattern, "*"); open {
		return strings.HasPrefix(eventType, prefix)
	}
	return eventType == pattern
}

func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
}

func names(topics []contracts.Topic) (list []string) {
	for _, t := range topics {
		list = append(list, t.Name)
	}
	return list
}
