package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"muster/libs/contracts/directoryv1"
	"muster/libs/testkit/eventually"
	"muster/services/gateway/internal/adapter/postgres"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
	"muster/services/gateway/internal/livefeed"
)

const feedPath = "/api/users/full/events"

// event is a server-sent event.
type event struct{ id, name, data string }

// stream is an open feed.
type stream struct {
	t      *testing.T
	header http.Header
	proto  int
	events chan event // closed when the feed ends
	last   string     // the id of the last event
}

// feed opens the feed of a gateway and reads it until it ends. after is the client's Last-Event-ID.
func (w *world) feed(client *http.Client, after string, headers ...string) *stream {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	w.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+feedPath, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if after != "" {
		req.Header.Set("Last-Event-ID", after)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(resp.Body)
		w.t.Fatalf("%d %s", resp.StatusCode, text)
	}
	s := &stream{t: w.t, header: resp.Header, proto: resp.ProtoMajor, events: make(chan event)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer close(s.events)
		defer resp.Body.Close()
		s.read(ctx, resp.Body)
	}()
	w.t.Cleanup(func() { cancel(); <-ended })
	if begin := s.next(); begin.name != "ready" || begin.data != `{"kind":"ready"}` {
		w.t.Fatalf("the feed begins with %+v", begin)
	}
	return s
}

func (s *stream) read(ctx context.Context, body io.Reader) {
	var e event
	for lines := bufio.NewScanner(body); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "id":
			e.id = value
		case "event":
			e.name = value
		case "data":
			e.data = value
		case "":
			select {
			case s.events <- e:
				e = event{}
			case <-ctx.Done():
				return
			}
		}
	}
}

// next returns the next event; zero if the feed ends.
func (s *stream) next() event {
	s.t.Helper()
	select {
	case e := <-s.events:
		s.last = e.id
		return e
	case <-time.After(time.Minute):
		s.t.Fatal("nothing happens")
		return event{}
	}
}

// wants reads an event about a user.
func (s *stream) wants(kind livefeed.Kind, user int64) event {
	s.t.Helper()
	e := s.next()
	if e.name != string(kind) || e.data != fmt.Sprintf(`{"kind":%q,"id":%d}`, kind, user) {
		s.t.Errorf("got %+v, want %s %d", e, kind, user)
	}
	return e
}

// ends reads until the feed ends.
func (s *stream) ends(what string) {
	s.t.Helper()
	for e := s.next(); e != (event{}); e = s.next() {
		s.t.Errorf("%s: got %+v", what, e)
	}
}

func changed(ids ...int64) []livefeed.Change {
	var changes []livefeed.Change
	for _, id := range ids {
		changes = append(changes, livefeed.Change{UserID: id, Kind: livefeed.Changed})
	}
	return changes
}

// clients speak both versions of HTTP that the gateway's port speaks.
func clients(t *testing.T) map[string]*http.Client {
	var h2 http.Protocols
	h2.SetUnencryptedHTTP2(true)
	found := map[string]*http.Client{"HTTP/1.1": {Transport: &http.Transport{}}, "HTTP/2": {Transport: &http.Transport{Protocols: &h2}}}
	t.Cleanup(func() {
		for _, c := range found {
			c.CloseIdleConnections()
		}
	})
	return found
}

func TestTheFeedTellsOfChanges(t *testing.T) {
	w := newWorld(t, func(s *settings) { s.FeedsPerUser = s.Feeds })
	w.member(1, "ADMI")
	for name, client := range clients(t) {
		s := w.feed(client, "", w.bearer(1)...)
		if fmt.Sprint(s.proto) != name[5:6] || s.header.Get("Content-Type") != "text/event-stream" || s.header.Get("Cache-Control") != "private, no-store" ||
			s.header.Get("X-Accel-Buffering") != "no" || s.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: HTTP/%d %v", name, s.proto, s.header)
		}
		w.changes.Commit(changed(7)...)
		first := s.wants(livefeed.Changed, 7)
		w.changes.Commit(livefeed.Change{UserID: 7, Kind: livefeed.Deleted})
		second := s.wants(livefeed.Deleted, 7)
		if a, b := number(t, first.id), number(t, second.id); b <= a {
			t.Errorf("%s: ids %d, %d", name, a, b)
		}
		resumed := w.feed(client, first.id, w.bearer(1)...)
		if again := resumed.wants(livefeed.Deleted, 7); again != second {
			t.Errorf("%s: resumed with %+v", name, again)
		}
		for _, id := range []string{"nonsense", "0", "-1", "99999999999999999999", "9223372036854775807"} {
			if e := w.feed(client, id, w.bearer(1)...).next(); e != (event{second.id, "reset", `{"kind":"reset"}`}) {
				t.Errorf("%s: after %s: %+v", name, id, e)
			}
		}
	}
}

func number(t *testing.T, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Error(err)
	}
	return n
}

func TestTheFeedIsForAdministrators(t *testing.T) {
	w := newWorld(t)
	w.member(1, "ADMI")
	w.member(7, "SUBS")
	refused(t, "nobody", w.do("GET", feedPath, ""), 401, "", notAuthenticated)
	refused(t, "a subscriber", w.do("GET", feedPath, "", w.bearer(7)...), 403, "", "Administrator access required")
	refused(t, "another method", w.do("DELETE", feedPath, "", w.bearer(1)...), 405, "METHOD_NOT_ALLOWED", "")
	if a := w.do("HEAD", feedPath, "", w.bearer(1)...); a.status != 200 || a.header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("HEAD: %s %v", a, a.header)
	}
}

// TestAFeedEndsWithTheCallersRights takes the right away in every way.
func TestAFeedEndsWithTheCallersRights(t *testing.T) {
	w := newWorld(t)
	for id, ends := range map[int64]func(u *gateway.UserState, a *gateway.AccountState){
		11: func(u *gateway.UserState, _ *gateway.AccountState) { u.Profile.TypeCode = "SUBS" },
		12: func(u *gateway.UserState, _ *gateway.AccountState) { u.Profile.IsActive = false },
		13: func(u *gateway.UserState, _ *gateway.AccountState) { u.Deleted, u.Profile = true, nil },
		14: func(_ *gateway.UserState, a *gateway.AccountState) {
			a.EndedSessions = []gateway.EndedSession{{ID: "s1", Until: time.Now().Add(time.Hour)}}
		},
		15: func(_ *gateway.UserState, a *gateway.AccountState) {
			a.TokensValidFrom = new(time.Now().Add(time.Minute))
		},
	} {
		w.member(id, "ADMI")
		s := w.feed(w.client, "", w.bearer(id)...)
		w.changes.Commit(changed(id)...)
		s.wants(livefeed.Changed, id)
		u, a := gatewaytest.User(id, 4), gatewaytest.Account(id, 3)
		u.Profile.TypeCode, a.Applicant, a.TokensValidFrom, a.EndedSessions = "ADMI", nil, nil, nil
		ends(&u, &a)
		w.apply(gateway.Changes{Users: []gateway.UserState{u}, Accounts: []gateway.AccountState{a}})
		w.changes.Commit(changed(99)...) // which the caller may not see any more
		s.ends(fmt.Sprint(id))
	}
	w.member(1, "ADMI")
	expiring := w.feed(w.client, "", "Authorization", "Bearer "+w.token(1, "s1", 15*time.Minute-2*time.Second))
	expiring.ends("the token expires")
}

func TestFeedsAreLimited(t *testing.T) {
	w := newWorld(t, func(s *settings) { s.Feeds, s.FeedsPerUser = 3, 2 })
	w.member(1, "ADMI")
	w.member(2, "ADMI")
	w.feed(w.client, "", w.bearer(1)...)
	w.feed(w.client, "", w.bearer(1)...)
	a := w.do("GET", feedPath, "", w.bearer(1)...)
	if refused(t, "the third of a user", a, 429, "TOO_MANY_FEEDS", ""); a.header.Get("Retry-After") == "" {
		t.Errorf("%v", a.header)
	}
	w.feed(w.client, "", w.bearer(2)...)
	refused(t, "the fourth", w.do("GET", feedPath, "", w.bearer(2)...), 429, "TOO_MANY_FEEDS", "")
}

func TestAFeedWithoutALogIsUnavailable(t *testing.T) {
	w := newWorld(t)
	w.member(1, "ADMI")
	s := w.feed(w.client, "", w.bearer(1)...)
	w.changes.Break(errors.New("no database"))
	s.ends("an open feed")
	refused(t, "a new one", w.do("GET", feedPath, "", w.bearer(1)...), 503, "UNAVAILABLE", "")
}

// TestAClientOfTheFeedThatDoesNotReadIsCutOff sends more than the buffers between the two hold.
func TestAClientOfTheFeedThatDoesNotReadIsCutOff(t *testing.T) {
	w := newWorld(t, func(s *settings) { s.FeedPace, s.FeedsPerUser = 100*time.Millisecond, 1 })
	w.member(1, "ADMI")
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: gateway\r\nAuthorization: %s\r\n\r\n", feedPath, w.bearer(1)[1])
	const ok = "HTTP/1.1 200"
	status := make([]byte, len(ok))
	if _, err := io.ReadFull(conn, status); err != nil || string(status) != ok {
		t.Fatalf("the feed: %q %v", status, err)
	}
	open := func() bool { return w.do("HEAD", feedPath, "", w.bearer(1)...).status == http.StatusTooManyRequests }
	if !open() {
		t.Error("a second feed of the user is open")
	}
	flood := make([]int64, 400_000)
	for i := range flood {
		flood[i] = int64(i + 1)
	}
	w.changes.Commit(changed(flood...)...)
	eventually.Holds(t, time.Minute, "the feed is closed", func() bool { return !open() })
}

// admins boots two replicas with an administrator.
func admins(t *testing.T) (one, other *system) {
	t.Helper()
	r := newRebuilt(t)
	r.start(postgres.Migrations)
	first := *r.world
	r.start(postgres.Migrations)
	r.publish("directory", user(1, 1, "ADMI"))
	r.publish("identity", account(1, 1))
	r.settle(1, 1)
	return &system{&first, r.prefix}, r.system
}

func TestReplicasTellTheSameStory(t *testing.T) {
	one, other := admins(t)
	feeds := []*stream{one.feed(one.client, "", one.bearer(1)...), other.feed(other.client, "", other.bearer(1)...)}
	var ids [2][]event
	for version := int64(1); version <= 3; version++ {
		one.publish("directory", user(7, version, "NONS"))
		for i, s := range feeds {
			ids[i] = append(ids[i], s.wants(livefeed.Changed, 7))
		}
	}
	one.publish("billing", subscription(7, 1, 1500, "active"))
	one.publish("directory", directoryv1.User{ID: 8, Version: 1, Deleted: true, RejectedBecause: "EMAIL_EXISTS"}) // never a user
	for i, s := range feeds {
		ids[i] = append(ids[i], s.wants(livefeed.Changed, 7))
	}
	one.publish("directory", directoryv1.User{ID: 7, Version: 4, Deleted: true})
	for i, s := range feeds {
		ids[i] = append(ids[i], s.wants(livefeed.Deleted, 7))
	}
	if fmt.Sprint(ids[0]) != fmt.Sprint(ids[1]) {
		t.Errorf("%v\n%v", ids[0], ids[1])
	}
	resumed := other.feed(other.client, ids[0][2].id, other.bearer(1)...) // what one replica has sent is known to the other
	if e := resumed.wants(livefeed.Deleted, 7); e != ids[0][4] {
		t.Errorf("%+v", e)
	}
	one.publish("directory", user(1, 2, "NONS"))
	for _, s := range append(feeds, resumed) {
		s.ends("no administrator any more")
	}
}

func TestARebuildResetsTheFeed(t *testing.T) {
	r := newRebuilt(t)
	r.start(postgres.Migrations)
	r.publish("directory", user(1, 1, "ADMI"), user(7, 1, "NONS"))
	r.publish("identity", account(1, 1))
	r.settle(1, 2)
	s := r.feed(r.client, "", r.bearer(1)...)
	before := r.table()
	if a := r.operator("POST", "model/rebuild"); a.Status != http.StatusOK {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if e := s.next(); e.name != "reset" {
		t.Errorf("got %+v", e)
	}
	r.awaitSwap(before)
	r.publish("directory", user(7, 2, "NONS"))
	s.wants(livefeed.Changed, 7)
}

func TestAFeedEndsWhenTheServiceStops(t *testing.T) {
	r := newRebuilt(t)
	replica := r.start(postgres.Migrations)
	r.publish("directory", user(1, 1, "ADMI"))
	r.publish("identity", account(1, 1))
	r.settle(1, 1)
	s := r.feed(r.client, "", r.bearer(1)...)
	replica.Stop()
	s.ends("the service stops")
}
