package httpapi

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

// The names of the cookie with the refresh token (auth-api.md). A browser accepts the prefix "__Host-" only over HTTPS, and
// then no other host can set the cookie.
const (
	secureCookie = "__Host-muster-refresh"
	plainCookie  = "muster-refresh" // where the API is served over HTTP, as in development
)

// refreshCookie keeps the refresh token of a browser where scripts cannot read it.
type refreshCookie struct {
	name   string
	secure bool
}

// cookieOf returns the cookie for an API at this public address.
func cookieOf(baseURL string) refreshCookie {
	if strings.HasPrefix(baseURL, "https://") {
		return refreshCookie{secureCookie, true}
	}
	return refreshCookie{plainCookie, false}
}

// set gives the token to the browser for as long as it is valid unused.
func (r refreshCookie) set(c *gin.Context, token string, life time.Duration) {
	r.write(c, token, int(life.Seconds()))
}

// clear makes the browser forget the token, if it sent one.
func (r refreshCookie) clear(c *gin.Context) {
	if r.sent(c) != "" {
		r.write(c, "", -1)
	}
}

// sent returns the token that the browser sent, or an empty string.
func (r refreshCookie) sent(c *gin.Context) string {
	cookie, err := c.Request.Cookie(r.name)
	if err != nil {
		return ""
	}
	return cookie.Value
}

func (r refreshCookie) write(c *gin.Context, value string, maxAge int) {
	http.SetCookie(c.Writer, &http.Cookie{ //nolint:gosec // Secure is missing only where the API itself is served over HTTP
		Name: r.name, Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, Secure: r.secure, SameSite: http.SameSiteStrictMode,
	})
}

// admitCookie returns the check of a refresh by cookie: a browser sends the cookie by itself, so the request needs the CSRF
// token of the session.
func (a *api) admitCookie(c *gin.Context) func(sessionID string) error {
	return func(sessionID string) error {
		if !a.csrf.Valid(sessionID, c.GetHeader(web.HeaderCSRF)) {
			return web.ErrCSRF
		}
		return nil
	}
}
