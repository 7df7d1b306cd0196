package identity

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// maxUserAgent is the maximum stored length of a User-Agent header, in characters.
const maxUserAgent = 400

// clockSkew is how far the clock of a token verifier may be behind.
const clockSkew = 10 * time.Second

// Session is one sign-in on one device. It lives for as long as its newest refresh token.
type Session struct {
	ID         string // a UUID
	UserID     int64
	CreatedAt  time.Time
	LastUsedAt time.Time
	ExpiresAt  time.Time
	EndedAt    *time.Time
	Client     Client
}

// Client is the origin of a request.
type Client struct {
	IP        string
	Network   string // what the client is limited by; no part of a stored session
	UserAgent string
}

// RefreshToken is one of the tokens that keep a session alive. Each can be used once. A second use later than refreshGrace
// means that the token was copied, and ends the session (RFC 9700, section 4.14).
type RefreshToken struct {
	Hash      []byte // SHA-256 of the token; only its owner has the token itself
	SessionID string
	IssuedAt  time.Time
	ExpiresAt time.Time
	UsedAt    *time.Time
	// Salt derives the successor from the token, so that the exchange can be repeated although no token is stored. It is
	// nil until the token is used, and in tokens used under a release without it.
	Salt []byte
}

// SignedIn is the result of a sign-in or refresh.
type SignedIn struct {
	UserID    int64
	SessionID string
	// Version is the account version that the sign-in produced; 0 when it produced none.
	Version int64
	// UserVersion is the version of directory's user that the sign-in produced; 0 when it produced none.
	UserVersion   int64
	EmailVerified bool
	AccessToken   string
	ExpiresIn     time.Duration // of the access token
	RefreshToken  string
	// Pending is set instead of all others when the sign-in wants a second factor.
	Pending *Pending
	// RefreshExpiresIn is how long the refresh token is valid if it is not used.
	RefreshExpiresIn time.Duration
}

// Grant is the content of an access token.
type Grant struct {
	UserID        int64
	SessionID     string
	TypeCode      string
	EmailVerified bool
	// FactorRequired says that the user has no second factor, and that administrators need one.
	FactorRequired bool
	SignedInAt     time.Time // when the session began
	IssuedAt       time.Time
	ExpiresAt      time.Time
}

// openSession stores a new session of the account and returns it with its refresh token.
func (s *Service) openSession(ctx context.Context, tx Tx, userID int64, client Client, now time.Time) (Session, string, error) {
	session := Session{ID: s.newID(), UserID: userID, CreatedAt: now, LastUsedAt: now, Client: client.stored()}
	session.ExpiresAt = s.expiry(session, now)
	secret := base64.RawURLEncoding.EncodeToString(newSalt())
	return session, secret, tx.OpenSession(ctx, session, newRefreshToken(secret, session, now))
}

// expiry returns when a session that is used now expires.
func (s *Service) expiry(session Session, now time.Time) time.Time {
	unused, end := now.Add(s.rules.RefreshTokenLife), session.CreatedAt.Add(s.rules.SessionLife)
	if end.Before(unused) {
		return end
	}
	return unused
}

// stored returns the client as a session keeps it.
func (c Client) stored() Client {
	c.UserAgent = cut(c.UserAgent, maxUserAgent)
	return c
}

// newSalt returns 256 random bits.
func newSalt() []byte {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails (crypto/rand)
	return random
}

// successor derives the token that follows a used token. Without the token the salt reveals nothing, and without the salt
// the owner of the token cannot know the successor.
func successor(secret string, salt []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(salt)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// newRefreshToken returns what is stored of a token. It expires with the session.
func newRefreshToken(secret string, session Session, now time.Time) RefreshToken {
	return RefreshToken{Hash: hashOf(secret), SessionID: session.ID, IssuedAt: now, ExpiresAt: session.ExpiresAt}
}

func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// signedIn adds the access token. It runs after the commit, because it changes nothing.
func (s *Service) signedIn(ctx context.Context, a Account, session Session, refreshToken string, now time.Time) (SignedIn, error) {
	issued := now
	if a.TokensValidFrom != nil && a.TokensValidFrom.After(issued) { // in the future; see refuseTokens
		issued = *a.TokensValidFrom
	}
	lacking, err := s.lacksFactor(ctx, a.UserID)
	if err != nil {
		return SignedIn{}, fmt.Errorf("access token: %w", err)
	}
	left := session.ExpiresAt.Sub(now)
	life := min(s.rules.AccessTokenLife, left)
	access, err := s.tokens.Access(now, Grant{
		UserID: a.UserID, SessionID: session.ID, TypeCode: a.TypeCode, EmailVerified: a.EmailVerified,
		FactorRequired: lacking, SignedInAt: session.CreatedAt, IssuedAt: issued, ExpiresAt: now.Add(life),
	})
	if err != nil {
		return SignedIn{}, fmt.Errorf("access token: %w", err)
	}
	return SignedIn{
		UserID: a.UserID, SessionID: session.ID, EmailVerified: a.EmailVerified, AccessToken: access, ExpiresIn: life, RefreshToken: refreshToken, RefreshExpiresIn: left,
	}, nil
}

// tokenLife is how long any verifier may accept a token issued now.
func (s *Service) tokenLife() time.Duration { return s.rules.AccessTokenLife + clockSkew }

// cut returns s as valid UTF-8 without NUL, truncated to n characters. Headers may hold arbitrary bytes.
func cut(s string, n int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\x00", "�")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

// Standing is the current state of a user and one of their sessions.
type Standing struct {
	Admitted        bool // false for an unknown, deleted or deactivated user
	TypeCode        string
	TokensValidFrom *time.Time
	SessionEnded    bool // also true for an unknown session
}
