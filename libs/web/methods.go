package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
)

// headAsGet lets handlers answer HEAD like GET (contract section 3). The server knows the original method and sends no
// body.
func headAsGet(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			r = r.WithContext(context.WithValue(r.Context(), headKey{}, true)) // a copy
			r.Method = http.MethodGet
		}
		h.ServeHTTP(w, r)
	})
}

// headKey is the context key of a request that was HEAD.
type headKey struct{}

// WantsHeadOnly reports whether nobody sees the body of the answer, for handlers with a costly one.
func WantsHeadOnly(r *http.Request) bool {
	only, _ := r.Context().Value(headKey{}).(bool)
	return only
}

// RefuseShadowed answers 405 for a method that a fixed path lacks but a matching pattern has: DELETE /api/users/full is
// not DELETE /api/users/:id with the id "full". Call it after the last route.
func RefuseShadowed(e *gin.Engine) {
	routes := e.Routes()
	refuse := refuseMethod(routes)
	e.NoMethod(refuse)
	for _, path := range shadowedPaths(routes) {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions} {
			own := func(r gin.RouteInfo) bool { return r.Path == path && r.Method == method }
			if !slices.ContainsFunc(routes, own) {
				e.Handle(method, path, refuse)
			}
		}
	}
}

// shadowedPaths returns the fixed paths that a pattern also matches.
func shadowedPaths(routes gin.RoutesInfo) []string {
	var paths []string
	for _, r := range routes {
		over := func(o gin.RouteInfo) bool { return o.Path != r.Path && matches(o.Path, r.Path) }
		if !slices.Contains(paths, r.Path) && slices.ContainsFunc(routes, over) {
			paths = append(paths, r.Path)
		}
	}
	return paths
}

// refuseMethod answers 405 and lists the methods of the path (RFC 9110, section 10.2.1).
func refuseMethod(routes gin.RoutesInfo) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Header("Allow", strings.Join(allowed(routes, c.Request.URL.Path), ", "))
		Fail(c, errs.New(errNoMethod.Kind, errNoMethod.Code, "This route does not answer "+c.Request.Method+"."))
	}
}

// allowed returns the methods for a path: those of the fixed route if there is one, else those of all matching
// patterns.
func allowed(routes gin.RoutesInfo, path string) []string {
	fixed := slices.ContainsFunc(routes, func(r gin.RouteInfo) bool { return r.Path == path })
	var methods []string
	for _, r := range routes {
		if r.Path != path && (fixed || !matches(r.Path, path)) {
			continue
		}
		methods = append(methods, r.Method)
		if r.Method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
	}
	slices.Sort(methods)
	return slices.Compact(methods)
}

func matches(pattern, path string) bool {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, w := range want {
		if strings.HasPrefix(w, "*") {
			return true
		}
		if i >= len(have) || (w != have[i] && !strings.HasPrefix(w, ":")) {
			return false
		}
	}
	return len(want) == len(have)
}
