// Package httpapitest simulates directory's internal API.
package httpapitest

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/service/servicetest"
	"muster/libs/web"
	"muster/services/identity/internal/identity"
	"muster/services/identity/internal/identity/identitytest"
)

// Directory is directory's internal API on a fake.
type Directory struct {
	*httptest.Server
	*identitytest.Directory // behind it
}

// NewDirectory starts a server, which stops with the test.
func NewDirectory(t testing.TB) *Directory {
	t.Helper()
	tokens, err := web.NewServiceTokens(servicetest.Secret, "directory")
	if err != nil {
		t.Fatal(err)
	}
	s := &Directory{Directory: &identitytest.Directory{}}
	engine := web.New(web.Options{Service: "directory", Logger: slog.New(slog.DiscardHandler)})
	engine.Group("/internal", tokens.Only("identity")).POST("/codes/redeem", s.redeem)
	s.Server = httptest.NewServer(engine)
	t.Cleanup(s.Close)
	return s
}

func (s *Directory) redeem(c *gin.Context) {
	b, err := web.Bind[struct {
		Type    string `json:"type"`
		Email   string `json:"email"`
		Code    string `json:"code"`
		Network string `json:"network"`
	}](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	p, err := s.Redeem(c.Request.Context(), identity.Redemption(b))
	if err != nil {
		web.Fail(c, err)
		return
	}
	if p.UserVersion > 0 {
		web.Wrote(c, causal.Write{Aggregate: causal.User, UserID: p.UserID, Version: p.UserVersion})
	}
	if p.Legacy == nil {
		c.JSON(http.StatusOK, gin.H{"userId": p.UserID, "legacy": nil})
		return
	}
	var created *time.Time
	if !p.Legacy.CreatedAt.IsZero() {
		created = &p.Legacy.CreatedAt
	}
	c.JSON(http.StatusOK, gin.H{"userId": nil, "legacy": gin.H{
		"legacyUserId": p.Legacy.ID, "email": p.Legacy.Email, "username": p.Legacy.Username, "firstName": p.Legacy.FirstName,
		"lastName": p.Legacy.LastName, "createdAt": created,
	}})
}
