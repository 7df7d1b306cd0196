package httpapi

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/web"
	"muster/services/directory/internal/directory"
)

// MountIdentity adds the route for identity.
func MountIdentity(r gin.IRouter, service *directory.Service) {
	a := &api{Config: Config{Service: service}}
	r.POST("/codes/redeem", a.redeemCode)
}

// legacyProfile is a legacy user that has no user yet.
type legacyProfile struct {
	LegacyUserID int64      `json:"legacyUserId"`
	Email        string     `json:"email"`
	Username     string     `json:"username"`
	FirstName    *string    `json:"firstName"`
	LastName     *string    `json:"lastName"`
	CreatedAt    *time.Time `json:"createdAt"`
}

// proof has one of its members.
type proof struct {
	UserID *int64         `json:"userId"`
	Legacy *legacyProfile `json:"legacy"`
}

// redeemCode redeems a code for identity, which then sets the password. Identity has checked the address, and says which
// network the client is in.
func (a *api) redeemCode(c *gin.Context) {
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
	p, err := a.Service.ProveAddress(c.Request.Context(), directory.Redemption{TypeCode: b.Type, Email: b.Email, Code: b.Code, Network: b.Network})
	if err != nil {
		web.Fail(c, err)
		return
	}
	if p.Version != 0 {
		web.Wrote(c, causal.Write{Aggregate: causal.User, UserID: p.UserID, Version: p.Version})
	}
	if p.Legacy != nil {
		l := legacyProfile(*p.Legacy)
		c.JSON(http.StatusOK, proof{Legacy: &l})
		return
	}
	c.JSON(http.StatusOK, proof{UserID: &p.UserID})
}
