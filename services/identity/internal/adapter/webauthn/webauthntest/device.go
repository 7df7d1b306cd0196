// Package webauthntest is a software authenticator with a browser in front of it.
package webauthntest

import (
	"testing"

	"github.com/descope/virtualwebauthn"

	"muster/services/identity/internal/identity/identitytest"
)

// Device has one passkey. Its fields may be changed between uses.
type Device struct {
	Page    virtualwebauthn.RelyingParty // where the browser is
	Options virtualwebauthn.AuthenticatorOptions
	key     virtualwebauthn.Credential
}

var _ identitytest.Device = (*Device)(nil)

// New returns a device in front of a page.
func New(page virtualwebauthn.RelyingParty) *Device { return &Device{Page: page, key: newKey()} }

// wholeKey is the length of a public key whose coordinates both have 32 bytes.
const wholeKey = 77

// newKey tries again when a coordinate begins with zeros, because the library leaves them out, which COSE forbids.
func newKey() virtualwebauthn.Credential {
	for {
		if c := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2); len(c.Key.AttestationData()) == wholeKey {
			return c
		}
	}
}

// Create makes the passkey. It belongs to the user of the options from then on.
func (d *Device) Create(t *testing.T, options []byte) []byte {
	t.Helper()
	asked, err := virtualwebauthn.ParseAttestationOptions(string(options))
	if err != nil {
		t.Fatal(err)
	}
	d.Options.UserHandle = []byte(asked.UserID)
	return []byte(virtualwebauthn.CreateAttestationResponse(d.Page, virtualwebauthn.NewAuthenticatorWithOptions(d.Options), d.key, *asked))
}

// Use signs with the passkey.
func (d *Device) Use(t *testing.T, options []byte, signs uint32, verified bool) []byte {
	t.Helper()
	asked, err := virtualwebauthn.ParseAssertionOptions(string(options))
	if err != nil {
		t.Fatal(err)
	}
	d.Options.UserNotVerified, d.key.Counter = !verified, signs
	return []byte(virtualwebauthn.CreateAssertionResponse(d.Page, virtualwebauthn.NewAuthenticatorWithOptions(d.Options), d.key, *asked))
}
