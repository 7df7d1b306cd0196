package httpapi

import (
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

type creationAnswer struct {
	ID        string          `json:"id"`
	PublicKey json.RawMessage `json:"publicKey" jsonschema:"type=object" jsonschema_description:"For PublicKeyCredential.parseCreationOptionsFromJSON."`
}

type requestAnswer struct {
	PublicKey json.RawMessage `json:"publicKey" jsonschema:"type=object" jsonschema_description:"For PublicKeyCredential.parseRequestOptionsFromJSON."`
}

// newPasskey is the toJSON() of a browser's new credential. Other members are ignored, here and in usedPasskey.
type newPasskey struct {
	ID       string          `json:"id" jsonschema:"required"`
	RawID    string          `json:"rawId" jsonschema:"required"`
	Type     string          `json:"type" jsonschema:"required"`
	Response newPasskeyProof `json:"response" jsonschema:"required"`
}

type newPasskeyProof struct {
	ClientDataJSON    string   `json:"clientDataJSON" jsonschema:"required"`
	AttestationObject string   `json:"attestationObject" jsonschema:"required"`
	Transports        []string `json:"transports,omitempty"`
}

// usedPasskey is the toJSON() of a credential that a browser has used.
type usedPasskey struct {
	ID       string           `json:"id" jsonschema:"required"`
	RawID    string           `json:"rawId" jsonschema:"required"`
	Type     string           `json:"type" jsonschema:"required"`
	Response usedPasskeyProof `json:"response" jsonschema:"required"`
}

type usedPasskeyProof struct {
	ClientDataJSON    string `json:"clientDataJSON" jsonschema:"required"`
	AuthenticatorData string `json:"authenticatorData" jsonschema:"required"`
	Signature         string `json:"signature" jsonschema:"required"`
	UserHandle        string `json:"userHandle,omitempty"`
}

// answerOf returns a credential as the core takes it; nil for none.
func answerOf[T newPasskey | usedPasskey](credential *T) []byte {
	if credential == nil {
		return nil
	}
	text, _ := json.Marshal(credential) // of strings, which never fails
	return text
}

func (a *api) enrolPasskey(c *gin.Context) {
	body, err := web.Bind[factorName](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	e, err := a.service.EnrolPasskey(c.Request.Context(), own(c), body.Name)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusCreated, creationAnswer{e.ID, e.Options})
}

type confirmPasskeyBody struct {
	Credential *newPasskey `json:"credential" jsonschema:"required"`
}

func (a *api) confirmPasskey(c *gin.Context) {
	body, err := web.Bind[confirmPasskeyBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	confirmed, err := a.service.ConfirmPasskey(c.Request.Context(), own(c), c.Param("id"), answerOf(body.Credential))
	answerConfirmed(c, confirmed, err)
}

type askBody struct {
	MFAToken string `json:"mfaToken" jsonschema:"required,minLength=1"`
}

func (a *api) askForSecondFactor(c *gin.Context) {
	body, err := web.Bind[askBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	options, err := a.service.AskForSecondFactor(c.Request.Context(), body.MFAToken, clientOf(c))
	answerAsked(c, options, err)
}

func (a *api) askForPasskey(c *gin.Context) {
	options, err := a.service.AskForPasskey(c.Request.Context(), clientOf(c))
	answerAsked(c, options, err)
}

func answerAsked(c *gin.Context, options []byte, err error) {
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, requestAnswer{options})
}

type passkeyLoginBody struct {
	Credential *usedPasskey `json:"credential" jsonschema:"required"`
	Cookie     bool         `json:"cookie" jsonschema_description:"Puts the refresh token into a cookie instead of the answer."`
}

func (a *api) loginWithPasskey(c *gin.Context) {
	body, err := web.Bind[passkeyLoginBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	in, err := a.service.LoginWithPasskey(c.Request.Context(), answerOf(body.Credential), clientOf(c))
	if err != nil {
		web.Fail(c, err)
		return
	}
	a.answer(c, http.StatusOK, in, body.Cookie, false)
}
