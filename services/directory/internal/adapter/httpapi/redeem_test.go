package httpapi_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"muster/libs/causal"
	"muster/libs/service/servicetest"
	"muster/libs/web"
	"muster/services/directory/internal/roster"
)

// byIdentity sends a request as identity does.
func (a *api) byIdentity(t *testing.T, body string) *httptest.ResponseRecorder {
	t.Helper()
	tokens, err := web.NewServiceTokens(servicetest.Secret, "identity")
	must(t, err)
	token, err := tokens.Issue("directory", time.Now())
	must(t, err)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/internal/codes/redeem", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	return a.send(r)
}

// TestRedeemedCodes checks the response to each code. Every case has its own API, in which users 1 and 3 and the legacy
// user 7 have forgotten their passwords. User 3 is not verified.
func TestRedeemedCodes(t *testing.T) {
	const (
		none   = `{"message":"There is no pending verification for this email address.","code":"NO_VERIFICATION_REQUEST"}`
		wrong  = `{"message":"The verification code is incorrect. 4 attempts remaining.","code":"INVALID_CODE","attemptsRemaining":4}`
		legacy = `{"userId":null,"legacy":{"legacyUserId":7,"email":"grace@example.com","username":"grace","firstName":null,"lastName":"Hopper","createdAt":"2019-05-31T10:20:30Z"}}`
	)
	for _, c := range []struct {
		body        string
		status      int
		want, wrote string
	}{
		{`{"type":"RPWR","email":"ada1@example.com","code":"ABC123-def456","network":"192.0.2.1"}`, 200, `{"userId":1,"legacy":null}`, ""},
		{`{"type":"RPWR","email":"ada3@example.com","code":"abc123def456"}`, 200, `{"userId":3,"legacy":null}`, "user/3@15"},
		{`{"type":"RPWR","email":"grace@example.com","code":"abc123def456"}`, 200, legacy, ""},
		{`{"type":"RPWR","email":"ada1@example.com","code":"wrong"}`, 400, wrong, ""},
		{`{"type":"RPWR","email":"grace@example.com","code":"wrong"}`, 400, wrong, ""},
		{`{"type":"RPWR","email":"ada2@example.com","code":"abc123def456"}`, 404, none, ""},
		{`{"type":"RPWR","email":"nobody@example.com","code":"abc123def456"}`, 404, none, ""},
		{`{"type":"REGR","email":"ada1@example.com","code":"abc123def456"}`, 400, invalid("type", "must be RPWR or INVI"), ""},
		{``, 400, invalid("body", "is required: send a JSON object"), ""},
	} {
		t.Run(c.body, func(t *testing.T) {
			a := newAPI(t, false)
			eve := a.store.User(other)
			eve.VerifiedAt = nil
			a.store.Put(eve)
			last, created := "Hopper", time.Date(2019, 5, 31, 10, 20, 30, 0, time.UTC)
			must(t, a.store.Roster().Tx(t.Context(), func(ctx context.Context, tx roster.Tx) error {
				return tx.PutLegacyUsers(ctx, roster.LegacyUser{ID: 7, Email: "grace@example.com", Username: "grace", LastName: &last, CreatedAt: &created})
			}))
			for _, email := range []string{"ada1@example.com", "ada3@example.com", "grace@example.com"} {
				must(t, a.core.ForgotPassword(t.Context(), email, "192.0.2.9"))
				_, _, err := a.core.DeliverMail(t.Context())
				must(t, err)
			}
			w := a.byIdentity(t, c.body)
			if got := strings.TrimSpace(w.Body.String()); w.Code != c.status || got != c.want || w.Header().Get(causal.HeaderWrote) != c.wrote {
				t.Errorf("%d %s, wrote %q\nwant %d %s", w.Code, got, w.Header().Get(causal.HeaderWrote), c.status, c.want)
			}
		})
	}
	a := newAPI(t, false)
	if w := a.internally(t, "POST", "/internal/codes/redeem", `{}`); w.Code != http.StatusForbidden {
		t.Errorf("the gateway: %d %s", w.Code, w.Body)
	}
	if w := a.do(t, admin, "POST", "/internal/codes/redeem", `{}`); w.Code != http.StatusUnauthorized {
		t.Errorf("a user: %d %s", w.Code, w.Body)
	}
}
