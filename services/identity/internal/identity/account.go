package identity

import (
	"time"

	"muster/libs/contracts/identityv1"
)

// User type and sign-in method codes that identity assigns (users-api.md, section 1).
const (
	TypeNotSubscribed = "NONS"
	TypeAdministrator = "ADMI"
	AuthEmail         = "EMAI"
)

// maxEndedSessions is how many ended sessions an account record lists individually. Beyond that, all access tokens
// issued so far are refused, and the remaining sessions get new ones with their refresh tokens.
const maxEndedSessions = 100

// Account holds a user's credentials and what identity follows of the user. It is a value: its methods return the
// changed account, and only [Tx] stores it. Times are UTC in whole seconds.
type Account struct {
	UserID  int64
	Version int64
	// Email is the address as typed: the latest one from directory, or the one given at registration.
	Email string
	// Displaced is true while another account signs in with this address because directory assigned it to that account
	// later. A displaced account cannot sign in by password until directory publishes another address for it or the
	// other account gives up this one.
	Displaced    bool
	PasswordHash string // see credentials.Passwords; empty when the account has no password
	AuthTypeCode string

	// Fields that follow directory's user. They keep the values of the registration until directory has accepted the
	// user.
	TypeCode      string
	Active        bool
	EmailVerified bool

	// Registration is set until directory has accepted the user. A store keeps the value of its properties, but not how
	// they are written.
	Registration *identityv1.Registration
	// Legacy is the imported user that signed in to this account; nil when there is none. It stays set while the
	// account keeps its address.
	Legacy          *identityv1.Legacy
	CreatedAt       time.Time
	LastLoginAt     *time.Time
	ActivityVersion int64
	UserVersion     int64
	// TokensValidFrom refuses access tokens issued before it; nil refuses none.
	TokensValidFrom *time.Time
	EndedSessions   []identityv1.EndedSession
	// Deleted marks a tombstone. It keeps the versions, so an older record cannot restore the user, and no personal
	// data.
	Deleted bool
}

// Admitted reports whether the owner may sign in at all.
func (a Account) Admitted() bool { return a.Active && !a.Deleted }

// proven reports whether the owner has proved to own the address, by verifying it or by being the imported user with
// that address.
func (a Account) proven() bool { return a.EmailVerified || a.Legacy != nil }

// SignIn returns the account after a sign-in.
func (a Account) SignIn(now time.Time) Account {
	a.Version++
	a.ActivityVersion = a.Version
	a.LastLoginAt = &now
	a.EndedSessions = unexpired(a.EndedSessions, now)
	return a
}

// setPassword returns the account with another password and all its sessions ended. open are the ids of the sessions
// that were still open.
func (a Account) setPassword(hash string, open []string, now time.Time, tokenLife time.Duration) Account {
	a.Version++
	a.PasswordHash = hash
	return a.endAll(open, now, tokenLife)
}

// changePassword returns the account with another password. ended are the ids of the sessions that ended with it.
func (a Account) changePassword(hash string, ended []string, now time.Time, tokenLife time.Duration) Account {
	a.Version++
	a.PasswordHash = hash
	return a.nameEnded(ended, now, tokenLife)
}

// EndSession returns the account after one session has ended. Access tokens of that session can remain unexpired for
// tokenLife.
func (a Account) EndSession(id string, now time.Time, tokenLife time.Duration) Account {
	a.Version++
	return a.nameEnded([]string{id}, now, tokenLife)
}

// endAll returns the account after all its sessions have ended. open are the ids of the sessions that were still open.
// If refuseTokens already set its cutoff in this second, tokens issued since then are dated from the cutoff. Their date
// does not tell them apart, so their sessions are listed by id.
func (a Account) endAll(open []string, now time.Time, tokenLife time.Duration) Account {
	if a.TokensValidFrom == nil || !a.TokensValidFrom.After(now) {
		return a.refuseTokens(now)
	}
	return a.nameEnded(open, now, tokenLife)
}

// nameEnded returns the account with the sessions listed as ended. The version does not change.
func (a Account) nameEnded(ids []string, now time.Time, tokenLife time.Duration) Account {
	a.EndedSessions = unexpired(a.EndedSessions, now)
	for _, id := range ids {
		a.EndedSessions = append(a.EndedSessions, identityv1.EndedSession{ID: id, Until: now.Add(tokenLife)})
	}
	if len(a.EndedSessions) > maxEndedSessions {
		a = a.refuseTokens(now)
	}
	return a
}

// refuseTokens refuses all access tokens issued so far. The clock has whole seconds, so a token issued in the current
// second may be older than this call. The cutoff is therefore the next second, and tokens issued from now on are dated
// from it. If the cutoff is already there, it moves on by one second.
func (a Account) refuseTokens(now time.Time) Account {
	from := now.Add(time.Second)
	if a.TokensValidFrom != nil && !a.TokensValidFrom.Before(from) {
		from = a.TokensValidFrom.Add(time.Second)
	}
	a.TokensValidFrom = &from
	a.EndedSessions = nil
	return a
}

// displace returns the account without the use of its address, until reinstate.
func (a Account) displace() Account {
	a.Version++
	a.Displaced = true
	return a
}

func (a Account) reinstate() Account {
	a.Version++
	a.Displaced = false
	return a
}

// remove returns the tombstone of the account.
func (a Account) remove() Account {
	return Account{
		UserID: a.UserID, Version: a.Version + 1, AuthTypeCode: a.AuthTypeCode, TypeCode: a.TypeCode,
		CreatedAt: a.CreatedAt, ActivityVersion: a.ActivityVersion, UserVersion: a.UserVersion, Deleted: true,
	}
}

// State returns the published state of the account (identity.account.v1).
func (a Account) State() identityv1.Account {
	email := a.Email
	if a.Displaced {
		email = ""
	}
	ended := a.EndedSessions
	if ended == nil {
		ended = []identityv1.EndedSession{}
	}
	return identityv1.Account{
		UserID: a.UserID, Version: a.Version, Deleted: a.Deleted, Email: email, AuthTypeCode: a.AuthTypeCode,
		CreatedAt: a.CreatedAt, LastLoginAt: a.LastLoginAt, Registration: a.Registration,
		Legacy: a.Legacy, ActivityVersion: a.ActivityVersion, UserVersion: a.UserVersion,
		TokensValidFrom: a.TokensValidFrom, EndedSessions: ended,
	}
}

// event returns the identity.account-events.v1 event for the account's current version.
func (a Account) event(kind identityv1.Kind, at time.Time, sessionID string) identityv1.AccountEvent {
	return identityv1.AccountEvent{Kind: kind, UserID: a.UserID, Version: a.Version, At: at, SessionID: sessionID}
}

// unexpired returns a new slice, because two account values must not share one.
func unexpired(ended []identityv1.EndedSession, now time.Time) []identityv1.EndedSession {
	var kept []identityv1.EndedSession
	for _, e := range ended {
		if e.Until.After(now) {
			kept = append(kept, e)
		}
	}
	return kept
}
