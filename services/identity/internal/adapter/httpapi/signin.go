package httpapi

import (
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
	AccessToken  string `json:"accessToken"`
	TokenType    string `json:"tokenType"`
	ExpiresIn    int64  `json:"expiresIn"` // seconds
	RefreshToken string `json:"refreshToken"`
	CSRFToken    string `json:"csrfToken"`
	// EmailVerificationRequired is set only after a registration.
	EmailVerificationRequired bool `json:"emailVerificationRequired,omitempty"`
}

// answer writes the signed-in answer, with headers that tell the gateway the user and the version to wait for.
func (a *api) answer(c *gin.Context, status int, in identity.SignedIn, verify bool) {
	c.Header(web.HeaderUser, strconv.FormatInt(in.UserID, 10))
	if in.Version > 0 {
		web.Wrote(c, causal.Write{Aggregate: causal.Account, UserID: in.UserID, Version: in.Version})
	}
	c.JSON(status, signedIn{
		AccessToken: in.AccessToken, TokenType: "Bearer", ExpiresIn: int64(in.ExpiresIn.Seconds()),
		RefreshToken: in.RefreshToken, CSRFToken: a.csrf.Token(in.SessionID), EmailVerificationRequired: verify,
	})
}

type registerBody struct {
	Email     string  `json:"email"`
	Password  string  `json:"password"`
	Username  *string `json:"username"`
	FirstName *string `json:"firstName"`
	LastName  *string `json:"lastName"`
}

func (a *api) register(c *gin.Context) {
	body, err := web.Bind[registerBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	in, err := a.service.Register(c.Request.Context(), identity.Application(body), clientOf(c))
	if err != nil {
		web.Fail(c, err)
		return
	}
	a.answer(c, http.StatusCreated, in, true)
}

type loginBody struct {
	Email    string `json:"email"`
	Password string `json:"password"`
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
	a.answer(c, http.StatusOK, in, false)
}

type refreshBody struct {
	RefreshToken string `json:"refreshToken"`
}

func (a *api) refresh(c *gin.Context) {
	body, err := web.Bind[refreshBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	in, err := a.service.Refresh(c.Request.Context(), body.RefreshToken)
	if err != nil {
		if in.Version > 0 { // a session ended: its access tokens must be refused once this answer is out
			web.Wrote(c, causal.Write{Aggregate: causal.Account, UserID: in.UserID, Version: in.Version})
		}
		web.Fail(c, err)
		return
	}
	a.answer(c, http.StatusOK, in, false)
}
