// Package webauthn asks browsers for passkeys and checks their answers (Web Authentication, level 3).
package webauthn

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"muster/libs/web/origin"
	"muster/services/identity/internal/identity"
)

// timeout is how long browsers wait for their users. The core decides how long an answer is taken.
const timeout = 5 * time.Minute

// Passkeys implements identity.Passkeys.
type Passkeys struct {
	relyingParty *webauthn.WebAuthn
	origins      origin.Set
}

var _ identity.Passkeys = Passkeys{}

// RelyingParty says whose passkeys these are.
type RelyingParty struct {
	// ID is a domain. Passkeys belong to it for ever: with another one all are lost.
	ID string
	// Name is shown by some browsers.
	Name string
	// Origins are those of the pages that may ask for passkeys. Their hosts are the ID, or below it.
	Origins origin.Set
}

// New fails when [RelyingParty.Problem] finds something.
func New(r RelyingParty) (Passkeys, error) {
	if problem := r.Problem(); problem != "" {
		return Passkeys{}, fmt.Errorf("passkeys: %s", problem)
	}
	limit := webauthn.TimeoutConfig{Timeout: timeout, TimeoutUVD: timeout}
	relyingParty, err := webauthn.New(&webauthn.Config{
		RPID: r.ID, RPDisplayName: r.Name, RPOrigins: r.Origins,
		AttestationPreference: protocol.PreferNoAttestation,
		Timeouts:              webauthn.TimeoutsConfig{Login: limit, Registration: limit},
		// Browser extensions that keep passkeys answer extensions that nobody asked for. None is read here.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return Passkeys{}, fmt.Errorf("passkeys: %w", err)
	}
	return Passkeys{relyingParty, r.Origins}, nil
}

// Problem says why browsers would refuse this relying party; empty when they would not. It is worded to follow the name of a
// setting.
func (r RelyingParty) Problem() string {
	if protocol.ValidateRPID(r.ID) != nil || net.ParseIP(r.ID) != nil || r.ID != strings.ToLower(r.ID) || strings.ContainsAny(r.ID, ":/*@ ") {
		return fmt.Sprintf("is %q, which is no domain in lower case such as example.com", r.ID)
	}
	if len(r.Origins) == 0 {
		return "needs an origin"
	}
	for _, entry := range r.Origins {
		u, err := url.Parse(strings.TrimSuffix(entry, ":*"))
		if err != nil || u.Hostname() != r.ID && !strings.HasSuffix(u.Hostname(), "."+r.ID) {
			return fmt.Sprintf("is %q, which does not fit the origin %s: its host must be that domain, or below it", r.ID, entry)
		}
		if u.Scheme != "https" && u.Hostname() != "localhost" && !strings.HasSuffix(u.Hostname(), ".localhost") {
			return fmt.Sprintf("has the origin %s, where browsers have no passkeys: they need https, but on localhost", entry)
		}
	}
	return ""
}

// user is an owner in the library's terms.
type user struct{ identity.PasskeyOwner }

func (u user) WebAuthnID() []byte          { return u.Handle }
func (u user) WebAuthnName() string        { return u.Name }
func (u user) WebAuthnDisplayName() string { return u.Name }

func (u user) WebAuthnCredentials() []webauthn.Credential {
	all := make([]webauthn.Credential, len(u.Credentials))
	for i, c := range u.Credentials {
		all[i] = webauthn.Credential{
			ID: c.ID, PublicKey: c.PublicKey, Flags: webauthn.CredentialFlags{BackupEligible: c.BackupEligible, BackupState: c.BackedUp},
			Authenticator: webauthn.Authenticator{SignCount: c.SignCount},
		}
		for _, transport := range c.Transports {
			all[i].Transport = append(all[i].Transport, protocol.AuthenticatorTransport(transport))
		}
	}
	return all
}

// Creation asks for a discoverable passkey, so that it also signs in without a password.
func (p Passkeys) Creation(owner identity.PasskeyOwner) (identity.Prompt, error) {
	u := user{owner}
	options, session, err := p.relyingParty.BeginRegistration(u,
		webauthn.WithExclusions(webauthn.Credentials(u.WebAuthnCredentials()).CredentialDescriptors()),
		webauthn.WithResidentKeyRequirement(protocol.ResidentKeyRequirementRequired),
		func(o *protocol.PublicKeyCredentialCreationOptions) error {
			o.AuthenticatorSelection.UserVerification = protocol.VerificationPreferred
			return nil
		})
	if err != nil {
		return identity.Prompt{}, fmt.Errorf("options of a new passkey: %w", err)
	}
	return promptOf(options.Response, session)
}

// Request takes a passkey whose authenticator does not verify its user, because the password was right.
func (p Passkeys) Request(owner identity.PasskeyOwner) (identity.Prompt, error) {
	options, session, err := p.relyingParty.BeginLogin(user{owner}, webauthn.WithUserVerification(protocol.VerificationPreferred))
	if err != nil {
		return identity.Prompt{}, fmt.Errorf("options of a second factor: %w", err)
	}
	return promptOf(options.Response, session)
}

// RequestAny requires that the authenticator verifies its user.
func (p Passkeys) RequestAny() (identity.Prompt, error) {
	options, session, err := p.relyingParty.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return identity.Prompt{}, fmt.Errorf("options of a sign-in: %w", err)
	}
	return promptOf(options.Response, session)
}

func promptOf(options any, session *webauthn.SessionData) (identity.Prompt, error) {
	text, err := json.Marshal(options)
	if err != nil {
		return identity.Prompt{}, fmt.Errorf("encode options: %w", err)
	}
	state, err := json.Marshal(session)
	if err != nil {
		return identity.Prompt{}, fmt.Errorf("encode state: %w", err)
	}
	return identity.Prompt{Options: text, Challenge: session.Challenge, State: state}, nil
}

// Created checks the answer to [Passkeys.Creation].
func (p Passkeys) Created(owner identity.PasskeyOwner, state, answer []byte) (identity.Credential, error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return identity.Credential{}, refuse(err)
	}
	session, err := p.session(state, parsed.Response.CollectedClientData.Origin)
	if err != nil {
		return identity.Credential{}, err
	}
	made, err := p.relyingParty.CreateCredential(user{owner}, session, parsed)
	if err != nil {
		return identity.Credential{}, refuse(err)
	}
	return credentialOf(*made), nil
}

// Claimed reads an answer to a request.
func (p Passkeys) Claimed(answer []byte) (identity.Claim, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return identity.Claim{}, refuse(err)
	}
	return identity.Claim{Challenge: parsed.Response.CollectedClientData.Challenge, CredentialID: parsed.RawID}, nil
}

// Proved checks the answer to [Passkeys.Request] or, if the state is of one, to [Passkeys.RequestAny].
func (p Passkeys) Proved(owner identity.PasskeyOwner, state, answer []byte) (identity.Credential, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return identity.Credential{}, refuse(err)
	}
	session, err := p.session(state, parsed.Response.CollectedClientData.Origin)
	if err != nil {
		return identity.Credential{}, err
	}
	var used *webauthn.Credential
	if len(session.UserID) > 0 {
		used, err = p.relyingParty.ValidateLogin(user{owner}, session, parsed)
	} else {
		anybody := func([]byte, []byte) (webauthn.User, error) { return user{owner}, nil }
		_, used, err = p.relyingParty.ValidatePasskeyLogin(anybody, session, parsed)
	}
	if err != nil {
		return identity.Credential{}, refuse(err)
	}
	after := credentialOf(*used)
	after.SignCount = parsed.Response.AuthenticatorData.Counter // the library keeps the old one when it went back
	return after, nil
}

// session returns the state of a ceremony, bound to the origin that the answer names if pages of it may ask for passkeys.
func (p Passkeys) session(state []byte, from string) (webauthn.SessionData, error) {
	var session webauthn.SessionData
	if err := json.Unmarshal(state, &session); err != nil {
		return session, fmt.Errorf("decode the state of a passkey's ceremony: %w", err)
	}
	if !p.origins.Allow(from) {
		return session, refuse(errors.New("a page of another origin has asked"))
	}
	session.Origin = from
	return session, nil
}

func credentialOf(c webauthn.Credential) identity.Credential {
	out := identity.Credential{
		ID: c.ID, PublicKey: c.PublicKey, SignCount: c.Authenticator.SignCount, BackupEligible: c.Flags.BackupEligible, BackedUp: c.Flags.BackupState,
	}
	for _, transport := range c.Transport {
		out.Transports = append(out.Transports, string(transport))
	}
	return out
}

// refuse keeps the library's reason for the log.
func refuse(err error) error { return identity.ErrPasskeyInvalid.Because(err) }
