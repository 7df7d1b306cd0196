package e2e_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// client is an API client, signed in or not.
type client struct {
	t     testing.TB
	base  string // another stack's gateway; empty means muster's
	token string
	csrf  string
	user  object
	email string
}

type object = map[string]any

// answer is a response with its decoded JSON body.
type answer struct {
	status int
	header http.Header
	body   object
	text   string
}

func (a answer) String() string { return fmt.Sprintf("%d %s", a.status, a.text) }

// list is the data of a list answer.
func (a answer) list() []object {
	raw, _ := a.body["data"].([]any)
	rows := make([]object, len(raw))
	for i, r := range raw {
		rows[i], _ = r.(object)
	}
	return rows
}

var httpClient = &http.Client{
	Timeout:       30 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Transport:     described{&http.Transport{MaxIdleConnsPerHost: 64}},
}

const password = "correct horse battery"

var counter atomic.Int64

// run distinguishes this run's users from those of an earlier run in the same stack.
var run = time.Now().UnixNano()

// uniqueEmail returns an unused address.
func uniqueEmail(name string) string {
	return fmt.Sprintf("%s-%d-%d@example.com", name, run, counter.Add(1))
}

func (c *client) try(method, path string, body any, headers ...string) (answer, error) {
	var reader io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		reader = bytes.NewReader(text)
	}
	target := path
	if strings.HasPrefix(path, "/") {
		target = cmp.Or(c.base, muster.Gateway) + path
	}
	req, err := http.NewRequest(method, target, reader)
	if err != nil {
		return answer{}, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.csrf != "" {
		req.Header.Set("X-Csrf-Token", c.csrf)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := httpClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, err
	}
	a := answer{status: resp.StatusCode, header: resp.Header, text: string(text)}
	_ = json.Unmarshal(text, &a.body)
	return a, nil
}

// do sends a request and fails the test if there is no answer.
func (c *client) do(method, path string, body any, headers ...string) answer {
	c.t.Helper()
	a, err := c.try(method, path, body, headers...)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// want sends a request and fails the test unless the answer has the status.
func (c *client) want(status int, method, path string, body any, headers ...string) answer {
	c.t.Helper()
	a := c.do(method, path, body, headers...)
	if a.status != status {
		c.t.Fatalf("%s %s: %s, want %d", method, path, a, status)
	}
	if pending := a.header.Get("X-Consistency"); pending != "" {
		c.t.Errorf("%s %s: X-Consistency: %s on an idle machine", method, path, pending)
	}
	return a
}

func (c *client) signedIn(a answer) {
	c.t.Helper()
	c.token, _ = a.body["accessToken"].(string)
	c.csrf, _ = a.body["csrfToken"].(string)
	c.user, _ = a.body["user"].(object)
	if c.token == "" || c.csrf == "" || c.user == nil {
		c.t.Fatalf("not a signed-in answer: %s", a)
	}
}

func (c *client) id() int64 {
	id, _ := c.user["id"].(float64)
	return int64(id)
}

// register registers a new user for a test.
func register(t testing.TB, name string) *client {
	t.Helper()
	c := &client{t: t, email: uniqueEmail(name)}
	a := c.want(http.StatusCreated, "POST", "/api/auth/register", object{
		"email": c.email, "password": password, "firstName": "Test", "lastName": name,
	})
	c.signedIn(a)
	return c
}

// subscriber registers a user and verifies the address.
func verified(t testing.TB, name string) *client {
	t.Helper()
	c := register(t, name)
	c.want(http.StatusOK, "POST", "/api/auth/verify-email", object{"email": c.email, "code": mailedCode(t, c.email)})
	return c
}

// admin signs the first administrator in.
func admin(t *testing.T) *client {
	t.Helper()
	c := &client{t: t, email: muster.Admin.Email}
	c.signedIn(c.want(http.StatusOK, "POST", "/api/auth/login", object{"email": muster.Admin.Email, "password": muster.Admin.Password}))
	return c
}

var codeInMail = regexp.MustCompile(`\b[a-z0-9]{12}\b`)

// mailedCode reads the code from the newest mail to an address without waiting: the mail is sent before the write is
// answered.
func mailedCode(t testing.TB, to string) string {
	t.Helper()
	text := newestMail(t, to)
	code := codeInMail.FindString(text)
	if code == "" {
		t.Fatalf("no code in the mail %q", text)
	}
	return code
}

// newestMail returns the text of the newest mail to an address.
func newestMail(t testing.TB, to string) string {
	t.Helper()
	c := &client{t: t}
	found := c.want(http.StatusOK, "GET", muster.Mail+"/api/v1/search?query="+url.QueryEscape("to:"+to), nil)
	mails, _ := found.body["messages"].([]any)
	if len(mails) == 0 {
		t.Fatalf("no mail to %s: %s", to, found)
	}
	id, _ := mails[0].(object)["ID"].(string)
	text, _ := c.want(http.StatusOK, "GET", muster.Mail+"/api/v1/message/"+id, nil).body["Text"].(string)
	return text
}

// list builds the query of a list request with encoded JSON.
func list(path, filter, sort string, more ...string) string {
	q := url.Values{}
	if filter != "" {
		q.Set("filter", filter)
	}
	if sort != "" {
		q.Set("sort", sort)
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return path + "?" + q.Encode()
}
