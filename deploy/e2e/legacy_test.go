package e2e_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Hashes of "correct horse" in the formats of other systems.
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

// TestLegacyUsersComeIn imports a roster and lets its users in: with their old password, by registering, and by
// immediate activation. Nobody gets a mail before they sign in or register.
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

	// Activated at once: in every list, and with the old password.
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
		for range 2 { // first with the other system's hash, then with our own
			c.signedIn(c.want(http.StatusOK, "POST", "/api/auth/login", object{"email": strings.ToUpper(c.email), "password": legacyPassword}))
			if c.user["legacyUserId"] != float64(id+n) || c.user["firstName"] != "Grace" || c.user["username"] != "old" || c.user["createdAt"] != "2019-05-31T08:00:00Z" {
				t.Errorf("signed in as %v", c.user)
			}
		}
		c.want(http.StatusOK, "GET", "/api/users/me", nil)
	}

	// Registering and verifying is enough; the submitted values win over the roster's.
	c := &client{t: t, email: email(2)}
	c.signedIn(c.want(http.StatusCreated, "POST", "/api/auth/register", object{"email": c.email, "password": password, "firstName": "Ada"}))
	c.verify()
	c.wantMe(float64(id+2), true)
}

// verify verifies the client's address, with the access token if there is one.
func (c *client) verify() {
	c.t.Helper()
	c.want(http.StatusOK, "POST", "/api/auth/verify-email", object{"email": c.email, "code": mailedCode(c.t, c.email)})
}

// wantMe checks the account to which the client is signed in: the legacy id, or nil, and whether the address is
// verified.
func (c *client) wantMe(legacyUserID any, verified bool) {
	c.t.Helper()
	me := c.want(http.StatusOK, "GET", "/api/users/me", nil)
	if me.body["legacyUserId"] != legacyUserID || (me.body["verifiedAt"] != nil) != verified {
		c.t.Errorf("me: %s, want the legacy user %v, verified: %v", me, legacyUserID, verified)
	}
}

// wantOut checks that the client's session has ended.
func (c *client) wantOut() {
	c.t.Helper()
	if a := c.do("GET", "/api/users/me", nil); a.status != http.StatusUnauthorized {
		c.t.Errorf("the session goes on: %s", a)
	}
}

// refused checks that a password does not sign in.
func refused(t *testing.T, email, password string) {
	t.Helper()
	if c, ok := login(t, email, password); ok {
		t.Errorf("%q signs in: %v", password, c.user)
	}
}

func signIn(t *testing.T, email, password string) *client {
	t.Helper()
	c := &client{t: t, email: email}
	c.signedIn(c.want(http.StatusOK, "POST", "/api/auth/login", object{"email": email, "password": password}))
	return c
}

// newLegacyID returns an unused id of a roster.
func newLegacyID() int64 { return run%1_000_000_000*100_000 + counter.Add(1) }

// legacyCase is an address of the roster that somebody, possibly a stranger, has registered.
type legacyCase struct {
	t     *testing.T
	id    int64
	email string
	// stranger is signed in to the unverified account.
	stranger *client
	// owner is a client for the same account without a session.
	owner *client
}

// TestWhoseAccountItIs tests auth-api.md, "Whose account is it", in both orders of import and registration. Each write
// is read back at once.
func TestWhoseAccountItIs(t *testing.T) {
	boss := admin(t)
	for order, importFirst := range map[string]bool{"import, then registration": true, "registration, then import": false} {
		for name, test := range map[string]func(c *legacyCase){
			"nobody verifies":                      nobodyVerifies,
			"the owner verifies":                   ownerVerifies,
			"somebody without the token verifies":  othersVerify,
			"the imported password takes over":     importedTakesOver,
			"the stranger moves away":              strangerMovesAway,
			"the stranger is deleted":              strangerIsDeleted,
			"the owner deletes and registers anew": ownerRegistersAnew,
		} {
			t.Run(order+"/"+name, func(t *testing.T) {
				id := newLegacyID()
				c := &legacyCase{t: t, id: id, email: fmt.Sprintf("roster-%d@example.com", id)}
				row := object{"legacyUserId": c.id, "email": c.email, "passwordHash": sha256crypt, "emailVerified": true}
				imported := func() {
					if a := boss.upload(fmt.Sprintf("importId=whose-%d", c.id), row); a.status != http.StatusOK || a.body["created"] != 1.0 {
						t.Fatalf("import: %s", a)
					}
				}
				if importFirst {
					imported()
				}
				c.stranger, c.owner = &client{t: t, email: c.email}, &client{t: t, email: c.email}
				c.stranger.signedIn(c.stranger.want(http.StatusCreated, "POST", "/api/auth/register", object{"email": c.email, "password": password}))
				if !importFirst {
					imported()
				}
				c.stranger.wantMe(nil, false)
				test(c)
			})
		}
	}
}

func nobodyVerifies(c *legacyCase) {
	signIn(c.t, c.email, password).wantMe(nil, false)
	refused(c.t, c.email, "wrong password")
	c.stranger.wantMe(nil, false)
}

func ownerVerifies(c *legacyCase) {
	c.stranger.verify() // with the access token, so this was the owner
	c.stranger.wantMe(float64(c.id), true)
	refused(c.t, c.email, legacyPassword) // the owner has chosen another password
	signIn(c.t, c.email, password).wantMe(float64(c.id), true)
}

func othersVerify(c *legacyCase) {
	c.owner.verify()
	c.stranger.wantOut()
	refused(c.t, c.email, legacyPassword)
	signIn(c.t, c.email, password).wantMe(float64(c.id), true)
}

func importedTakesOver(c *legacyCase) {
	owner := signIn(c.t, c.email, legacyPassword)
	owner.wantMe(float64(c.id), true)
	if owner.user["legacyUserId"] != float64(c.id) || owner.user["id"] != c.stranger.user["id"] {
		c.t.Errorf("signed in as %v, before it was %v", owner.user, c.stranger.user)
	}
	c.stranger.wantOut()
	refused(c.t, c.email, password)
	signIn(c.t, c.email, legacyPassword).wantMe(float64(c.id), true)
	owner.wantMe(float64(c.id), true)
}

func strangerMovesAway(c *legacyCase) {
	elsewhere := signIn(c.t, c.email, password)
	own := uniqueEmail("own")
	c.stranger.want(http.StatusOK, "POST", "/api/users/me/verify-update", object{"email": own, "verificationCode": ask(c.stranger, own)})
	c.stranger.wantMe(nil, true)
	elsewhere.wantOut()
	owner := signIn(c.t, c.email, legacyPassword)
	owner.wantMe(float64(c.id), true)
	c.stranger.wantMe(nil, true)
}

func strangerIsDeleted(c *legacyCase) {
	c.stranger.want(http.StatusNoContent, "DELETE", fmt.Sprintf("/api/users/%d", c.stranger.id()), nil)
	c.stranger.wantOut()
	owner := c.owner
	owner.signedIn(owner.want(http.StatusCreated, "POST", "/api/auth/register", object{"email": c.email, "password": password}))
	owner.wantMe(nil, false)
	owner.verify()
	owner.wantMe(float64(c.id), true)
}

func ownerRegistersAnew(c *legacyCase) {
	c.stranger.verify()
	c.stranger.want(http.StatusNoContent, "DELETE", fmt.Sprintf("/api/users/%d", c.stranger.id()), nil)
	refused(c.t, c.email, legacyPassword)
	owner := c.owner
	owner.signedIn(owner.want(http.StatusCreated, "POST", "/api/auth/register", object{"email": c.email, "password": password}))
	owner.verify()
	owner.wantMe(nil, true) // a deleted user does not come back
}

// mailsTo counts the mails to an address.
func mailsTo(t *testing.T, to string) int {
	t.Helper()
	found := (&client{t: t}).want(http.StatusOK, "GET", muster.Mail+"/api/v1/search?query=to:"+to, nil)
	mails, _ := found.body["messages"].([]any)
	return len(mails)
}
