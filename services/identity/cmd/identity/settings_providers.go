package main

import (
	"strings"

	"muster/libs/service"
	"muster/services/identity/internal/adapter/httpapi"
	"muster/services/identity/internal/adapter/provider"
	"muster/services/identity/internal/identity"
)

// openIDClient holds the settings of a provider of OpenID Connect.
type openIDClient struct {
	ClientIDs    []string `env:"CLIENT_IDS"`
	ClientSecret string   `env:"CLIENT_SECRET" secret:"value"`
	Issuer       string   `env:"ISSUER"`
}

type appleClient struct {
	ClientIDs  []string `env:"CLIENT_IDS"`
	TeamID     string   `env:"TEAM_ID"`
	KeyID      string   `env:"KEY_ID"`
	PrivateKey string   `env:"PRIVATE_KEY" secret:"value"`
	Issuer     string   `env:"ISSUER"`
}

// oauthClient holds the settings of a provider of OAuth 2.0.
type oauthClient struct {
	ClientID     string `env:"CLIENT_ID"`
	ClientSecret string `env:"CLIENT_SECRET" secret:"value"`
	URL          string `env:"URL"`
	APIURL       string `env:"API_URL"`
}

// checkProviders checks that a provider is either set up completely or not at all.
func (s *settings) checkProviders(p *service.Problems) {
	openID := func(name string, c openIDClient) {
		p.Need((len(c.ClientIDs) > 0) == (c.ClientSecret != ""), name+"_CLIENT_IDS", "and IDENTITY_"+name+"_CLIENT_SECRET go together")
		optionalURL(p, name+"_ISSUER", c.Issuer)
	}
	oauth := func(name string, c oauthClient) {
		p.Need((c.ClientID == "") == (c.ClientSecret == ""), name+"_CLIENT_ID", "and IDENTITY_"+name+"_CLIENT_SECRET go together")
		optionalURL(p, name+"_URL", c.URL)
		optionalURL(p, name+"_API_URL", c.APIURL)
	}
	openID("GOOGLE", s.Google)
	openID("LINKEDIN", s.LinkedIn)
	oauth("FACEBOOK", s.Facebook)
	oauth("X", s.X)
	on := len(s.Apple.ClientIDs) > 0
	for _, value := range []string{s.Apple.TeamID, s.Apple.KeyID, s.Apple.PrivateKey} {
		p.Need((value != "") == on, "APPLE_CLIENT_IDS", "and IDENTITY_APPLE_TEAM_ID, _KEY_ID and _PRIVATE_KEY go together")
	}
	optionalURL(p, "APPLE_ISSUER", s.Apple.Issuer)
}

func optionalURL(p *service.Problems, name, value string) {
	if value != "" {
		p.URL(name, value)
	}
}

// baseURL returns the public address of the API, without a trailing slash.
func (s *settings) baseURL() string { return strings.TrimSuffix(s.APIURL, "/") }

// providers returns the settings of the adapter.
func (s *settings) providers() provider.Settings {
	openID := func(c openIDClient) provider.Client {
		return provider.Client{IDs: c.ClientIDs, Secret: c.ClientSecret, URL: c.Issuer}
	}
	oauth := func(c oauthClient) provider.Client {
		client := provider.Client{Secret: c.ClientSecret, URL: c.URL, APIURL: c.APIURL}
		if c.ClientID != "" {
			client.IDs = []string{c.ClientID}
		}
		return client
	}
	return provider.Settings{
		Google: openID(s.Google), LinkedIn: openID(s.LinkedIn), Facebook: oauth(s.Facebook), X: oauth(s.X),
		Apple: provider.AppleClient{
			Client: provider.Client{IDs: s.Apple.ClientIDs, URL: s.Apple.Issuer},
			TeamID: s.Apple.TeamID, KeyID: s.Apple.KeyID, PrivateKey: s.Apple.PrivateKey,
		},
		CallbackURL: func(p identity.Provider) string { return httpapi.CallbackURL(s.baseURL(), p) },
	}
}
