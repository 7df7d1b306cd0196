package identity

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"muster/libs/errs"
	"muster/libs/limits"
)

// What the outside is told of passkeys.
var (
	ErrPasskeyInvalid = errs.New(errs.KindUnauthenticated, "PASSKEY_INVALID", "The passkey was not accepted. Please try again.")
	ErrPasskeyExists  = errs.New(errs.KindConflict, "PASSKEY_EXISTS", "This passkey is registered already")
)

// Errors of [PasskeyStore], which never reach API callers.
var (
	ErrCeremonyNotFound = errs.New(errs.KindNotFound, "CEREMONY_NOT_FOUND", "No such ceremony")
	ErrPasskeyNotFound  = errs.New(errs.KindNotFound, "PASSKEY_NOT_FOUND", "No such passkey")
)

// errCounterWentBack means that the passkey was copied: the authenticator has signed less often than it had before.
var errCounterWentBack = errors.New("the signature counter of the passkey went back")

// ceremonyLife is how long a browser and its user may take. It is at least as long as the timeout of the options.
const ceremonyLife = 5 * time.Minute

// Credential is what is kept of a passkey (WebAuthn, "credential record").
type Credential struct {
	ID        []byte
	PublicKey []byte // in COSE
	// SignCount is how often the authenticator has signed, as it says; 0 for one that does not count.
	SignCount      uint32
	BackupEligible bool
	BackedUp       bool
	Transports     []string
}

// signed returns an error if the credential, as it is after a signature, has signed no more often than before.
func (c Credential) signed(after Credential) error {
	if (c.SignCount != 0 || after.SignCount != 0) && after.SignCount <= c.SignCount {
		return errCounterWentBack
	}
	return nil
}

// PasskeyOwner is a user as authenticators know them.
type PasskeyOwner struct {
	Handle      []byte // 64 random bytes, which say nothing of the user
	Name        string // shown by the browser where somebody has several passkeys
	Credentials []Credential
}

// Prompt is what a browser is asked, and what is needed to check the answer.
type Prompt struct {
	Options   []byte // JSON, for PublicKeyCredential.parseCreationOptionsFromJSON or parseRequestOptionsFromJSON
	Challenge string // as the answer will repeat it
	State     []byte // to be kept until the answer comes
}

// Claim is what an answer says of itself. Nothing of it is proved.
type Claim struct {
	Challenge    string
	CredentialID []byte
}

// Passkeys speaks WebAuthn with browsers. An answer is the JSON of PublicKeyCredential.toJSON(). Every method that takes one
// answers ErrPasskeyInvalid when it is malformed, and also when it does not fit the state, the owner, the relying party or one of
// its origins.
type Passkeys interface {
	// Creation asks for a new passkey on an authenticator that has none of the owner's.
	Creation(owner PasskeyOwner) (Prompt, error)
	// Created checks the answer and returns the new passkey.
	Created(owner PasskeyOwner, state, answer []byte) (Credential, error)
	// Request asks for one of the owner's passkeys.
	Request(owner PasskeyOwner) (Prompt, error)
	// RequestAny asks for any passkey, of an authenticator that verifies its user.
	RequestAny() (Prompt, error)
	// Claimed reads an answer to either request.
	Claimed(answer []byte) (Claim, error)
	// Proved checks an answer to the request with this state, and returns the passkey as it is after the signature. The
	// caller compares the counters.
	Proved(owner PasskeyOwner, state, answer []byte) (Credential, error)
}

// Kinds of ceremonies. An answer to one is of no use in another.
const (
	CeremonyEnrol  = "enrol"
	CeremonyVerify = "verify"  // as a second factor
	CeremonySignIn = "sign-in" // without a password
)

// Ceremony is a question to a browser that waits for its answer.
type Ceremony struct {
	Hash      []byte // SHA-256 of what names it: the id of the new factor, the token of the pending sign-in, or the challenge
	Kind      string
	UserID    int64 // 0 when it is not known who will answer
	State     []byte
	Name      string // of the new factor
	ExpiresAt time.Time
}

// PasskeyStore keeps what passkeys need besides [Factors]. Its methods join a transaction of the store that ctx carries.
type PasskeyStore interface {
	// UserHandle returns the user's handle. The first time it stores fresh.
	UserHandle(ctx context.Context, userID int64, fresh []byte) ([]byte, error)
	// UserOfPasskey returns whose passkey has the credential id; ErrPasskeyNotFound when there is none.
	UserOfPasskey(ctx context.Context, credentialID []byte) (int64, error)
	// PutCeremony stores a ceremony, in the place of one with the same hash.
	PutCeremony(ctx context.Context, c Ceremony) error
	// TakeCeremony deletes and returns a ceremony of the kind; ErrCeremonyNotFound when there is none.
	TakeCeremony(ctx context.Context, kind string, hash []byte) (Ceremony, error)
	// DropCeremonies deletes the ceremonies of a kind that are bound to the user.
	DropCeremonies(ctx context.Context, kind string, userID int64) error
	// PurgeCeremonies deletes at most limit ceremonies that have expired, and returns how many.
	PurgeCeremonies(ctx context.Context, now time.Time, limit int) (int, error)
}

// passkeyUses returns the limit of sign-ins with a passkey from a network. Each stores a row.
func (s *Service) passkeyUses(network string) limits.Use {
	return limits.Limit{Name: "sign-ins with passkeys an hour", Most: s.rules.PasskeySignInsPerHour, Window: time.Hour}.Of(network)
}

// passkeyOwner returns the user of an account as authenticators know them, with all passkeys.
func (s *Service) passkeyOwner(ctx context.Context, a Account, factors []Factor) (PasskeyOwner, error) {
	handle, err := s.passkeyStore.UserHandle(ctx, a.UserID, slices.Concat(newSalt(), newSalt()))
	owner := PasskeyOwner{Handle: handle, Name: a.Email}
	for _, f := range factors {
		if f.Credential != nil {
			owner.Credentials = append(owner.Credentials, *f.Credential)
		}
	}
	return owner, err
}

// takeCeremony uses a ceremony up. It returns ErrPasskeyInvalid when there is none or it has expired.
func (s *Service) takeCeremony(ctx context.Context, kind, name string) (Ceremony, error) {
	c, err := s.passkeyStore.TakeCeremony(ctx, kind, hashOf(name))
	if errors.Is(err, ErrCeremonyNotFound) || (err == nil && !s.now().Before(c.ExpiresAt)) {
		return Ceremony{}, ErrPasskeyInvalid
	}
	return c, err
}

// usePasskey checks the answer to a ceremony of the account's user, and stores that the passkey was used.
//
// Errors: ErrPasskeyInvalid, also when the counter went back.
func (s *Service) usePasskey(ctx context.Context, a Account, c Ceremony, answer []byte, now time.Time) error {
	claim, err := s.passkeys.Claimed(answer)
	if err != nil {
		return err
	}
	factors, err := s.confirmed(ctx, a.UserID)
	if err != nil {
		return err
	}
	n := slices.IndexFunc(factors, func(f Factor) bool { return f.Credential != nil && bytes.Equal(f.Credential.ID, claim.CredentialID) })
	if n < 0 {
		return ErrPasskeyInvalid
	}
	owner, err := s.passkeyOwner(ctx, a, factors)
	if err != nil {
		return err
	}
	after, err := s.passkeys.Proved(owner, c.State, answer)
	if err != nil {
		return err
	}
	f := factors[n]
	if err := f.Credential.signed(after); err != nil {
		return ErrPasskeyInvalid.Because(err)
	}
	f.Credential, f.LastUsedAt = &after, &now
	return s.factors.PutFactor(ctx, f)
}
