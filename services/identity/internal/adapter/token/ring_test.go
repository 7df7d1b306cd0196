package token_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"muster/services/identity/internal/adapter/token"
	"muster/services/identity/internal/identity"
	"muster/services/identity/internal/identity/identitytest"
)

const secret = "a secret of more than thirty-two bytes"

func newRing(t *testing.T, secret string) *token.Ring {
	t.Helper()
	ring, err := token.NewRing(secret)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func TestTokens(t *testing.T) { identitytest.TestTokens(t, newRing(t, secret)) }

func TestKeysAreSealed(t *testing.T) {
	ring := newRing(t, secret)
	key, err := ring.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if err := ring.Use([]identity.SigningKey{key}); err != nil {
		t.Fatal(err)
	}
	public, err := ring.Public(t.Context(), key.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(key.Sealed) < ed25519.SeedSize+16 {
		t.Fatalf("%d bytes hold no sealed seed", len(key.Sealed))
	}
	for i := range len(key.Sealed) - ed25519.SeedSize + 1 {
		open := ed25519.NewKeyFromSeed(key.Sealed[i : i+ed25519.SeedSize])
		if open.Public().(ed25519.PublicKey).Equal(public) {
			t.Fatal("the private key lies open")
		}
	}
	renamed := key
	renamed.ID = "another id"
	for name, use := range map[string]func() error{
		"another secret":       func() error { return newRing(t, strings.ToUpper(secret)).Use([]identity.SigningKey{key}) },
		"a key of another id":  func() error { return ring.Use([]identity.SigningKey{renamed}) },
		"an empty sealed key":  func() error { return ring.Use([]identity.SigningKey{{ID: key.ID}}) },
		"another replica's is": func() error { return newRing(t, secret).Use([]identity.SigningKey{key}) },
	} {
		if err := use(); (err == nil) != (name == "another replica's is") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestShortSecretIsRefused(t *testing.T) {
	if _, err := token.NewRing(strings.Repeat("x", 31)); err == nil {
		t.Error("31 bytes are taken")
	}
}

func TestJWKS(t *testing.T) {
	ring := newRing(t, secret)
	key, err := ring.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if ring.Ready(time.Now()) == nil {
		t.Error("ready without a key")
	}
	if err := ring.Use([]identity.SigningKey{key}); err != nil {
		t.Fatal(err)
	}
	if err := ring.Ready(time.Now()); err != nil {
		t.Error(err)
	}
	public, err := ring.Public(t.Context(), key.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := token.JWK{
		KeyType: "OKP", Curve: "Ed25519", Use: "sig", Algorithm: "EdDSA", KeyID: key.ID,
		X: base64.RawURLEncoding.EncodeToString(public.(ed25519.PublicKey)),
	}
	if got := ring.JWKS(); len(got) != 1 || got[0] != want {
		t.Errorf("key set %+v", got)
	}
	if _, err := ring.Public(t.Context(), "unknown"); err == nil {
		t.Error("an unknown key id has a key")
	}
}
