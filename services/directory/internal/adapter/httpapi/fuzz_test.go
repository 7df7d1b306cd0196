package httpapi_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"muster/libs/web/webtest"
	"muster/services/directory/internal/adapter/httpapi"
	"muster/services/directory/internal/directory/directorytest"
)

// FuzzBodies sends any body to any route, as an administrator with a fresh session.
func FuzzBodies(f *testing.F) {
	a := newAPI(f, false)
	webtest.FuzzBodies(f, httpapi.Routes(), func(t *testing.T) webtest.Send {
		a.store.Put(directorytest.SampleUser(user), directorytest.SampleAdmin(admin), directorytest.SampleUser(other))
		return func(method, path, body string) *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			a.issuer.SignIn(t, r, admin)
			return a.send(r)
		}
	})
}
