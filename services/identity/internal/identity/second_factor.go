package identity

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"strconv"
	"strings"
	"time"

	"muster/libs/errs"
	"muster/libs/limits"
)

// What the outside is told of second factors (auth-api.md).
var (
	ErrFactorInvalid    = errs.New(errs.KindUnauthenticated, "MFA_INVALID", "The code is not valid")
	ErrStepUpRequired   = errs.New(errs.KindForbidden, "STEP_UP_REQUIRED", "Please sign in again first")
	ErrFactorNotFound   = errs.New(errs.KindNotFound, "FACTOR_NOT_FOUND", "Second factor not found")
	ErrTooManyFactors   = errs.New(errs.KindConflict, "TOO_MANY_FACTORS", "An account has at most 10 second factors")
	ErrLastFactor       = errs.New(errs.KindConflict, "LAST_FACTOR", "Administrators need a second factor")
	ErrEmailNotVerified = errs.New(errs.KindForbidden, "EMAIL_NOT_VERIFIED", "Please verify your email address first")
)

// ErrChallengeNotFound is an error of [Factors] for an unknown token.
var ErrChallengeNotFound = errs.New(errs.KindNotFound, "CHALLENGE_NOT_FOUND", "No such challenge")

// errSecondFactor means that the password was right, and that the account wants a second factor.
var errSecondFactor = errors.New("the account has a second factor")

const (
	// MethodTOTP is a code of an authenticator app (RFC 6238).
	MethodTOTP = "totp"
	// MethodPasskey is a passkey (WebAuthn).
	MethodPasskey = "passkey"
	// MethodRecovery is one of the codes that were given out with the first factor.
	MethodRecovery = "recovery"
)

const (
	challengeLife     = 5 * time.Minute
	challengeAttempts = 5
	stepUpAge         = 10 * time.Minute
	maxFactors        = 10
	recoveryCodes     = 10
)

// Factor is a second factor of an account.
type Factor struct {
	ID          string // a UUID
	UserID      int64
	Kind        string // [MethodTOTP] or [MethodPasskey]
	Name        string
	Sealed      []byte      // the secret of an authenticator app, encrypted
	Credential  *Credential // of a passkey
	CreatedAt   time.Time
	ConfirmedAt *time.Time // nil until the owner has proved to have it; it asks nobody for anything before
	LastUsedAt  *time.Time
	LastStep    int64 // the latest time step whose code was used
}

// Challenge is a sign-in that waits for a second factor.
type Challenge struct {
	Hash      []byte // SHA-256 of the token
	UserID    int64
	Password  []byte // a digest of the password hash that was right
	ExpiresAt time.Time
	Attempts  int // that failed
}

// Factors keeps second factors. Its methods join a transaction of the store that ctx carries.
type Factors interface {
	// FactorsOf returns the factors of a user, confirmed or not, the oldest first.
	FactorsOf(ctx context.Context, userID int64) ([]Factor, error)
	// PutFactor stores a factor, in the place of one with the same id; ErrPasskeyExists when another factor has its
	// credential. The transaction is then unusable.
	PutFactor(ctx context.Context, f Factor) error
	// DropFactor deletes a factor of the user.
	DropFactor(ctx context.Context, userID int64, id string) error
	// DropFactors deletes all factors, recovery codes, challenges and ceremonies of the user, and the user's handle.
	DropFactors(ctx context.Context, userID int64) error
	// RecoveryCodes counts the recovery codes that are left.
	RecoveryCodes(ctx context.Context, userID int64) (int, error)
	// PutRecoveryCodes replaces all recovery codes of the user by their hashes.
	PutRecoveryCodes(ctx context.Context, userID int64, hashes [][]byte) error
	// UseRecoveryCode deletes a recovery code and reports whether it was there.
	UseRecoveryCode(ctx context.Context, userID int64, hash []byte) (bool, error)
	// PutChallenge stores a challenge, in the place of one with the same hash, and deletes those of the user that have
	// expired at now.
	PutChallenge(ctx context.Context, c Challenge, now time.Time) error
	// Challenge finds a challenge; ErrChallengeNotFound when there is none.
	Challenge(ctx context.Context, hash []byte) (Challenge, error)
	// DropChallenge deletes a challenge.
	DropChallenge(ctx context.Context, hash []byte) error
}

// OneTimePasswords makes and checks the codes of authenticator apps.
type OneTimePasswords interface {
	// NewSecret returns a new secret for the factor with this id: encrypted, as a person types it, and as a URI for a QR
	// code, in which account names the account.
	NewSecret(id, account string) (sealed []byte, secret, uri string, err error)
	// Match returns the time step at now, or one beside it, whose code this is; 0 when there is none. It fails when the
	// secret cannot be decrypted.
	Match(id string, sealed []byte, code string, now time.Time) (step int64, err error)
}

// SessionOf names a session of a signed-in user.
type SessionOf struct {
	UserID    int64
	SessionID string
}

// factorUses returns the limit of failed second factors of an account from a network, so that a stranger who knows the
// password cannot shut the owner out.
func (s *Service) factorUses(userID int64, network string) limits.Use {
	rules := s.rules.Guessing
	return limits.Limit{Name: "failed second factors by account and network", Most: rules.MaxAccountFailures, Window: rules.FailureWindow}.
		Of(network + " " + strconv.FormatInt(userID, 10))
}

// confirmed returns the confirmed factors of a user.
func (s *Service) confirmed(ctx context.Context, userID int64) ([]Factor, error) {
	all, err := s.factors.FactorsOf(ctx, userID)
	var confirmed []Factor
	for _, f := range all {
		if f.ConfirmedAt != nil {
			confirmed = append(confirmed, f)
		}
	}
	return confirmed, err
}

// alone returns errSecondFactor unless the first factor is enough for a sign-in.
func (s *Service) alone(ctx context.Context, userID int64) error {
	factors, err := s.confirmed(ctx, userID)
	if err == nil && len(factors) > 0 {
		err = errSecondFactor
	}
	return err
}

// lacksFactor reports whether the user would lack a second factor as an administrator. It holds for every user, because each may
// become one while the token is valid.
func (s *Service) lacksFactor(ctx context.Context, userID int64) (bool, error) {
	if !s.rules.AdminsNeedFactor {
		return false, nil
	}
	factors, err := s.confirmed(ctx, userID)
	return len(factors) == 0, err
}

// requireFresh returns ErrStepUpRequired unless the session began in the last ten minutes.
func (s *Service) requireFresh(ctx context.Context, own SessionOf) error {
	began, err := s.store.SessionBegan(ctx, own.UserID, own.SessionID)
	if err == nil && s.now().Sub(began) > stepUpAge {
		err = ErrStepUpRequired
	}
	return err
}

// newRecoveryCodes returns codes of 80 random bits, and their hashes. They need no slow hash: nobody can try them all.
func newRecoveryCodes() (codes []string, hashes [][]byte) {
	for range recoveryCodes {
		random := make([]byte, 10)
		_, _ = rand.Read(random) // never fails (crypto/rand)
		text := strings.ToLower(base32.StdEncoding.EncodeToString(random))
		codes = append(codes, text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:])
		hashes = append(hashes, hashOf(text))
	}
	return codes, hashes
}

// plainCode returns a typed code without white space and hyphens, in lower case.
func plainCode(typed string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(typed, func(r rune) bool { return r == '-' || r == ' ' || r == '\t' || r == '\u00a0' }), ""))
}
