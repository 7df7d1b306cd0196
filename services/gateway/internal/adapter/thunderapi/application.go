package thunderapi

import (
	"encoding/base64"
	"strings"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
	"muster/services/gateway/internal/thunder"
)

const applicationKey = "thunder/application"

// application admits requests with the credentials of a known application, and keeps its name.
func (a *api) application(c *gin.Context) {
	name, secret, ok := basic(c.GetHeader("Authorization"))
	if !ok {
		a.fail(c, nil, thunder.ErrApplication)
		return
	}
	if err := a.service.Admit(c.Request.Context(), name, secret, network(c)); err != nil {
		q, _ := readQuery(c) // an error leaves the address out
		a.fail(c, q.address(), err)
		return
	}
	c.Set(applicationKey, name)
}

// basic reads HTTP Basic credentials as Dropwizard does: the padding may be missing, and the name may not.
func basic(header string) (name, secret string, ok bool) {
	scheme, encoded, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	text, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(encoded, "="))
	if err != nil {
		return "", "", false
	}
	name, secret, ok = strings.Cut(string(text), ":")
	return name, secret, ok && name != ""
}

// network is the client network by which failures are counted.
func network(c *gin.Context) string { return web.Network(web.ClientIP(c)) }
