package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// gateway is as much of the API as an import meets. Each upload gets the next answer.
type gateway struct {
	*httptest.Server
	mu      sync.Mutex
	answers []string // "status body"
	uploads []string // "query body"
	expired bool     // the next read is refused once
	signIns int
}

func newGateway(t *testing.T, answers ...string) *gateway {
	g := &gateway{answers: answers}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/auth/login", g.login)
	mux.HandleFunc("POST /api/users/import", g.upload)
	mux.HandleFunc("GET /api/users/imports/{id}", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"lines":500}`) })
	mux.HandleFunc("GET /api/users/imports/{id}/rows", g.rows)
	g.Server = httptest.NewServer(mux)
	t.Cleanup(g.Close)
	return g
}

func (g *gateway) login(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var b map[string]string
	_ = json.NewDecoder(r.Body).Decode(&b)
	if b["email"] != "admin@example.com" || b["password"] != "right" {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"message":"Invalid email or password","code":"INVALID_CREDENTIALS"}`)
		return
	}
	g.signIns++
	g.expired = false
	fmt.Fprint(w, `{"accessToken":"access","csrfToken":"csrf"}`)
}

func (g *gateway) upload(w http.ResponseWriter, r *http.Request) {
	text, _ := io.ReadAll(r.Body)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.uploads = append(g.uploads, r.URL.RawQuery+" "+string(text))
	status, body, _ := strings.Cut(g.answers[0], " ")
	g.answers = g.answers[1:]
	if r.Header.Get("Authorization") != "Bearer access" || r.Header.Get("X-Csrf-Token") != "csrf" || r.Header.Get("Content-Type") != "application/x-ndjson" {
		status, body = "401", `{"message":"User not authenticated"}`
	}
	var code int
	_, _ = fmt.Sscan(status, &code)
	w.WriteHeader(code)
	fmt.Fprint(w, body)
	g.expired = true
}

func (g *gateway) rows(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.expired {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"message":"User not authenticated"}`)
		return
	}
	var filter struct {
		Outcome string
		Line    struct{ From int }
	}
	_ = json.Unmarshal([]byte(r.URL.Query().Get("filter")), &filter)
	var rows []string
	for n := filter.Line.From; n <= 1500 && len(rows) < 1000 && filter.Outcome == "failed"; n++ {
		rows = append(rows, fmt.Sprintf(`{"line":%d,"legacyUserId":null,"outcome":"failed","code":"LINE_TOO_LONG","message":"Too long."}`, n))
	}
	fmt.Fprintf(w, `{"data":[%s],"total":1500}`, strings.Join(rows, ","))
}

// importing runs the command with a roster of one row.
func importing(t *testing.T, g *gateway, password string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "roster.ndjson")
	if err := os.WriteFile(file, []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return importingFile(t, g, password, append(args, file)...)
}

func importingFile(t *testing.T, g *gateway, password string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	environment := map[string]string{"MUSTER_URL": g.URL + "/", "MUSTER_ADMIN_EMAIL": "admin@example.com", "MUSTER_ADMIN_PASSWORD": password}
	var out, problems bytes.Buffer
	code = run(t.Context(), args, func(name string) string { return environment[name] }, &out, &problems)
	return code, out.String(), problems.String()
}

const allCreated = `200 {"importId":"one","lines":1,"created":1}`

func TestAnImportThatSucceeds(t *testing.T) {
	g := newGateway(t, allCreated)
	code, stdout, stderr := importing(t, g, "right")
	if code != 0 || stdout != "" || !strings.Contains(stderr, "import one: 1 lines, 1 created") {
		t.Errorf("%d %q %q", code, stdout, stderr)
	}
	const id = "ca3d163bab055381827226140568f3be" // of the content "{}\n"
	if len(g.uploads) != 1 || g.uploads[0] != "dryRun=false&importId="+id+" {}\n" {
		t.Errorf("uploaded %q", g.uploads)
	}
}

func TestADryRunHasAnIDOfItsOwn(t *testing.T) {
	g := newGateway(t, allCreated, allCreated)
	importing(t, g, "right", "-dry-run")
	importing(t, g, "right", "-id", "mine")
	if !strings.HasPrefix(g.uploads[0], "dryRun=true&importId=dry-") || !strings.HasPrefix(g.uploads[1], "dryRun=false&importId=mine ") {
		t.Errorf("uploaded %q", g.uploads)
	}
}

// TestFailedRowsAreListed reads more than one page with an access token that expires in between.
func TestFailedRowsAreListed(t *testing.T) {
	g := newGateway(t, `200 {"importId":"one","lines":1500,"failed":1500}`)
	code, stdout, _ := importing(t, g, "right")
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if code != 1 || len(lines) != 1500 || lines[1499] != "1500\t-\tLINE_TOO_LONG\tToo long." {
		t.Errorf("%d, %d lines, the last %q", code, len(lines), lines[len(lines)-1])
	}
	if g.signIns != 2 {
		t.Errorf("signed in %d times", g.signIns)
	}
}

func TestWhatPassesIsWaitedFor(t *testing.T) {
	g := newGateway(t, `503 {"message":"Away.","code":"UNAVAILABLE"}`, `409 {"message":"Running.","code":"IMPORT_RUNNING"}`, allCreated)
	if code, _, stderr := importing(t, g, "right"); code != 0 || len(g.uploads) != 3 || !strings.Contains(stderr, "500 lines done") {
		t.Errorf("%d after %d uploads: %s", code, len(g.uploads), stderr)
	}
}

func TestWhatDoesNotPassEndsTheImport(t *testing.T) {
	g := newGateway(t, `409 {"message":"Another file.","code":"IMPORT_CHANGED"}`)
	if code, _, stderr := importing(t, g, "right"); code != 2 || !strings.Contains(stderr, "Another file. (409 IMPORT_CHANGED)") {
		t.Errorf("%d %s", code, stderr)
	}
	if code, _, stderr := importing(t, g, "wrong"); code != 2 || !strings.Contains(stderr, "sign in: Invalid email or password") || strings.Contains(stderr, "wrong") {
		t.Errorf("%d %s", code, stderr)
	}
}

func TestOptions(t *testing.T) {
	file := filepath.Join(t.TempDir(), "roster.ndjson")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		url  string
		ok   bool
	}{
		"the local stack":         {[]string{file}, "", true},
		"another, without a user": {[]string{file}, "https://api.example.com", false},
		"no file":                 {nil, "", false},
		"two files":               {[]string{file, file}, "", false},
		"a dump":                  {[]string{"-format", "thunder-mongodb", "-plain-passwords", "-activate", file}, "", true},
		"a roster is no dump":     {[]string{"-plain-passwords", file}, "", false},
		"an active roster":        {[]string{"-activate", file}, "", false},
		"an unknown flag":         {[]string{"-x", file}, "", false},
	} {
		getenv := func(name string) string { return map[string]string{"MUSTER_URL": c.url}[name] }
		if _, err := parse(c.args, getenv, io.Discard); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
