package httpapi

import (
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

// providerBody is what a frontend has got from a provider, or from the callback.
type providerBody struct {
	IDToken      string `json:"idToken"`
	Nonce        string `json:"nonce"`
	Code         string `json:"code"`
	CodeVerifier string `json:"codeVerifier"`
	RedirectURI  string `json:"redirectUri"`
	SignInCode   string `json:"signInCode"`

	Email    string `json:"email"`    // of a registration, when the provider gives none
	Cookie   bool   `json:"cookie"`   // of a registration and a sign-in
	Provider string `json:"provider"` // of a link
}

func (b providerBody) evidence() identity.Evidence {
	return identity.Evidence{
		IDToken: b.IDToken, Nonce: b.Nonce, Code: b.Code, CodeVerifier: b.CodeVerifier, RedirectURI: b.RedirectURI, SignInCode: b.SignInCode,
	}
}

func (a *api) registerWith(p identity.Provider) gin.HandlerFunc {
	return func(c *gin.Context) {
		b, err := web.Bind[providerBody](c)
		if err != nil {
			web.Fail(c, err)
			return
		}
		in, err := a.service.RegisterWith(c.Request.Context(), p, b.evidence(), b.Email, clientOf(c))
		if err != nil {
			web.Fail(c, err)
			return
		}
		a.answer(c, http.StatusCreated, in, b.Cookie, !in.EmailVerified)
	}
}

func (a *api) loginWith(p identity.Provider) gin.HandlerFunc {
	return func(c *gin.Context) {
		b, err := web.Bind[providerBody](c)
		if err != nil {
			web.Fail(c, err)
			return
		}
		in, err := a.service.LoginWith(c.Request.Context(), p, b.evidence(), clientOf(c))
		if err != nil {
			web.Fail(c, err)
			return
		}
		a.answer(c, http.StatusOK, in, b.Cookie, false)
	}
}

// startFlow sends the browser to the provider.
func (a *api) startFlow(p identity.Provider) gin.HandlerFunc {
	return func(c *gin.Context) {
		returnURL := c.Query("returnUrl")
		if !a.returns.Allow(returnURL) {
			web.Fail(c, errs.InvalidField("returnUrl", "must be an address of an allowed frontend"))
			return
		}
		page, err := a.service.StartFlow(c.Request.Context(), p, identity.FlowOrder{ReturnURL: returnURL, Challenge: c.Query("codeChallenge")}, clientOf(c))
		if err != nil {
			web.Fail(c, err)
			return
		}
		redirect(c, page)
	}
}

// finishFlow takes the browser back. Apple sends it with a form.
func (a *api) finishFlow(p identity.Provider) gin.HandlerFunc {
	return func(c *gin.Context) {
		value := c.Query
		if c.Request.Method == http.MethodPost {
			value = c.PostForm
		}
		page, err := a.service.FinishFlow(c.Request.Context(), p, identity.Callback{
			State: value("state"), Code: value("code"), Error: value("error"), Name: value("user"), RedirectURI: a.callbackURL(p),
		})
		if err != nil {
			web.Fail(c, err)
			return
		}
		redirect(c, page)
	}
}

// redirect changes a POST into a GET, and tells the next page no address.
func redirect(c *gin.Context, page string) {
	c.Header("Cache-Control", "private, no-store")
	c.Header("Referrer-Policy", "no-referrer")
	c.Redirect(http.StatusSeeOther, page)
}

// CallbackURL is where a provider sends browsers back to, for an API at this public address.
func CallbackURL(baseURL string, p identity.Provider) string {
	return baseURL + "/api/auth/" + string(p) + "/callback"
}

func (a *api) callbackURL(p identity.Provider) string { return CallbackURL(a.baseURL, p) }

// providerObject is a provider as a signed-in user sees it.
type providerObject struct {
	Provider   identity.Provider `json:"provider"`
	Configured bool              `json:"configured"`
	LinkedAt   *time.Time        `json:"linkedAt"` // null when it is not linked
}

type providersAnswer struct {
	Data  []providerObject `json:"data"`
	Total int              `json:"total"`
}

func (a *api) listProviders(c *gin.Context) {
	links, err := a.service.LinkedProviders(c.Request.Context(), web.CurrentPrincipal(c).UserID)
	if err != nil {
		web.Fail(c, err)
		return
	}
	at := map[identity.Provider]*time.Time{}
	for _, l := range links {
		at[l.Provider] = &l.CreatedAt
	}
	answer := providersAnswer{Total: len(identity.AllProviders)}
	for _, p := range identity.AllProviders {
		answer.Data = append(answer.Data, providerObject{p, a.service.ProviderConfigured(p), at[p]})
	}
	c.JSON(http.StatusOK, answer)
}

func (a *api) linkProvider(c *gin.Context) {
	b, err := web.Bind[providerBody](c)
	if err == nil && !slices.Contains(identity.AllProviders, identity.Provider(b.Provider)) {
		err = errs.InvalidField("provider", "must be google, apple, facebook, x or linkedin")
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	err = a.service.LinkProvider(c.Request.Context(), own(c), identity.Provider(b.Provider), b.evidence(), clientOf(c))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.NoContent(c)
}

func (a *api) unlinkProvider(c *gin.Context) {
	if err := a.service.UnlinkProvider(c.Request.Context(), web.CurrentPrincipal(c).UserID, identity.Provider(c.Param("provider"))); err != nil {
		web.Fail(c, err)
		return
	}
	web.NoContent(c)
}
