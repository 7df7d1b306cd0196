package thunderapi_test

import (
	"encoding/json"
	"net/http"
	"testing"
)

// FuzzBodies sends any body to the routes that read one, which is Thunder's own form of JSON. Whatever it is, the façade does
// not fail, and what it accepts it answers in JSON. Its refusals are text.
func FuzzBodies(f *testing.F) {
	methods := []string{http.MethodPost, http.MethodPut}
	for i, body := range []string{
		``, `{}`, `null`, `[]`, `{"email":{"address":"new@example.com"},"password":"12345","properties":{"plan":"gold"}}`,
		`{"id":"x","email":{"address":"ada@example.com","verified":true,"verificationToken":"t"},"password":"1","properties":{}}`,
		`{"email":"ada@example.com"}`, `{"email":{"address":1}}`, `{"properties":[]}`, `{"email":{"address":"\u0000"}}`, "{\"email\":\"\xff\"}", `{"password":null}`, `{"a":1,"a":2}`,
	} {
		f.Add(uint8(i), []byte(body))
	}
	f.Fuzz(func(t *testing.T, method uint8, body []byte) {
		a := setup(t).do(methods[int(method)%len(methods)], "/users?email=ada@example.com", string(body))
		if a.Code >= http.StatusInternalServerError || a.Code < http.StatusMultipleChoices && !json.Valid([]byte(a.text)) {
			t.Fatalf("%d %s", a.Code, a.text)
		}
	})
}
