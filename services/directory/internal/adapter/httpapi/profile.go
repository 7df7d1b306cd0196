package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/directory/internal/directory"
)

// profile holds the members that users may change in their own profile (contract section 5).
type profile struct {
	Username  web.Member[string] `json:"username" jsonschema:"minLength=1,maxLength=100"`
	Email     web.Member[string] `json:"email" jsonschema:"format=idn-email"`
	FirstName web.Member[string] `json:"firstName" jsonschema:"maxLength=100" null:"true"`
	LastName  web.Member[string] `json:"lastName" jsonschema:"maxLength=100" null:"true"`
}

func (p profile) change() directory.ProfileChange {
	return directory.ProfileChange{
		Username: directory.Member[string](p.Username), Email: directory.Member[string](p.Email),
		FirstName: directory.Member[string](p.FirstName), LastName: directory.Member[string](p.LastName),
	}
}

// verificationRequired answers a change that waits for the code from the new address.
type verificationRequired struct {
	Required bool   `json:"emailVerificationRequired"`
	Message  string `json:"message"`
}

func (a *api) updateMe(c *gin.Context) {
	p, err := web.Bind[profile](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	done, err := a.Service.UpdateProfile(c.Request.Context(), actor(c), p.change())
	switch {
	case err != nil:
		web.Fail(c, err)
	case done.CodeSentTo != "":
		c.JSON(http.StatusOK, verificationRequired{true, "Verification code sent to " + done.CodeSentTo + ". Please verify to complete the update."})
	default:
		a.wroteUser(c, done.User)
	}
}

// confirmation has the members of a profile. It does not embed one: the decoder would name the embedded type in errors.
type confirmation struct {
	Username  web.Member[string] `json:"username" jsonschema:"minLength=1,maxLength=100"`
	Email     web.Member[string] `json:"email" jsonschema:"required,format=idn-email"`
	FirstName web.Member[string] `json:"firstName" jsonschema:"maxLength=100" null:"true"`
	LastName  web.Member[string] `json:"lastName" jsonschema:"maxLength=100" null:"true"`
	Code      string             `json:"verificationCode" jsonschema:"required,minLength=1"`
}

func (b confirmation) change() directory.ProfileChange {
	return profile{Username: b.Username, Email: b.Email, FirstName: b.FirstName, LastName: b.LastName}.change()
}

func (a *api) confirmEmailChange(c *gin.Context) {
	b, err := web.Bind[confirmation](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	if b.Code == "" {
		web.Fail(c, errs.InvalidField("verificationCode", "is required"))
		return
	}
	u, err := a.Service.ConfirmEmailChange(c.Request.Context(), actor(c), b.change(), b.Code)
	if err != nil {
		web.Fail(c, err)
		return
	}
	a.wroteUser(c, u)
}
