package httpapi

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

// pendingAnswer answers a right password of an account with a second factor.
type pendingAnswer struct {
	MFARequired bool     `json:"mfaRequired"`
	MFAToken    string   `json:"mfaToken"`
	Methods     []string `json:"methods"`
}

type verifyFactorBody struct {
	MFAToken   string       `json:"mfaToken" jsonschema:"required,minLength=1"`
	Method     string       `json:"method" jsonschema:"required,enum=totp,enum=passkey,enum=recovery"`
	Code       string       `json:"code" jsonschema:"minLength=1" jsonschema_description:"Required but for passkeys."`
	Credential *usedPasskey `json:"credential,omitempty" jsonschema_description:"Required for passkeys."`
	Cookie     bool         `json:"cookie"`
}

func (a *api) verifyFactor(c *gin.Context) {
	body, err := web.Bind[verifyFactorBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	in, err := a.service.VerifyFactor(c.Request.Context(), identity.SecondFactor{
		Token: body.MFAToken, Method: body.Method, Code: body.Code, Answer: answerOf(body.Credential),
	}, clientOf(c))
	if err != nil {
		web.Fail(c, err)
		return
	}
	a.answer(c, http.StatusOK, in, body.Cookie, false)
}

type factorName struct {
	Name *string `json:"name" jsonschema:"maxLength=100" null:"true"`
}

type enrolAnswer struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
	URI    string `json:"otpauthUri"`
}

// own names the session of the caller.
func own(c *gin.Context) identity.SessionOf {
	p := web.CurrentPrincipal(c)
	return identity.SessionOf{UserID: p.UserID, SessionID: p.SessionID}
}

func (a *api) enrolTOTP(c *gin.Context) {
	body, err := web.Bind[factorName](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	e, err := a.service.EnrolTOTP(c.Request.Context(), own(c), body.Name)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusCreated, enrolAnswer(e))
}

type factorCode struct {
	Code string `json:"code" jsonschema:"required,minLength=1"`
}

type recoveryAnswer struct {
	RecoveryCodes []string `json:"recoveryCodes"`
}

func (a *api) confirmTOTP(c *gin.Context) {
	body, err := web.Bind[factorCode](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	confirmed, err := a.service.ConfirmTOTP(c.Request.Context(), own(c), c.Param("id"), body.Code, clientOf(c))
	answerConfirmed(c, confirmed, err)
}

func answerConfirmed(c *gin.Context, confirmed identity.Confirmation, err error) {
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.Wrote(c, causal.Write{Aggregate: causal.Account, UserID: own(c).UserID, Version: confirmed.Version})
	answer := recoveryAnswer{confirmed.RecoveryCodes}
	if answer.RecoveryCodes == nil {
		answer.RecoveryCodes = []string{}
	}
	c.JSON(http.StatusOK, answer)
}

type factor struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	Name       string     `json:"name"`
	CreatedAt  time.Time  `json:"createdAt"`
	LastUsedAt *time.Time `json:"lastUsedAt"`
}

func factorOf(f identity.Factor) factor {
	return factor{f.ID, f.Kind, f.Name, f.CreatedAt.UTC(), f.LastUsedAt}
}

type factorsAnswer struct {
	Data              []factor `json:"data"`
	Total             int      `json:"total"`
	RecoveryCodesLeft int      `json:"recoveryCodesLeft"`
}

func (a *api) listFactors(c *gin.Context) {
	factors, left, err := a.service.OwnFactors(c.Request.Context(), own(c).UserID)
	if err != nil {
		web.Fail(c, err)
		return
	}
	answer := factorsAnswer{make([]factor, len(factors)), len(factors), left}
	for i, f := range factors {
		answer.Data[i] = factorOf(f)
	}
	c.JSON(http.StatusOK, answer)
}

func (a *api) renameFactor(c *gin.Context) {
	body, err := web.Bind[factorName](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	f, err := a.service.RenameFactor(c.Request.Context(), own(c), c.Param("id"), body.Name)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, factorOf(f))
}

func (a *api) removeFactor(c *gin.Context) {
	version, err := a.service.RemoveFactor(c.Request.Context(), own(c), c.Param("id"))
	if err != nil {
		web.Fail(c, err)
		return
	}
	ended(c, version)
}

func (a *api) renewRecoveryCodes(c *gin.Context) {
	codes, err := a.service.RenewRecoveryCodes(c.Request.Context(), own(c))
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, recoveryAnswer{codes})
}
