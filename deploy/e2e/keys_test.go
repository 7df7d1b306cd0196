package e2e_test

import (
	"net/http"
	"testing"
	"time"
)

// TestAnOperatorRotatesTheSigningKeys: the new key is in the key set at once, and nobody has to sign in again.
func TestAnOperatorRotatesTheSigningKeys(t *testing.T) {
	c := register(t, "signed")
	published := func() int {
		keys, _ := (&client{t: t}).want(http.StatusOK, "GET", "/.well-known/jwks.json", nil).body["keys"].([]any)
		return len(keys)
	}
	before := published()
	operate(t, []string{"signing"}, "identity", "keys", "list")
	operate(t, []string{"signing", "next"}, "identity", "keys", "rotate")
	eventually(t, 40*time.Second, "the new key is published", func() bool { return published() == before+1 })
	operate(t, []string{"signing", "next"}, "identity", "keys", "rotate") // not a third one
	if n := published(); n != before+1 {
		t.Errorf("%d keys after another rotation, %d before", n, before)
	}
	c.want(http.StatusOK, "GET", "/api/users/me", nil)
	login(t, c.email, password)
}
