package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

// fullUsers is GET /api/users/full (contract section 4.2).
func (a *api) fullUsers(c *gin.Context) {
	query, err := a.fields.ParseURL(c.Request.URL)
	if err != nil {
		web.Fail(c, err)
		return
	}
	page, err := a.reader.FullUsers(c.Request.Context(), query)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.List(c, page)
}

// fullUser is GET /api/users/full/:id.
func (a *api) fullUser(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	user, err := a.reader.FullUser(c.Request.Context(), id)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, user)
}
