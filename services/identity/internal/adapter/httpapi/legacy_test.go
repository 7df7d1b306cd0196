package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// put imports as directory does.
func (d *door) put(body string) answer {
	d.t.Helper()
	token, err := serviceTokens(d.t, "directory").Issue("identity", time.Now())
	if err != nil {
		d.t.Fatal(err)
	}
	return d.call("PUT", "/internal/legacy-users", body, "Authorization", "Bearer "+token)
}

const graceRow = `{"legacyUserId":7,"email":"grace@example.com","username":"grace","firstName":"Grace","lastName":null,` +
	`"createdAt":"2019-05-04T03:02:01Z","emailVerified":true,"passwordHash":"$foreign$:from elsewhere","activate":%v}`

func TestLegacyUsersAreStoredAndSignIn(t *testing.T) {
	d := newDoor(t)
	d.want(d.put(`{"dryRun":false,"users":[`+fmt.Sprintf(graceRow, false)+`]}`), http.StatusOK,
		`{"results":[{"legacyUserId":7,"outcome":"stored","userId":null,"code":"","message":""}]}`)
	in := d.call("POST", "/api/auth/login", `{"email":"grace@example.com","password":"from elsewhere"}`)
	if in.header.Get("X-Muster-Wrote") != "account/1@1" {
		t.Errorf("wrote %q", in.header.Get("X-Muster-Wrote"))
	}
	d.checkSignedIn(in, `{"tokenType":"Bearer","expiresIn":900}`)
	if a, _ := d.store.Account(1); !a.EmailVerified || a.Registration.Username != "grace" || *a.Registration.FirstName != "Grace" ||
		a.Registration.LastName != nil || a.CreatedAt.Year() != 2019 {
		t.Errorf("account %+v", a)
	}
}

func TestLegacyUsersOutcomeByOutcome(t *testing.T) {
	d := newDoor(t)
	activated := fmt.Sprintf(graceRow, true)
	bad := strings.Replace(fmt.Sprintf(graceRow, false), "$foreign$:", "$$$", 1)
	invalid := strings.Replace(fmt.Sprintf(graceRow, false), "grace@example.com", "grace", 1)
	d.want(d.put(`{"dryRun":true,"users":[`+activated+`]}`), http.StatusOK,
		`{"results":[{"legacyUserId":7,"outcome":"activated","userId":null,"code":"","message":""}]}`)
	answer := d.put(`{"users":[` + activated + "," + activated + "," + bad + "," + invalid + `]}`)
	d.want(answer, http.StatusOK, `{"results":[
		{"legacyUserId":7,"outcome":"activated","userId":1,"code":"","message":""},
		{"legacyUserId":7,"outcome":"exists","userId":1,"code":"","message":""},
		{"legacyUserId":7,"outcome":"failed","userId":null,"code":"HASH_TOO_EXPENSIVE","message":"The password hash would take too much time or memory to check"},
		{"legacyUserId":7,"outcome":"failed","userId":null,"code":"VALIDATION_FAILED","message":"email: must be an email address such as ada@example.com"}]}`)
	if strings.Contains(answer.raw, "from elsewhere") {
		t.Errorf("the answer shows a hash: %s", answer.raw)
	}
	d.want(d.put(`{"users":[]}`), http.StatusOK, `{"results":[]}`)
}

func TestLegacyUsersAreForServices(t *testing.T) {
	d := newDoor(t)
	unauthenticated := `{"message":"User not authenticated"}`
	d.want(d.call("PUT", "/internal/legacy-users", `{"users":[]}`), http.StatusUnauthorized, unauthenticated)
	user := "Bearer " + d.register().body["accessToken"].(string)
	d.want(d.call("PUT", "/internal/legacy-users", `{"users":[]}`, "Authorization", user), http.StatusUnauthorized, unauthenticated)
	as := func(caller, callee string) answer {
		token, err := serviceTokens(t, caller).Issue(callee, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return d.call("PUT", "/internal/legacy-users", `{"users":[]}`, "Authorization", "Bearer "+token)
	}
	d.want(as("directory", "billing"), http.StatusUnauthorized, unauthenticated)
	d.want(as("gateway", "identity"), http.StatusForbidden, `{"message":"This route is not for the service that calls it","code":"CALLER_NOT_ALLOWED"}`)
}

func TestABatchHas500Rows(t *testing.T) {
	d := newDoor(t)
	rows := func(n int) string {
		return `{"dryRun":true,"users":[` + strings.TrimSuffix(strings.Repeat(fmt.Sprintf(graceRow, false)+",", n), ",") + `]}`
	}
	if a := d.put(rows(500)); a.status != http.StatusOK {
		t.Errorf("500 rows: %d", a.status)
	}
	d.want(d.put(rows(501)), http.StatusBadRequest, `{"message":"users: must be at most 500","code":"VALIDATION_FAILED",
		"fields":[{"field":"users","message":"must be at most 500"}],"errors":{"users":"must be at most 500"}}`)
}
