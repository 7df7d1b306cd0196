// Package openapitest holds the descriptions of the services' APIs to what the services mount.
package openapitest

import (
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"muster/libs/openapi"
	"muster/libs/testkit/golden"
)

// File is where the description of a service's API is kept.
func File(service string) string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "..", "contracts", "apis", service+".json")
}

// Check fails the test if the description of a service's API is not what its file says, or if the service mounts a route
// that is not described, or describes one that it does not mount. With -update it writes the file.
func Check(t *testing.T, service string, api openapi.API, mount func(*gin.Engine)) {
	t.Helper()
	document := openapi.Describe(api)
	text, err := document.JSON()
	if err != nil {
		t.Fatal(err)
	}
	golden.File(t, File(service), text)

	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	mount(engine)
	var mounted, described []string
	for _, r := range engine.Routes() {
		mounted = append(mounted, r.Method+" "+openapi.PathOf(r.Path))
	}
	for path, item := range document.Paths {
		for method := range item {
			described = append(described, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(mounted)
	slices.Sort(described)
	if !slices.Equal(mounted, described) {
		t.Errorf("mounted are\n%s\ndescribed are\n%s", strings.Join(mounted, "\n"), strings.Join(described, "\n"))
	}
}
