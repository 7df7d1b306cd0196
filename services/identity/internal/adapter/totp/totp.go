// Package totp makes and checks the codes of authenticator apps (RFC 6238: SHA-1, six digits, 30 s, which all apps know), and
// encrypts their secrets.
package totp

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"muster/services/identity/internal/identity"
)

const (
	period = 30 // seconds of a time step
	skew   = 1  // time steps beside the current one, for clocks that differ

	// purpose separates this use of the secret from all others (RFC 5869, section 3.2).
	purpose = "muster identity: secrets of authenticator apps, AES-256-GCM"
)

var errSealed = errors.New("the secret of a second factor is damaged or was sealed with a secret other than IDENTITY_KEY_SECRET")

// Passwords implements identity.OneTimePasswords.
type Passwords struct {
	aead   cipher.AEAD
	issuer string
}

var _ identity.OneTimePasswords = Passwords{}

// New takes the installation's key secret, and the name of the installation that apps show.
func New(secret, issuer string) (Passwords, error) {
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, purpose, 32)
	if err != nil {
		return Passwords{}, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return Passwords{}, fmt.Errorf("secrets of second factors: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return Passwords{}, fmt.Errorf("secrets of second factors: %w", err)
	}
	return Passwords{aead, issuer}, nil
}

// NewSecret generates 160 random bits (RFC 4226, section 4). What is sealed is bound to the id.
func (p Passwords) NewSecret(id, account string) (sealed []byte, secret, uri string, err error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: p.issuer, AccountName: account, Period: period, SecretSize: 20, Algorithm: otp.AlgorithmSHA1, Digits: otp.DigitsSix})
	if err != nil {
		return nil, "", "", fmt.Errorf("new secret: %w", err)
	}
	nonce := make([]byte, p.aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails (crypto/rand)
	return p.aead.Seal(nonce, nonce, []byte(key.Secret()), []byte(id)), key.Secret(), key.String(), nil
}

// Match compares the code with those of all time steps in reach, in constant time.
func (p Passwords) Match(id string, sealed []byte, code string, now time.Time) (int64, error) {
	n := p.aead.NonceSize()
	if len(sealed) < n {
		return 0, errSealed
	}
	secret, err := p.aead.Open(nil, sealed[:n], sealed[n:], []byte(id))
	if err != nil {
		return 0, errSealed
	}
	var matched int64
	for step := now.Unix()/period - skew; step <= now.Unix()/period+skew; step++ {
		want, err := hotp.GenerateCodeCustom(string(secret), uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, fmt.Errorf("code of a time step: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			matched = step
		}
	}
	return matched, nil
}
