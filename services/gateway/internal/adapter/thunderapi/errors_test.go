package thunderapi_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"muster/libs/errs"
	"muster/libs/limits"
	"muster/services/gateway/internal/thunder"
)

// TestErrorsOfAUserThatIsSent has a request for each check of POST and PUT, which also fails all checks after it.
func TestErrorsOfAUserThatIsSent(t *testing.T) {
	long := strings.Repeat("x", 513)
	const unreadable = `{"code":400,"message":"Unable to process JSON"}`
	for _, test := range []struct {
		method, query, body string
		header              string // the password header
		status              int
		text                string
	}{
		{"POST", "", ``, "", 400, "Cannot post a null user. (User: null)"},
		{"POST", "", ` null `, "", 400, "Cannot post a null user. (User: null)"},
		{"POST", "", `{`, "", 400, unreadable},
		{"POST", "", `{"seats":1}`, "", 400, "Cannot post a user without an email address. (User: null)"},
		{"POST", "", `{"email":null,"seats":1}`, "", 400, "Cannot post a user without an email address. (User: null)"},
		{"POST", "", `{"email":{},"seats":1}`, "", 400, "Invalid email address format. Please try again. (User: null)"},
		{"POST", "", `{"email":{"address":null},"seats":1}`, "", 400, "Invalid email address format. Please try again. (User: null)"},
		{"POST", "", `{"email":{"address":""},"seats":1}`, "", 400, "Invalid email address format. Please try again. (User: )"},
		{"POST", "", `{"email":{"address":"invalid"},"seats":1}`, "", 400, "Invalid email address format. Please try again. (User: invalid)"},
		{"POST", "", `{"email":{"address":"` + ada + `"},"seats":1}`, "", 400, "Cannot post a user with invalid properties. (User: " + ada + ")"},
		{"POST", "", `{"email":{"address":"` + ada + `"},"plan":1,"password":"` + long + `"}`, "", 400, "Cannot post a user with invalid properties. (User: " + ada + ")"},
		{"POST", "", `{"email":{"address":"` + ada + `"},"plan":"a"}`, "", 400, unreadable},
		{"POST", "", `{"email":{"address":"` + ada + `"},"plan":"a","password":null}`, "", 400, unreadable},
		{"POST", "", `{"email":{"address":"` + ada + `"},"plan":"a","password":""}`, "", 400, unreadable},
		{"POST", "", `{"email":{"address":"` + ada + `"},"plan":"a","password":"` + long + `"}`, "", 400, unreadable},
		{"POST", "", `{"email":{"address":"ADA@example.com"},"plan":"a","password":"x"}`, "", 409, "A user with the same email address already exists. (User: ADA@example.com)"},
		// The query is not Thunder's for POST.
		{"POST", "?email=q@example.com", `{"email":{"address":"` + ada + `"},"plan":"a","password":"x"}`, "", 409, "A user with the same email address already exists. (User: " + ada + ")"},

		{"PUT", "", ``, "", 400, "Cannot post a null user. (User: null)"},
		{"PUT", "?email=q@example.com", `null`, "", 400, "Cannot post a null user. (User: q@example.com)"},
		{"PUT", "", `[]`, "", 400, unreadable},
		{"PUT", "", `{"seats":1}`, "", 400, "Cannot post a user without an email address. (User: null)"},
		{"PUT", "?email=q@example.com", `{"email":null}`, "", 400, "Cannot post a user without an email address. (User: q@example.com)"},
		{"PUT", "?email=", `{"email":null}`, "", 400, "Cannot post a user without an email address. (User: )"},
		{"PUT", "", `{"email":{"address":"invalid"},"seats":1}`, "", 400, "Invalid email address format. Please try again. (User: invalid)"},
		{"PUT", "", `{"email":{"address":"nobody@example.com"},"seats":1}`, "", 400, "Cannot post a user with invalid properties. (User: nobody@example.com)"},
		{"PUT", "", `{"email":{"address":"nobody@example.com"},"plan":"a","password":"` + long + `"}`, "", 400, unreadable},
		{"PUT", "", `{"email":{"address":"nobody@example.com"},"plan":"a"}`, "", 400, "Credentials are required to access this resource. (User: nobody@example.com)"},
		{"PUT", "", `{"email":{"address":"nobody@example.com"},"plan":"a"}`, "wrong", 404, "User not found in the database. (User: nobody@example.com)"},
		{"PUT", "?email=", `{"email":{"address":"` + ada + `"},"plan":"a"}`, "wrong", 404, "User not found in the database. (User: )"},
		{"PUT", "", `{"email":{"address":"` + ada + `"},"plan":"a"}`, "wrong", 401, "Unable to validate user with provided credentials. (User: " + ada + ")"},
		{"PUT", "?email=" + ada, `{"email":{"address":"taken@example.com"},"plan":"a"}`, "wrong", 401, "Unable to validate user with provided credentials. (User: " + ada + ")"},
		{"PUT", "?email=" + ada, `{"email":{"address":"taken@example.com"},"plan":"a"}`, password, 409, "A user with the new email address already exists. (User: " + ada + ")"},
	} {
		f := setup(t, onlyPlan)
		f.Add("taken@example.com", "other", `{}`)
		a := f.do(test.method, "/users"+test.query, test.body, "Password", test.header)
		f.want(test.method+test.query+" "+test.body, a, test.status, test.text)
		if calls := f.Calls(); test.status == 400 && calls != "" {
			t.Errorf("%s %s: %s", test.method, test.body, calls)
		}
	}
}

// TestErrorsOfAUserThatIsNamed has a request for each check of the other routes, which also fails all checks after it.
func TestErrorsOfAUserThatIsNamed(t *testing.T) {
	for _, route := range []string{"GET /users", "DELETE /users", "POST /verify", "POST /verify/reset"} {
		method, path, _ := strings.Cut(route, " ")
		for _, test := range []struct {
			query, header string
			status        int
			text          string
		}{
			{"", "", 400, "Incorrect or missing email query parameter. (User: null)"},
			{"?email", "", 400, "Incorrect or missing email query parameter. (User: )"},
			{"?email=&email=" + ada, "", 400, "Incorrect or missing email query parameter. (User: )"},
			{"?Email=" + ada, "", 400, "Incorrect or missing email query parameter. (User: null)"},
			{"?email=nobody@example.com", "", 400, "Credentials are required to access this resource. (User: nobody@example.com)"},
			{"?email=nobody@example.com", "wrong", 404, "User not found in the database. (User: nobody@example.com)"},
			{"?email=a+b%2Bc%40example.com;x=1", "wrong", 404, "User not found in the database. (User: a b+c@example.com;x=1)"},
			{"?email=%ff", "wrong", 404, "User not found in the database. (User: \ufffd)"},
			{"?email=%20", "wrong", 404, "User not found in the database. (User:  )"},
			{"?email=%00", "wrong", 404, "User not found in the database. (User: \x00)"},
			{"?email=" + ada, "wrong", 401, "Unable to validate user with provided credentials. (User: " + ada + ")"},
			{"?email=%zz", "", 400, `{"code":400,"message":"HTTP 400 Bad Request"}`},
		} {
			f := setup(t)
			a := f.do(method, path+test.query, "", "Password", test.header, "Content-Type", "")
			f.want(route+test.query, a, test.status, test.text)
			if calls := f.Calls(); strings.Contains(calls, " ") {
				t.Errorf("%s%s: %s", route, test.query, calls)
			}
		}
	}
}

func TestErrorsOfVerify(t *testing.T) {
	for _, test := range []struct {
		query  string
		status int
		text   string
	}{
		{"", 400, "Incorrect or missing email query parameter. (User: null)"},
		{"?email=&token=", 400, "Incorrect or missing email query parameter. (User: )"},
		{"?email=nobody@example.com", 400, "Incorrect or missing verification token query parameter. (User: nobody@example.com)"},
		{"?email=nobody@example.com&token=", 400, "Incorrect or missing verification token query parameter. (User: nobody@example.com)"},
		{"?email=nobody@example.com&token=x", 404, "User not found in the database. (User: nobody@example.com)"},
		{"?email=" + ada + "&token=x", 500, "Bad value found for user verification token. (User: " + ada + ")"},
		{"?email=grace@example.com&token=x&response_type=html", 400, "Incorrect verification token. (User: grace@example.com)"},
		{"?email=grace@example.com&token=%zz", 400, `{"code":400,"message":"HTTP 400 Bad Request"}`},
	} {
		f := setup(t)
		f.Add("grace@example.com", password, `{}`)
		f.do("POST", "/verify?email=grace@example.com", "")
		f.want(test.query, f.send(context.Background(), "GET", "/verify"+test.query, ""), test.status, test.text)
	}
}

// TestErrorsOfServices has what identity and directory may answer, on a route for each.
func TestErrorsOfServices(t *testing.T) {
	away := thunder.ErrUnavailable.Because(errors.New("connection refused"))
	busy := *thunder.ErrUnavailable
	busy.RetryAfter = 5 * time.Second
	const me = " (User: " + ada + ")"
	for _, test := range []struct {
		call, route string
		err         error
		status      int
		text        string
		retryAfter  string
	}{
		{"check", "GET /users", away, 503, "Database is currently unavailable. Please try again later." + me, "1"},
		{"check", "GET /users", &busy, 503, "Database is currently unavailable. Please try again later." + me, "5"},
		{"check", "GET /users", errs.New(errs.KindUnavailable, "UNAVAILABLE", "The gateway's database"), 503, "Database is currently unavailable. Please try again later." + me, "1"},
		{"check", "DELETE /users", limits.UsedUp(90 * time.Second), 429, "Too many requests. Please try again later." + me, "90"},
		{"user", "GET /users", away, 503, "Database is currently unavailable. Please try again later." + me, "1"},
		{"user", "GET /users", thunder.ErrUserNotFound, 404, "User not found in the database." + me, ""},
		{"delete", "DELETE /users", thunder.ErrCredentials, 401, "Unable to validate user with provided credentials." + me, ""},
		{"update", "PUT /users", thunder.ErrProperties, 400, "Cannot post a user with invalid properties." + me, ""},
		{"set-password", "PUT /users", away, 503, "Database is currently unavailable. Please try again later." + me, "1"},
		{"create", "POST /users", thunder.ErrProperties, 400, "Cannot post a user with invalid properties." + me, ""},
		{"create", "POST /users", &busy, 503, "Database is currently unavailable. Please try again later." + me, "5"},
		{"mail", "POST /verify", thunder.ErrMail, 500, "An error occurred while attempting to send email." + me, ""},
		{"start-verification", "POST /verify", limits.UsedUp(time.Hour), 429, "Too many requests. Please try again later." + me, "3600"},
		{"reset-verification", "POST /verify/reset", away, 503, "Database is currently unavailable. Please try again later." + me, "1"},
		{"user", "GET /users", errors.New("a bug"), 500, `{"code":500,"message":"HTTP 500 Internal Server Error"}`, ""},
		{"check", "GET /users", errs.New(errs.KindForbidden, "CALLER_NOT_ALLOWED", "not for you"), 403, `{"code":403,"message":"HTTP 403 Forbidden"}`, ""},
	} {
		f := setup(t)
		f.Fail[test.call] = test.err
		method, path, _ := strings.Cut(test.route, " ")
		a := f.do(method, path+"?email="+ada, `{"email":{"address":"`+ada+`"},"password":"another"}`)
		f.want(fmt.Sprint(test.route, " ", test.err), a, test.status, test.text)
		if got := a.Header().Get("Retry-After"); got != test.retryAfter {
			t.Errorf("%s: Retry-After %q, want %q", test.route, got, test.retryAfter)
		}
		f.Calls() // whatever was written is waited for
	}
}

func TestAFailedMailLeavesTheToken(t *testing.T) {
	f := setup(t)
	f.Fail["mail"] = thunder.ErrMail
	f.do("POST", "/verify?email="+ada, "")
	if f.Profile(f.ada).Token == nil || f.Calls() != "check start-verification follow" {
		t.Errorf("%+v", f.Profile(f.ada))
	}
}

func TestDeactivatedUsersAndAdministratorsAreRefused(t *testing.T) {
	const refused = "Unable to validate user with provided credentials. (User: " + ada + ")"
	f := setup(t)
	f.Deactivate(f.ada)
	f.want("deactivated", f.do("GET", "/users?email="+ada, ""), 401, refused)
	f.want("deactivated", f.send(context.Background(), "GET", "/verify?token=x&email="+ada, ""), 401, refused)

	f = setup(t)
	f.Promote(f.ada)
	if a := f.do("GET", "/users?email="+ada, ""); a.Code != 200 {
		t.Errorf("reading an administrator: %d %s", a.Code, a.text)
	}
	for _, route := range []string{"PUT /users", "DELETE /users", "POST /verify", "POST /verify/reset"} {
		method, path, _ := strings.Cut(route, " ")
		f.want(route, f.do(method, path+"?email="+ada, `{"email":{"address":"`+ada+`"}}`), 401, refused)
	}
}

func TestAnOperationTimesOut(t *testing.T) {
	for _, test := range []struct{ hang, method, body string }{
		{"check", "GET", ""}, {"user", "GET", ""}, {"delete", "DELETE", ""},
		{"create", "POST", `{"email":{"address":"new@example.com"},"password":"x"}`},
		{"set-password", "PUT", `{"email":{"address":"` + ada + `"},"password":"x"}`},
	} {
		f := setup(t, func(r *thunder.Rules) { r.Timeout = 10 * time.Millisecond })
		f.Hang = test.hang
		f.want(test.hang, f.do(test.method, "/users?email="+ada, test.body), 408, "The request timed out.")
	}
}
