package provider

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"muster/services/identity/internal/identity"
)

// declaration is what differs between the providers of OpenID Connect.
type declaration struct {
	provider identity.Provider
	client   Client
	issuer   string
	secret   func() (string, error)
	// scopes come on top of openid, email and profile.
	scopes []string
	// noProfile: the provider does not know the scope "profile".
	noProfile bool
	// noNonce and noPKCE: the provider does not support them.
	noNonce, noPKCE bool
	// formPost: the provider sends browsers back with a POST.
	formPost bool
	// ownsMailbox says whether the provider runs the mailbox of a verified address.
	ownsMailbox func(claims) bool
}

func fixed(secret string) func() (string, error) {
	return func() (string, error) { return secret, nil }
}

// openID is a provider of OpenID Connect.
type openID struct {
	declaration
	http *http.Client
	now  func() time.Time

	found    atomic.Pointer[endpoint] // nil until the provider has been found
	searches singleflight.Group
}

// endpoint is a provider whose configuration has been read.
type endpoint struct {
	*oidc.Provider
	verifier *oidc.IDTokenVerifier
}

func newOpenID(client *http.Client, now func() time.Time, d declaration) *openID {
	if d.client.URL != "" {
		d.issuer = d.client.URL
	}
	return &openID{declaration: d, http: client, now: now}
}

// claims are those of an ID token, or of the answer of the endpoint userinfo.
type claims struct {
	Subject       string `json:"sub"`
	Email         string `json:"email"`
	EmailVerified truth  `json:"email_verified"`
	GivenName     string `json:"given_name"`
	FamilyName    string `json:"family_name"`
	HostedDomain  string `json:"hd"`
	AuthorizedFor string `json:"azp"`
}

// truth is a boolean that Apple also sends as a string.
type truth bool

func (t *truth) UnmarshalJSON(text []byte) error {
	*t = string(text) == "true" || string(text) == `"true"`
	return nil
}

func (o *openID) identify(ctx context.Context, e identity.Evidence) (identity.Person, error) {
	at, err := o.find(ctx)
	if err != nil {
		return identity.Person{}, err
	}
	if e.IDToken != "" {
		token, c, err := o.verify(ctx, at, e.IDToken, e.Nonce, o.client.IDs)
		if err != nil {
			return identity.Person{}, err
		}
		who := o.person(c, e.Name)
		sum := sha256.Sum256([]byte(e.IDToken))
		who.TokenHash, who.TokenExpires = sum[:], token.Expiry.Add(time.Minute) // as long as the verifier takes it
		return who, nil
	}
	c, err := o.redeem(ctx, at, e)
	if err != nil {
		return identity.Person{}, err
	}
	return o.person(c, e.Name), nil
}

// find reads the provider's configuration once (OpenID Connect Discovery 1.0).
func (o *openID) find(ctx context.Context) (*endpoint, error) {
	if found := o.found.Load(); found != nil {
		return found, nil
	}
	search := o.searches.DoChan("", func() (any, error) {
		p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), o.http), o.issuer)
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", o.provider, err)
		}
		// The audience is checked in verify, because there may be several.
		o.found.Store(&endpoint{p, p.Verifier(&oidc.Config{SkipClientIDCheck: true, Now: o.now})})
		return nil, nil
	})
	select {
	case <-ctx.Done():
		return nil, away(ctx.Err())
	case r := <-search:
		if r.Err != nil {
			return nil, away(r.Err)
		}
		return o.found.Load(), nil
	}
}

// noKeys begins the library's error when the provider's keys could not be read, its only sign that it is not the token's fault. What
// the token says may be in other errors, but not at their beginning.
const noKeys = "failed to verify signature: fetching keys"

// verify checks signature, issuer, audience, time and nonce of an ID token (OpenID Connect Core 1.0, section 3.1.3.7). The
// algorithms are those of the provider's configuration that use public keys, so neither "none" nor a shared secret.
func (o *openID) verify(ctx context.Context, at *endpoint, raw, nonce string, audience []string) (*oidc.IDToken, claims, error) {
	token, err := at.verifier.Verify(ctx, raw)
	var c claims
	switch {
	case err != nil && strings.HasPrefix(err.Error(), noKeys):
		return nil, c, away(fmt.Errorf("keys of %s: %w", o.provider, err))
	case err != nil:
		return nil, c, invalid(err)
	}
	if err := token.Claims(&c); err != nil {
		return nil, c, invalid(err)
	}
	known := func(id string) bool { return slices.Contains(audience, id) }
	switch {
	case !slices.ContainsFunc(token.Audience, known):
		return nil, c, invalid(errors.New("the token is for another audience"))
	case len(token.Audience) > 1 && !known(c.AuthorizedFor), c.AuthorizedFor != "" && !known(c.AuthorizedFor):
		return nil, c, invalid(errors.New("the token is authorized for another client"))
	case token.Nonce != nonce && !o.noNonce:
		return nil, c, invalid(errors.New("the token has another nonce"))
	case token.Subject == "" || len(token.Subject) > 255:
		return nil, c, invalid(errors.New("the token has no valid subject"))
	case token.IssuedAt.After(o.now().Add(time.Minute)):
		return nil, c, invalid(errors.New("the token is issued in the future"))
	}
	c.Subject = token.Subject
	return token, c, nil
}

// redeem exchanges a code for the claims of the person.
func (o *openID) redeem(ctx context.Context, at *endpoint, e identity.Evidence) (claims, error) {
	config, err := o.oauth(at, e.RedirectURI)
	if err != nil {
		return claims{}, err
	}
	ctx = oidc.ClientContext(ctx, o.http)
	var options []oauth2.AuthCodeOption
	if e.CodeVerifier != "" && !o.noPKCE {
		options = append(options, oauth2.VerifierOption(e.CodeVerifier))
	}
	tokens, err := config.Exchange(ctx, e.Code, options...)
	if err != nil {
		return claims{}, exchangeError(o.provider, err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	_, c, err := o.verify(ctx, at, raw, e.Nonce, o.client.IDs[:1])
	if err != nil || c.Email != "" || at.UserInfoEndpoint() == "" {
		return c, err
	}
	info, err := at.UserInfo(ctx, config.TokenSource(ctx, tokens))
	if err != nil {
		return claims{}, away(fmt.Errorf("userinfo of %s: %w", o.provider, err))
	}
	var more claims
	if err := info.Claims(&more); err != nil {
		return claims{}, away(fmt.Errorf("userinfo of %s: %w", o.provider, err))
	}
	if more.Subject != c.Subject { // OpenID Connect Core 1.0, section 5.3.2
		return claims{}, invalid(errors.New("userinfo is of somebody else"))
	}
	more.HostedDomain = c.HostedDomain
	return more, nil
}

func (o *openID) authorizationURL(ctx context.Context, f identity.Flow, redirect string) (string, error) {
	at, err := o.find(ctx)
	if err != nil {
		return "", err
	}
	config, err := o.oauth(at, redirect)
	if err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(f.Nonce)}
	if !o.noPKCE {
		options = append(options, oauth2.S256ChallengeOption(f.CodeVerifier))
	}
	if o.formPost {
		options = append(options, oauth2.SetAuthURLParam("response_mode", "form_post"))
	}
	return config.AuthCodeURL(f.State, options...), nil
}

func (o *openID) oauth(at *endpoint, redirect string) (*oauth2.Config, error) {
	secret, err := o.secret()
	if err != nil {
		return nil, fmt.Errorf("client secret of %s: %w", o.provider, err)
	}
	scopes := []string{oidc.ScopeOpenID, "email"}
	if !o.noProfile {
		scopes = append(scopes, "profile")
	}
	urls := at.Endpoint()
	urls.AuthStyle = oauth2.AuthStyleInParams
	return &oauth2.Config{
		ClientID: o.client.IDs[0], ClientSecret: secret, Endpoint: urls, RedirectURL: redirect, Scopes: append(scopes, o.scopes...),
	}, nil
}

// person returns who the claims describe. form is what Apple sends beside the code.
func (o *openID) person(c claims, form string) identity.Person {
	verified := bool(c.EmailVerified) && c.Email != ""
	who := identity.Person{
		Provider: o.provider, Subject: c.Subject, Email: c.Email, EmailVerified: verified, OwnsMailbox: verified && o.ownsMailbox(c),
		FirstName: given(c.GivenName), LastName: given(c.FamilyName),
	}
	var named struct {
		Name struct {
			FirstName string `json:"firstName"`
			LastName  string `json:"lastName"`
		} `json:"name"`
	}
	if form != "" && json.Unmarshal([]byte(form), &named) == nil {
		who.FirstName, who.LastName = given(named.Name.FirstName), given(named.Name.LastName)
	}
	return who
}

func given(name string) *string {
	if name == "" {
		return nil
	}
	return &name
}

func hasDomain(email string, domains ...string) bool {
	at := strings.LastIndexByte(email, '@')
	return slices.Contains(domains, strings.ToLower(email[at+1:])) && at > 0
}

// exchangeError tells a refused code from a provider that is away.
func exchangeError(p identity.Provider, err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.ErrorCode == "invalid_grant" {
		return invalid(err)
	}
	if refused != nil && refused.Response.StatusCode < http.StatusInternalServerError && refused.ErrorCode == "" {
		return invalid(err)
	}
	return away(fmt.Errorf("exchange a code at %s: %w", p, err))
}
