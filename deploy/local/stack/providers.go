package stack

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"muster/deploy/providerfake"
)

// startProviders starts the stand-in for the sign-in providers.
func (s *stack) startProviders(context.Context) error {
	key, err := appleKey(s.secrets.AppleKey)
	if err != nil {
		return err
	}
	address := urlOf(s.settings.Providers)
	fake, err := providerfake.New(providerfake.Options{URL: address, AppleKey: key.Public(), Now: time.Now})
	if err != nil {
		return err
	}
	stop, err := serveHTTP(s.settings.Providers, fake, "The stand-in for sign-in providers", "MUSTER_PROVIDERS_ADDR")
	if err != nil {
		return err
	}
	s.later(stop)
	s.description.Providers = address
	return nil
}

// providerSettings returns identity's settings of the sign-in providers. A provider with settings of its own in this
// program's environment (IDENTITY_GOOGLE_CLIENT_IDS, …) is left alone.
func (s *stack) providerSettings() map[string]string {
	settings := map[string]string{}
	for name, own := range map[string]map[string]string{
		"GOOGLE":   {"CLIENT_IDS": providerfake.ClientID, "CLIENT_SECRET": providerfake.ClientSecret, "ISSUER": "/google"},
		"LINKEDIN": {"CLIENT_IDS": providerfake.ClientID, "CLIENT_SECRET": providerfake.ClientSecret, "ISSUER": "/linkedin"},
		"APPLE": {
			"CLIENT_IDS": providerfake.ClientID, "TEAM_ID": providerfake.AppleTeamID, "KEY_ID": providerfake.AppleKeyID,
			"PRIVATE_KEY": s.secrets.AppleKey, "ISSUER": "/apple",
		},
		"FACEBOOK": {"CLIENT_ID": providerfake.ClientID, "CLIENT_SECRET": providerfake.ClientSecret, "URL": "/facebook", "API_URL": "/facebook"},
		"X":        {"CLIENT_ID": providerfake.ClientID, "CLIENT_SECRET": providerfake.ClientSecret, "URL": "/x", "API_URL": "/x"},
	} {
		if os.Getenv("IDENTITY_"+name+"_CLIENT_IDS")+os.Getenv("IDENTITY_"+name+"_CLIENT_ID") != "" {
			continue
		}
		for setting, value := range own {
			if strings.HasPrefix(value, "/") {
				value = s.description.Providers + value
			}
			settings[name+"_"+setting] = value
		}
	}
	return settings
}

// newAppleKey returns a private key as Apple hands it out.
func newAppleKey() (string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), nil
}

func appleKey(text string) (*ecdsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("the secret appleKey is not in PEM: start afresh with make run FRESH=1")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(*ecdsa.PrivateKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("the secret appleKey is no ECDSA key (%w): start afresh with make run FRESH=1", err)
	}
	return key, nil
}
