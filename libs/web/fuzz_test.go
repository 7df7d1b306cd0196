package web_test

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

// signedBy reports whether the text has the form of a token, and sound holds for what is signed and the signature.
func signedBy(token string, sound func(signed, signature []byte) bool) bool {
	dot := strings.LastIndexByte(token, '.')
	if dot < 0 {
		return false
	}
	signature, err := base64.RawURLEncoding.DecodeString(token[dot+1:])
	return err == nil && sound([]byte(token[:dot]), signature)
}

// spoil adds variants of a good token, with which a fuzzer begins.
func spoil(f *testing.F, token string) {
	f.Helper()
	header, rest, _ := strings.Cut(token, ".")
	body, signature, _ := strings.Cut(rest, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`))
	for _, t := range []string{
		token, "", ".", "..", token + ".", token + "=", header + "." + body, header + "." + body + ".", none + "." + body + ".", none + "." + body + "." + signature,
		header + "." + header + "." + signature, body + "." + header + "." + signature, strings.ToUpper(token), token[:len(token)-1] + "!", " " + token, token + "\x00",
		header + "." + strings.Repeat("A", 20000) + "." + signature,
	} {
		f.Add(t)
	}
}

// FuzzAccessToken: only what the issuer has signed lets anybody in, and nothing makes the service fail.
func FuzzAccessToken(f *testing.F) {
	i := newIssuer(f)
	h := guarded(f, i.local(), web.Standing{Active: true, TypeCode: "ADMI"})
	spoil(f, i.sign(f, i.claims()))
	f.Fuzz(func(t *testing.T, token string) {
		w := ask(h, "GET", "/me", "Bearer "+token, "")
		sound := signedBy(strings.TrimSpace(token), func(signed, signature []byte) bool { return ed25519.Verify(i.public, signed, signature) })
		if w.Code != http.StatusUnauthorized && (w.Code != http.StatusOK || !sound) {
			t.Fatalf("%q: %d %s", token, w.Code, w.Body)
		}
	})
}

// FuzzCSRFToken: only the session's own token lets a write through.
func FuzzCSRFToken(f *testing.F) {
	i := newIssuer(f)
	csrf, err := web.NewCSRF(secret)
	if err != nil {
		f.Fatal(err)
	}
	h := guarded(f, i.local(), web.Standing{Active: true})
	good := csrf.Token("s1")
	for _, token := range []string{good, "", good[1:], good + "=", good + " ", strings.ToLower(good), csrf.Token("s2"), csrf.Token(""), "\x00" + good} {
		f.Add(token)
	}
	bearer := "Bearer " + i.sign(f, i.claims())
	f.Fuzz(func(t *testing.T, token string) {
		want := http.StatusForbidden
		if token == good {
			want = http.StatusOK
		}
		if w := ask(h, "POST", "/me", bearer, token); w.Code != want && !strings.ContainsAny(token, "\r\n") {
			if w.Code == http.StatusUnauthorized { // the access token has expired: a long run outlives it
				bearer = "Bearer " + i.sign(t, i.claims())
				return
			}
			t.Fatalf("%q: %d %s, want %d", token, w.Code, w.Body, want)
		}
	})
}

// FuzzServiceToken: only what a service has signed for this one admits a call.
func FuzzServiceToken(f *testing.F) {
	gateway, err := web.NewServiceTokens(secret, "gateway")
	if err != nil {
		f.Fatal(err)
	}
	directory, err := web.NewServiceTokens(secret, "directory")
	if err != nil {
		f.Fatal(err)
	}
	e := web.New(web.Options{Service: "directory", Logger: quiet})
	e.GET("/internal", directory.Only("gateway"), func(c *gin.Context) { c.Status(http.StatusOK) })
	for _, audience := range []string{"directory", "billing"} {
		token, err := gateway.Issue(audience, time.Now())
		if err != nil {
			f.Fatal(err)
		}
		spoil(f, token)
	}
	f.Fuzz(func(t *testing.T, token string) {
		w := ask(e, "GET", "/internal", "Bearer "+token, "")
		sound := signedBy(strings.TrimSpace(token), func(signed, signature []byte) bool {
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write(signed)
			return hmac.Equal(mac.Sum(nil), signature)
		})
		if w.Code != http.StatusUnauthorized && (w.Code != http.StatusOK || !sound) {
			t.Fatalf("%q: %d %s", token, w.Code, w.Body)
		}
	})
}
