package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/errs"
	"muster/libs/usersapi"
	"muster/libs/web"
)

// verifyEmail needs no session: whoever has the code may use it in any browser. With an access token of the very account,
// its sessions live on.
func (a *api) verifyEmail(c *gin.Context) {
	b, err := web.Bind[struct {
		Email string `json:"email"`
		Code  string `json:"code"`
	}](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	var wrong []errs.Field
	email, err := usersapi.ParseEmail(b.Email)
	if err != nil {
		wrong = append(wrong, errs.Field{Field: "email", Message: err.Error()})
	}
	if b.Code == "" {
		wrong = append(wrong, errs.Field{Field: "code", Message: "is required"})
	}
	if wrong != nil {
		web.Fail(c, errs.Invalid(wrong...))
		return
	}
	p, err := a.auth.Presented(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	u, err := a.Service.VerifyEmail(c.Request.Context(), actorOf(c, p), email, b.Code)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.Wrote(c, causal.Write{Aggregate: causal.User, UserID: u.ID, Version: u.Version})
	c.JSON(http.StatusOK, gin.H{"message": "Email verified"})
}

// network is where a client counts as coming from.
func network(c *gin.Context) string { return web.Network(web.ClientIP(c)) }

func (a *api) resendVerification(c *gin.Context) { orderMail(c, a.Service.ResendVerification) }

func (a *api) forgotPassword(c *gin.Context) { orderMail(c, a.Service.ForgotPassword) }

// orderMail answers the same whatever the order does, so that nobody learns who is registered.
func orderMail(c *gin.Context, order func(ctx context.Context, email, network string) error) {
	b, err := web.Bind[struct {
		Email string `json:"email"`
	}](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	if b.Email == "" {
		web.Fail(c, errs.InvalidField("email", "is required"))
		return
	}
	if email, err := usersapi.ParseEmail(b.Email); err == nil {
		if err := order(c.Request.Context(), email, network(c)); err != nil {
			web.Fail(c, err)
			return
		}
	}
	c.JSON(http.StatusOK, gin.H{"message": "If the address is registered, a message is on its way."})
}
