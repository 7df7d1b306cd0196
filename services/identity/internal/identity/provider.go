package identity

import (
	"context"
	"time"

	"muster/libs/errs"
	"muster/libs/limits"
)

// Provider is a sign-in provider, named as in the paths of its routes.
type Provider string

// The providers of auth-api.md.
const (
	Google   Provider = "google"
	Apple    Provider = "apple"
	Facebook Provider = "facebook"
	X        Provider = "x"
	LinkedIn Provider = "linkedin"
)

// AllProviders lists the providers that this release knows. Whether one can be used is a setting.
var AllProviders = []Provider{Google, Apple, Facebook, X, LinkedIn}

// authTypes are the codes of accounts that were created through a provider (users-api.md, section 1).
var authTypes = map[Provider]string{Google: "GOOG", Apple: "APPE", Facebook: "FACE", X: "XXXX", LinkedIn: "LINK"}

// What the outside is told of providers (auth-api.md).
var (
	ErrProviderTokenInvalid  = errs.New(errs.KindUnauthenticated, "PROVIDER_TOKEN_INVALID", "The sign-in provider did not confirm who you are. Please try again.")
	ErrProviderNotConfigured = errs.New(errs.KindNotImplemented, "PROVIDER_NOT_CONFIGURED", "Signing in with this provider is not set up.")
	ErrNotRegistered         = errs.New(errs.KindNotFound, "NOT_REGISTERED", "Nobody is registered with this account of the provider.")
	ErrProviderLinked        = errs.New(errs.KindConflict, "PROVIDER_LINKED", "This account of the provider, or another one of it, is linked already.")
	ErrLinkNotFound          = errs.New(errs.KindNotFound, "PROVIDER_NOT_LINKED", "No account of this provider is linked.")
	ErrLastWayIn             = errs.New(errs.KindConflict, "LAST_SIGN_IN_METHOD", "This is the only way in to the account. Set a password or link another provider first.")
)

// Evidence is what somebody presents of a provider: an ID token, an authorization code, or the one-time code with which
// [Service.FinishFlow] has sent the browser back.
type Evidence struct {
	IDToken string
	Nonce   string // that of the ID token; empty if the frontend sent none to the provider

	Code         string
	CodeVerifier string // PKCE (RFC 7636): of Code at the provider, or of SignInCode at us
	RedirectURI  string // the one that Code was issued to
	// Name is what Apple sends beside the code, once, as JSON; empty otherwise.
	Name string

	SignInCode string
}

// validate says what is missing.
func (e Evidence) validate() error {
	given := 0
	for _, value := range []string{e.IDToken, e.Code, e.SignInCode} {
		if value != "" {
			given++
		}
	}
	switch {
	case given != 1:
		return errs.InvalidField("idToken", "or code or signInCode is required, and only one of them")
	case e.SignInCode != "" && e.CodeVerifier == "":
		return errs.InvalidField("codeVerifier", "is required with signInCode")
	case e.Code != "" && e.RedirectURI == "":
		return errs.InvalidField("redirectUri", "is required with code")
	}
	return nil
}

// Person is who somebody is at a provider.
type Person struct {
	Provider Provider
	Subject  string // the provider's id of the person; never changes
	// Email is empty when the provider gives none.
	Email string
	// EmailVerified is true when the provider has verified the address.
	EmailVerified bool
	// OwnsMailbox is true when the provider also runs the mailbox, so that nobody else can own the address now. Only then
	// does a sign-in find an account by its address.
	OwnsMailbox bool
	FirstName   *string
	LastName    *string

	// TokenHash identifies an ID token or a code of ours, which are used once; nil for a provider's code, which the provider
	// lets be used once.
	TokenHash    []byte
	TokenExpires time.Time
}

// Providers asks sign-in providers. Its methods answer ErrProviderNotConfigured for a provider that is not set up.
type Providers interface {
	// Identify finds out who somebody is. Errors: validation, when the provider takes no such evidence;
	// ErrProviderTokenInvalid; UNAVAILABLE when the provider cannot be asked.
	Identify(ctx context.Context, p Provider, e Evidence) (Person, error)
	// AuthorizationURL is the provider's page to which a browser is sent, and which sends it back to the callback.
	AuthorizationURL(ctx context.Context, p Provider, f Flow) (string, error)
	// Configured reports whether the provider can be used.
	Configured(p Provider) bool
}

// Link says that an account of a provider belongs to a user.
type Link struct {
	Provider  Provider
	Subject   string
	UserID    int64
	CreatedAt time.Time
}

// ProviderTx is the part of [Tx] for sign-in providers.
type ProviderTx interface {
	// UserOfLink returns whom a provider's account belongs to; ErrLinkNotFound when to nobody.
	UserOfLink(ctx context.Context, p Provider, subject string) (int64, error)
	// Links lists the user's links, by provider.
	Links(ctx context.Context, userID int64) ([]Link, error)
	// InsertLink stores a link; ErrProviderLinked when the provider's account belongs to somebody, or the user has another
	// account of that provider. The transaction is then unusable.
	InsertLink(ctx context.Context, l Link) error
	// DeleteLink deletes the user's link to the provider; ErrLinkNotFound when there is none.
	DeleteLink(ctx context.Context, userID int64, p Provider) error
	// DropLinks deletes all links of a user.
	DropLinks(ctx context.Context, userID int64) error
	// UseToken notes that an ID token was used; ErrProviderTokenInvalid when it was used before. The transaction is then
	// unusable.
	UseToken(ctx context.Context, hash []byte, until time.Time) error
}

// identify asks the provider, within the limit of the client's network: each call costs a request to the provider.
func (s *Service) identify(ctx context.Context, p Provider, e Evidence, client Client) (Person, error) {
	if err := e.validate(); err != nil {
		return Person{}, err
	}
	if err := s.throttle.Take(ctx, s.providerUses(client.Network)); err != nil {
		return Person{}, err
	}
	if e.SignInCode != "" {
		return s.returned(ctx, p, e)
	}
	return s.providers.Identify(ctx, p, e)
}

// providerUses returns the limit of what a network may ask of providers.
func (s *Service) providerUses(network string) limits.Use {
	return limits.Limit{Name: "sign-ins with providers an hour", Most: s.rules.ProviderSignInsPerHour, Window: time.Hour}.Of(network)
}

// usedOnce notes that the person's ID token was used.
func usedOnce(ctx context.Context, tx Tx, who Person) error {
	if who.TokenHash == nil {
		return nil
	}
	return tx.UseToken(ctx, who.TokenHash, who.TokenExpires)
}
