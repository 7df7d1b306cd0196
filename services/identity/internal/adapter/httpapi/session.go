package httpapi

import (
	"net/http"
	"time"

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
	a.cookie.clear(c)
	ended(c, version)
}

// ended answers a request that has ended sessions of the caller.
func ended(c *gin.Context, version int64) {
	web.Wrote(c, causal.Write{Aggregate: causal.Account, UserID: web.CurrentPrincipal(c).UserID, Version: version})
	c.Status(http.StatusNoContent)
}

// session is an open session as its owner sees it.
type session struct {
	ID         string    `json:"id"`
	Current    bool      `json:"current"`
	CreatedAt  time.Time `json:"createdAt"`
	LastUsedAt time.Time `json:"lastUsedAt"`
	IPAddress  string    `json:"ipAddress"`
	UserAgent  string    `json:"userAgent"`
}

type sessionsAnswer struct {
	Data  []session `json:"data"`
	Total int       `json:"total"`
}

func (a *api) listSessions(c *gin.Context) {
	p := web.CurrentPrincipal(c)
	open, total, err := a.service.Sessions(c.Request.Context(), p.UserID)
	if err != nil {
		web.Fail(c, err)
		return
	}
	answer := sessionsAnswer{make([]session, len(open)), total}
	for i, s := range open {
		answer.Data[i] = session{
			ID: s.ID, Current: s.ID == p.SessionID, CreatedAt: s.CreatedAt.UTC(), LastUsedAt: s.LastUsedAt.UTC(),
			IPAddress: s.Client.IP, UserAgent: s.Client.UserAgent,
		}
	}
	c.JSON(http.StatusOK, answer)
}

func (a *api) endSession(c *gin.Context) {
	p := web.CurrentPrincipal(c)
	version, err := a.service.EndOwnSession(c.Request.Context(), p.UserID, c.Param("id"))
	if err != nil {
		web.Fail(c, err)
		return
	}
	if c.Param("id") == p.SessionID {
		a.cookie.clear(c)
	}
	ended(c, version)
}

func (a *api) endOtherSessions(c *gin.Context) {
	p := web.CurrentPrincipal(c)
	version, err := a.service.EndOtherSessions(c.Request.Context(), p.UserID, p.SessionID)
	if err != nil {
		web.Fail(c, err)
		return
	}
	ended(c, version)
}

type csrfAnswer struct {
	CSRFToken string `json:"csrfToken"`
}

func (a *api) csrfToken(c *gin.Context) {
	c.JSON(http.StatusOK, csrfAnswer{a.csrf.Token(web.CurrentPrincipal(c).SessionID)})
}
