package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/errs"
	"muster/libs/usersapi"
	"muster/libs/web"
	"muster/services/directory/internal/directory"
)

type verifyEmailBody struct {
	Email string `json:"email" jsonschema:"required,format=idn-email"`
	Code  string `json:"code" jsonschema:"required,minLength=1"`
}

// messageBody answers a request that has no other result.
type messageBody struct {
	Message string `json:"message"`
}

// verifyEmail needs no session: whoever has the code may use it in any browser. With an access token of the very account,
// its sessions live on.
func (a *api) verifyEmail(c *gin.Context) {
	email, code, err := bindCode(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	p, err := a.auth.Presented(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	u, err := a.Service.VerifyEmail(c.Request.Context(), actorOf(c, p), email, code)
	if err != nil {
		web.Fail(c, err)
		return
	}
	wrote(c, u)
	c.JSON(http.StatusOK, messageBody{"Email verified"})
}

// declineRegistration needs no session: whoever has the code of the registration letter may decline.
func (a *api) declineRegistration(c *gin.Context) {
	email, code, err := bindCode(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	gone, err := a.Service.DeclineRegistration(c.Request.Context(), directory.Actor{Network: network(c)}, email, code)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.Wrote(c, causal.Write{Aggregate: causal.User, UserID: gone.ID, Version: gone.Version})
	c.JSON(http.StatusOK, messageBody{"Account removed"})
}

// bindCode reads the address and the code that was mailed to it, and says what is wrong with each.
func bindCode(c *gin.Context) (email, code string, err error) {
	b, err := web.Bind[verifyEmailBody](c)
	if err != nil {
		return "", "", err
	}
	var wrong []errs.Field
	email, err = usersapi.ParseEmail(b.Email)
	if err != nil {
		wrong = append(wrong, errs.Field{Field: "email", Message: err.Error()})
	}
	if b.Code == "" {
		wrong = append(wrong, errs.Field{Field: "code", Message: "is required"})
	}
	if wrong != nil {
		return "", "", errs.Invalid(wrong...)
	}
	return email, b.Code, nil
}

// network is where a client counts as coming from.
func network(c *gin.Context) string { return web.Network(web.ClientIP(c)) }

func (a *api) resendVerification(c *gin.Context) { orderMail(c, a.Service.ResendVerification) }

func (a *api) forgotPassword(c *gin.Context) { orderMail(c, a.Service.ForgotPassword) }

type mailOrderBody struct {
	Email string `json:"email" jsonschema:"required,minLength=1"`
}

// orderMail answers the same whatever the order does, so that nobody learns who is registered.
func orderMail(c *gin.Context, order func(ctx context.Context, email, network string) error) {
	b, err := web.Bind[mailOrderBody](c)
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
	c.JSON(http.StatusOK, messageBody{"If the address is registered, a message is on its way."})
}
