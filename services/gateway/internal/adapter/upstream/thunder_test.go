package upstream_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/errs"
	"muster/libs/limits"
	"muster/libs/service/servicetest"
	"muster/libs/web"
	"muster/services/gateway/internal/adapter/upstream"
	"muster/services/gateway/internal/thunder"
)

// neighbour is identity or directory: it records the request and gives one answer.
type neighbour struct {
	request, body string
	status        int
	answer        string
	header        http.Header
}

// serve starts the neighbour under the service's name, and returns its upstream and the gateway's tokens.
func (n *neighbour) serve(t *testing.T, name string) (*upstream.Upstream, web.ServiceTokens) {
	t.Helper()
	callee, err1 := web.NewServiceTokens(servicetest.Secret, name)
	tokens, err2 := web.NewServiceTokens(servicetest.Secret, "gateway")
	engine := web.New(web.Options{Service: name, Logger: slog.New(slog.DiscardHandler)})
	engine.Use(callee.Only("gateway"))
	answer := func(c *gin.Context) {
		body, _ := io.ReadAll(c.Request.Body)
		n.request, n.body = c.Request.Method+" "+c.Request.URL.Path, string(body)
		if (n.body != "") != (c.ContentType() == "application/json") {
			t.Errorf("%s: content type %q", n.request, c.ContentType())
		}
		for name, values := range n.header {
			c.Writer.Header()[name] = values
		}
		c.Data(n.status, "application/json", []byte(n.answer))
	}
	engine.Any("/internal/thunder/*path", answer)
	server := httptest.NewServer(engine)
	t.Cleanup(server.Close)
	u, err3 := upstream.New(name, server.URL, upstream.Limits{Timeout: 10 * time.Second, Connections: 4}, slog.New(slog.DiscardHandler))
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	return u, tokens
}

var wrote = []causal.Write{{Aggregate: causal.User, UserID: 7, Version: 3}}

const view = `{"userId":7,"email":"ada@example.com","verified":true,"verificationToken":"t","createdAt":"2026-03-01T08:30:00Z","updatedAt":"2026-03-01T08:31:00.5Z","properties":{"b":1,"a":"<"}}`

// TestThunderCalls has each call of the ports, with the request that it is on the wire.
func TestThunderCalls(t *testing.T) {
	properties := thunder.Properties{{Name: "b", Value: json.RawMessage("1")}, {Name: "a", Value: json.RawMessage(`"<"`)}}
	token := "t"
	profile := thunder.Profile{
		Address: "ada@example.com", Verified: true, Token: &token, Properties: properties,
		Created: time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC), Updated: time.Date(2026, 3, 1, 8, 31, 0, 5e8, time.UTC),
	}
	stored, pw := "$argon2id$x", "pw"
	account := thunder.Account{UserID: 7, Password: &stored}
	const accountJSON = `{"userId":7,"passwordHash":"$argon2id$x"}`
	for name, test := range map[string]struct {
		answer, request, body string
		want                  any
		call                  func(context.Context, thunder.Accounts, thunder.Users) (any, []causal.Write, error)
	}{
		"create": {
			accountJSON, "POST /internal/thunder/accounts", `{"email":"a@example.com","password":"pw","algorithm":"bcrypt","properties":{"b":1,"a":"<"}}`, account,
			func(ctx context.Context, a thunder.Accounts, _ thunder.Users) (any, []causal.Write, error) {
				return a.Create(ctx, thunder.NewAccount{Address: "a@example.com", Password: "pw", Algorithm: thunder.BCrypt, Properties: properties})
			},
		},
		"create without properties": {
			`{"userId":7,"passwordHash":""}`, "POST /internal/thunder/accounts", `{"email":"a@example.com","password":"pw","algorithm":"argon","properties":{}}`, thunder.Account{UserID: 7},
			func(ctx context.Context, a thunder.Accounts, _ thunder.Users) (any, []causal.Write, error) {
				return a.Create(ctx, thunder.NewAccount{Address: "a@example.com", Password: "pw", Algorithm: thunder.Argon})
			},
		},
		"check": {
			accountJSON, "POST /internal/thunder/accounts/check", `{"application":"app","email":"a@example.com","password":"pw","commonMistakes":true}`, account,
			func(ctx context.Context, a thunder.Accounts, _ thunder.Users) (any, []causal.Write, error) {
				return a.Check(ctx, thunder.Credentials{Application: "app", Address: "a@example.com", Password: &pw, CommonMistakes: true})
			},
		},
		"find": {
			accountJSON, "POST /internal/thunder/accounts/check", `{"application":"app","email":"a@example.com","password":null,"commonMistakes":false}`, account,
			func(ctx context.Context, a thunder.Accounts, _ thunder.Users) (any, []causal.Write, error) {
				return a.Check(ctx, thunder.Credentials{Application: "app", Address: "a@example.com"})
			},
		},
		"set password": {
			`{"passwordHash":"$argon2id$x"}`, "PUT /internal/thunder/accounts/7/password", `{"password":"new","algorithm":"simple","current":"pw"}`, &stored,
			func(ctx context.Context, a thunder.Accounts, _ thunder.Users) (any, []causal.Write, error) {
				return a.SetPassword(ctx, 7, thunder.NewPassword{Password: "new", Algorithm: thunder.Simple, Current: &pw})
			},
		},
		"user": {
			view, "GET /internal/thunder/users/7", "", profile,
			func(ctx context.Context, _ thunder.Accounts, u thunder.Users) (any, []causal.Write, error) {
				p, err := u.User(ctx, 7)
				return p, wrote, err
			},
		},
		"update": {
			view, "PUT /internal/thunder/users/7", `{"email":"b@example.com","properties":{"b":1,"a":"<"}}`, profile,
			func(ctx context.Context, _ thunder.Accounts, u thunder.Users) (any, []causal.Write, error) {
				return u.Update(ctx, 7, "b@example.com", properties)
			},
		},
		"delete": {
			view, "DELETE /internal/thunder/users/7", "", profile,
			func(ctx context.Context, _ thunder.Accounts, u thunder.Users) (any, []causal.Write, error) {
				return u.Delete(ctx, 7)
			},
		},
		"start verification": {
			view, "POST /internal/thunder/users/7/verification", "{}", profile,
			func(ctx context.Context, _ thunder.Accounts, u thunder.Users) (any, []causal.Write, error) {
				return u.StartVerification(ctx, 7)
			},
		},
		"verify": {
			view, "PUT /internal/thunder/users/7/verification", `{"token":"t"}`, profile,
			func(ctx context.Context, _ thunder.Accounts, u thunder.Users) (any, []causal.Write, error) {
				return u.Verify(ctx, 7, "t")
			},
		},
		"reset verification": {
			view, "DELETE /internal/thunder/users/7/verification", "", profile,
			func(ctx context.Context, _ thunder.Accounts, u thunder.Users) (any, []causal.Write, error) {
				return u.ResetVerification(ctx, 7)
			},
		},
	} {
		n := &neighbour{status: 200, answer: test.answer, header: http.Header{causal.HeaderWrote: {"user/7@3"}}}
		identity, tokens := n.serve(t, "identity")
		directory, _ := n.serve(t, "directory")
		got, writes, err := test.call(t.Context(), upstream.NewThunderAccounts(identity, tokens), upstream.NewThunderUsers(directory, tokens))
		var sent, want any
		if test.body != "" {
			_ = json.Unmarshal([]byte(n.body), &sent)
			_ = json.Unmarshal([]byte(test.body), &want)
		}
		if n.request != test.request || !reflect.DeepEqual(sent, want) || (n.body == "") != (test.body == "") {
			t.Errorf("%s sends %s %s", name, n.request, n.body)
		}
		if gotJSON, wantJSON := asJSON(got), asJSON(test.want); err != nil || gotJSON != wantJSON || !reflect.DeepEqual(writes, wrote) {
			t.Errorf("%s returns %s %v, %v; want %s", name, gotJSON, writes, err, wantJSON)
		}
	}
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// TestThunderRefusals has the error for each answer of identity and directory.
func TestThunderRefusals(t *testing.T) {
	for _, test := range []struct {
		status int
		body   string
		want   *errs.Error
		retry  string
	}{
		{404, `{"message":"x","code":"ACCOUNT_NOT_FOUND"}`, thunder.ErrUserNotFound, ""},
		{404, `{"message":"x","code":"USER_NOT_FOUND"}`, thunder.ErrUserNotFound, ""},
		{401, `{"message":"x","code":"INVALID_CREDENTIALS"}`, thunder.ErrCredentials, ""},
		{403, `{"message":"x","code":"ADMIN_PROTECTED"}`, thunder.ErrCredentials, ""},
		{409, `{"message":"x","code":"EMAIL_EXISTS"}`, thunder.ErrEmailExists, ""},
		{400, `{"message":"x","code":"VALIDATION_FAILED"}`, thunder.ErrProperties, ""},
		{409, `{"message":"x","code":"NO_TOKEN"}`, thunder.ErrNoToken, ""},
		{400, `{"message":"x","code":"WRONG_TOKEN"}`, thunder.ErrWrongToken, ""},
		{503, `{"message":"x","code":"MAIL_NOT_SENT"}`, thunder.ErrMail, ""},
		{429, `{"message":"x","code":"RATE_LIMITED"}`, limits.ErrUsedUp, "70"},
		{503, `{"message":"x","code":"SIGN_IN_BUSY"}`, thunder.ErrUnavailable, "2"},
		{503, `{"message":"x","code":"UNAVAILABLE"}`, thunder.ErrUnavailable, ""},
		{500, `{"message":"x","code":"INTERNAL"}`, thunder.ErrUnavailable, ""},
		{404, `{"message":"No such route.","code":"NOT_FOUND"}`, errs.From(nil), ""},
		{403, `{"message":"x","code":"CALLER_NOT_ALLOWED"}`, thunder.ErrUnavailable, ""},
		{401, `{"message":"User not authenticated"}`, thunder.ErrUnavailable, ""},
		{502, `<html>`, thunder.ErrUnavailable, ""},
		{200, `<html>`, thunder.ErrUnavailable, ""},
	} {
		n := &neighbour{status: test.status, answer: test.body, header: http.Header{causal.HeaderWrote: {"user/7@3"}}}
		if test.retry != "" {
			n.header.Set("Retry-After", test.retry)
		}
		directory, tokens := n.serve(t, "directory")
		_, writes, err := upstream.NewThunderUsers(directory, tokens).StartVerification(t.Context(), 7)
		if !errors.Is(err, test.want) || errs.KindOf(err) != test.want.Kind {
			t.Errorf("%d %s: %v", test.status, test.body, err)
		}
		if !reflect.DeepEqual(writes, wrote) {
			t.Errorf("%d %s: writes %v", test.status, test.body, writes)
		}
		if got := errs.From(err).RetryAfter; test.retry != "" && got.Seconds() < 2 {
			t.Errorf("%d %s: retry after %s", test.status, test.body, got)
		}
	}
	invalid := &neighbour{status: 400, answer: `{"message":"x","code":"VALIDATION_FAILED"}`}
	directory, tokens := invalid.serve(t, "directory")
	if _, _, err := upstream.NewThunderUsers(directory, tokens).Verify(t.Context(), 7, "\x00"); !errors.Is(err, thunder.ErrWrongToken) {
		t.Errorf("an impossible token: %v", err)
	}
	var away neighbour
	directory, tokens = away.serve(t, "directory")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := upstream.NewThunderUsers(directory, tokens).User(ctx, 7); !errors.Is(err, thunder.ErrUnavailable) {
		t.Errorf("no answer: %v", err)
	}
}
