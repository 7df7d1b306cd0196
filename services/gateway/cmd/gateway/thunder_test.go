package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/service/servicetest"
	"muster/libs/web"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
	"muster/services/gateway/internal/thunder"
)

const thunderUser = `{"userId":7,"email":"ada@example.com","verified":false,"verificationToken":null,"createdAt":"2026-03-01T08:30:00Z","updatedAt":"2026-03-01T08:30:00.5Z","properties":{"plan":"gold"}}`

// withThunder configures the façade as `make run` does.
func withThunder(s *settings) {
	s.HeaderCheck, s.Algorithm, s.MaxFailures = true, "argon", 10
	s.applications, _ = thunder.ParseApplications([]string{"application:secret"})
	s.propertyRules, _ = thunder.ParsePropertyRules("")
}

// asApplication returns the headers of the application's requests.
func asApplication(more ...string) []string {
	r, _ := http.NewRequest(http.MethodGet, "/", http.NoBody)
	r.SetBasicAuth("application", "secret")
	return append([]string{"Authorization", r.Header.Get("Authorization"), "Password", "12345"}, more...)
}

// internally makes a stub answer a route that only the gateway may call.
func (w *world) internally(s *stub, name, method, path string, status int, body string, headers ...string) {
	w.t.Helper()
	tokens, err := web.NewServiceTokens(servicetest.Secret, name)
	if err != nil {
		w.t.Fatal(err)
	}
	s.engine.Handle(method, path, tokens.Only("gateway"), func(c *gin.Context) {
		for i := 0; i+1 < len(headers); i += 2 {
			c.Header(headers[i], headers[i+1])
		}
		c.Data(status, "application/json", []byte(body))
	})
}

func TestThunderIsOffUnlessItIsConfigured(t *testing.T) {
	w := newWorld(t)
	for _, route := range []string{"POST /users", "GET /users", "PUT /users", "DELETE /users", "PATCH /users", "POST /verify", "POST /verify/reset", "GET /verify", "GET /verify/success"} {
		method, path, _ := strings.Cut(route, " ")
		refused(t, route, w.do(method, path, "", asApplication()...), 404, "NOT_FOUND", "No such route.")
	}
}

func TestAThunderUserIsCreatedWhenDirectoryHasAcceptedThem(t *testing.T) {
	w := newWorld(t, withThunder)
	w.internally(w.identity, "identity", "POST", "/internal/thunder/accounts", 201, `{"userId":7,"passwordHash":"$argon2id$x"}`, "X-Muster-Wrote", "account/7@1")
	w.internally(w.directory, "directory", "GET", "/internal/thunder/users/7", 200, thunderUser)
	done := make(chan answer, 1)
	go func() {
		done <- w.do("POST", "/users", `{"email":{"address":"ada@example.com"},"password":"12345","plan":"gold"}`, asApplication()...)
	}()
	account := gatewaytest.Account(7, 1)
	account.Followed = nil
	w.apply(gateway.Changes{Accounts: []gateway.AccountState{account}})
	stillHeld(t, "directory has not decided", done)
	w.member(7, "NONS")
	a := <-done
	const want = `{"email":{"address":"ada@example.com","verified":false,"verificationToken":null},"password":"$argon2id$x","plan":"gold","creationTime":1772353800000,"lastUpdateTime":1772353800500}`
	if a.status != 201 || a.text != want || a.header.Get("X-Consistency") != "" || a.header.Get("X-Muster-Wrote") != "" || a.header.Get("Content-Type") != "application/json" {
		t.Errorf("%s %v", a, a.header)
	}
}

func TestAThunderUserIsRefusedByDirectory(t *testing.T) {
	w := newWorld(t, withThunder)
	w.internally(w.identity, "identity", "POST", "/internal/thunder/accounts", 201, `{"userId":7,"passwordHash":"$argon2id$x"}`, "X-Muster-Wrote", "account/7@1")
	w.apply(gateway.Changes{
		Users:    []gateway.UserState{{State: causal.State{UserID: 7, Version: 1, ActedOn: 1, Followed: causal.Followed{causal.Account: 1}, Deleted: true}, RejectedBecause: "EMAIL_EXISTS"}},
		Accounts: []gateway.AccountState{{State: causal.State{UserID: 7, Version: 2, Followed: causal.Followed{causal.User: 1}, Deleted: true}}},
	})
	a, err := w.plain("POST", "/users", `{"email":{"address":"ada@example.com"},"password":"12345"}`, asApplication()...)
	if err != nil || a.status != 409 || a.text != "A user with the same email address already exists. (User: ada@example.com)" {
		t.Errorf("%s, %v", a, err)
	}
}

// plain is try for answers that are labelled as JSON and are none.
func (w *world) plain(method, path, body string, headers ...string) (answer, error) {
	a, err := w.try(w.t.Context(), method, path, body, headers...)
	if a.status != 0 {
		err = nil
	}
	return a, err
}

func TestAThunderUserWhomDirectoryHasNotYetAcceptedIsShownAsRequested(t *testing.T) {
	w := newWorld(t, withThunder, impatient)
	w.internally(w.identity, "identity", "POST", "/internal/thunder/accounts", 201, `{"userId":7,"passwordHash":"$argon2id$x"}`, "X-Muster-Wrote", "account/7@1")
	w.internally(w.directory, "directory", "GET", "/internal/thunder/users/7", 404, `{"message":"User not found","code":"USER_NOT_FOUND"}`)
	a := w.do("POST", "/users", `{"email":{"address":"ada@example.com"},"password":"12345","plan":"gold"}`, asApplication()...)
	if a.status != 201 || a.header.Get("X-Consistency") != "pending" || a.body["plan"] != "gold" || a.body["password"] != "$argon2id$x" {
		t.Errorf("%s %v", a, a.header)
	}
}

func TestThunderAtTheEdge(t *testing.T) {
	w := newWorld(t, withThunder, func(s *settings) { s.CORSOrigins = []string{"https://app.example.com"} })
	w.internally(w.identity, "identity", "POST", "/internal/thunder/accounts/check", 200, `{"userId":7,"passwordHash":"$argon2id$x"}`)
	w.internally(w.directory, "directory", "GET", "/internal/thunder/users/7", 200, thunderUser)
	a := w.do("GET", "/users?email=ada@example.com", "", asApplication("Origin", "https://app.example.com", "X-Muster-Client-Ip", "6.6.6.6")...)
	if a.status != 200 || a.header.Get("Access-Control-Allow-Origin") != "https://app.example.com" || a.header.Get("X-Content-Type-Options") != "nosniff" ||
		a.header.Get("Cache-Control") != "private, no-store" || a.header.Get("X-Request-Id") == "" {
		t.Errorf("%s %v", a, a.header)
	}
	head := w.do("HEAD", "/users?email=ada@example.com", "", asApplication()...)
	if head.status != 200 || head.text != "" || head.header.Get("Content-Length") != a.header.Get("Content-Length") {
		t.Errorf("HEAD: %s %v", head, head.header)
	}
	if pre := w.do("OPTIONS", "/users", "", "Origin", "https://app.example.com", "Access-Control-Request-Method", "PUT"); pre.status != http.StatusNoContent {
		t.Errorf("preflight: %s", pre)
	}
	if a := w.do("POST", "/users", strings.Repeat(" ", web.MaxBody+1), asApplication("Origin", "https://app.example.com")...); a.status != 413 ||
		a.text != `{"code":413,"message":"HTTP 413 Request Entity Too Large"}` || a.header.Get("Access-Control-Allow-Origin") == "" {
		t.Errorf("%s %v", a, a.header)
	}
	if a := w.do("DELETE", "/verify/success", ""); a.status != 405 || a.text != `{"code":405,"message":"HTTP 405 Method Not Allowed"}` || a.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("%s %v", a, a.header)
	}
	refused(t, "another route", w.do("GET", "/api/nothing", ""), 404, "NOT_FOUND", "No such route.")
	w.identity.Close()
	away, err := w.plain("GET", "/users?email=ada@example.com", "", asApplication()...)
	if err != nil || away.status != 503 || away.text != "Database is currently unavailable. Please try again later. (User: ada@example.com)" || away.header.Get("Retry-After") != "1" {
		t.Errorf("%s %v, %v", away, away.header, err)
	}
}

// TestWrongApplicationsAreCountedInTheDatabase boots the service as main does.
func TestWrongApplicationsAreCountedInTheDatabase(t *testing.T) {
	s := bootWith(t, withThunder, func(s *settings) { s.MaxFailures = 2 })
	for _, status := range []int{401, 401, 429} {
		if a, err := s.plain("GET", "/users?email=ada@example.com", "", "Authorization", "Basic YTpi"); err != nil || a.status != status {
			t.Errorf("%s, %v; want %d", a, err, status)
		}
	}
}
