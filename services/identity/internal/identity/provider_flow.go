package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"time"

	"muster/libs/errs"
)

// How long a browser may take at the provider, and a frontend for the exchange of a code.
const (
	flowLife = 10 * time.Minute
	codeLife = time.Minute
)

// ErrFlowInvalid means that a browser comes back from a provider without a flow of ours that is still open.
var ErrFlowInvalid = errs.New(errs.KindInvalid, "SIGN_IN_FLOW_INVALID", "This sign-in has expired or was finished before. Please start again.")

// Flow is a browser's way to a provider and back (OAuth 2.0 authorization code, RFC 6749 section 4.1).
type Flow struct {
	Provider Provider
	State    string
	Nonce    string
	// CodeVerifier is the secret of our code at the provider (PKCE).
	CodeVerifier string
	// ReturnURL is the frontend's page that gets the one-time code.
	ReturnURL string
	// Challenge is the frontend's: BASE64URL(SHA-256(verifier)). Only the browser that has the verifier can exchange the
	// code, so that nobody can sign somebody else in to their own account (RFC 9700, section 4.7).
	Challenge string
	ExpiresAt time.Time
}

// Flows keeps what is between the start of a flow and its end. All values are secrets of a few minutes.
type Flows interface {
	// SaveFlow stores a flow under the hash of its state.
	SaveFlow(ctx context.Context, hash []byte, f Flow) error
	// TakeFlow deletes and returns the flow; ErrFlowInvalid when there is none.
	TakeFlow(ctx context.Context, hash []byte) (Flow, error)
	// SaveSignInCode stores who has come back under the hash of a one-time code.
	SaveSignInCode(ctx context.Context, hash []byte, c SignInCode) error
	// SignInCode returns it; ErrProviderTokenInvalid when there is none.
	SignInCode(ctx context.Context, hash []byte) (SignInCode, error)
	// PurgeFlows deletes at most limit flows, codes and used tokens each that have expired. It returns the largest of the
	// three numbers.
	PurgeFlows(ctx context.Context, now time.Time, limit int) (int, error)
}

// SignInCode is what a one-time code stands for.
type SignInCode struct {
	Person    Person
	Challenge string
	ExpiresAt time.Time
}

// FlowOrder starts a flow.
type FlowOrder struct {
	ReturnURL string // the caller has checked that it is allowed
	Challenge string // see [Flow]
}

// StartFlow returns the provider's page to which the browser is sent.
//
// Errors: validation; ErrProviderNotConfigured; UNAVAILABLE; limits.ErrUsedUp when the client's network starts too many.
func (s *Service) StartFlow(ctx context.Context, p Provider, in FlowOrder, client Client) (string, error) {
	if raw, err := base64.RawURLEncoding.DecodeString(in.Challenge); err != nil || len(raw) != sha256.Size {
		return "", errs.InvalidField("codeChallenge", "must be the SHA-256 of a verifier in base64url (RFC 7636)")
	}
	if err := s.throttle.Take(ctx, s.providerUses(client.Network)); err != nil {
		return "", err
	}
	f := Flow{
		Provider: p, State: rand.Text(), Nonce: rand.Text(), CodeVerifier: base64.RawURLEncoding.EncodeToString(newSalt()),
		ReturnURL: in.ReturnURL, Challenge: in.Challenge, ExpiresAt: s.now().Add(flowLife),
	}
	page, err := s.providers.AuthorizationURL(ctx, p, f)
	if err != nil {
		return "", err
	}
	if err := s.flows.SaveFlow(ctx, hashOf(f.State), f); err != nil {
		return "", fmt.Errorf("start a flow: %w", err)
	}
	return page, nil
}

// Callback is what a provider sends a browser back with.
type Callback struct {
	State, Code, Error string
	Name               string // see [Evidence]
	RedirectURI        string // our own address, as the provider knows it
}

// FinishFlow identifies who has come back, and returns the frontend's page with a one-time code, or with an error: the
// provider's own, such as access_denied, or provider_token_invalid or provider_unavailable.
//
// ErrFlowInvalid when there is no open flow with this state, so that no page is known to return to.
func (s *Service) FinishFlow(ctx context.Context, p Provider, in Callback) (string, error) {
	f, err := s.flows.TakeFlow(ctx, hashOf(in.State))
	if err != nil {
		return "", fmt.Errorf("finish a flow: %w", err)
	}
	if f.Provider != p || !s.now().Before(f.ExpiresAt) {
		return "", ErrFlowInvalid
	}
	if in.Error != "" || in.Code == "" {
		return returnTo(f.ReturnURL, "error", shortError(in.Error)), nil
	}
	who, err := s.providers.Identify(ctx, p, Evidence{
		Code: in.Code, CodeVerifier: f.CodeVerifier, RedirectURI: in.RedirectURI, Nonce: f.Nonce, Name: in.Name,
	})
	switch {
	case errors.Is(err, ErrProviderTokenInvalid):
		return returnTo(f.ReturnURL, "error", "provider_token_invalid"), nil
	case errs.KindOf(err) == errs.KindUnavailable:
		return returnTo(f.ReturnURL, "error", "provider_unavailable"), nil
	case err != nil:
		return "", err
	}
	code := base64.RawURLEncoding.EncodeToString(newSalt())
	err = s.flows.SaveSignInCode(ctx, hashOf(code), SignInCode{Person: who, Challenge: f.Challenge, ExpiresAt: s.now().Add(codeLife)})
	if err != nil {
		return "", fmt.Errorf("finish a flow: %w", err)
	}
	return returnTo(f.ReturnURL, "code", code), nil
}

// shortError passes the provider's error on if it is one of OAuth's, and no text that somebody has written into the
// address.
func shortError(e string) string {
	if len(e) == 0 || len(e) > 40 {
		return "server_error"
	}
	for _, r := range e {
		if (r < 'a' || r > 'z') && r != '_' {
			return "server_error"
		}
	}
	return e
}

func returnTo(page, name, value string) string {
	u, err := url.Parse(page)
	if err != nil { // it was parsed when the flow began
		return page
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// returned is who came back from a provider with this one-time code. The code is used up by the sign-in that succeeds with
// it, so that a frontend can register somebody after it has tried to sign them in.
func (s *Service) returned(ctx context.Context, p Provider, e Evidence) (Person, error) {
	hash := hashOf(e.SignInCode)
	c, err := s.flows.SignInCode(ctx, hash)
	if err != nil {
		return Person{}, fmt.Errorf("exchange a sign-in code: %w", err)
	}
	challenge := base64.RawURLEncoding.EncodeToString(hashOf(e.CodeVerifier))
	if subtle.ConstantTimeCompare([]byte(challenge), []byte(c.Challenge)) == 0 || c.Person.Provider != p || !s.now().Before(c.ExpiresAt) {
		return Person{}, ErrProviderTokenInvalid
	}
	c.Person.TokenHash, c.Person.TokenExpires = hash, c.ExpiresAt
	return c.Person, nil
}
