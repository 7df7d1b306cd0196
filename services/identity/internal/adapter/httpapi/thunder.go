package httpapi

import (
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/web"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

// MountThunder adds the routes behind the gateway's Thunder façade (compat.md).
func MountThunder(r gin.IRouter, service *identity.Service) {
	a := &api{service: service}
	thunder := r.Group("/thunder")
	thunder.POST("/accounts", a.createAccount)
	thunder.POST("/accounts/check", a.checkAccount)
	thunder.PUT("/accounts/:id/password", a.setPassword)
}

// accountPassword is the answer of the routes for accounts.
type accountPassword struct {
	UserID       int64  `json:"userId"`
	PasswordHash string `json:"passwordHash"`
}

// wrote names the version that a call produced, if any.
func wrote(c *gin.Context, p identity.AccountPassword) {
	if p.Version > 0 {
		web.Wrote(c, causal.Write{Aggregate: causal.Account, UserID: p.UserID, Version: p.Version})
	}
}

type createAccountBody struct {
	Email      string                `json:"email"`
	Password   string                `json:"password"`
	Algorithm  credentials.Algorithm `json:"algorithm"`
	Properties json.RawMessage       `json:"properties"`
}

func (a *api) createAccount(c *gin.Context) {
	body, err := web.Bind[createAccountBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	created, err := a.service.CreateAccount(c.Request.Context(), identity.NewAccount{
		Email: body.Email, Password: body.Password, Algorithm: body.Algorithm, Properties: string(body.Properties),
	})
	if err != nil {
		web.Fail(c, err)
		return
	}
	wrote(c, created)
	c.JSON(http.StatusCreated, accountPassword{created.UserID, created.PasswordHash})
}

type checkAccountBody struct {
	Application    string  `json:"application"`
	Email          string  `json:"email"`
	Password       *string `json:"password"`
	CommonMistakes bool    `json:"commonMistakes"`
}

func (a *api) checkAccount(c *gin.Context) {
	body, err := web.Bind[checkAccountBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	checked, err := a.service.CheckAccount(c.Request.Context(), identity.AccountCheck(body))
	if err != nil {
		web.Fail(c, err)
		return
	}
	wrote(c, checked)
	c.JSON(http.StatusOK, accountPassword{checked.UserID, checked.PasswordHash})
}

type setPasswordBody struct {
	Password  string                `json:"password"`
	Algorithm credentials.Algorithm `json:"algorithm"`
	Current   *string               `json:"current"`
}

type passwordAnswer struct {
	PasswordHash string `json:"passwordHash"`
}

func (a *api) setPassword(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	body, err := web.Bind[setPasswordBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	set, err := a.service.SetPassword(c.Request.Context(), id, identity.PasswordChange(body))
	if err != nil {
		web.Fail(c, err)
		return
	}
	wrote(c, set)
	c.JSON(http.StatusOK, passwordAnswer{set.PasswordHash})
}
