package main

import (
	"fmt"
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

const signedIn = `{"accessToken":"t","tokenType":"Bearer","expiresIn":900,"refreshToken":"r","csrfToken":"c"}`

func TestASignInIsCompletedWithTheUser(t *testing.T) {
	w := newWorld(t)
	w.member(7, "SUBS")
	w.identity.answers("POST", "/api/auth/login", 200, signedIn, "X-Muster-User", "7", "X-Muster-Wrote", "account/7@2")
	w.identity.answers("POST", "/api/auth/refresh", 200, " \n"+signedIn, "X-Muster-User", "7")
	w.identity.answers("POST", "/api/auth/accept-invitation", 200, signedIn, "X-Muster-User", "7", "X-Muster-Wrote", "account/7@2")
	for _, path := range []string{"/api/auth/login", "/api/auth/refresh", "/api/auth/accept-invitation"} {
		a := w.do("POST", path, "{}", "Authorization", "Bearer stale")
		if a.status != 200 || !strings.HasPrefix(a.text, `{"user":{"id":7,"username":"user7",`) || !strings.HasSuffix(a.text, `"legacyUserId":1007},`+signedIn[1:]) {
			t.Errorf("%s: %s", path, a)
		}
		if a.header.Get("X-Muster-User") != "" || a.header.Get("X-Consistency") != "" {
			t.Errorf("%s: %v", path, a.header)
		}
		if w.identity.last(t, path).Header.Get("Authorization") != "" {
			t.Errorf("%s: the stale token went on", path)
		}
	}
}

func TestASecondFactorIsAskedForUnchanged(t *testing.T) {
	w := newWorld(t)
	const asked = `{"mfaRequired":true,"mfaToken":"m","methods":["totp"]}`
	w.identity.answers("POST", "/api/auth/login", 200, asked)
	if a := w.do("POST", "/api/auth/login", "{}"); a.status != 200 || a.text != asked {
		t.Errorf("%s", a)
	}
}

// registers makes identity answer a registration of user 7, and directory answer whether the mail was sent.
func (w *world) registers(mail gin.HandlerFunc) {
	w.t.Helper()
	w.identity.answers("POST", "/api/auth/register", 201, signedIn[:len(signedIn)-1]+`,"emailVerificationRequired":true}`, "X-Muster-User", "7", "X-Muster-Wrote", "account/7@1")
	tokens, err := web.NewServiceTokens(servicetest.Secret, "directory")
	if err != nil {
		w.t.Fatal(err)
	}
	w.directory.engine.GET("/internal/users/:id/mail", tokens.Only("gateway"), mail)
}

func TestARegistrationWaitsForDirectoryAndForItsMail(t *testing.T) {
	w := newWorld(t)
	mailed := make(chan struct{})
	w.registers(func(c *gin.Context) {
		<-mailed
		c.JSON(http.StatusOK, gin.H{"pending": 0})
	})
	done := w.later(w.identity, "POST", "/api/auth/register", "{}")
	account := gatewaytest.Account(7, 1)
	account.Followed = nil
	w.apply(gateway.Changes{Accounts: []gateway.AccountState{account}})
	stillHeld(t, "directory has not decided", done)
	w.member(7, "NONS")
	eventually.Holds(t, time.Minute, "directory is asked", func() bool { return len(w.directory.requests("/internal/users/7/mail")) > 0 })
	stillHeld(t, "the mail is not out", done)
	close(mailed)
	a := <-done
	user, _ := a.body["user"].(map[string]any)
	if a.status != 201 || user["id"] != 7.0 || a.body["emailVerificationRequired"] != true || a.body["accessToken"] != "t" || a.header.Get("X-Consistency") != "" {
		t.Errorf("%s %v", a, a.header)
	}
}

func TestARegistrationOutlivesAMailThatIsLate(t *testing.T) {
	w := newWorld(t)
	w.registers(func(c *gin.Context) { c.JSON(http.StatusInternalServerError, gin.H{"message": "no"}) })
	w.member(7, "NONS")
	if a := w.do("POST", "/api/auth/register", "{}"); a.status != 201 || a.header.Get("X-Consistency") != "" {
		t.Errorf("%s %v", a, a.header)
	}
}

func TestARefusedRegistrationIsAConflict(t *testing.T) {
	w := newWorld(t)
	w.registers(func(*gin.Context) { t.Error("asked for the mail") })
	w.apply(gateway.Changes{
		Users:    []gateway.UserState{{State: causal.State{UserID: 7, Version: 1, ActedOn: 1, Followed: causal.Followed{causal.Account: 1}, Deleted: true}, RejectedBecause: "EMAIL_EXISTS"}},
		Accounts: []gateway.AccountState{{State: causal.State{UserID: 7, Version: 2, Followed: causal.Followed{causal.User: 1}, Deleted: true}}},
	})
	a := w.do("POST", "/api/auth/register", "{}")
	refused(t, "register", a, 409, "EMAIL_EXISTS", "Email address is already in use")
	if strings.Contains(a.text, "accessToken") {
		t.Errorf("tokens in %s", a)
	}
}

func TestARegistrationWithoutDirectory(t *testing.T) {
	w := newWorld(t, impatient)
	w.registers(func(*gin.Context) { t.Error("asked for the mail") })
	refused(t, "nothing has arrived", w.do("POST", "/api/auth/register", "{}"), 503, "UNAVAILABLE", "")

	account := gatewaytest.Account(7, 1)
	account.Applicant = &usersapi.User{ID: 7, Username: "ada", Email: "ada@example.com", TypeCode: "NONS"}
	w.apply(gateway.Changes{Accounts: []gateway.AccountState{account}})
	a := w.do("POST", "/api/auth/register", "{}")
	user, _ := a.body["user"].(map[string]any)
	if a.status != 201 || a.header.Get("X-Consistency") != "pending" || user["email"] != "ada@example.com" || fmt.Sprint(user["id"]) != "7" {
		t.Errorf("%s %v", a, a.header)
	}
}

// TestAnInvitationIsAnsweredWithTheUser, once the letter is out.
func TestAnInvitationIsAnsweredWithTheUser(t *testing.T) {
	w := newWorld(t)
	w.member(1, "ADMI")
	w.member(7, "SUBS")
	w.registers(func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"pending": 0}) })
	w.identity.answers("POST", "/api/users", 201, `{"id":7}`, "X-Muster-User", "7", "X-Muster-Wrote", "account/7@1")
	a := w.do("POST", "/api/users", "{}", w.bearer(1)...)
	if a.status != 201 || a.body["id"] != 7.0 || a.body["username"] != "user7" || a.body["typeCode"] != "SUBS" || a.header.Get("X-Muster-User") != "" {
		t.Errorf("%s %v", a, a.header)
	}
	if len(w.directory.requests("/internal/users/7/mail")) != 1 {
		t.Error("the letter was not waited for")
	}
	refused(t, "nobody", w.do("POST", "/api/users", "{}"), 401, "", "User not authenticated")
}
