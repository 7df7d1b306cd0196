package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"muster/libs/causal"
	"muster/libs/testkit/eventually"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
	"muster/services/gateway/internal/zitadelpb"
)

// bearerOnly returns the headers of a signed-in user who has no CSRF token.
func (w *world) bearerOnly(userID int64) []string { return w.bearer(userID)[:2] }

func TestZitadelsMethodsOverEachProtocol(t *testing.T) {
	w := newWorld(t)
	w.member(7, "SUBS")
	directory := w.emails()
	details := &zitadelpb.ObjectDetails{
		Sequence: 4, CreationDate: timestamppb.New(time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC)),
		ChangeDate: timestamppb.New(time.Date(2026, 3, 2, 9, 0, 0, 5e8, time.UTC)), ResourceOwner: "69629023906488334",
	}
	for method, test := range map[string]struct {
		in, out, want proto.Message
		call          string
	}{
		"GetMyEmail": {
			&zitadelpb.GetMyEmailRequest{}, &zitadelpb.GetMyEmailResponse{},
			&zitadelpb.GetMyEmailResponse{Details: details, Email: &zitadelpb.Email{Email: "ada@example.com", IsEmailVerified: true}}, "GET  ",
		},
		"SetMyEmail": {
			&zitadelpb.SetMyEmailRequest{Email: "ada@example.com"}, &zitadelpb.SetMyEmailResponse{}, &zitadelpb.SetMyEmailResponse{Details: details},
			`PUT  {"email":"ada@example.com","sessionId":"s1"}`,
		},
		"VerifyMyEmail": {
			&zitadelpb.VerifyMyEmailRequest{Code: "H83J3"}, &zitadelpb.VerifyMyEmailResponse{}, &zitadelpb.VerifyMyEmailResponse{Details: details},
			`PUT /verification {"code":"H83J3","network":"127.0.0.1","sessionId":"s1"}`,
		},
		"ResendMyEmailVerification": {
			&zitadelpb.ResendMyEmailVerificationRequest{}, &zitadelpb.ResendMyEmailVerificationResponse{},
			&zitadelpb.ResendMyEmailVerificationResponse{Details: details}, `POST /code {"sessionId":"s1"}`,
		},
	} {
		for name, through := range protocols {
			directory.refuses("")
			directory.verified = true
			out := proto.Clone(test.out)
			got := through(t, w.url, method, test.in, out, w.bearerOnly(7)...)
			if got.code != 0 || !proto.Equal(out, test.want) {
				t.Errorf("%s over %s: %+v %v", method, name, got, out)
			}
			if calls := directory.called(); !slices.Equal(calls, []string{test.call}) {
				t.Errorf("%s over %s calls directory %q", method, name, calls)
			}
			if got.header.Get("Cache-Control") != "private, no-store" || got.header.Get("X-Request-Id") == "" {
				t.Errorf("%s over %s: %v", method, name, got.header)
			}
		}
	}
}

// TestZitadelsErrorsOverEachProtocol has the table of contract compat, ZITADEL, and the errors that it leaves open.
func TestZitadelsErrorsOverEachProtocol(t *testing.T) {
	w := newWorld(t, impatient)
	w.member(7, "SUBS")
	w.apply(gateway.Changes{Accounts: []gateway.AccountState{withEndedSession()}})
	directory := w.emails()
	const (
		badLength = "invalid VerifyMyEmailRequest.Code: value length must be between 1 and 200 runes, inclusive"
		badEmail  = "invalid SetMyEmailRequest.Email: value must be a valid email address"
		badToken  = "Errors.Token.Invalid (AUTH-7fs1e)"
	)
	token, code := w.bearerOnly(7), &zitadelpb.VerifyMyEmailRequest{Code: "H83J3"}
	verify := func(code string) proto.Message { return &zitadelpb.VerifyMyEmailRequest{Code: code} }
	for name, test := range map[string]struct {
		method  string
		in      proto.Message
		headers []string
		refusal string // directory's
		code    int
		message string
		detail  string
	}{
		"no header":                {"VerifyMyEmail", code, nil, "", 16, "auth header missing", ""},
		"an empty header":          {"VerifyMyEmail", code, []string{"Authorization", " "}, "", 16, "auth header missing", ""},
		"a cookie is no header":    {"VerifyMyEmail", code, []string{"Cookie", "token=" + strings.TrimPrefix(token[1], "Bearer ")}, "", 16, "auth header missing", ""},
		"no header, invalid":       {"VerifyMyEmail", verify(""), nil, "", 16, "auth header missing", ""},
		"a bad token":              {"VerifyMyEmail", code, []string{"Authorization", "Bearer x"}, "", 16, badToken, "AUTH-7fs1e Errors.Token.Invalid"},
		"a bad token, invalid":     {"VerifyMyEmail", verify(""), []string{"Authorization", "Bearer x"}, "", 16, badToken, "AUTH-7fs1e Errors.Token.Invalid"},
		"not a bearer":             {"VerifyMyEmail", code, []string{"Authorization", "Basic eDp5"}, "", 16, badToken, "AUTH-7fs1e Errors.Token.Invalid"},
		"an old token":             {"VerifyMyEmail", code, []string{"Authorization", "Bearer " + w.token(7, "s1", time.Hour)}, "", 16, badToken, "AUTH-7fs1e Errors.Token.Invalid"},
		"an ended session":         {"VerifyMyEmail", code, []string{"Authorization", "Bearer " + w.token(7, "ended", 0)}, "", 16, badToken, "AUTH-7fs1e Errors.Token.Invalid"},
		"an unknown user":          {"VerifyMyEmail", code, w.bearerOnly(99), "", 14, "The user's data is not available right now. Please try again.", ""},
		"no code":                  {"VerifyMyEmail", verify(""), token, "", 3, badLength, ""},
		"a long code":              {"VerifyMyEmail", verify(strings.Repeat("é", 201)), token, "", 3, badLength, ""},
		"a wrong code":             {"VerifyMyEmail", verify(strings.Repeat("é", 200)), token, "400 INVALID_CODE", 3, "Code is invalid (COMMAND-Gdsgs)", "COMMAND-Gdsgs Code is invalid"},
		"no request":               {"VerifyMyEmail", code, token, "404 NO_VERIFICATION_REQUEST", 5, "Code not found (COMMAND-3n8ud)", "COMMAND-3n8ud Code not found"},
		"too many codes":           {"VerifyMyEmail", code, token, "429 MAX_ATTEMPTS_EXCEEDED", 8, "Directory refuses: MAX_ATTEMPTS_EXCEEDED", ""},
		"directory is away":        {"VerifyMyEmail", code, token, "503 UNAVAILABLE", 14, "The directory service is not available right now. Please try again.", ""},
		"directory does not know":  {"VerifyMyEmail", code, token, "401 UNAUTHENTICATED", 14, "The directory service is not available right now. Please try again.", ""},
		"verified already":         {"ResendMyEmailVerification", &zitadelpb.ResendMyEmailVerificationRequest{}, token, "409 ALREADY_VERIFIED", 9, "Email is already verified (COMMAND-3M9ds)", "COMMAND-3M9ds Email is already verified"},
		"too many mails":           {"ResendMyEmailVerification", &zitadelpb.ResendMyEmailVerificationRequest{}, token, "429 RATE_LIMITED", 8, "Directory refuses: RATE_LIMITED", ""},
		"the user is gone":         {"GetMyEmail", &zitadelpb.GetMyEmailRequest{}, token, "404 USER_NOT_FOUND", 5, "Email not found (COMMAND-0Pe4r)", "COMMAND-0Pe4r Email not found"},
		"an address of another":    {"SetMyEmail", &zitadelpb.SetMyEmailRequest{Email: "b@example.com"}, token, "409 EMAIL_EXISTS", 6, "Directory refuses: EMAIL_EXISTS", ""},
		"no address":               {"SetMyEmail", &zitadelpb.SetMyEmailRequest{}, token, "400 VALIDATION_FAILED", 3, badEmail, ""},
		"no token, another method": {"SetMyEmail", &zitadelpb.SetMyEmailRequest{}, nil, "", 16, "auth header missing", ""},
	} {
		for protocol, through := range protocols {
			directory.refuses(test.refusal)
			got := through(t, w.url, test.method, test.in, proto.Clone(test.in), test.headers...)
			if got.code != test.code || got.message != test.message || got.details != test.detail {
				t.Errorf("%s over %s: %d %q %q", name, protocol, got.code, got.message, got.details)
			}
			if calls := directory.called(); (len(calls) > 0) != (test.refusal != "") {
				t.Errorf("%s over %s: directory was called: %q", name, protocol, calls)
			}
		}
	}
}

func withEndedSession() gateway.AccountState {
	account := gatewaytest.Account(7, 3)
	account.Applicant, account.TokensValidFrom = nil, nil
	account.EndedSessions = []gateway.EndedSession{{ID: "ended", Until: time.Now().Add(time.Hour)}}
	return account
}

// TestZitadelsJSON has the exact bodies and statuses.
func TestZitadelsJSON(t *testing.T) {
	w := newWorld(t)
	w.member(7, "SUBS")
	directory := w.emails()
	const path = "/auth/v1/users/me/email"
	for name, test := range map[string]struct {
		method, path, body, refusal string
		anonymous                   bool
		status                      int
		text                        string
	}{
		"verified":       {"POST", path + "/_verify", `{"code":"H83J3"}`, "", false, 200, `{"details":{"sequence":"4","creationDate":"2026-03-01T08:30:00Z","changeDate":"2026-03-02T09:00:00.500Z","resourceOwner":"69629023906488334"}}`},
		"unknown member": {"POST", path + "/_verify", `{"code":"H83J3","more":{}}`, "", false, 200, `{"details":{"sequence":"4","creationDate":"2026-03-01T08:30:00Z","changeDate":"2026-03-02T09:00:00.500Z","resourceOwner":"69629023906488334"}}`},
		"not verified":   {"GET", path, ``, "", false, 200, `{"details":{"sequence":"4","creationDate":"2026-03-01T08:30:00Z","changeDate":"2026-03-02T09:00:00.500Z","resourceOwner":"69629023906488334"},"email":{"email":"ada@example.com"}}`},
		"wrong":          {"POST", path + "/_verify", `{"code":"H83J3"}`, "400 INVALID_CODE", false, 400, `{"code":3,"message":"Code is invalid (COMMAND-Gdsgs)","details":[{"@type":"type.googleapis.com/zitadel.v1.ErrorDetail","id":"COMMAND-Gdsgs","message":"Code is invalid"}]}`},
		"none":           {"POST", path + "/_verify", `{"code":"H83J3"}`, "404 NO_VERIFICATION_REQUEST", false, 404, `{"code":5,"message":"Code not found (COMMAND-3n8ud)","details":[{"@type":"type.googleapis.com/zitadel.v1.ErrorDetail","id":"COMMAND-3n8ud","message":"Code not found"}]}`},
		"no body":        {"POST", path + "/_verify", ``, "", false, 400, `{"code":3,"message":"invalid VerifyMyEmailRequest.Code: value length must be between 1 and 200 runes, inclusive"}`},
		"not JSON":       {"POST", path + "/_verify", `{"code":`, "", false, 400, `{"code":3,"message":"the request body is not a valid JSON object for this method"}`},
		"not an object":  {"POST", path + "/_verify", `["H83J3"]`, "", false, 400, `{"code":3,"message":"the request body is not a valid JSON object for this method"}`},
		"another type":   {"POST", path + "/_verify", `{"code":12345}`, "", false, 400, `{"code":3,"message":"the request body is not a valid JSON object for this method"}`},
		"not JSON, anon": {"POST", path + "/_verify", `{"code":`, "", true, 401, `{"code":16,"message":"auth header missing"}`},
		"limited":        {"POST", path + "/_resend_verification", `{}`, "429 RATE_LIMITED", false, 429, `{"code":8,"message":"Directory refuses: RATE_LIMITED"}`},
		"taken":          {"PUT", path, `{"email":"b@example.com"}`, "409 EMAIL_EXISTS", false, 409, `{"code":6,"message":"Directory refuses: EMAIL_EXISTS"}`},
		"already":        {"POST", path + "/_resend_verification", `{}`, "409 ALREADY_VERIFIED", false, 400, `{"code":9,"message":"Email is already verified (COMMAND-3M9ds)","details":[{"@type":"type.googleapis.com/zitadel.v1.ErrorDetail","id":"COMMAND-3M9ds","message":"Email is already verified"}]}`},
		"away":           {"GET", path, ``, "500 INTERNAL", false, 503, `{"code":14,"message":"The directory service is not available right now. Please try again."}`},
		"too long":       {"PUT", path, `{"email":"` + strings.Repeat("a", 1<<20) + `"}`, "", false, 413, `{"code":8,"message":"The request body is larger than 1 MiB."}`},
		"unknown path":   {"POST", "/auth/v1/users/me/phone", `{}`, "", false, 404, `{"code":5,"message":"Not Found"}`},
		"unknown method": {"DELETE", path, ``, "", false, 405, `{"code":12,"message":"Method Not Allowed"}`},
	} {
		directory.refuses(test.refusal)
		headers := w.bearerOnly(7)
		if test.anonymous {
			headers = nil
		}
		a := w.do(test.method, test.path, test.body, headers...)
		if a.status != test.status || a.text != test.text || a.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %s %v", name, a, a.header)
		}
		if want := map[int]string{429: "7", 503: "1"}[a.status]; a.header.Get("Retry-After") != want {
			t.Errorf("%s: Retry-After %q", name, a.header.Get("Retry-After"))
		}
		if want := map[bool]string{true: "Bearer"}[a.status == 401]; a.header.Get("WWW-Authenticate") != want {
			t.Errorf("%s: WWW-Authenticate %q", name, a.header.Get("WWW-Authenticate"))
		}
	}
}

// TestAZitadelWriteIsHeldUntilItHasTakenEffect, as every other write.
func TestAZitadelWriteIsHeldUntilItHasTakenEffect(t *testing.T) {
	for name, through := range protocols {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.member(7, "SUBS")
			directory := w.emails()
			directory.wrote = "user/7@4"
			done, headers := make(chan outcome, 1), w.bearerOnly(7)
			go func() {
				done <- through(t, w.url, "VerifyMyEmail", &zitadelpb.VerifyMyEmailRequest{Code: "H83J3"}, &zitadelpb.VerifyMyEmailResponse{}, headers...)
			}()
			eventually.Holds(t, time.Minute, "directory is called", func() bool { return len(directory.called()) > 0 })
			select {
			case got := <-done:
				t.Fatalf("answered too early: %+v", got)
			default:
			}
			user := gatewaytest.User(7, 4)
			user.Followed = causal.Followed{causal.Account: 1}
			w.apply(gateway.Changes{Users: []gateway.UserState{user}})
			if got := <-done; got.code != 0 || got.header.Get("X-Consistency") != "" || got.header.Get("X-Muster-Wrote") != "" {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestAZitadelWriteIsMarkedAfterTheWait(t *testing.T) {
	w := newWorld(t, impatient)
	w.member(7, "SUBS")
	w.emails().wrote = "user/7@4"
	for name, through := range protocols {
		got := through(t, w.url, "VerifyMyEmail", &zitadelpb.VerifyMyEmailRequest{Code: "H83J3"}, &zitadelpb.VerifyMyEmailResponse{}, w.bearerOnly(7)...)
		if got.code != 0 || got.header.Get("X-Consistency") != "pending" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestAnAssembledGatewayAnswersZitadelsClients, with the read model in a database.
func TestAnAssembledGatewayAnswersZitadelsClients(t *testing.T) {
	s := boot(t)
	directory := s.emails()
	s.publish("directory", user(7, 1, "SUBS"))
	s.publish("identity", account(7, 1))
	eventually.Holds(t, time.Minute, "the user has arrived", func() bool {
		return s.do("GET", "/auth/v1/users/me/email", "", s.bearerOnly(7)...).status == 200
	})
	directory.refuses("")
	directory.wrote = "user/7@2"
	done, headers := make(chan outcome, 1), s.bearerOnly(7)
	go func() {
		done <- overGRPC(t, s.url, "VerifyMyEmail", &zitadelpb.VerifyMyEmailRequest{Code: "H83J3"}, &zitadelpb.VerifyMyEmailResponse{}, headers...)
	}()
	eventually.Holds(t, time.Minute, "directory is called", func() bool { return len(directory.called()) > 0 })
	if len(done) > 0 {
		t.Fatal("answered before the write had arrived")
	}
	s.publish("directory", user(7, 2, "SUBS"))
	if got := <-done; got.code != 0 || got.header.Get("X-Consistency") != "" {
		t.Errorf("%+v", got)
	}
}
