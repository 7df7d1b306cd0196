package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/service/servicetest"
	"muster/libs/testkit/eventually"
	"muster/libs/usersapi"
	"muster/libs/web"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

// impatient sends answers soon although they have not settled.
func impatient(s *settings) { s.ConsistencyWait = 30 * time.Millisecond }

// later sends a request, returns when the service has received it, and returns a channel for the answer.
func (w *world) later(s *stub, method, path, body string, headers ...string) <-chan answer {
	w.t.Helper()
	done := make(chan answer, 1)
	go func() { done <- w.do(method, path, body, headers...) }()
	eventually.Holds(w.t, time.Minute, path+" arrives", func() bool { return len(s.requests(path)) > 0 })
	return done
}

func stillHeld(t *testing.T, what string, done <-chan answer) {
	t.Helper()
	select {
	case a := <-done:
		t.Fatalf("%s: answered too early: %s", what, a)
	default:
	}
}

func TestAWriteIsHeldUntilItHasTakenEffect(t *testing.T) {
	w := newWorld(t)
	w.member(7, "ADMI")
	w.directory.answers("PUT", "/api/users/7", 200, `{"id":7}`, "X-Muster-Wrote", "user/7@4")
	done := w.later(w.directory, "PUT", "/api/users/7", "{}", w.bearer(7)...)
	stillHeld(t, "nothing has arrived", done)
	user := gatewaytest.User(7, 4)
	user.ActedOn, user.Followed = 4, causal.Followed{causal.Account: 1}
	w.apply(gateway.Changes{Users: []gateway.UserState{user}})
	stillHeld(t, "identity has not followed", done)
	account := gatewaytest.Account(7, 3)
	account.Followed = causal.Followed{causal.User: 4}
	w.apply(gateway.Changes{Accounts: []gateway.AccountState{account}})
	if a := <-done; a.status != 200 || a.text != `{"id":7}` || a.header.Get("X-Consistency") != "" || a.header.Get("X-Muster-Wrote") != "" {
		t.Errorf("%s %v", a, a.header)
	}
}

func TestTheFullUserIsChangedAsTheUserIs(t *testing.T) {
	w := newWorld(t)
	w.member(7, "ADMI")
	w.directory.answers("PUT", "/api/users/7", 200, `{"id":7}`, "X-Muster-Wrote", "user/7@1")
	w.directory.answers("DELETE", "/api/users/8", 204, "")
	w.reader.users = []gateway.FullUser{{User: usersapi.User{ID: 7}}}
	if a := w.do("PUT", "/api/users/full/7", `{"firstName":"Ada"}`, w.bearer(7)...); a.status != 200 || !strings.Contains(a.text, `"subscriptionStatus":`) || !strings.Contains(a.text, `"id":7,`) {
		t.Errorf("put: %s", a)
	}
	if r := w.directory.requests("/api/users/7"); len(r) != 1 {
		t.Errorf("directory has got %+v", r)
	}
	if a := w.do("DELETE", "/api/users/full/8", "", w.bearer(7)...); a.status != 204 {
		t.Errorf("delete: %s", a)
	}
	for _, id := range []string{"x", "0", "-1", "7%2F..%2F8", "..%2fme"} {
		if a := w.do("PUT", "/api/users/full/"+id, "{}", w.bearer(7)...); a.status != 400 && a.status != 404 {
			t.Errorf("%s: %s", id, a)
		}
	}
	if a := w.do("PUT", "/api/users/full/7", "{}"); a.status != 401 {
		t.Errorf("anonymous: %s", a)
	}
}

func TestAfterItsPatienceTheAnswerIsMarked(t *testing.T) {
	w := newWorld(t, impatient)
	w.member(7, "ADMI")
	w.directory.answers("DELETE", "/api/users/7", 204, "", "X-Muster-Wrote", "user/7@4")
	a := w.do("DELETE", "/api/users/7", "", w.bearer(7)...)
	if a.status != 204 || a.header.Get("X-Consistency") != "pending" {
		t.Errorf("%s %v", a, a.header)
	}
}

func TestAWebhookIsHeldUntilItsEffectsAreVisible(t *testing.T) {
	w := newWorld(t)
	w.member(7, "SUBS")
	w.billing.answers("POST", "/api/billing/webhooks/stripe", 200, `{"received":true}`, "X-Muster-Webhook", "evt_1")
	tokens, err := web.NewServiceTokens(servicetest.Secret, "billing")
	if err != nil {
		t.Fatal(err)
	}
	w.billing.engine.GET("/internal/webhook-events/:id", tokens.Only("gateway"), func(c *gin.Context) {
		c.JSON(http.StatusOK, gin.H{"done": c.Param("id") == "evt_1" && strings.HasSuffix(c.Query("wait"), "ms"), "writes": []string{"subscription/7@1"}})
	})
	done := w.later(w.billing, "POST", "/api/billing/webhooks/stripe", "{}")
	eventually.Holds(t, time.Minute, "billing is asked", func() bool { return len(w.billing.requests("/internal/webhook-events/evt_1")) > 0 })
	stillHeld(t, "the subscription has not arrived", done)
	user, sub := gatewaytest.User(7, 4), gatewaytest.Subscription(7, 1)
	w.apply(gateway.Changes{Users: []gateway.UserState{user}, Subscriptions: []gateway.SubscriptionState{sub}})
	if a := <-done; a.status != 200 || a.text != `{"received":true}` || a.header.Get("X-Consistency") != "" {
		t.Errorf("%s %v", a, a.header)
	}
}
