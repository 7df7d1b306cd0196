package provider_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"muster/libs/errs"
	"muster/services/identity/internal/identity"
)

// FuzzIDToken presents any text as an ID token, and any text signed by the provider. The signed text identifies somebody only if
// it says what the rules want, and nothing but the token is blamed.
func FuzzIDToken(f *testing.F) {
	i := newIssuer(f)
	p := google(f, i)
	for _, changes := range []map[string]any{
		nil, {"iss": "x"}, {"iss": "fetching keys"}, {"aud": []string{"client-1", "client-2"}, "azp": "client-1"}, {"aud": nil}, {"aud": 7}, {"exp": "soon"}, {"exp": 1e300}, {"iat": -1},
		{"sub": ""}, {"sub": nil}, {"email_verified": "true"}, {"email_verified": map[string]any{}}, {"email": 7}, {"nonce": ""}, {"hd": []string{}}, {"_claim_names": map[string]any{"x": "y"}},
	} {
		claims, err := json.Marshal(i.claims(changes))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(claims, true)
	}
	for _, text := range []string{"", "x", "..", "a.b.c", "{}", "null", "[]", `{"sub":"a","sub":"b"}`, "eyJhbGciOiJub25lIn0.e30.", i.token(nil), i.unsigned(), i.confused()} {
		f.Add([]byte(text), false)
		f.Add([]byte(text), true)
	}
	good := i.token(nil)
	f.Fuzz(func(t *testing.T, text []byte, signed bool) {
		token := string(text)
		if signed {
			i.mu.Lock()
			token = i.signText(jose.ES256, i.key, i.kid, text)
			i.mu.Unlock()
		}
		if token == "" { // means a code instead
			return
		}
		who, err := p.Identify(t.Context(), identity.Google, identity.Evidence{IDToken: token, Nonce: "nonce-1"})
		if err != nil {
			if errs.From(err).Code != "PROVIDER_TOKEN_INVALID" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if !signed {
			if payload := func(token string) string { return strings.Split(token, ".")[1] }; payload(token) != payload(good) {
				t.Fatalf("nobody has signed %q", text)
			}
			return
		}
		if !wanted(text, i.url) {
			t.Fatalf("%s identifies %+v", text, who)
		}
	})
}

// wanted reports whether the claims are what the rules want. Among several members of one name it takes any.
func wanted(text []byte, issuer string) bool {
	var c map[string]any
	if json.Unmarshal(text, &c) != nil {
		return false
	}
	folded := map[string]any{} // encoding/json takes names in any case
	for _, name := range slices.Sorted(maps.Keys(c)) {
		folded[strings.ToLower(name)] = c[name]
	}
	expires, _ := folded["exp"].(float64)
	subject, _ := folded["sub"].(string)
	return folded["iss"] == issuer && folded["nonce"] == "nonce-1" && subject != "" && time.Unix(int64(expires), 0).After(now.Add(-time.Hour))
}
