package httpapi

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

// signedIn is the signed-in answer without its member "user". The gateway adds that member, because identity has no
// user data.
type signedIn struct {
	AccessToken string `json:"accessToken"`
	TokenType   string `json:"tokenType"`
	ExpiresIn   int64  `json:"expiresIn"` // seconds
	// RefreshToken is null when the token is in the cookie.
	RefreshToken *string `json:"refreshToken"`
	CSRFToken    string  `json:"csrfToken"`
	// EmailVerificationRequired is set only after a registration.
	EmailVerificationRequired bool `json:"emailVerificationRequired,omitempty"`
}

// answer writes the signed-in answer, with headers that tell the gateway the user and the version to wait for. The refresh
// token goes into the cookie or into the body. A sign-in that waits for a second factor is answered with its challenge.
func (a *api) answer(c *gin.Context, status int, in identity.SignedIn, cookie, verify bool) {
	if p := in.Pending; p != nil {
		c.JSON(http.StatusOK, pendingAnswer{true, p.Token, p.Methods})
		return
	}
	c.Header(web.HeaderUser, strconv.FormatInt(in.UserID, 10))
	if in.Version > 0 {
		web.Wrote(c, causal.Write{Aggregate: causal.Account, UserID: in.UserID, Version: in.Version})
	}
	if in.UserVersion > 0 {
		web.Wrote(c, causal.Write{Aggregate: causal.User, UserID: in.UserID, Version: in.UserVersion})
	}
	refreshToken := &in.RefreshToken
	if cookie {
		a.cookie.set(c, in.RefreshToken, in.RefreshExpiresIn)
		refreshToken = nil
	}
	c.JSON(status, signedIn{
		AccessToken: in.AccessToken, TokenType: "Bearer", ExpiresIn: int64(in.ExpiresIn.Seconds()),
		RefreshToken: refreshToken, CSRFToken: a.csrf.Token(in.SessionID), EmailVerificationRequired: verify,
	})
}

type registerBody struct {
	Email     string  `json:"email" jsonschema:"required,format=idn-email"`
	Password  string  `json:"password" jsonschema:"required,minLength=8,maxLength=128"`
	Username  *string `json:"username" jsonschema:"maxLength=100"`
	FirstName *string `json:"firstName" jsonschema:"maxLength=100"`
	LastName  *string `json:"lastName" jsonschema:"maxLength=100"`
	Cookie    bool    `json:"cookie" jsonschema_description:"Puts the refresh token into a cookie instead of the answer."`
}

func (a *api) register(c *gin.Context) {
	body, err := web.Bind[registerBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	in, err := a.service.Register(c.Request.Context(), identity.Application{
		Email: body.Email, Password: body.Password, Username: body.Username, FirstName: body.FirstName, LastName: body.LastName,
	}, clientOf(c))
	if err != nil {
		web.Fail(c, err)
		return
	}
	a.answer(c, http.StatusCreated, in, body.Cookie, true)
}

type loginBody struct {
	Email    string `json:"email" jsonschema:"required,minLength=1"`
	Password string `json:"password" jsonschema:"required,minLength=1"`
	Cookie   bool   `json:"cookie" jsonschema_description:"Puts the refresh token into a cookie instead of the answer."`
}

func (a *api) login(c *gin.Context) {
	body, err := web.Bind[loginBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	in, err := a.service.Login(c.Request.Context(), body.Email, body.Password, clientOf(c))
	if err != nil {
		web.Fail(c, err)
		return
	}
	a.answer(c, http.StatusOK, in, body.Cookie, false)
}

type refreshBody struct {
	RefreshToken string `json:"refreshToken" jsonschema_description:"Without it, that of the cookie counts, and the CSRF token of the session is needed."`
}

// refresh takes the token of the body, or else that of the cookie.
func (a *api) refresh(c *gin.Context) {
	body, err := web.Bind[refreshBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	renewal := identity.Renewal{Token: body.RefreshToken, Client: clientOf(c)}
	cookie := renewal.Token == "" && a.cookie.sent(c) != ""
	if cookie {
		renewal.Token, renewal.Admit = a.cookie.sent(c), a.admitCookie(c)
	}
	in, err := a.service.Refresh(c.Request.Context(), renewal)
	if err != nil {
		if cookie && errors.Is(err, identity.ErrRefreshInvalid) {
			a.cookie.clear(c)
		}
		if in.Version > 0 { // a session ended: its access tokens must be refused once this answer is out
			web.Wrote(c, causal.Write{Aggregate: causal.Account, UserID: in.UserID, Version: in.Version})
		}
		web.Fail(c, err)
		return
	}
	a.answer(c, http.StatusOK, in, cookie, false)
}
