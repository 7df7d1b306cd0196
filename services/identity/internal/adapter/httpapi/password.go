package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

type resetBody struct {
	Email       string `json:"email" jsonschema:"required,format=idn-email"`
	Code        string `json:"code" jsonschema:"required,minLength=1"`
	NewPassword string `json:"newPassword" jsonschema:"required,minLength=8,maxLength=128"`
}

type messageAnswer struct {
	Message string `json:"message"`
}

func (a *api) resetPassword(c *gin.Context) {
	body, err := web.Bind[resetBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	reset, err := a.service.ResetPassword(c.Request.Context(), identity.Reset(body), clientOf(c))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.Wrote(c, causal.Write{Aggregate: causal.Account, UserID: reset.UserID, Version: reset.Version})
	if reset.UserVersion > 0 {
		web.Wrote(c, causal.Write{Aggregate: causal.User, UserID: reset.UserID, Version: reset.UserVersion})
	}
	c.JSON(http.StatusOK, messageAnswer{"Password changed"})
}

type changeBody struct {
	CurrentPassword string `json:"currentPassword" jsonschema:"required,minLength=1"`
	NewPassword     string `json:"newPassword" jsonschema:"required,minLength=8,maxLength=128"`
}

func (a *api) changePassword(c *gin.Context) {
	body, err := web.Bind[changeBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	p := web.CurrentPrincipal(c)
	version, err := a.service.ChangePassword(c.Request.Context(), identity.OwnPassword{
		UserID: p.UserID, SessionID: p.SessionID, Current: body.CurrentPassword, New: body.NewPassword,
	}, clientOf(c))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.Wrote(c, causal.Write{Aggregate: causal.Account, UserID: p.UserID, Version: version})
	c.Status(http.StatusNoContent)
}
