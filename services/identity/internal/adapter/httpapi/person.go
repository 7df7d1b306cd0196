package httpapi

import (
	"context"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

// People writes what identity holds of people.
type People interface {
	WritePerson(ctx context.Context, userID int64, w io.Writer) error
}

// MountPeople adds the routes for the export of a person's data, and for its refusal.
func MountPeople(r gin.IRouter, service *identity.Service, people People) {
	r.POST("/users/:id/personal-data", writePerson(service, people))
	r.POST("/users/:id/personal-data/refusals", refusePerson(service))
}

// exportBody says for whom the gateway makes or refuses the export.
type exportBody struct {
	ActorID   int64  `json:"actorId"`
	SessionID string `json:"sessionId"`
	ClientIP  string `json:"clientIp"`
}

// exported returns the user whose data is wanted, and sets the origin of the request to who wants it.
func exported(c *gin.Context) (int64, error) {
	id, err := web.PathID(c, "id")
	if err != nil {
		return 0, err
	}
	body, err := web.Bind[exportBody](c)
	if err != nil {
		return 0, err
	}
	setOrigin(c, identity.Origin{ActorID: body.ActorID, SessionID: body.SessionID, Network: web.Network(body.ClientIP)})
	return id, nil
}

func refusePerson(service *identity.Service) gin.HandlerFunc {
	return func(c *gin.Context) {
		id, err := exported(c)
		if err == nil {
			err = service.RefuseExport(c.Request.Context(), id)
		}
		if err != nil {
			web.Fail(c, err)
			return
		}
		c.JSON(http.StatusOK, struct{}{})
	}
}

func writePerson(service *identity.Service, people People) gin.HandlerFunc {
	return func(c *gin.Context) {
		id, err := exported(c)
		if err != nil {
			web.Fail(c, err)
			return
		}
		ctx := c.Request.Context()
		if err := service.RecordExport(ctx, id); err != nil {
			web.Fail(c, err)
			return
		}
		web.StreamJSON(c, func(w io.Writer) error { return people.WritePerson(ctx, id, w) })
	}
}
