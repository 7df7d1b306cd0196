package httpapi_test

import (
	"strings"
	"testing"

	"muster/libs/causal"
)

// TestThunderRoutes checks the response of each route. Every case has its own API, in which user 1 has properties and no
// token, and user 3 has a token.
func TestThunderRoutes(t *testing.T) {
	const (
		token  = "0a4b81f3-0756-468e-8d98-7199eaab2ab8"
		ada    = `{"userId":1,"email":"Ada1@Example.com","verified":true,"verificationToken":null,"createdAt":"2026-01-01T08:30:01Z","updatedAt":"2026-01-02T08:30:02Z","properties":{"plan":"gold"}}`
		now    = `"2026-03-14T12:00:00.987Z"`
		after  = `"2026-03-14T12:00:00.988Z"` // user 3 was written once before
		put    = `{"userId":1,"email":"ADA1@example.com","verified":true,"verificationToken":null,"createdAt":"2026-01-01T08:30:01Z","updatedAt":` + now + `,"properties":{"a":[1.50,"\u003c"]}}`
		moved  = `{"userId":3,"email":"New@example.com","verified":false,"verificationToken":null,"createdAt":` + after + `,"updatedAt":` + after + `,"properties":{}}`
		eve    = `{"userId":3,"email":"Ada3@Example.com","verified":%,"verificationToken":$,"createdAt":"2026-01-01T08:30:01Z","updatedAt":` + after + `,"properties":{}}`
		mailed = `{"userId":1,"email":"Ada1@Example.com","verified":false,"verificationToken":"` + token + `","createdAt":"2026-01-01T08:30:01Z","updatedAt":` + now + `,"properties":{"plan":"gold"}}`

		taken     = `{"message":"Email address is already in use","code":"EMAIL_EXISTS"}`
		protected = `{"message":"Administrators cannot be changed by applications.","code":"ADMIN_PROTECTED"}`
		noToken   = `{"message":"The user has no verification token.","code":"NO_TOKEN"}`
		wrong     = `{"message":"The verification token is wrong.","code":"WRONG_TOKEN"}`
	)
	verified := strings.NewReplacer("%", "true", "$", `"`+token+`"`).Replace(eve)
	reset := strings.NewReplacer("%", "false", "$", "null").Replace(eve)
	for _, c := range []struct {
		method, target, body string
		status               int
		want, wrote          string
	}{
		{"GET", "/1", "", 200, ada, ""},
		{"GET", "/4", "", 404, noUser, ""},
		{"GET", "/99", "", 404, noUser, ""},
		{"GET", "/x", "", 400, invalid("id", "must be a positive integer"), ""},

		{"PUT", "/1", `{"email":"ADA1@example.com","properties":{"a":[15e-1,"<"]}}`, 200, strings.Replace(put, "1.50", "1.5", 1), "user/1@15"},
		{"PUT", "/1", `{"email":"ADA1@example.com","properties":{"a":[1.50,"<"]}}`, 200, put, "user/1@15"},
		{"PUT", "/3", `{"email":"New@example.com","properties":null}`, 200, moved, "user/3@16"},
		{"PUT", "/1", `{"email":"ada3@example.com","properties":{}}`, 409, taken, ""},
		{"PUT", "/2", `{"email":"ada2@example.com","properties":{}}`, 403, protected, ""},
		{"PUT", "/4", `{"email":"new@example.com","properties":{}}`, 404, noUser, ""},
		{"PUT", "/1", `{"email":"ada1@example.com"}`, 400, invalid("properties", "is required"), ""},
		{"PUT", "/1", `{"email":"ada1@example.com","properties":[]}`, 400, invalid("properties", "must be a JSON object"), ""},
		{"PUT", "/1", `{"email":"ada1@example.com","properties":{"a":1,"a":2}}`, 400, invalid("properties.a", "is there more than once"), ""},
		{"PUT", "/1", `{"email":"ada","properties":{}}`, 400, invalid("email", "must be an email address such as ada@example.com"), ""},

		{"DELETE", "/1", "", 200, ada, "user/1@15"},
		{"DELETE", "/2", "", 403, protected, ""},
		{"DELETE", "/4", "", 404, noUser, ""},

		{"POST", "/1/verification", `{}`, 200, mailed, "user/1@15"},
		{"POST", "/2/verification", `{}`, 403, protected, ""},
		{"POST", "/4/verification", `{}`, 404, noUser, ""},
		{"POST", "/1/verification", ``, 400, invalid("body", "is required: send a JSON object"), ""},

		{"PUT", "/3/verification", `{"token":"` + token + `"}`, 200, verified, "user/3@16"},
		{"PUT", "/3/verification", `{"token":"wrong"}`, 400, wrong, ""},
		{"PUT", "/3/verification", `{}`, 400, wrong, ""},
		{"PUT", "/1/verification", `{"token":"` + token + `"}`, 409, noToken, ""},
		{"PUT", "/4/verification", `{"token":"` + token + `"}`, 404, noUser, ""},

		{"DELETE", "/3/verification", "", 200, reset, "user/3@16"},
		{"DELETE", "/2/verification", "", 403, protected, ""},
		{"DELETE", "/4/verification", "", 404, noUser, ""},
	} {
		target := "/internal/thunder/users" + c.target
		a := newAPI(t, false)
		a.putProperties(t, user, `{"plan":"gold"}`)
		if w := a.internally(t, "POST", "/internal/thunder/users/3/verification", `{}`); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		w := a.internally(t, c.method, target, c.body)
		if w.Code != c.status || w.Body.String() != c.want || w.Header().Get(causal.HeaderWrote) != c.wrote {
			t.Errorf("%s %s %s: %d %s, wrote %q; want %d %s", c.method, target, c.body, w.Code, w.Body, w.Header().Get(causal.HeaderWrote), c.status, c.want)
		}
		if w := a.do(t, admin, c.method, target, c.body); w.Code != 401 {
			t.Errorf("%s %s without a service token: %d", c.method, target, w.Code)
		}
	}
}

// TestAThunderMailThatIsRefused: the token stays, and the answer tells which version to wait for.
func TestAThunderMailThatIsRefused(t *testing.T) {
	a := newAPI(t, false)
	a.mailer.Reject(true)
	w := a.internally(t, "POST", "/internal/thunder/users/1/verification", `{}`)
	if w.Code != 503 || w.Body.String() != `{"message":"Failed to send verification email","code":"MAIL_NOT_SENT"}` || w.Header().Get(causal.HeaderWrote) != "user/1@15" {
		t.Errorf("%d %s, wrote %q", w.Code, w.Body, w.Header().Get(causal.HeaderWrote))
	}
	if w := a.internally(t, "PUT", "/internal/thunder/users/1/verification", `{"token":"0a4b81f3-0756-468e-8d98-7199eaab2ab8"}`); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestThunderMailsAreLimited(t *testing.T) {
	a := newAPI(t, false)
	for n := range 21 { // twenty mails to one recipient a day
		w := a.internally(t, "POST", "/internal/thunder/users/1/verification", `{}`)
		if limited := w.Code == 429 && strings.Contains(w.Body.String(), `"RATE_LIMITED"`); limited != (n == 20) {
			t.Errorf("mail %d: %d %s", n, w.Code, w.Body)
		}
	}
}
