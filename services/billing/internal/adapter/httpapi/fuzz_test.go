package httpapi_test

import (
	"net/http/httptest"
	"testing"

	"muster/libs/web/webtest"
	"muster/services/billing/internal/adapter/httpapi"
)

// FuzzBodies sends any body to any route, as an administrator, who is a customer too.
func FuzzBodies(f *testing.F) {
	webtest.FuzzBodies(f, httpapi.Routes(), func(t *testing.T) webtest.Send {
		e := newEdge(t)
		return func(method, path, body string) *httptest.ResponseRecorder {
			return e.ask(method, path, 1, body)
		}
	})
}
