package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"
)

// printedCurl is the example of ZITADEL's documentation, as printed.
const printedCurl = `curl -L -X POST 'https://$CUSTOM-DOMAIN/auth/v1/users/me/email/_verify' \
-H 'Content-Type: application/json' \
-H 'Accept: application/json' \
-H 'Authorization: Bearer <TOKEN>' \
--data-raw '{
"code": "H83J3"
}'`

// curl runs the printed example with a token and a code, and returns the body of the answer.
func curl(t *testing.T, token, code string) string {
	t.Helper()
	command := strings.NewReplacer("https://$CUSTOM-DOMAIN", muster.Gateway, "<TOKEN>", token, "H83J3", code).Replace(printedCurl)
	var problems bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &problems)
	}
	return string(out)
}

const (
	wrongCode = `{"code":3,"message":"Code is invalid (COMMAND-Gdsgs)","details":[{"@type":"type.googleapis.com/zitadel.v1.ErrorDetail","id":"COMMAND-Gdsgs","message":"Code is invalid"}]}`
	noCode    = `{"code":5,"message":"Code not found (COMMAND-3n8ud)","details":[{"@type":"type.googleapis.com/zitadel.v1.ErrorDetail","id":"COMMAND-3n8ud","message":"Code not found"}]}`
	badToken  = `{"code":16,"message":"Errors.Token.Invalid (AUTH-7fs1e)","details":[{"@type":"type.googleapis.com/zitadel.v1.ErrorDetail","id":"AUTH-7fs1e","message":"Errors.Token.Invalid"}]}`
)

// TestZitadelVerifiesARegistration: the code that a registration mails verifies the address, at once and everywhere.
func TestZitadelVerifiesARegistration(t *testing.T) {
	c := register(t, "zita")
	code := mailedCode(t, c.email)
	if got := curl(t, c.token, "H83J3"); got != wrongCode {
		t.Errorf("another code: %s", got)
	}
	if got := curl(t, "x", code); got != badToken {
		t.Errorf("no token: %s", got)
	}
	var verified struct {
		Details struct{ Sequence, CreationDate, ChangeDate, ResourceOwner string }
	}
	got := curl(t, c.token, strings.ToUpper(code))
	if err := json.Unmarshal([]byte(got), &verified); err != nil || verified.Details.Sequence == "" || verified.Details.CreationDate == "" ||
		verified.Details.ChangeDate < verified.Details.CreationDate || verified.Details.ResourceOwner == "" {
		t.Fatalf("%s: %v", got, err)
	}
	if me := c.want(http.StatusOK, "GET", "/api/users/me", nil); me.body["verifiedAt"] == nil {
		t.Errorf("not verified: %s", me)
	}
	if got := curl(t, c.token, code); got != noCode {
		t.Errorf("again: %s", got)
	}
}

// TestZitadelsEmailMethods changes an address, has another code mailed, and verifies with it.
func TestZitadelsEmailMethods(t *testing.T) {
	c, other := verified(t, "zoe"), register(t, "zack")
	c.csrf = "" // no CSRF token is needed
	const path = "/auth/v1/users/me/email"
	email := func(address string, isVerified bool) {
		t.Helper()
		a := c.want(http.StatusOK, "GET", path, nil)
		got, _ := a.body["email"].(object)
		if got["email"] != address || (got["isEmailVerified"] == true) != isVerified {
			t.Errorf("%s, want %s %v", a, address, isVerified)
		}
	}
	email(c.email, true)
	if a := c.want(http.StatusBadRequest, "POST", path+"/_resend_verification", object{}); a.body["code"] != 9.0 {
		t.Errorf("%s", a)
	}
	if a := c.want(http.StatusConflict, "PUT", path, object{"email": other.email}); a.body["code"] != 6.0 {
		t.Errorf("%s", a)
	}
	if a := c.want(http.StatusBadRequest, "PUT", path, object{"email": "nobody"}); a.body["code"] != 3.0 {
		t.Errorf("%s", a)
	}
	moved := uniqueEmail("zoe")
	c.want(http.StatusOK, "PUT", path, object{"email": moved})
	email(moved, false)
	if me := c.want(http.StatusOK, "GET", "/api/users/me", nil); me.body["email"] != moved || me.body["verifiedAt"] != nil {
		t.Errorf("%s", me)
	}
	c.want(http.StatusOK, "POST", path+"/_resend_verification", object{})
	c.want(http.StatusOK, "POST", path+"/_verify", object{"code": mailedCode(t, moved)})
	email(moved, true)
}

// npmCall is a call through ZITADEL's npm packages; see testdata/zitadel/calls.mjs.
type npmCall struct {
	Transport string `json:"transport"`
	BaseURL   string `json:"baseUrl"`
	Token     string `json:"token"`
	Method    string `json:"method"`
	Request   object `json:"request"`
}

type npmOutcome struct {
	Response object `json:"response"`
	Code     int    `json:"code"`
	Message  string `json:"message"`
	Details  []struct{ ID, Message string }
}

// TestZitadelsPackages uses @zitadel/client and @zitadel/proto, over gRPC and gRPC-Web.
func TestZitadelsPackages(t *testing.T) {
	dir := npmPackages(t, "testdata/zitadel")
	for _, transport := range []string{"grpc", "grpc-web"} {
		c := register(t, "npm")
		verify := func(token, code string) npmCall {
			return npmCall{transport, muster.Gateway, token, "verifyMyEmail", object{"code": code}}
		}
		code := mailedCode(t, c.email)
		outcomes := npmCalls(t, dir, verify("x", code), verify(c.token, ""), verify(c.token, "H83J3"), verify(c.token, code), verify(c.token, code),
			npmCall{transport, muster.Gateway, c.token, "getMyEmail", object{}}, npmCall{transport, muster.Gateway, c.token, "getMyUser", object{}})
		for i, want := range []string{
			"16 Errors.Token.Invalid (AUTH-7fs1e) [{AUTH-7fs1e Errors.Token.Invalid}]",
			"3 invalid VerifyMyEmailRequest.Code: value length must be between 1 and 200 runes, inclusive []",
			"3 Code is invalid (COMMAND-Gdsgs) [{COMMAND-Gdsgs Code is invalid}]",
			"0  []",
			"5 Code not found (COMMAND-3n8ud) [{COMMAND-3n8ud Code not found}]",
			"0  []",
			"12 unknown method GetMyUser for service zitadel.auth.v1.AuthService []",
		} {
			if got := fmt.Sprintf("%d %s %v", outcomes[i].Code, outcomes[i].Message, outcomes[i].Details); got != want {
				t.Errorf("%s, call %d: %s, want %s", transport, i, got, want)
			}
		}
		details, _ := outcomes[3].Response["details"].(object)
		if details["sequence"] == nil || details["creationDate"] == nil || details["changeDate"] == nil || details["resourceOwner"] == "" {
			t.Errorf("%s: %v", transport, outcomes[3].Response)
		}
		if email, _ := outcomes[5].Response["email"].(object); email["email"] != c.email || email["isEmailVerified"] != true {
			t.Errorf("%s: %v", transport, outcomes[5].Response)
		}
	}
}

// npmCalls makes the calls one after the other.
func npmCalls(t *testing.T, dir string, calls ...npmCall) []npmOutcome {
	t.Helper()
	input, err := json.Marshal(calls)
	if err != nil {
		t.Fatal(err)
	}
	var problems bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "node", "calls.mjs")
	cmd.Dir, cmd.Stdin, cmd.Stderr = dir, bytes.NewReader(input), &problems
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, &problems)
	}
	var outcomes []npmOutcome
	if err := json.Unmarshal(output, &outcomes); err != nil || len(outcomes) != len(calls) {
		t.Fatalf("%s: %v", output, err)
	}
	return outcomes
}
