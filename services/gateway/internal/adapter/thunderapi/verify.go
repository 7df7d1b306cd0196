package thunderapi

import (
	_ "embed"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

const successPath = "/verify/success"

//go:embed success.html
var successPage []byte

// verify handles GET /verify, the link of the verification mail.
func (a *api) verify(c *gin.Context) {
	q, err := readQuery(c)
	if err != nil {
		a.fail(c, nil, err)
		return
	}
	answer, err := a.service.Verify(c.Request.Context(), q["email"], q["token"], network(c))
	if err == nil && strings.EqualFold(q["response_type"], "html") {
		a.mark(c, answer.Lacking)
		c.Header("Location", successPath)
		c.Status(http.StatusSeeOther)
		return
	}
	a.finish(c, http.StatusOK, q.address(), answer, err)
}

// success handles GET /verify/success.
func success(c *gin.Context) {
	c.Header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	c.Data(http.StatusOK, "text/html", successPage)
}
