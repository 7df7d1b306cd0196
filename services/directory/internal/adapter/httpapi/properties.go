package httpapi

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/listing"
	"muster/libs/usersapi"
	"muster/libs/web"
)

// asksForProperties parses the parameter fields, which names additional members to return with the user object. An
// unknown name is an error: a caller that mistypes a name would otherwise take the properties for absent.
func asksForProperties(u *url.URL) (bool, error) {
	query, err := listing.ParseRawQuery(u.RawQuery)
	if err != nil {
		return false, err
	}
	fields := query["fields"]
	switch {
	case len(fields) == 0 || len(fields) == 1 && fields[0] == "":
		return false, nil
	case len(fields) > 1:
		return false, errs.InvalidField("fields", "is given more than once")
	}
	for name := range strings.SplitSeq(fields[0], ",") {
		if name != "properties" {
			return false, errs.InvalidField("fields", "must be properties, or be left out")
		}
	}
	return true, nil
}

type userWithProperties struct {
	usersapi.User
	Properties json.RawMessage `json:"properties" jsonschema:"type=object" jsonschema_description:"The custom properties."`
}

// answerUserWithProperties returns properties only to their user and to administrators.
func (a *api) answerUserWithProperties(c *gin.Context, id int64) {
	if p := web.CurrentPrincipal(c); !p.IsAdmin() && p.UserID != id {
		web.Fail(c, web.ErrAdminOnly)
		return
	}
	u, err := a.Reader.UserWithProperties(c.Request.Context(), id)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, userWithProperties{u.User, json.RawMessage(u.Properties)})
}
