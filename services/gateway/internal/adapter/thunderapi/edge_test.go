package thunderapi_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/gateway/internal/thunder"
)

var routesOfApplications = []string{"POST /users", "GET /users", "PUT /users", "DELETE /users", "POST /verify", "POST /verify/reset"}

func TestApplications(t *testing.T) {
	for credentials, admitted := range map[string]bool{
		"": false, "Basic": false, "Basic ": false, "Bearer " + basic("application:secret")[6:]: false, "Basic ?": false,
		basic("application:secret"):                            true,
		basic("other:pass:word"):                               true,
		strings.Replace(basic("other:pass:word"), "B", "b", 1): true,
		strings.TrimRight(basic("application:secret"), "="):    true,
		basic("application"):                                   false,
		basic("application:"):                                  false,
		basic(":secret"):                                       false,
		basic("application:Secret"):                            false,
		basic("application:secret "):                           false,
		basic("Application:secret"):                            false,
		basic("other:secret"):                                  false,
		basic("other:pass"):                                    false,
	} {
		for _, route := range routesOfApplications {
			f := setup(t)
			method, path, _ := strings.Cut(route, " ")
			// The request has nothing else that it needs: the credentials are checked first.
			a := f.send(context.Background(), method, path, "{", "Authorization", credentials)
			if admitted && (a.Code == 401 || a.Header().Get("WWW-Authenticate") != "") {
				t.Errorf("%s, %q: %d %s", route, credentials, a.Code, a.text)
			}
			if !admitted && (a.Code != 401 || a.text != "Credentials are required to access this resource." || a.Header().Get("Content-Type") != "text/plain" ||
				a.Header().Get("WWW-Authenticate") != `Basic realm="THUNDER - AUTHENTICATION"`) {
				t.Errorf("%s, %q: %d %v %s", route, credentials, a.Code, a.Header(), a.text)
			}
			if calls := f.Calls(); calls != "" {
				t.Errorf("%s, %q: %s", route, credentials, calls)
			}
		}
	}
}

func TestWrongApplicationsAreThrottledByNetwork(t *testing.T) {
	f := setup(t)
	try := func(credentials, ip string) answer {
		return f.do("GET", "/users?email="+ada, "", "Authorization", credentials, web.HeaderClientIP, ip)
	}
	for range 5 { // without credentials nothing is guessed
		try("", "203.0.113.9")
	}
	for range 3 {
		if a := try(basic("application:guess"), "203.0.113.9"); a.Code != 401 {
			t.Errorf("%d %s", a.Code, a.text)
		}
	}
	for _, credentials := range []string{"application:guess", "application:secret"} {
		a := try(basic(credentials), "203.0.113.9")
		f.want(credentials, a, 429, "Too many requests. Please try again later. (User: "+ada+")")
		if a.Header().Get("Retry-After") != "900" {
			t.Error(a.Header())
		}
	}
	if a := try(basic("application:secret"), "203.0.113.10"); a.Code != 200 {
		t.Errorf("another network: %d %s", a.Code, a.text)
	}
	f.now = f.now.Add(thunder.FailureWindow)
	if a := try(basic("application:secret"), "203.0.113.9"); a.Code != 200 {
		t.Errorf("later: %d %s", a.Code, a.text)
	}
}

func TestFailedVerificationsAreThrottledByNetwork(t *testing.T) {
	f := setup(t)
	f.do("POST", "/verify?email="+ada, "")
	try := func(query, ip string) answer {
		return f.send(context.Background(), "GET", "/verify?"+query, "", web.HeaderClientIP, ip)
	}
	right := "email=" + ada + "&token=token-1"
	for range 5 { // neither successes nor malformed requests count
		try(right, "203.0.113.9")
		try("email="+ada, "203.0.113.9")
	}
	f.Add("grace@example.com", password, `{}`) // she has no token
	for _, wrong := range []string{"email=" + ada + "&token=x", "email=nobody@example.com&token=x", "email=grace@example.com&token=x"} {
		if a := try(wrong, "203.0.113.9"); a.Code == 429 {
			t.Errorf("%s: %s", wrong, a.text)
		}
	}
	f.want("throttled", try(right, "203.0.113.9"), 429, "Too many requests. Please try again later. (User: "+ada+")")
	if a := try(right, "203.0.113.10"); a.Code != 200 {
		t.Errorf("another network: %d %s", a.Code, a.text)
	}
}

func TestFrameworkErrors(t *testing.T) {
	f := setup(t)
	for _, test := range []struct{ method, path, allow string }{
		{"PATCH", "/users", "DELETE, GET, HEAD, POST, PUT"},
		{"PUT", "/verify", "GET, HEAD, POST"},
		{"GET", "/verify/reset", "POST"},
		{"POST", "/verify/success", "GET, HEAD"},
	} {
		for _, path := range []string{test.path, test.path + "/"} {
			a := f.send(context.Background(), test.method, path, "")
			f.want(test.method+path, a, 405, `{"code":405,"message":"HTTP 405 Method Not Allowed"}`)
			if a.Header().Get("Allow") != test.allow {
				t.Errorf("%s %s: Allow %q", test.method, path, a.Header().Get("Allow"))
			}
		}
	}
	for _, path := range []string{"/users/7", "/users//", "/users/7/", "/verify/else", "/verify/reset/x"} {
		f.want(path, f.send(context.Background(), "GET", path, ""), 404, `{"code":404,"message":"HTTP 404 Not Found"}`)
	}
	// Other routes keep their answers.
	for path, status := range map[string]int{"/api/known": 200, "/api/else": 404, "/user": 404, "/usersx": 404} {
		if a := f.send(context.Background(), "GET", path, ""); a.Code != status || strings.Contains(a.text, "HTTP 404") {
			t.Errorf("%s: %d %s", path, a.Code, a.text)
		}
	}
	if a := f.send(context.Background(), "PUT", "/api/known", ""); a.Code != 405 || !strings.Contains(a.text, "METHOD_NOT_ALLOWED") {
		t.Errorf("%d %s", a.Code, a.text)
	}
	for _, media := range []string{"text/plain", "application/xml", "application/x-www-form-urlencoded", ""} {
		f.want(media, f.do("POST", "/users", `{}`, "Content-Type", media), 415, `{"code":415,"message":"HTTP 415 Unsupported Media Type"}`)
	}
	f.want("empty text", f.do("POST", "/users", "", "Content-Type", "text/plain"), 415, `{"code":415,"message":"HTTP 415 Unsupported Media Type"}`)
	f.want("nothing", f.do("POST", "/users", "", "Content-Type", ""), 400, "Cannot post a null user. (User: null)")
	f.want("a kind of JSON", f.do("POST", "/users", "null", "Content-Type", "application/vnd.x+json; charset=utf-8"), 400, "Cannot post a null user. (User: null)")
	f.want("long", f.do("POST", "/users", strings.Repeat(" ", web.MaxBody+1)), 413, `{"code":413,"message":"HTTP 413 Request Entity Too Large"}`)
}

func TestATrailingSlashChangesNothing(t *testing.T) {
	for _, test := range []struct{ method, path, query, body string }{
		{"POST", "/users", "", `{"email":{"address":"new@example.com"},"password":"x"}`},
		{"GET", "/users", "?email=" + ada, ""},
		{"PUT", "/users", "", `{"email":{"address":"` + ada + `"},"password":"new"}`},
		{"DELETE", "/users", "?email=" + ada, ""},
		{"POST", "/verify", "?email=" + ada, ""},
		{"POST", "/verify/reset", "?email=" + ada, ""},
		{"GET", "/verify", "?email=" + ada + "&token=token-1", ""},
		{"GET", "/verify/success", "", ""},
	} {
		answers := map[string]answer{}
		for _, slash := range []string{"", "/"} {
			f := setup(t)
			f.do("POST", "/verify?email="+ada, "")
			answers[slash] = f.do(test.method, test.path+slash+test.query, test.body)
		}
		without, with := answers[""], answers["/"]
		if with.Code > 299 || with.Code != without.Code || with.text != without.text || with.Header().Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s %s: %d %s; with a slash %d %v %s", test.method, test.path, without.Code, without.text, with.Code, with.Header(), with.text)
		}
	}
}

func TestAPendingAnswerIsMarked(t *testing.T) {
	f := setup(t)
	f.Lacking = []string{"billing"}
	for _, test := range []struct{ method, path, body string }{
		{"POST", "/users", `{"email":{"address":"new@example.com"},"password":"x"}`},
		{"PUT", "/users", `{"email":{"address":"` + ada + `"}}`},
		{"POST", "/verify?email=" + ada, ""},
		{"GET", "/verify?response_type=html&token=token-1&email=" + ada, ""},
		{"DELETE", "/users?email=" + ada, ""},
	} {
		if a := f.do(test.method, test.path, test.body); a.Code > 399 || a.Header().Get("X-Consistency") != "pending" {
			t.Errorf("%s %s: %d %v %s", test.method, test.path, a.Code, a.Header(), a.text)
		}
	}
	f = setup(t)
	f.Lacking, f.Unknown = []string{"directory"}, true
	a := f.do("POST", "/users", `{"email":{"address":"new@example.com"},"password":"x","a":1}`)
	f.want("directory is behind", a, 201, `{"email":{"address":"new@example.com","verified":false,"verificationToken":null},"password":"$argon$x","a":1,"creationTime":`+made+`,"lastUpdateTime":`+made+`}`)
	if a.Header().Get("X-Consistency") != "pending" {
		t.Error(a.Header())
	}
}

func TestDirectoryRefusesANewUser(t *testing.T) {
	const body = `{"email":{"address":"new@example.com"},"password":"x"}`
	f := setup(t)
	f.Refuse = errs.New(errs.KindConflict, "EMAIL_EXISTS", "Email address is already in use")
	f.want("taken", f.do("POST", "/users", body), 409, "A user with the same email address already exists. (User: new@example.com)")
	f = setup(t)
	f.Refuse = errs.New(errs.KindUnauthenticated, "", "User not authenticated")
	f.want("deleted meanwhile", f.do("POST", "/users", body), 404, "User not found in the database. (User: new@example.com)")
	f = setup(t)
	f.Unknown = true
	f.want("deleted just now", f.do("POST", "/users", body), 404, "User not found in the database. (User: new@example.com)")
}

func TestAClientThatDisconnectsDoesNotInterruptAnUpdate(t *testing.T) {
	f := setup(t)
	ctx, disconnect := context.WithCancel(context.Background())
	disconnect()
	f.send(ctx, "PUT", "/users", `{"email":{"address":"`+ada+`"},"password":"new"}`,
		"Authorization", basic("application:secret"), "Password", password, "Content-Type", "application/json")
	if calls := f.Calls(); calls != "check update set-password follow" {
		t.Error(calls)
	}
}

func TestNothingConfidentialIsAnswered(t *testing.T) {
	f := setup(t)
	f.Fail["check"] = thunder.ErrUnavailable.Because(errors.New("dial 10.0.0.7"))
	a := f.do("GET", "/users?email="+ada, "")
	if strings.Contains(a.text, "10.0.0.7") || a.Code != 503 {
		t.Error(a.text)
	}
}
