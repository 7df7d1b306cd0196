// Package thunderapi is the HTTP adapter of the façade for Thunder's clients: the routes, the credentials of
// applications, and users and errors in Thunder's form.
//
// Thunder is built on Dropwizard. Some errors are Thunder's own, a line of text that names the user, although it is
// labelled as JSON; the others are Dropwizard's, a JSON object. Clients tell them apart.
package thunderapi

import (
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"muster/services/gateway/internal/thunder"
)

// Config holds the dependencies of the API.
type Config struct {
	Service *thunder.Service
	Logger  *slog.Logger
}

type api struct {
	service *thunder.Service
	logger  *slog.Logger
	methods map[string][]string // by path
}

// Mount adds the routes to an engine. It must have all its middleware.
func Mount(engine *gin.Engine, c Config) {
	a := &api{service: c.Service, logger: c.Logger, methods: map[string][]string{}}
	routes := []struct {
		method, path string
		handlers     []gin.HandlerFunc
	}{
		{http.MethodPost, "/users", []gin.HandlerFunc{a.application, a.create}},
		{http.MethodGet, "/users", []gin.HandlerFunc{a.application, a.change((*thunder.Service).Get)}},
		{http.MethodPut, "/users", []gin.HandlerFunc{a.application, a.update}},
		{http.MethodDelete, "/users", []gin.HandlerFunc{a.application, a.change((*thunder.Service).Delete)}},
		{http.MethodPost, "/verify", []gin.HandlerFunc{a.application, a.change((*thunder.Service).StartVerification)}},
		{http.MethodPost, "/verify/reset", []gin.HandlerFunc{a.application, a.change((*thunder.Service).ResetVerification)}},
		{http.MethodGet, "/verify", []gin.HandlerFunc{a.verify}},
		{http.MethodGet, successPath, []gin.HandlerFunc{success}},
	}
	engine.Use(a.unknown)
	for _, r := range routes {
		for _, path := range []string{r.path, r.path + "/"} { // Jersey, in Thunder, accepts both
			a.methods[path] = append(a.methods[path], r.method)
			if r.method == http.MethodGet {
				a.methods[path] = append(a.methods[path], http.MethodHead)
			}
			engine.Handle(r.method, path, append([]gin.HandlerFunc{private}, r.handlers...)...)
		}
	}
}

// unknown answers for unknown paths below the routes, and for methods that they lack.
func (a *api) unknown(c *gin.Context) {
	if c.FullPath() != "" { // a route of the engine
		return
	}
	path := c.Request.URL.Path
	if methods, known := a.methods[path]; known {
		c.Header("Allow", strings.Join(slices.Sorted(slices.Values(methods)), ", "))
		frameworkError(c, http.StatusMethodNotAllowed, "")
		return
	}
	below := func(route string) bool { return strings.HasPrefix(path, route+"/") }
	if slices.ContainsFunc(slices.Collect(maps.Keys(a.methods)), below) {
		frameworkError(c, http.StatusNotFound, "")
	}
}

// private keeps personal data out of caches.
func private(c *gin.Context) { c.Header("Cache-Control", "private, no-store") }
