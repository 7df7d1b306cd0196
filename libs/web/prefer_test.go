package web_test

import (
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	"muster/libs/listing"
	"muster/libs/web"
)

func TestPreferences(t *testing.T) {
	e := web.New(web.Options{Service: "test", Logger: quiet})
	e.GET("/list", func(c *gin.Context) { web.List(c, listing.Page[int]{Data: []int{4, 5}, Total: 12, Offset: 3}) })
	e.GET("/empty", func(c *gin.Context) { web.List(c, listing.Page[int]{}) })
	e.DELETE("/x", func(c *gin.Context) { web.Deleted(c, 7) })
	for name, test := range map[string]struct {
		method, path string
		prefer       []string
		status       int
		body         string
		applied      string
	}{
		"list":                    {"GET", "/list", nil, 200, `{"data":[4,5],"total":12}`, ""},
		"list as array":           {"GET", "/list", []string{"list=array"}, 200, `[4,5]`, "list=array"},
		"empty list as array":     {"GET", "/empty", []string{"list=array"}, 200, `[]`, "list=array"},
		"empty list":              {"GET", "/empty", nil, 200, `{"data":[],"total":0}`, ""},
		"among others":            {"GET", "/list", []string{"respond-async, LIST = \"array\"; x=1"}, 200, `[4,5]`, "list=array"},
		"in a second header":      {"GET", "/list", []string{"wait=10", "list=array"}, 200, `[4,5]`, "list=array"},
		"the first of two counts": {"GET", "/list", []string{"list=object, list=array"}, 200, `{"data":[4,5],"total":12}`, ""},
		"another value":           {"GET", "/list", []string{"list=arrays"}, 200, `{"data":[4,5],"total":12}`, ""},
		"another preference":      {"GET", "/list", []string{"return=representation"}, 200, `{"data":[4,5],"total":12}`, ""},
		"delete":                  {"DELETE", "/x", nil, 204, ``, ""},
		"delete, minimal":         {"DELETE", "/x", []string{"return=minimal"}, 204, ``, ""},
		"delete, representation":  {"DELETE", "/x", []string{"return=representation"}, 200, `{"id":7}`, "return=representation"},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(test.method, test.path, nil)
			r.Header["Prefer"] = test.prefer
			w := httptest.NewRecorder()
			e.ServeHTTP(w, r)
			h := w.Header()
			if w.Code != test.status || w.Body.String() != test.body || h.Get("Preference-Applied") != test.applied || h.Get("Vary") != "Prefer" {
				t.Errorf("%d %s %v", w.Code, w.Body, h)
			}
			if test.path == "/list" && (h.Get("X-Total-Count") != "12" || h.Get("Content-Range") != "items 3-4/12") {
				t.Errorf("headers %v", h)
			}
		})
	}
}
