package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	"muster/libs/testkit/pgtest"
	"muster/libs/web"
)

func TestFailuresAreAnsweredByTheirKind(t *testing.T) {
	for _, f := range pgtest.Failures() {
		e := web.New(web.Options{Service: "test", Logger: quiet})
		e.GET("/", func(c *gin.Context) { web.Fail(c, f.Err) })
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		if w.Code != f.Kind.Status() {
			t.Errorf("%s: status %d, want %d", f.Name, w.Code, f.Kind.Status())
		}
	}
}
