package httpapi

import (
	"context"
	"io"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

// People writes what identity holds of people.
type People interface {
	WritePerson(ctx context.Context, userID int64, w io.Writer) error
}

// MountPeople adds the route for the export of a person's data.
func MountPeople(r gin.IRouter, service *identity.Service, people People) {
	r.POST("/users/:id/personal-data", writePerson(service, people))
}

// exportBody says for whom the gateway makes the export.
type exportBody struct {
	ActorID   int64  `json:"actorId"`
	SessionID string `json:"sessionId"`
	ClientIP  string `json:"clientIp"`
}

func writePerson(service *identity.Service, people People) gin.HandlerFunc {
	return func(c *gin.Context) {
		id, err := web.PathID(c, "id")
		if err != nil {
			web.Fail(c, err)
			return
		}
		body, err := web.Bind[exportBody](c)
		if err != nil {
			web.Fail(c, err)
			return
		}
		setOrigin(c, identity.Origin{ActorID: body.ActorID, SessionID: body.SessionID, Network: web.Network(body.ClientIP)})
		ctx := c.Request.Context()
		if err := service.RecordExport(ctx, id); err != nil {
			web.Fail(c, err)
			return
		}
		web.StreamJSON(c, func(w io.Writer) error { return people.WritePerson(ctx, id, w) })
	}
}
