package httpapi

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/directory/internal/directory"
)

// mountZitadel adds the routes that the gateway calls for ZITADEL's clients. The gateway has authenticated the user.
func (a *api) mountZitadel(r gin.IRouter) {
	r.GET("/users/:id/email", a.emailState)
	r.PUT("/users/:id/email", a.setEmail)
	r.POST("/users/:id/email/code", a.sendEmailCode)
	r.PUT("/users/:id/email/verification", a.confirmEmail)
}

// emailState is the address of a user and the state of the user.
type emailState struct {
	Email     string    `json:"email"`
	Verified  bool      `json:"verified"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

func answerEmailState(c *gin.Context, s directory.EmailState) {
	c.JSON(http.StatusOK, emailState{s.Email, s.Verified, s.Version, s.CreatedAt.UTC(), s.UpdatedAt.UTC()})
}

func (a *api) emailState(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		failCaller(c, err)
		return
	}
	s, err := a.internal.EmailState(c.Request.Context(), id)
	if err != nil {
		failCaller(c, err)
		return
	}
	answerEmailState(c, s)
}

func (a *api) setEmail(c *gin.Context) {
	id, b, err := bindFor[struct {
		Email     string `json:"email"`
		SessionID string `json:"sessionId"`
	}](c)
	if err != nil {
		failCaller(c, err)
		return
	}
	u, err := a.Service.SetEmail(c.Request.Context(), directory.Actor{UserID: id, SessionID: b.SessionID}, b.Email)
	if err != nil {
		failCaller(c, err)
		return
	}
	wrote(c, u)
	answerEmailState(c, u.EmailState())
}

func (a *api) sendEmailCode(c *gin.Context) {
	id, _, err := bindFor[struct{}](c)
	if err != nil {
		failCaller(c, err)
		return
	}
	u, err := a.Service.SendEmailCode(c.Request.Context(), id)
	if err != nil {
		failCaller(c, err)
		return
	}
	wrote(c, u) // a new code makes a new version
	answerEmailState(c, u.EmailState())
}

func (a *api) confirmEmail(c *gin.Context) {
	id, b, err := bindFor[struct {
		Code      string `json:"code"`
		SessionID string `json:"sessionId"`
	}](c)
	if err == nil && b.Code == "" {
		err = errs.InvalidField("code", "is required")
	}
	if err != nil {
		failCaller(c, err)
		return
	}
	u, err := a.Service.ConfirmEmail(c.Request.Context(), directory.Actor{UserID: id, SessionID: b.SessionID}, b.Code)
	if err != nil {
		failCaller(c, err)
		return
	}
	wrote(c, u)
	answerEmailState(c, u.EmailState())
}

// bindFor reads the id in the path and the body.
func bindFor[T any](c *gin.Context) (id int64, body T, err error) {
	if id, err = web.PathID(c, "id"); err != nil {
		return 0, body, err
	}
	body, err = web.Bind[T](c)
	return id, body, err
}
