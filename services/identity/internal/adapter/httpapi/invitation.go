package httpapi

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

type inviteBody struct {
	Email        string  `json:"email" jsonschema:"required,format=idn-email"`
	Username     *string `json:"username" jsonschema:"maxLength=100"`
	FirstName    *string `json:"firstName" jsonschema:"maxLength=100"`
	LastName     *string `json:"lastName" jsonschema:"maxLength=100"`
	UserTypeCode *string `json:"userTypeCode"`
}

// invitedAnswer is replaced by the gateway with the user object, because identity has no user data.
type invitedAnswer struct {
	ID int64 `json:"id"`
}

func (a *api) invite(c *gin.Context) {
	body, err := web.Bind[inviteBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	invited, err := a.service.Invite(c.Request.Context(), own(c), identity.Invitation{
		Email: body.Email, Username: body.Username, FirstName: body.FirstName, LastName: body.LastName, TypeCode: body.UserTypeCode,
	})
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.Header(web.HeaderUser, strconv.FormatInt(invited.UserID, 10))
	web.Wrote(c, causal.Write{Aggregate: causal.Account, UserID: invited.UserID, Version: invited.Version})
	c.JSON(http.StatusCreated, invitedAnswer{invited.UserID})
}

type acceptBody struct {
	Email    string `json:"email" jsonschema:"required,format=idn-email"`
	Code     string `json:"code" jsonschema:"required,minLength=1"`
	Password string `json:"password" jsonschema:"required,minLength=8,maxLength=128"`
	Cookie   bool   `json:"cookie" jsonschema_description:"Puts the refresh token into a cookie instead of the answer."`
}

func (a *api) acceptInvitation(c *gin.Context) {
	body, err := web.Bind[acceptBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	in, err := a.service.AcceptInvitation(c.Request.Context(), identity.Acceptance{Email: body.Email, Code: body.Code, Password: body.Password}, clientOf(c))
	if err != nil {
		web.Fail(c, err)
		return
	}
	a.answer(c, http.StatusOK, in, body.Cookie, false)
}
