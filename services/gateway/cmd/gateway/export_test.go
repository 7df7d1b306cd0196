package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"muster/libs/usersapi"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

// exported returns full users whose text a spreadsheet or a parser of CSV could misread.
func exported() []gateway.FullUser {
	first := gateway.FullUser{User: *gatewaytest.User(1, 1).Profile, Billing: *gatewaytest.Subscription(1, 1).Billing}
	first.Username, first.FirstName, first.LastName = "=HYPERLINK(\"x\")", new("+1"), new("-1")
	first.PromotionName, first.PromotionCode = new("@SUM(A1)"), new("\tTAB")
	first.PromotionDescription, first.SubscriptionPlanName = new("two\r\nlines, \"quoted\""), new("\rCR")
	second := gateway.FullUser{User: usersapi.User{ID: 9007199254740993, Username: " Émile, x", Email: "a=b@example.com", CreatedAt: day, UpdatedAt: day}}
	return []gateway.FullUser{first, second}
}

func TestAnExportIsSafeCSV(t *testing.T) {
	w := newWorld(t)
	w.member(1, "ADMI")
	w.reader.users = exported()
	a := w.do("GET", "/api/users/full?format=csv", "", w.bearer(1)...)
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "text/csv; charset=utf-8; header=present" ||
		a.header.Get("Content-Disposition") != `attachment; filename="users.csv"` || a.header.Get("Cache-Control") != "private, no-store" {
		t.Fatalf("%d %v", a.status, a.header)
	}
	if strings.Count(a.text, "\r\n") != 3 || !strings.Contains(a.text, "\"two\r\nlines, \"\"quoted\"\"\"") { // do trims the last line break
		t.Errorf("lines:\n%q", a.text)
	}
	read := csv.NewReader(strings.NewReader(strings.ReplaceAll(a.text, "\"two\r\nlines", "\"two\nlines"))) // the parser drops the CR in a cell
	rows, err := read.ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	if got := strings.Join(rows[0][:3], ","); got != "id,username,email" || len(rows[0]) != 52 || rows[0][51] != "promotionAppliedAt" {
		t.Errorf("header: %v", rows[0])
	}
	cells := func(row int) map[string]string {
		found := map[string]string{}
		for i, name := range rows[0] {
			found[name] = rows[row][i]
		}
		return found
	}
	for name, want := range map[string]string{
		"id": "1", "username": `'=HYPERLINK("x")`, "firstName": "'+1", "lastName": "'-1", "promotionName": "'@SUM(A1)", "promotionCode": "'\tTAB",
		"subscriptionPlanName": "'\rCR", "promotionDescription": "two\nlines, \"quoted\"", "isActive": "true", "discountPercentage": "33.33",
		"createdAt": "2026-03-01T08:30:00Z",
	} {
		if got := cells(1)[name]; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"id": "9007199254740993", "username": " Émile, x", "email": "a=b@example.com", "lastName": "", "subscriptionId": "", "isActive": "false"} {
		if got := cells(2)[name]; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestAnExportIsTheListsObjects(t *testing.T) {
	w := newWorld(t)
	w.member(1, "ADMI")
	w.reader.users, w.reader.asOf = exported(), day
	a := w.do("GET", "/api/users/full?format=ndjson&filter={}&sort=[%22email%22,%22DESC%22]", "", w.bearer(1)...)
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "application/x-ndjson" || a.header.Get("Content-Disposition") != `attachment; filename="users.ndjson"` ||
		a.header.Get("X-Data-As-Of") != "2026-03-01T08:30:00Z" {
		t.Fatalf("%d %v", a.status, a.header)
	}
	var got []gateway.FullUser
	for line := range strings.SplitSeq(a.text, "\n") {
		var u gateway.FullUser
		if err := json.Unmarshal([]byte(line), &u); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		got = append(got, u)
	}
	if !reflect.DeepEqual(got, w.reader.users) {
		t.Errorf("got %+v", got)
	}
	w.reader.users = nil
	if a := w.do("GET", "/api/users/full?format=ndjson", "", w.bearer(1)...); a.status != http.StatusOK || a.text != "" {
		t.Errorf("nobody: %s", a)
	}
	if a := w.do("GET", "/api/users/full?format=csv", "", w.bearer(1)...); a.status != http.StatusOK || !strings.HasPrefix(a.text, "id,username,") {
		t.Errorf("nobody: %s", a)
	}
}

func TestExportsAreRefusedAsUsual(t *testing.T) {
	w := newWorld(t)
	w.member(1, "ADMI")
	w.member(7, "SUBS")
	refused(t, "not an administrator", w.do("GET", "/api/users/full?format=csv", "", w.bearer(7)...), 403, "", "Administrator access required")
	for _, query := range []string{"format=xml", "format=", "format=csv&format=csv", "format=csv&page=1", "format=csv&range=[0,9]", "format=ndjson&perPage=5", "format=csv&filter={", "format=csv&sort=[%22nope%22,%22ASC%22]"} {
		a := w.do("GET", "/api/users/full?"+query, "", w.bearer(1)...)
		refused(t, query, a, 400, "VALIDATION_FAILED", "")
		if a.header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %v", query, a.header)
		}
	}
	w.reader.interrupted = func(func([]gateway.FullUser) error) error { return gateway.ErrBehind }
	refused(t, "no database", w.do("GET", "/api/users/full?format=csv", "", w.bearer(1)...), 503, "UNAVAILABLE", "")
	if a := w.do("HEAD", "/api/users/full?format=csv", "", w.bearer(1)...); a.status != http.StatusOK || a.header.Get("Content-Type") != "text/csv; charset=utf-8; header=present" {
		t.Errorf("HEAD reads rows: %s %v", a, a.header)
	}
}

func TestAnInterruptedExportIsNoCompleteAnswer(t *testing.T) {
	w := newWorld(t)
	w.member(1, "ADMI")
	w.reader.interrupted = func(fn func([]gateway.FullUser) error) error {
		return errors.Join(fn(exported()), errors.New("the database went away"))
	}
	if a, err := w.try(context.Background(), "GET", "/api/users/full?format=csv", "", w.bearer(1)...); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%s: %v", a, err)
	}
}

// TestAClientThatStopsReadingIsCutOff also fills the slots of exports.
func TestAClientThatStopsReadingIsCutOff(t *testing.T) {
	w := newWorld(t, func(s *settings) { s.ExportPace = 300 * time.Millisecond })
	w.member(1, "ADMI")
	begun, ended := make(chan struct{}), make(chan error)
	w.reader.interrupted = func(fn func([]gateway.FullUser) error) error {
		rows := make([]gateway.FullUser, 200)
		err := fn(rows)
		for begun <- struct{}{}; err == nil; {
			err = fn(rows)
		}
		ended <- err
		return err
	}
	for range 3 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/api/users/full?format=ndjson", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", w.bearer(1)[1])
		resp, err := w.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close() // and never read it
		<-begun
	}
	refused(t, "the fourth export", w.do("GET", "/api/users/full?format=ndjson", "", w.bearer(1)...), 429, "TOO_MANY_EXPORTS", "")
	for range 3 {
		if err := <-ended; err == nil {
			t.Error("no error")
		}
	}
}
