package opscli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"muster/libs/ops"
)

func listParked(s *session) error {
	return list(s, "/parked", nil, "ID\tTOPIC\tOFFSET\tKEY\tTYPE\tVERSION\tATTEMPTS\tSINCE\tERROR", func(r ops.ParkedRecord) []any {
		return []any{r.ID, r.Topic, fmt.Sprintf("%d/%d", r.Partition, r.Offset), r.Key, r.Type, r.Version, r.Attempts, stamp(r.FirstSeen), line(r.Error)}
	})
}

func showParked(s *session) error {
	r, raw, err := ask[ops.ParkedContent](s, http.MethodGet, "/parked/"+s.id())
	if err != nil || s.json {
		return s.print(raw, err)
	}
	s.fields("id", r.ID, "topic", r.Topic, "partition", r.Partition, "offset", r.Offset, "key", r.Key, "event id", r.EventID, "type", r.Type,
		"version", r.Version, "attempts", r.Attempts, "first seen", stamp(r.FirstSeen), "next try", stamp(r.NextTry), "error", r.Error)
	for _, h := range r.Headers {
		s.fields("header", h.Key+": "+h.Value)
	}
	s.payload(r.Payload)
	return nil
}

func replayParked(s *session) error {
	r, err := s.replay()
	if err != nil {
		return err
	}
	if s.json {
		raw, err := json.Marshal(r)
		if err := s.print(raw, err); err != nil {
			return err
		}
	} else {
		s.say("applied %d, still parked %d", r.Applied, r.Left)
	}
	if r.Left > 0 {
		return fmt.Errorf("%d record(s) still cannot be applied: see muster ops %s parked list", r.Left, s.client.service)
	}
	return nil
}

// replay replays one record, or all, batch by batch.
func (s *session) replay() (all ops.Replayed, err error) {
	if !s.all {
		all, _, err = ask[ops.Replayed](s, http.MethodPost, "/parked/"+s.id()+"/replay")
		return all, err
	}
	for after := int64(0); ; {
		batch, _, err := ask[ops.Replayed](s, http.MethodPost, "/parked/replay?after="+strconv.FormatInt(after, 10))
		if err != nil {
			return all, err
		}
		all.Applied, all.Left = all.Applied+batch.Applied, batch.Left
		if batch.Next == 0 {
			return all, nil
		}
		after = batch.Next
	}
}

func dropParked(s *session) error { return s.act(http.MethodDelete, "/parked/"+s.id(), "dropped") }

func listDead(s *session) error {
	return list(s, "/outbox", nil, "ID\tTOPIC\tKEY\tTYPE\tVERSION\tBYTES\tFAILED\tREASON", func(e ops.DeadEvent) []any {
		return []any{e.ID, e.Topic, e.Key, e.Type, e.Version, e.Bytes, stamp(e.FailedAt), line(e.Reason)}
	})
}

func showDead(s *session) error {
	e, raw, err := ask[ops.DeadContent](s, http.MethodGet, "/outbox/"+s.id())
	if err != nil || s.json {
		return s.print(raw, err)
	}
	s.fields("id", e.ID, "topic", e.Topic, "key", e.Key, "event id", e.EventID, "type", e.Type, "version", e.Version, "bytes", e.Bytes,
		"failed at", stamp(e.FailedAt), "reason", e.Reason)
	s.payload(e.Payload)
	return nil
}

func requeueDead(s *session) error {
	r, raw, err := ask[ops.Requeued](s, http.MethodPost, "/outbox/"+s.id()+"/requeue")
	if err != nil || s.json {
		return s.print(raw, err)
	}
	s.say("requeued %d", r.Requeued)
	return nil
}

func dropDead(s *session) error { return s.act(http.MethodDelete, "/outbox/"+s.id(), "dropped") }

const positionsHead = "TOPIC\tPARTITION\tFIRST\tNEXT\tEND\tBEHIND\tPARKED\tSTOPPED"

func positionRow(p ops.Position) []any {
	return []any{p.Topic, p.Partition, p.First, p.Next, p.End, p.End - p.Next, p.Parked, line(p.Stopped)}
}

func listTopics(s *session) error {
	answer, raw, err := ask[ops.Page[ops.Position]](s, http.MethodGet, "/topics")
	if err != nil || s.json {
		return s.print(raw, err)
	}
	return table(s, positionsHead, answer.Data, positionRow)
}

func rewindTopic(s *session) error {
	body, err := s.target()
	if err != nil {
		return err
	}
	answer, raw, err := call[ops.Page[ops.Position]](s.ctx, s.client, http.MethodPost, "/topics/"+url.PathEscape(s.args[0])+"/rewind", body)
	if err != nil || s.json {
		return s.print(raw, err)
	}
	return table(s, positionsHead, answer.Data, positionRow)
}

func resumeTopic(s *session) error {
	var body ops.Resume
	if s.given["partition"] {
		body.Partition = &s.partition
	}
	answer, raw, err := call[ops.Page[ops.Position]](s.ctx, s.client, http.MethodPost, "/topics/"+url.PathEscape(s.args[0])+"/resume", body)
	if err != nil || s.json {
		return s.print(raw, err)
	}
	return table(s, positionsHead, answer.Data, positionRow)
}

// target reads --to and --partition.
func (s *session) target() (ops.Rewind, error) {
	var body ops.Rewind
	if s.given["partition"] {
		body.Partition = &s.partition
	}
	if s.to == ops.Earliest {
		body.To = ops.Earliest
		return body, nil
	}
	if offset, err := strconv.ParseInt(s.to, 10, 64); err == nil {
		if body.Partition == nil {
			return body, misused("an offset needs --partition")
		}
		body.Offset = &offset
		return body, nil
	}
	at, err := time.Parse(time.RFC3339, s.to)
	if err != nil {
		return body, misused("--to must be earliest, an offset, or a time such as 2026-03-01T12:00:00Z")
	}
	body.Time = &at
	return body, nil
}

func showModel(s *session) error { return s.model(http.MethodGet, "/model") }

func rebuildModel(s *session) error { return s.model(http.MethodPost, "/model/rebuild") }

func acceptModel(s *session) error { return s.model(http.MethodPost, "/model/accept") }

func (s *session) model(method, path string) error {
	m, raw, err := ask[ops.ModelState](s, method, path)
	if err != nil || s.json {
		return s.print(raw, err)
	}
	s.fields("version", m.Version)
	if b := m.Build; b != nil {
		s.fields("building", b.Version, "phase", b.Phase, "requested", stamp(b.RequestedAt), "lacking", b.Lacking)
	}
	return nil
}

func listKeys(s *session) error { return s.keys(http.MethodGet, "/keys") }

func rotateKeys(s *session) error { return s.keys(http.MethodPost, "/keys/rotate") }

// keys sends a request that answers the signing keys.
func (s *session) keys(method, path string) error {
	answer, raw, err := ask[ops.Page[ops.SigningKey]](s, method, path)
	if err != nil || s.json {
		return s.print(raw, err)
	}
	return table(s, "ID\tSTATE\tCREATED\tSIGNS FROM", answer.Data, func(k ops.SigningKey) []any {
		return []any{k.ID, k.State, stamp(k.CreatedAt), stamp(k.SignsFrom)}
	})
}

func listTasks(s *session) error {
	return list(s, "/tasks", url.Values{"state": {s.state}}, "ID\tKIND\tSUBJECT\tSTATE\tATTEMPTS\tSINCE\tREASON", func(t ops.Task) []any {
		return []any{t.ID, t.Kind, t.Subject, t.State, t.Attempts, stamp(t.Settled), line(t.Reason)}
	})
}

func replayTask(s *session) error {
	return s.act(http.MethodPost, "/tasks/"+s.id()+"/replay", "due again")
}

const (
	// behindPatience is how long republishing waits while the relay is behind.
	behindPatience = 5 * time.Minute
	// progressEvery is the time between lines that say how far republishing is.
	progressEvery = 5 * time.Second
)

func republish(s *session) error {
	var bounds ops.Republish
	next := s.from
	if !s.all {
		id, err := strconv.ParseInt(s.args[0], 10, 64)
		if err != nil {
			return misused(fmt.Sprintf("%q is no user id", s.args[0]))
		}
		next, bounds.Last = id, &id
	}
	published, said := 0, time.Now()
	for stuck := time.Now(); ; {
		bounds.First = &next
		batch, _, err := call[ops.Republished](s.ctx, s.client, http.MethodPost, "/state/republish", bounds)
		r, refused := errors.AsType[*refusal](err)
		switch {
		case refused && r.Code == "OUTBOX_BEHIND" && time.Since(stuck) < behindPatience && s.ctx.Err() == nil:
			fmt.Fprintln(s.env.Stderr, "the relay is behind; waiting for it")
			continue // The service already waited before it answered.
		case err != nil && s.all:
			return fmt.Errorf("%d published; go on with --all --from %d: %w", published, next, err)
		case err != nil:
			return err
		}
		published += batch.Published
		if batch.Next == 0 {
			break
		}
		next, stuck = batch.Next, time.Now()
		if time.Since(said) > progressEvery {
			fmt.Fprintf(s.env.Stderr, "%d published, at user %d\n", published, next)
			said = time.Now()
		}
	}
	if s.json {
		raw, err := json.Marshal(ops.Republished{Published: published})
		return s.print(raw, err)
	}
	s.say("published %d", published)
	return nil
}

// id returns the argument escaped for a path.
func (s *session) id() string { return url.PathEscape(s.args[0]) }

func ask[T any](s *session, method, path string) (T, []byte, error) {
	return call[T](s.ctx, s.client, method, path, nil)
}

// act sends a request that has no answer.
func (s *session) act(method, path, what string) error {
	_, raw, err := ask[struct{}](s, method, path)
	if err != nil || s.json {
		return s.print(raw, err)
	}
	s.say("%s", what)
	return nil
}

// list shows one page.
func list[T any](s *session, path string, query url.Values, head string, row func(T) []any) error {
	if query == nil {
		query = url.Values{}
	}
	query.Set("after", strconv.FormatInt(s.after, 10))
	query.Set("limit", strconv.Itoa(s.limit))
	answer, raw, err := ask[ops.Page[T]](s, http.MethodGet, path+"?"+query.Encode())
	if err != nil || s.json {
		return s.print(raw, err)
	}
	if err := table(s, head, answer.Data, row); err != nil {
		return err
	}
	if answer.Next != 0 {
		s.say("there may be more: --after %d", answer.Next)
	}
	return nil
}

func table[T any](s *session, head string, rows []T, row func(T) []any) error {
	if len(rows) == 0 {
		s.say("none")
		return nil
	}
	w := tabwriter.NewWriter(s.env.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, head)
	for _, r := range rows {
		cells := make([]string, 0, 9)
		for _, cell := range row(r) {
			cells = append(cells, harmless(fmt.Sprint(cell)))
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	return w.Flush()
}

// print writes the service's answer.
func (s *session) print(raw []byte, err error) error {
	if err == nil {
		fmt.Fprintln(s.env.Stdout, string(raw))
	}
	return err
}

func (s *session) say(format string, args ...any) {
	fmt.Fprintln(s.env.Stdout, harmless(fmt.Sprintf(format, args...)))
}

// harmless removes control characters except line ends: a record's content must not control the operator's terminal.
func harmless(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// fields writes names and values, one per line.
func (s *session) fields(pairs ...any) {
	for i := 0; i+1 < len(pairs); i += 2 {
		s.say("%-11s %v", pairs[i], pairs[i+1])
	}
}

// payload writes the content of a record: JSON indented, other text quoted if it has control characters.
func (s *session) payload(p ops.Payload) {
	text := p.Text
	var value any
	switch {
	case p.Base64 != nil:
		text = fmt.Sprintf("%q", p.Base64)
	case json.Unmarshal([]byte(p.Text), &value) == nil:
		if indented, err := json.MarshalIndent(json.RawMessage(p.Text), "", "  "); err == nil {
			text = string(indented)
		}
	default:
		text = fmt.Sprintf("%q", p.Text)
	}
	s.say("payload\n%s", text)
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// line returns text for a table cell.
func line(text string) string {
	const longest = 80
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return string(runes)
}
