package identity

import (
	"time"

	"muster/libs/contracts/identityv1"
)

// User type and sign-in method codes that identity itself hands out (users-api.md, section 1).
const (
	TypeNotSubscribed = "NONS"
	TypeAdministrator = "ADMI"
	AuthEmail         = "EMAI"
)

// maxEndedSessions is how many ended sessions an account record names one by one. Past that, all access tokens issued
// so far are refused at once, and the sessions that live on fetch new ones by their refresh tokens.
const maxEndedSessions = 100

// Account is how one user gets in. It is a value: its methods return what it becomes, and nothing is stored until
// [Tx] stores it. Times are whole seconds UTC.
type Account struct {
	UserID  int64
	Version int64
	// Email is the address as typed: the one that directory said last, or the one given at registration.
	Email string
	// Displaced is true while another account signs in with this address, because directory said of it last. A
	// displaced account cannot sign in by password until directory says another address, or the other one moves away.
	Displaced    bool
	PasswordHash string // a PHC string; empty when the account has no password
	AuthTypeCode string

	// What identity follows of directory's user. Until directory has accepted the user, they are as at registration.
	TypeCode      string
	Active        bool
	EmailVerified bool

	// Registration stands until directory has accepted the user.
	Registration *identityv1.Registration
	// Legacy is the imported user who has come in by this account; nil when nobody has. It stands while the account keeps
	// its address.
	Legacy          *identityv1.Legacy
	CreatedAt       time.Time
	LastLoginAt     *time.Time
	ActivityVersion int64
	UserVersion     int64
	// TokensValidFrom refuses access tokens issued before it; nil refuses none.
	TokensValidFrom *time.Time
	EndedSessions   []identityv1.EndedSession
	// Deleted marks the tombstone: it keeps the versions, so that no older record brings the user back, and nothing
	// personal.
	Deleted bool
}

// Admitted says whether the owner may come in at all.
func (a Account) Admitted() bool { return a.Active && !a.Deleted }

// proven says whether the owner has shown to be who the address belongs to: by verifying it, or by being the imported user
// who had it.
func (a Account) proven() bool { return a.EmailVerified || a.Legacy != nil }

// SignIn is the account after its owner has come in.
func (a Account) SignIn(now time.Time) Account {
	a.Version++
	a.ActivityVersion = a.Version
	a.LastLoginAt = &now
	a.EndedSessions = unexpired(a.EndedSessions, now)
	return a
}

// EndSession is the account after one session has ended. Until tokenLife has passed, access tokens of that session may
// be about that have not expired.
func (a Account) EndSession(id string, now time.Time, tokenLife time.Duration) Account {
	a.Version++
	return a.nameEnded([]string{id}, now, tokenLife)
}

// endAll is the account after all its sessions have ended, open being those that had not before. Where refuseTokens has drawn
// its line in this very second already, the tokens of the sessions since then are dated from that line: they cannot be
// told by their date, so their sessions are named.
func (a Account) endAll(open []string, now time.Time, tokenLife time.Duration) Account {
	if a.TokensValidFrom == nil || !a.TokensValidFrom.After(now) {
		return a.refuseTokens(now)
	}
	return a.nameEnded(open, now, tokenLife)
}

// nameEnded is the account with sessions that have ended, at its old version.
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

// refuseTokens refuses all access tokens issued so far. The clock has whole seconds, so a token of this very second may
// be older than this call: the line is drawn at the next second, and tokens issued from now on are dated from there. Where
// it stands there already, it goes a second further.
func (a Account) refuseTokens(now time.Time) Account {
	from := now.Add(time.Second)
	if a.TokensValidFrom != nil && !a.TokensValidFrom.Before(from) {
		from = a.TokensValidFrom.Add(time.Second)
	}
	a.TokensValidFrom = &from
	a.EndedSessions = nil
	return a
}

// displace takes the address from the account until reinstate gives it back.
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

// remove is the tombstone of the account.
func (a Account) remove() Account {
	return Account{
		UserID: a.UserID, Version: a.Version + 1, AuthTypeCode: a.AuthTypeCode, TypeCode: a.TypeCode,
		CreatedAt: a.CreatedAt, ActivityVersion: a.ActivityVersion, UserVersion: a.UserVersion, Deleted: true,
	}
}

// State is the account as others see it, on identity.account.v1.
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

// event says on identity.account-events.v1 what made the account's present version.
func (a Account) event(kind identityv1.Kind, at time.Time, sessionID string) identityv1.AccountEvent {
	return identityv1.AccountEvent{Kind: kind, UserID: a.UserID, Version: a.Version, At: at, SessionID: sessionID}
}

// unexpired returns a fresh slice, so that no two values of an account share one.
func unexpired(ended []identityv1.EndedSession, now time.Time) []identityv1.EndedSession {
	var kept []identityv1.EndedSession
	for _, e := range ended {
		if e.Until.After(now) {
			kept = append(kept, e)
		}
	}
	return kept
}
