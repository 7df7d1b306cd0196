package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
	"muster/libs/pg"
	"muster/libs/testkit/eventually"
	"muster/services/directory/internal/roster"
)

// post uploads a roster as user 1 and gives the status and the answer.
func (s *system) post(t *testing.T, query string, roster io.Reader) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/api/users/import?"+query, roster)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	s.issuer.SignIn(t, r, 1)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Error(err)
		return 0, nil
	}
	defer response.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Error(err)
	}
	return response.StatusCode, answer
}

// bootWithAdmin boots a service whose user 1 is an administrator.
func bootWithAdmin(t *testing.T) *system {
	t.Helper()
	s := boot(t)
	s.publish(t, administrator(1, "admin@example.com"))
	s.state(t, 1, "there", func(u directoryv1.User) bool { return u.TypeCode == "ADMI" })
	return s
}

// generated is a roster of so many rows that is made while it is read. at is called before each row.
func generated(rows int, at func(row int)) io.ReadCloser {
	reader, writer := io.Pipe()
	go func() {
		buffered := bufio.NewWriter(writer)
		for n := 1; n <= rows; n++ {
			at(n)
			_, err := fmt.Fprintf(buffered, `{"legacyUserId":%d,"email":"legacy%d@example.com","firstName":"Grace","lastName":"Hopper","createdAt":"2019-05-31"}`+"\n", n, n)
			if err != nil {
				break
			}
		}
		_ = buffered.Flush()
		_ = writer.Close()
	}()
	return reader
}

// TestABigRosterInLittleMemory interrupts and resumes an import: every row is imported exactly once.
func TestABigRosterInLittleMemory(t *testing.T) {
	const rows = 20_000
	s := bootWithAdmin(t)
	most := watchMemory(t)
	stopped := make(chan struct{})
	type outcome struct {
		status int
		answer map[string]any
	}
	ended := make(chan outcome, 1)
	go func() {
		status, answer := s.post(t, "importId=big", generated(rows, func(row int) {
			if row == rows/2 {
				<-stopped
			}
		}))
		ended <- outcome{status, answer}
	}()
	eventually.Holds(t, time.Minute, "a part is done", func() bool { return s.count(t, "legacy_users") > rows/4 })
	s.Stop()
	close(stopped)
	first := <-ended
	lines, _ := first.answer["lines"].(float64)
	if first.status != 503 || first.answer["code"] != "IMPORT_STOPPED" || lines <= rows/4 || lines > rows/2 {
		t.Fatalf("stopped: %d %v", first.status, first.answer)
	}
	s.start(t)
	halfway := s.expect(t, 200, 1, "GET", "/api/users/imports/big", "")
	if halfway["lines"] != lines || halfway["finished"] != false {
		t.Errorf("halfway: %v, want %v lines", halfway, lines)
	}
	status, answer := s.post(t, "importId=big", generated(rows, func(int) {}))
	if status != 200 || answer["created"] != float64(rows) || answer["lines"] != float64(rows) || answer["finished"] != true {
		t.Errorf("imported: %d %v", status, answer)
	}
	if total := s.expect(t, 200, 1, "GET", "/api/users/imports/big/rows?filter={\"outcome\":\"created\"}&sort=[\"line\",\"DESC\"]&perPage=1", "")["total"]; total != float64(rows) {
		t.Errorf("%v rows are reported", total)
	}
	if n := s.count(t, "legacy_users"); n != rows {
		t.Errorf("%d legacy users", n)
	}
	if mebibytes := most() >> 20; mebibytes > 200 {
		t.Errorf("it took %d MiB", mebibytes)
	}
}

// watchMemory measures this process, in which the service runs, and gives the most that it held.
func watchMemory(t *testing.T) (most func() uint64) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var mu sync.Mutex
	var greatest uint64
	measure := func() {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		mu.Lock()
		defer mu.Unlock()
		greatest = max(greatest, m.Sys-m.HeapReleased)
	}
	go func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			measure()
			<-tick.C
		}
	}()
	t.Cleanup(cancel)
	return func() uint64 {
		measure()
		mu.Lock()
		defer mu.Unlock()
		return greatest
	}
}

// count counts the rows of a table.
func (s *system) count(t *testing.T, table string) (n int) {
	t.Helper()
	db, err := pg.Open(t.Context(), s.environment["DIRECTORY_POSTGRES_URL"])
	if err != nil {
		t.Fatal(err)
	}
	defer pg.Close(db)
	if err := db.Raw("SELECT count(*) FROM " + table).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

// TestLegacyUsersBecomeUsers: one who registers, one who is there, one who is activated, and one who waits.
func TestLegacyUsersBecomeUsers(t *testing.T) {
	s := bootWithAdmin(t)
	s.identity.Activated = func(id int64, a roster.LegacyAccount) {
		made := account(id, a.Email)
		made.CreatedAt, made.LastLoginAt = a.CreatedAt, nil
		made.Registration.Username, made.Registration.FirstName, made.Registration.Imported = a.Username, a.FirstName, true
		made.Legacy = &identityv1.Legacy{UserID: a.LegacyUserID}
		s.publish(t, made)
	}
	there := account(2, "There@example.com")
	there.Registration.EmailVerified = true
	s.publish(t, there)
	s.state(t, 2, "there", func(directoryv1.User) bool { return true })
	roster := strings.Join([]string{
		`{"legacyUserId":11,"email":"comes@example.com","firstName":"Alan"}`,
		`{"legacyUserId":12,"email":"there@example.com","passwordHash":"$2y$10$x"}`,
		`{"legacyUserId":13,"email":"active@example.com","firstName":"Grace","createdAt":"2019-05-31","activate":true,"passwordHash":"$2y$10$y","properties":{"plan":"gold"}}`,
		`{"legacyUserId":14,"email":"waits@example.com","passwordHash":"$2y$10$z"}`,
		`{"legacyUserId":15,"email":"wrong@example.com","passwordHash":"bad"}`,
	}, "\n")
	status, answer := s.post(t, "importId=one", strings.NewReader(roster))
	for member, want := range map[string]any{"created": 2.0, "linked": 1.0, "activated": 1.0, "failed": 1.0, "finished": true, "pending": nil} {
		if status != 200 || answer[member] != want {
			t.Fatalf("%s: %d %v", member, status, answer)
		}
	}
	if s.identity.Hash(14) != "$2y$10$z" {
		t.Error("the hash did not arrive")
	}
	s.state(t, 2, "linked", func(u directoryv1.User) bool { return u.LegacyUserID != nil && *u.LegacyUserID == 12 && u.Version == 2 })
	active := s.expect(t, 200, 1, "GET", `/api/users?filter={"legacyUserId":13}`, "")["data"].([]any)[0].(map[string]any)
	if active["email"] != "active@example.com" || active["createdAt"] != "2019-05-31T00:00:00Z" || active["firstName"] != "Grace" || active["lastLoginAt"] != nil {
		t.Errorf("activated as %v", active)
	}
	if gold := s.expect(t, 200, 1, "GET", `/api/users?filter={"properties.plan":"gold"}`, ""); gold["total"] != 1.0 {
		t.Errorf("with the roster's properties: %v", gold)
	}

	s.publish(t, account(3, "Comes@example.com"))
	s.state(t, 3, "there", func(u directoryv1.User) bool { return u.LegacyUserID == nil && u.Version == 1 })
	_, after, _ := strings.Cut(s.mail.Await(t, "comes@example.com", 1).Text, "Your code: ")
	s.expect(t, 200, 0, "POST", "/api/auth/verify-email", `{"email":"comes@example.com","code":"`+after[:12]+`"}`)
	s.state(t, 3, "linked", func(u directoryv1.User) bool {
		return u.LegacyUserID != nil && *u.LegacyUserID == 11 && u.SessionsEnd != nil
	})
	for _, m := range s.mail.Messages() {
		if strings.Contains(strings.ToLower(m.To), "active@") {
			t.Error("somebody who was activated got a mail")
		}
	}

	s.expect(t, 204, 3, "DELETE", "/api/users/3", "")
	if _, answer := s.post(t, "importId=two", strings.NewReader(roster)); answer["unchanged"] != 2.0 || answer["linked"] != 2.0 || answer["failed"] != 1.0 {
		t.Errorf("again: %v", answer)
	}
	list := s.expect(t, 200, 1, "GET", `/api/users/imports?sort=["importId","DESC"]&filter={"failed":{"from":1}}`, "")
	if list["total"] != 2.0 || list["data"].([]any)[0].(map[string]any)["importId"] != "two" {
		t.Errorf("imports: %v", list)
	}
}

// TestIdentityIsAwayWhileARosterComes checks that processed rows stay, and that the same upload resumes when identity
// is back.
func TestIdentityIsAwayWhileARosterComes(t *testing.T) {
	s := bootWithAdmin(t)
	s.identity.Away(io.ErrUnexpectedEOF)
	roster := strings.Repeat("\n", 700) + `{"legacyUserId":1,"email":"a@example.com","passwordHash":"$2y$10$x"}`
	status, answer := s.post(t, "importId=one", strings.NewReader(roster))
	if status != 503 || answer["importId"] != "one" || answer["lines"] != 500.0 {
		t.Errorf("%d %v", status, answer)
	}
	s.identity.Away(nil)
	if status, answer = s.post(t, "importId=one", strings.NewReader(roster)); status != 200 || answer["created"] != 1.0 || answer["lines"] != 701.0 {
		t.Errorf("%d %v", status, answer)
	}
}

// TestAClientThatHangsUp: what it sent until then is done.
func TestAClientThatHangsUp(t *testing.T) {
	s := bootWithAdmin(t)
	body, rest := io.Pipe()
	r, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/api/users/import?importId=one", body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	s.issuer.SignIn(t, r, 1)
	ended := make(chan error, 1)
	go func() {
		response, err := http.DefaultClient.Do(r)
		if err == nil {
			_ = response.Body.Close()
		}
		ended <- err
	}()
	_, _ = io.WriteString(rest, `{"legacyUserId":1,"email":"a@example.com"}`+"\n"+`{"legacyUserId":2`)
	eventually.Holds(t, patience, "the first line is done", func() bool { return s.count(t, "legacy_users") == 1 })
	_ = rest.CloseWithError(errors.New("hung up"))
	if err := <-ended; err == nil {
		t.Error("there was an answer")
	}
	if status, answer := s.post(t, "importId=one", strings.NewReader(`{"legacyUserId":1,"email":"a@example.com"}`+"\n")); status != 200 || answer["created"] != 1.0 {
		t.Errorf("%d %v", status, answer)
	}
}
