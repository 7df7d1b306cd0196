// Package httpapitest provides a fake of identity's internal API.
package httpapitest

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/service/servicetest"
	"muster/libs/web"
	"muster/services/directory/internal/roster"
	"muster/services/directory/internal/roster/rostertest"
)

// Identity is a fake identity served over its internal API.
type Identity struct {
	*rostertest.LegacyAccounts
	// URL is the address of the API.
	URL string
	// Close stops the server.
	Close func()
}

// NewIdentity serves an identity without accounts until the test ends.
func NewIdentity(t testing.TB) *Identity {
	t.Helper()
	tokens, err := web.NewServiceTokens(servicetest.Secret, "identity")
	if err != nil {
		t.Fatal(err)
	}
	i := &Identity{LegacyAccounts: rostertest.NewLegacyAccounts()}
	engine := web.New(web.Options{Service: "identity", Logger: slog.New(slog.DiscardHandler)})
	engine.PUT("/internal/legacy-users", tokens.Only("directory"), i.put)
	server := httptest.NewServer(engine)
	t.Cleanup(server.Close)
	i.URL, i.Close = server.URL, server.Close
	return i
}

func (i *Identity) put(c *gin.Context) {
	b, err := web.Bind[struct {
		DryRun bool `json:"dryRun"`
		Users  []struct {
			LegacyUserID  int64     `json:"legacyUserId"`
			Email         string    `json:"email"`
			Username      string    `json:"username"`
			FirstName     *string   `json:"firstName"`
			LastName      *string   `json:"lastName"`
			CreatedAt     time.Time `json:"createdAt"`
			EmailVerified bool      `json:"emailVerified"`
			PasswordHash  *string   `json:"passwordHash"`
			Activate      bool      `json:"activate"`
		} `json:"users"`
	}](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	users := make([]roster.LegacyAccount, len(b.Users))
	for n, u := range b.Users {
		users[n] = roster.LegacyAccount(u)
	}
	results, err := i.Offer(c.Request.Context(), b.DryRun, users)
	if err != nil {
		web.Fail(c, web.Unavailable("Identity", err))
		return
	}
	shown := make([]gin.H, len(results))
	for n, r := range results {
		shown[n] = gin.H{"legacyUserId": r.LegacyUserID, "outcome": r.Outcome, "userId": r.UserID, "code": r.Code, "message": r.Message}
	}
	c.JSON(http.StatusOK, gin.H{"results": shown})
}
