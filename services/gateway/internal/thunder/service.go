package thunder

import (
	"context"
	"errors"
	"time"

	"muster/libs/causal"
)

// Service answers the requests of the façade.
type Service struct {
	accounts Accounts
	users    Users
	effects  Effects
	throttle Throttle
	rules    Rules
	now      func() time.Time
}

// Ports are the dependencies of a Service.
type Ports struct {
	Accounts Accounts
	Users    Users
	Effects  Effects
	Throttle Throttle
	Now      func() time.Time
}

// Algorithm is how new passwords are stored.
type Algorithm string

// The algorithms of Thunder. Simple stores the password itself.
const (
	Argon  Algorithm = "argon"
	BCrypt Algorithm = "bcrypt"
	SHA256 Algorithm = "sha256"
	Simple Algorithm = "simple"
)

// Rules are the settings of the façade.
type Rules struct {
	Applications Applications
	// HeaderCheck requires the user's password with each request about an existing user.
	HeaderCheck    bool
	Algorithm      Algorithm
	CommonMistakes bool
	Properties     PropertyRules
	// MaxFailures is the number of wrong application credentials, and of failed verifications, that a client network
	// has in [FailureWindow].
	MaxFailures int
	// Timeout is the longest that a request may take.
	Timeout time.Duration
}

// FailureWindow is the time in which failures are counted.
const FailureWindow = 15 * time.Minute

// New creates the service.
func New(p Ports, rules Rules) *Service {
	return &Service{accounts: p.Accounts, users: p.Users, effects: p.Effects, throttle: p.Throttle, rules: rules, now: p.Now}
}

// Answer is the answer to a request.
type Answer struct {
	Profile
	// Password is the password as stored; nil for an account without one.
	Password *string
	// Lacking is what had not taken effect when the wait ended. It may be set with an error, too.
	Lacking []string
}

// Caller is who makes a request.
type Caller struct {
	Application string
	// Password is the user's password; empty if none was sent.
	Password string
}

// run limits the time of an operation.
func (s *Service) run(ctx context.Context, operation func(ctx context.Context) (Answer, error)) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, s.rules.Timeout)
	defer cancel()
	answer, err := operation(ctx)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = ErrTimedOut.Because(err)
	}
	return answer, err
}

// step is what an operation does with the account that was found.
type step func(ctx context.Context, a Account) (Profile, []causal.Write, error)

// with finds the account, carries out the step, and waits until the writes of both have taken effect. password is nil
// if it is not to be checked. A text that is no address is nobody's.
func (s *Service) with(ctx context.Context, application, address string, password *string, do step) (Answer, error) {
	if !isAddress(address) {
		return Answer{}, ErrUserNotFound
	}
	account, writes, err := s.accounts.Check(ctx, Credentials{
		Application: application, Address: address, Password: password, CommonMistakes: s.rules.CommonMistakes,
	})
	if err != nil {
		return Answer{}, err
	}
	var lacking []string
	if len(writes) > 0 { // an imported user has just become a user; directory must have them before it is asked
		if lacking, err = s.accepted(ctx, account.UserID, writes); err != nil {
			return Answer{}, ErrUserNotFound.Because(err)
		}
	}
	profile, writes, err := do(ctx, account)
	lacking = append(lacking, s.effects.Follow(ctx, writes)...)
	return Answer{Profile: profile, Password: account.Password, Lacking: lacking}, err
}

// proof returns the password that is to be checked; nil if none is.
func (s *Service) proof(c Caller) (*string, error) {
	switch {
	case !s.rules.HeaderCheck:
		return nil, nil
	case c.Password == "":
		return nil, ErrNoPassword
	}
	return &c.Password, nil
}
