package thunder

import (
	"context"
	"time"

	"muster/libs/causal"
	"muster/libs/limits"
)

// Accounts are identity's accounts. Every method also returns ErrUnavailable when identity is unavailable or busy. The
// writes are the versions that a call produced.
type Accounts interface {
	// Create makes an account. [ErrEmailExists] when its address is taken, [ErrProperties] when the properties exceed
	// directory's limits.
	Create(ctx context.Context, a NewAccount) (Account, []causal.Write, error)
	// Check finds the account with an address and checks the password. It writes only when it makes an account of an
	// imported user. [ErrUserNotFound]; [ErrCredentials], also when the account is not active; limits.ErrUsedUp after
	// too many wrong passwords of this account.
	Check(ctx context.Context, c Credentials) (Account, []causal.Write, error)
	// SetPassword replaces the password, unless it is the current one, and returns it as stored. [ErrUserNotFound].
	SetPassword(ctx context.Context, userID int64, p NewPassword) (stored *string, writes []causal.Write, err error)
}

// Account is an account of identity.
type Account struct {
	UserID int64
	// Password is the password as stored, a hash; nil for an account without one.
	Password *string
}

// NewAccount is an account to be made.
type NewAccount struct {
	Address, Password string
	Algorithm         Algorithm
	Properties        Properties
}

// Credentials are an address and the password that belongs to it.
type Credentials struct {
	// Application is the name of the application that asks, never empty. Wrong passwords are counted for each.
	Application string
	Address     string
	// Password is nil when only the account is needed.
	Password *string
	// CommonMistakes accepts the password also with a few typing mistakes.
	CommonMistakes bool
}

// NewPassword replaces a password.
type NewPassword struct {
	Password  string
	Algorithm Algorithm
	// Current is the password that was checked; nil if none was.
	Current *string
}

// Users are directory's users. Every method also returns [ErrUserNotFound], and ErrUnavailable when directory is
// unavailable. Those that write return [ErrCredentials] for an administrator, whom the façade may not change. The
// writes are valid with an error, too.
type Users interface {
	User(ctx context.Context, id int64) (Profile, error)
	// Update replaces the address and all properties. [ErrEmailExists], [ErrProperties].
	Update(ctx context.Context, id int64, address string, p Properties) (Profile, []causal.Write, error)
	// Delete returns the profile as it was.
	Delete(ctx context.Context, id int64) (Profile, []causal.Write, error)
	// StartVerification makes a new verification token and mails it. [ErrMail] when the mail was not sent: the token is
	// stored nevertheless. limits.ErrUsedUp after too many mails.
	StartVerification(ctx context.Context, id int64) (Profile, []causal.Write, error)
	// Verify marks the address as verified. [ErrNoToken], [ErrWrongToken].
	Verify(ctx context.Context, id int64, token string) (Profile, []causal.Write, error)
	// ResetVerification removes the token and the mark.
	ResetVerification(ctx context.Context, id int64) (Profile, []causal.Write, error)
}

// Profile is what directory stores of a user.
type Profile struct {
	Address  string
	Verified bool
	// Token is the verification token; nil when there is none.
	Token            *string
	Properties       Properties
	Created, Updated time.Time
}

// Effects waits until writes have taken effect everywhere; gateway.Service documents the methods.
type Effects interface {
	Follow(ctx context.Context, writes []causal.Write) (lacking []string)
	Accepted(ctx context.Context, userID int64, writes []causal.Write) (lacking []string, err error)
}

// Throttle counts failures; limits.ErrUsedUp when a limit is used up. throttle.Throttle documents the methods.
type Throttle interface {
	Check(ctx context.Context, uses ...limits.Use) error
	Take(ctx context.Context, uses ...limits.Use) error
}
