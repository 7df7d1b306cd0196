package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// raCall is a call of a method of react-admin's data provider; see testdata/reactadmin/calls.mjs.
type raCall struct {
	Method   string `json:"method"`
	Resource string `json:"resource"`
	Params   object `json:"params"`
}

// raOutcome is the result of a call, or the error that it throws.
type raOutcome struct {
	Result  object
	Status  int
	Message string
}

// raInput is the input of callAll for an administrator.
func raInput(c *client, calls ...raCall) object {
	return object{"api": muster.Gateway + "/api", "session": object{"accessToken": c.token, "csrfToken": c.csrf}, "calls": calls}
}

// nodePatience is how long a program of Node may take to end.
const nodePatience = 30 * time.Second

// startNode starts a program of testdata/reactadmin that answers lines of JSON with lines of JSON, and returns a function
// that asks it.
func startNode(t *testing.T, program ...string) (ask func(t *testing.T, input, output any)) {
	t.Helper()
	ctx, kill := context.WithCancel(context.WithoutCancel(t.Context())) // the test's own ends before node can close the browser
	cmd := exec.CommandContext(ctx, "node", program...)
	cmd.Dir, cmd.Stderr = npmPackages(t, "testdata/reactadmin"), t.Output()
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("this test needs Node.js 20 or later: %v", err)
	}
	t.Cleanup(func() {
		in.Close()
		defer time.AfterFunc(nodePatience, kill).Stop()
		_ = cmd.Wait() // its failures are those of the calls
		kill()
	})
	questions, answers := json.NewEncoder(in), json.NewDecoder(out)
	return func(t *testing.T, input, output any) {
		t.Helper()
		if err := questions.Encode(input); err != nil {
			t.Fatal(err)
		}
		if err := answers.Decode(output); err != nil {
			t.Fatalf("node %v: %v", program, err)
		}
	}
}

// provider makes the calls with the real package ra-data-simple-rest.
type provider func(t *testing.T, c *client, calls ...raCall) []raOutcome

func TestReactAdminInNode(t *testing.T) {
	ask := startNode(t, "node.mjs")
	useReactAdmin(t, func(t *testing.T, c *client, calls ...raCall) (outcomes []raOutcome) {
		t.Helper()
		ask(t, raInput(c, calls...), &outcomes)
		return outcomes
	})
}

// useReactAdmin makes every call that the provider has on every list, as an administrator, and compares the results with
// what the API answers to others.
func useReactAdmin(t *testing.T, call provider) {
	t.Helper()
	boss := admin(t)
	domain := fmt.Sprintf("@admin-%d.example.com", counter.Add(1)+run)
	var users []*client
	for i := range 27 {
		c := &client{t: t, email: fmt.Sprintf("u%02d%s", i, domain)}
		c.signedIn(c.want(201, "POST", "/api/auth/register", object{"email": c.email, "password": password, "username": fmt.Sprintf("User %02d", i)}))
		users = append(users, c)
	}
	for _, l := range []raList{
		{"users", "id", users[:9], users}, {"users/full", "id", users[9:18], users}, {"users/verification-requests", "userId", users[18:], users[18:]},
	} {
		t.Run(l.resource, func(t *testing.T) {
			l.reads(t, boss, domain, call)
			if l.owner == "id" {
				l.updates(t, boss, call)
			}
			l.deletes(t, boss, domain, call)
		})
	}
}

// raList is a list, and the users whose rows may be changed.
type raList struct {
	resource string
	owner    string // the member with the user's id
	own, all []*client
}

// rows are what the API itself answers for the users of a domain.
func (l raList) rows(boss *client, domain string) []object {
	boss.t.Helper()
	return boss.want(200, "GET", list("/api/"+l.resource, encode(object{"email": domain}), `["email","DESC"]`, "perPage", "1000"), nil).list()
}

func pagination(page, perPage int) object { return object{"page": page, "perPage": perPage} }

// one makes a call that must succeed, and returns its data.
func (l raList) one(t *testing.T, c *client, call provider, method string, params object) (data any, total float64) {
	t.Helper()
	outcome := call(t, c, raCall{method, l.resource, params})[0]
	if outcome.Result == nil {
		t.Fatalf("%s %s: %d %s", method, encode(params), outcome.Status, outcome.Message)
	}
	total, _ = outcome.Result["total"].(float64)
	return outcome.Result["data"], total
}

func (l raList) reads(t *testing.T, boss *client, domain string, call provider) {
	t.Helper()
	rows := l.rows(boss, domain)
	same := func(what string, got any, total float64, want []object, all int) {
		t.Helper()
		if text := encode(got); text != encode(want) || total != float64(all) {
			t.Errorf("%s: %v %s\nwant %d %s", what, total, text, all, encode(want))
		}
	}
	byEmail := object{"field": "email", "order": "DESC"}
	got, total := l.one(t, boss, call, "getList", object{"pagination": pagination(2, 5), "sort": byEmail, "filter": object{"email": domain}})
	same("getList", got, total, rows[5:min(10, len(rows))], len(rows))
	got, total = l.one(t, boss, call, "getList", object{"pagination": pagination(9, 25), "sort": byEmail, "filter": object{"email": domain}})
	same("getList after the end", got, total, []object{}, len(rows))
	got, _ = l.one(t, boss, call, "getOne", object{"id": rows[1]["id"]})
	same("getOne", []any{got}, 1, rows[1:2], 1)
	some := slices.Clone(rows[:min(25, len(rows))])
	ids := idsOf(some)
	ids[0] = fmt.Sprint(int64(ids[0].(float64))) // as it stands in the page's address
	got, _ = l.one(t, boss, call, "getMany", object{"ids": ids})
	sortByID(some)
	same("getMany", got, 0, some, 0)
	target := object{"target": l.owner, "id": rows[2][l.owner], "pagination": pagination(1, 25), "sort": byEmail, "filter": object{"email": domain}}
	got, total = l.one(t, boss, call, "getManyReference", target)
	same("getManyReference", got, total, rows[2:3], 1)

	outcomes := call(t, boss, raCall{"getOne", l.resource, object{"id": math.MaxInt32}},
		raCall{"getList", l.resource, object{"pagination": pagination(1, 10), "sort": byEmail, "filter": object{"nonsense": 1}}})
	if outcomes[0].Status != 404 || outcomes[1].Status != 400 || !strings.Contains(outcomes[1].Message, "nonsense") {
		t.Errorf("errors: %+v", outcomes)
	}
}

func sortByID(rows []object) {
	slices.SortFunc(rows, func(a, b object) int { return int(a["id"].(float64) - b["id"].(float64)) })
}

func (l raList) updates(t *testing.T, boss *client, call provider) {
	t.Helper()
	path := func(c *client) string { return fmt.Sprintf("/api/%s/%d", l.resource, c.id()) }
	before := boss.want(200, "GET", path(l.own[0]), nil).body
	record := object{} // the form sends all members back
	for name, value := range before {
		record[name] = value
	}
	record["firstName"] = "Renamed"
	got, _ := l.one(t, boss, call, "update", object{"id": l.own[0].id(), "data": record, "previousData": before})
	after := boss.want(200, "GET", path(l.own[0]), nil).body
	if !reflect.DeepEqual(got, any(after)) || after["firstName"] != "Renamed" || after["email"] != before["email"] || after["username"] != before["username"] {
		t.Errorf("update: %s\nthen %s", encode(got), encode(after))
	}
	ids := []any{l.own[1].id(), l.own[2].id()}
	got, _ = l.one(t, boss, call, "updateMany", object{"ids": ids, "data": object{"userTypeCode": "SUBS"}})
	if encode(got) != encode(ids) {
		t.Errorf("updateMany: %s", encode(got))
	}
	for _, c := range l.own[1:3] {
		if u := boss.want(200, "GET", path(c), nil).body; u["typeCode"] != "SUBS" {
			t.Errorf("updateMany: %s", encode(u))
		}
	}
	if outcome := call(t, boss, raCall{"update", l.resource, object{"id": l.own[0].id(), "data": object{"email": "nobody"}}})[0]; outcome.Status != 400 || outcome.Message == "" {
		t.Errorf("an invalid update: %+v", outcome)
	}
}

func (l raList) deletes(t *testing.T, boss *client, domain string, call provider) {
	t.Helper()
	var ids []any
	for _, row := range l.rows(boss, domain) {
		if slices.ContainsFunc(l.own, func(c *client) bool { return row[l.owner] == float64(c.id()) }) {
			ids = append(ids, row["id"])
		}
	}
	if got, _ := l.one(t, boss, call, "delete", object{"id": ids[0], "previousData": object{"id": ids[0]}}); encode(got) != encode(object{"id": ids[0]}) {
		t.Errorf("delete: %s", encode(got))
	}
	if got, _ := l.one(t, boss, call, "deleteMany", object{"ids": ids[1:4]}); encode(got) != encode(ids[1:4]) {
		t.Errorf("deleteMany: %s", encode(got))
	}
	left := idsOf(l.rows(boss, domain))
	for i, id := range ids {
		if slices.Contains(left, id) != (i > 3) {
			t.Errorf("%v is number %d of those that are deleted, left are %v", id, i, left)
		}
	}
	if outcome := call(t, boss, raCall{"delete", l.resource, object{"id": ids[0]}})[0]; outcome.Status != 404 {
		t.Errorf("again: %+v", outcome)
	}
}

// TestClientsAreDocumented: the READMEs show the clients that these tests use.
func TestClientsAreDocumented(t *testing.T) {
	for name, service := range map[string]string{"provider.mjs": "gateway", "watch.mjs": "gateway", "passkeys.mjs": "identity"} {
		readme, err1 := os.ReadFile(filepath.Join("../../services", service, "README.md"))
		code, err2 := os.ReadFile(filepath.Join("testdata/reactadmin", name))
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(readme, []byte("\n```js\n"+string(code)+"```\n")) {
			t.Errorf("the README of %s does not have %s", service, name)
		}
	}
}
