package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/web"
)

func (a *api) logout(c *gin.Context) {
	p := web.CurrentPrincipal(c)
	version, err := a.service.Logout(c.Request.Context(), p.UserID, p.SessionID)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.Wrote(c, causal.Write{Aggregate: causal.Account, UserID: p.UserID, Version: version})
	c.Status(http.StatusNoContent)
}

type csrfAnswer struct {
	CSRFToken string `json:"csrfToken"`
}

func (a *api) csrfToken(c *gin.Context) {
	c.JSON(http.StatusOK, csrfAnswer{a.csrf.Token(web.CurrentPrincipal(c).SessionID)})
}
