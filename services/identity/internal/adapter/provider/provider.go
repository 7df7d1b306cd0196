// Package provider asks the sign-in providers who somebody is: Google, Apple and LinkedIn over OpenID Connect, Facebook and X
// over OAuth 2.0 and APIs of their own. To add a provider, declare it in [New] and add its code to the core.
package provider

import (
	"context"
	"net/http"
	"time"

	"muster/libs/errs"
	"muster/libs/telemetry"
	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

// Client is what a provider has issued to this installation. A provider without an id is not set up.
type Client struct {
	// IDs are the client ids. ID tokens for any of them are accepted: an installation has one for each of its apps. The
	// first is the one whose pages browsers are sent to, and whose codes are exchanged.
	IDs    []string
	Secret string
	// URL is where the provider is reached: the issuer of OpenID Connect, or the base of its pages. Empty means the
	// provider's own.
	URL string
	// APIURL is the base of the API of a provider that has two addresses. Empty means the provider's own.
	APIURL string
}

func (c Client) configured() bool { return len(c.IDs) > 0 }

// Settings are the clients of all providers.
type Settings struct {
	Google, LinkedIn, Facebook, X Client
	Apple                         AppleClient
	// CallbackURL returns where a provider sends browsers back to.
	CallbackURL func(identity.Provider) string
}

// Providers implements the port [identity.Providers].
type Providers struct {
	all      map[identity.Provider]asked
	callback func(identity.Provider) string
}

var _ identity.Providers = (*Providers)(nil)

// asked is a provider that is set up.
type asked interface {
	identify(ctx context.Context, e identity.Evidence) (identity.Person, error)
	// authorizationURL is the page for a flow that ends at the address redirect.
	authorizationURL(ctx context.Context, f identity.Flow, redirect string) (string, error)
}

// New returns the providers that are set up. It asks none of them yet: a provider that is away stops no service.
func New(s Settings, now func() time.Time) (*Providers, error) {
	client := &http.Client{Timeout: answerTime, Transport: telemetry.Outside(http.DefaultTransport), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	p := &Providers{all: map[identity.Provider]asked{}, callback: s.CallbackURL}
	if s.Google.configured() {
		p.all[identity.Google] = newOpenID(client, now, declaration{
			provider: identity.Google, client: s.Google, issuer: "https://accounts.google.com", secret: fixed(s.Google.Secret),
			// https://developers.google.com/identity/gsi/web/guides/verify-google-id-token: Google is authoritative for
			// addresses of gmail.com, and for those of a Workspace domain (hd).
			ownsMailbox: func(c claims) bool {
				return c.HostedDomain != "" || hasDomain(c.Email, "gmail.com", "googlemail.com")
			},
		})
	}
	if s.Apple.configured() {
		secret, err := s.Apple.secret(now)
		if err != nil {
			return nil, err
		}
		p.all[identity.Apple] = newOpenID(client, now, declaration{
			provider: identity.Apple, client: s.Apple.Client, issuer: "https://appleid.apple.com", secret: secret,
			// Apple sends the person's name, once, and then as a form post:
			// https://developer.apple.com/documentation/signinwithapple/incorporating-sign-in-with-apple-into-other-platforms
			scopes: []string{"name"}, noProfile: true, formPost: true,
			ownsMailbox: func(c claims) bool {
				return hasDomain(c.Email, "icloud.com", "me.com", "mac.com", "privaterelay.appleid.com")
			},
		})
	}
	if s.LinkedIn.configured() {
		p.all[identity.LinkedIn] = newOpenID(client, now, declaration{
			provider: identity.LinkedIn, client: s.LinkedIn, issuer: "https://www.linkedin.com/oauth", secret: fixed(s.LinkedIn.Secret),
			// LinkedIn puts no nonce into its tokens, and refuses a verifier unless PKCE is enabled for the app:
			// https://github.com/nextauthjs/next-auth/issues/8831. The state and the client's secret remain.
			noNonce: true, noPKCE: true,
			ownsMailbox: func(claims) bool { return false },
		})
	}
	if s.Facebook.configured() {
		p.all[identity.Facebook] = newFacebook(client, s.Facebook)
	}
	if s.X.configured() {
		p.all[identity.X] = newX(client, s.X)
	}
	return p, nil
}

// Configured reports whether the provider is set up.
func (p *Providers) Configured(name identity.Provider) bool { return p.all[name] != nil }

// Identify asks the provider.
func (p *Providers) Identify(ctx context.Context, name identity.Provider, e identity.Evidence) (identity.Person, error) {
	asked, ok := p.all[name]
	if !ok {
		return identity.Person{}, identity.ErrProviderNotConfigured
	}
	return asked.identify(ctx, e)
}

// AuthorizationURL returns the provider's page.
func (p *Providers) AuthorizationURL(ctx context.Context, name identity.Provider, f identity.Flow) (string, error) {
	asked, ok := p.all[name]
	if !ok {
		return "", identity.ErrProviderNotConfigured
	}
	return asked.authorizationURL(ctx, f, p.callback(name))
}

// answerTime is the timeout of a call to a provider.
const answerTime = 5 * time.Second

// away means that the provider cannot be asked.
func away(cause error) error { return web.Unavailable("The sign-in provider", cause) }

// invalid means that the evidence is wrong.
func invalid(cause error) error { return identity.ErrProviderTokenInvalid.Because(cause) }

var errCodeOnly = errs.InvalidField("code", "is required: this provider issues no ID tokens")
