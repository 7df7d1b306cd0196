package httpapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/web"
	"muster/services/directory/internal/directory"
)

// mountThunder adds the routes that the gateway calls for Thunder's clients. The gateway has authenticated the
// application, and identity the user where the contract demands it.
func (a *api) mountThunder(r gin.IRouter) {
	users := r.Group("/thunder/users/:id")
	users.GET("", a.thunderUser)
	users.PUT("", a.putThunderUser)
	users.DELETE("", a.deleteThunderUser)
	users.POST("/verification", a.requestThunderVerification)
	users.PUT("/verification", a.verifyThunderUser)
	users.DELETE("/verification", a.resetThunderVerification)
}

// thunderUser is a user as Thunder's clients see it.
type thunderUser struct {
	UserID     int64           `json:"userId"`
	Email      string          `json:"email"`
	Verified   bool            `json:"verified"`
	Token      *string         `json:"verificationToken"`
	CreatedAt  time.Time       `json:"createdAt"`
	UpdatedAt  time.Time       `json:"updatedAt"`
	Properties json.RawMessage `json:"properties"`
}

func thunderObject(u directory.ThunderUser) thunderUser {
	object := thunderUser{
		UserID: u.UserID, Email: u.Email, Verified: u.Verified, CreatedAt: u.CreatedAt.UTC(), UpdatedAt: u.UpdatedAt.UTC(),
		Properties: json.RawMessage(u.Properties),
	}
	if u.Token != "" {
		object.Token = &u.Token
	}
	return object
}

func (a *api) thunderUser(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		failCaller(c, err)
		return
	}
	u, err := a.internal.ThunderUser(c.Request.Context(), id)
	if err != nil {
		failCaller(c, err)
		return
	}
	c.JSON(http.StatusOK, thunderObject(u))
}

func (a *api) putThunderUser(c *gin.Context) {
	id, b, err := bindFor[struct {
		Email      string                      `json:"email"`
		Properties web.Member[json.RawMessage] `json:"properties"`
	}](c)
	if err != nil {
		failCaller(c, err)
		return
	}
	u, err := a.Service.PutThunderUser(c.Request.Context(), id, b.Email, propertiesText(b.Properties))
	wroteThunderUser(c, u, err)
}

func (a *api) deleteThunderUser(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		failCaller(c, err)
		return
	}
	u, err := a.Service.DeleteThunderUser(c.Request.Context(), id)
	wroteThunderUser(c, u, err)
}

func (a *api) requestThunderVerification(c *gin.Context) {
	id, _, err := bindFor[struct{}](c)
	if err != nil {
		failCaller(c, err)
		return
	}
	u, err := a.Service.RequestThunderVerification(c.Request.Context(), id)
	wroteThunderUser(c, u, err)
}

func (a *api) verifyThunderUser(c *gin.Context) {
	id, b, err := bindFor[struct {
		Token string `json:"token"`
	}](c)
	if err != nil {
		failCaller(c, err)
		return
	}
	u, err := a.Service.VerifyThunderUser(c.Request.Context(), id, b.Token)
	wroteThunderUser(c, u, err)
}

func (a *api) resetThunderVerification(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		failCaller(c, err)
		return
	}
	u, err := a.Service.ResetThunderVerification(c.Request.Context(), id)
	wroteThunderUser(c, u, err)
}

// wroteThunderUser answers a write. A user whose mail could not be sent has been written too.
func wroteThunderUser(c *gin.Context, u directory.ThunderUser, err error) {
	if err == nil || errors.Is(err, directory.ErrThunderMailNotSent) {
		web.Wrote(c, causal.Write{Aggregate: causal.User, UserID: u.UserID, Version: u.Version})
	}
	if err != nil {
		failCaller(c, err)
		return
	}
	c.JSON(http.StatusOK, thunderObject(u))
}
