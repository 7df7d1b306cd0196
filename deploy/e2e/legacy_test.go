package e2e_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Hashes of "correct horse" that other systems made.
const (
	legacyPassword = "correct horse"
	sha512crypt    = "$6$/5jvwLNeJeLMVNl/$oCuadVwtjfeYWy.NaPpkycyDPFNjpuRPkg2zyILytS28vMr8KGe4gNF8LexHs028YXzMU6g1o7SAknJIzMm6w0"
	sha256crypt    = "$5$3V0cprhUio94Z6w.$iEOzVrx4umQTf/.Zf8o4rAN4nJBWpDiCBgjiVaAuP.6"
)

// upload posts a roster as an administrator.
func (c *client) upload(query string, rows ...object) answer {
	c.t.Helper()
	var roster strings.Builder
	for _, row := range rows {
		text, err := json.Marshal(row)
		if err != nil {
			c.t.Fatal(err)
		}
		roster.Write(append(text, '\n'))
	}
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, muster.Gateway+"/api/users/import?"+query, strings.NewReader(roster.String()))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-ndjson")
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("X-Csrf-Token", c.csrf)
	response, err := httpClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	a := answer{status: response.StatusCode, header: response.Header, text: string(text)}
	_ = json.Unmarshal(text, &a.body)
	return a
}

// TestLegacyUsersComeIn imports a roster and lets its people in: with the password that they have, by registering, and at
// once. Nobody is mailed who did not come by themselves.
func TestLegacyUsersComeIn(t *testing.T) {
	boss := admin(t)
	id := run%1_000_000_000*10 + 1
	email := func(n int64) string { return fmt.Sprintf("legacy-%d@example.com", id+n) }
	row := func(n int64, more object) object {
		r := object{"legacyUserId": id + n, "email": email(n), "username": "old", "firstName": "Grace", "lastName": "Hopper", "createdAt": "2019-05-31T08:00:00Z"}
		for name, value := range more {
			r[name] = value
		}
		return r
	}
	roster := []object{
		row(0, object{"passwordHash": sha512crypt}),
		row(1, object{"passwordHash": sha256crypt, "activate": true}),
		row(2, nil),
		row(3, object{"passwordHash": "plain text"}),
	}
	if a := (&client{t: t}).upload("importId=x", roster...); a.status != http.StatusUnauthorized {
		t.Errorf("nobody imports: %s", a)
	}
	if a := register(t, "curious").upload("importId=x", roster...); a.status != http.StatusForbidden {
		t.Errorf("a member imports: %s", a)
	}
	name := fmt.Sprintf("importId=e2e-%d", id)
	if a := boss.upload(name+"-dry&dryRun=true", roster...); a.status != http.StatusOK || a.body["lines"] != 4.0 || a.body["failed"] != 1.0 {
		t.Fatalf("dry run: %s", a)
	}
	if a := boss.do("GET", list("/api/users", fmt.Sprintf(`{"legacyUserId":{"from":%d,"to":%d}}`, id, id+9), ""), nil); len(a.list()) != 0 {
		t.Fatalf("the dry run made users: %s", a)
	}
	if a := boss.upload(name, roster...); a.status != http.StatusOK || a.body["created"] != 2.0 || a.body["activated"] != 1.0 || a.body["failed"] != 1.0 || a.body["finished"] != true {
		t.Fatalf("import: %s", a)
	}
	if a := boss.upload(name, roster...); a.status != http.StatusOK || a.body["created"] != 2.0 || a.body["activated"] != 1.0 {
		t.Errorf("the same again: %s", a)
	}
	report := boss.want(http.StatusOK, "GET", list("/api/users/imports/"+strings.TrimPrefix(name, "importId=")+"/rows", `{"outcome":"failed"}`, ""), nil)
	if len(report.list()) != 1 || report.list()[0]["line"] != 4.0 {
		t.Errorf("report: %s", report)
	}

	// At once, in every list; and with the old password.
	for _, path := range []string{"/api/users", "/api/users/full"} {
		found := boss.want(http.StatusOK, "GET", list(path, fmt.Sprintf(`{"legacyUserId":%d}`, id+1), ""), nil).list()
		if len(found) != 1 || found[0]["email"] != email(1) || found[0]["firstName"] != "Grace" || found[0]["lastLoginAt"] != nil || found[0]["createdAt"] != "2019-05-31T08:00:00Z" {
			t.Errorf("%s of the activated: %v", path, found)
		}
	}
	if mails := mailsTo(t, email(1)); mails != 0 {
		t.Errorf("%d mails to somebody who did not come by themselves", mails)
	}
	for _, n := range []int64{0, 1} {
		c := &client{t: t, email: email(n)}
		if wrong := c.do("POST", "/api/auth/login", object{"email": c.email, "password": "correct house"}); wrong.status != http.StatusUnauthorized {
			t.Errorf("a wrong password: %s", wrong)
		}
		for range 2 { // by the hash of the former system, and then by our own
			c.signedIn(c.want(http.StatusOK, "POST", "/api/auth/login", object{"email": strings.ToUpper(c.email), "password": legacyPassword}))
			if c.user["legacyUserId"] != float64(id+n) || c.user["firstName"] != "Grace" || c.user["username"] != "old" || c.user["createdAt"] != "2019-05-31T08:00:00Z" {
				t.Errorf("signed in as %v", c.user)
			}
		}
		c.want(http.StatusOK, "GET", "/api/users/me", nil)
	}

	// Registering is enough; what is typed then counts.
	c := &client{t: t, email: email(2)}
	c.signedIn(c.want(http.StatusCreated, "POST", "/api/auth/register", object{"email": c.email, "password": password, "firstName": "Ada"}))
	if c.user["legacyUserId"] != float64(id+2) || c.user["firstName"] != "Ada" {
		t.Errorf("registered as %v", c.user)
	}
}

// mailsTo counts the mails to an address.
func mailsTo(t *testing.T, to string) int {
	t.Helper()
	found := (&client{t: t}).want(http.StatusOK, "GET", muster.Mail+"/api/v1/search?query=to:"+to, nil)
	mails, _ := found.body["messages"].([]any)
	return len(mails)
}
