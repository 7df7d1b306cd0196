package identitytest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"muster/services/identity/internal/identity"
)

// openSession stores a session with a first refresh token.
func openSession(t *testing.T, s identity.Store, userID int64, first string) (identity.Session, identity.RefreshToken) {
	t.Helper()
	session := identity.Session{
		ID: uuid.NewString(), UserID: userID, CreatedAt: at, LastUsedAt: at.Add(time.Minute), ExpiresAt: at.Add(24 * time.Hour),
		Client: identity.Client{IP: "2001:db8::1", UserAgent: "Ünïcode/1.0 (日本)"},
	}
	token := identity.RefreshToken{Hash: hash(first), SessionID: session.ID, IssuedAt: at, ExpiresAt: at.Add(25 * time.Hour)}
	do(t, s, func(ctx context.Context, tx identity.Tx) { check(t, tx.OpenSession(ctx, session, token)) })
	return session, token
}

func readToken(t *testing.T, s identity.Store, name string) (token identity.RefreshToken, session identity.Session, err error) {
	t.Helper()
	do(t, s, func(ctx context.Context, tx identity.Tx) { token, session, err = tx.RefreshToken(ctx, hash(name)) })
	return token, session, err
}

func sessionsSurvive(t *testing.T, s StoreUnderTest) {
	a := insert(t, s.Store, sample("ada@example.com"))
	session, token := openSession(t, s.Store, a.UserID, "first")
	gotToken, gotSession, err := readToken(t, s.Store, "first")
	check(t, err)
	same(t, "token", gotToken, token)
	same(t, "session", gotSession, session)
}

func tokenRotatesOnce(t *testing.T, s StoreUnderTest) {
	a := insert(t, s.Store, sample("ada@example.com"))
	session, first := openSession(t, s.Store, a.UserID, "first")
	session.LastUsedAt, session.ExpiresAt = at.Add(time.Hour), at.Add(48*time.Hour)
	session.Client = identity.Client{IP: "192.0.2.7", UserAgent: "Other/2.0"}
	usedAt := at.Add(50 * time.Minute)
	first.UsedAt, first.Salt = &usedAt, hash("salt")
	second := identity.RefreshToken{Hash: hash("second"), SessionID: session.ID, IssuedAt: at.Add(time.Hour), ExpiresAt: at.Add(48 * time.Hour)}
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		check(t, tx.RotateToken(ctx, first, second, session))
	})
	used, gotSession, err := readToken(t, s.Store, "first")
	check(t, err)
	same(t, "used token", used, first)
	same(t, "session", gotSession, session)
	got, _, err := readToken(t, s.Store, "second")
	check(t, err)
	same(t, "successor", got, second)
	wantErr(t, s.Store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		third := identity.RefreshToken{Hash: hash("third"), SessionID: session.ID, IssuedAt: at, ExpiresAt: at}
		return tx.RotateToken(ctx, first, third, session)
	}), identity.ErrTokenNotFound)
}

func sessionEndsOnce(t *testing.T, s StoreUnderTest) {
	a := insert(t, s.Store, sample("ada@example.com"))
	session, _ := openSession(t, s.Store, a.UserID, "first")
	b := insert(t, s.Store, sample("bob@example.com"))
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		ended, err := tx.EndSession(ctx, b.UserID, session.ID, at)
		check(t, err)
		same(t, "ended by another user", ended, false)
	})
	for i, want := range []bool{true, false} {
		do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
			ended, err := tx.EndSession(ctx, a.UserID, session.ID, at.Add(time.Duration(i+1)*time.Hour))
			check(t, err)
			same(t, "ended", ended, want)
		})
	}
	_, got, err := readToken(t, s.Store, "first")
	check(t, err)
	ended := at.Add(time.Hour)
	session.EndedAt = &ended
	same(t, "session", got, session)
}

func sessionsEndedByTime(t *testing.T, s StoreUnderTest) {
	a, b := insert(t, s.Store, sample("ada@example.com")), insert(t, s.Store, sample("bob@example.com"))
	one, _ := openSession(t, s.Store, a.UserID, "a1")
	kept, _ := openSession(t, s.Store, a.UserID, "a2")
	ended, _ := openSession(t, s.Store, a.UserID, "a3")
	openSession(t, s.Store, b.UserID, "b1")
	end := func(openedBy time.Time, except string) (living []string) {
		do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
			var err error
			living, err = tx.EndSessions(ctx, a.UserID, openedBy, except, at.Add(time.Hour))
			check(t, err)
		})
		return living
	}
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		_, err := tx.EndSession(ctx, a.UserID, ended.ID, at)
		check(t, err)
	})
	same(t, "before they were opened", len(end(at.Add(-time.Second), "")), 0)
	same(t, "all but one", end(at, kept.ID), []string{one.ID})
	same(t, "the last", end(at, ""), []string{kept.ID})
	_, got, err := readToken(t, s.Store, "a1")
	check(t, err)
	endedAt := at.Add(time.Hour)
	one.EndedAt = &endedAt
	same(t, "session", got, one)
	_, other, err := readToken(t, s.Store, "b1")
	check(t, err)
	same(t, "another user's", other.EndedAt == nil, true)
}

func dropSessions(t *testing.T, s StoreUnderTest) {
	a := insert(t, s.Store, sample("ada@example.com"))
	b := insert(t, s.Store, sample("bob@example.com"))
	a1, _ := openSession(t, s.Store, a.UserID, "a1")
	a2, _ := openSession(t, s.Store, a.UserID, "a2")
	ended, _ := openSession(t, s.Store, a.UserID, "a3")
	openSession(t, s.Store, b.UserID, "b1")
	known := func(what string, userID int64, sessionID string, want string) {
		t.Helper()
		network, err := s.Store.SessionNetwork(t.Context(), userID, sessionID)
		same(t, what, network, want)
		if want == "" {
			wantErr(t, err, identity.ErrSessionNotFound)
		}
	}
	known("network of an open session", a.UserID, a1.ID, "2001:db8::/56")
	known("network of another user's session", b.UserID, a1.ID, "")
	known("network of no session", a.UserID, "none", "")
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		_, err := tx.EndSession(ctx, a.UserID, ended.ID, at)
		check(t, err)
	})
	known("network of an ended session", a.UserID, ended.ID, "2001:db8::/56")
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		living, err := tx.DropSessions(ctx, a.UserID)
		check(t, err)
		slices.Sort(living)
		same(t, "living", living, slices.Sorted(slices.Values([]string{a1.ID, a2.ID})))
	})
	known("network of a dropped session", a.UserID, a1.ID, "")
	for _, name := range []string{"a1", "a2", "a3"} {
		_, _, err := readToken(t, s.Store, name)
		wantErr(t, err, identity.ErrTokenNotFound)
	}
	_, _, err := readToken(t, s.Store, "b1")
	check(t, err)
}

func sessionsListed(t *testing.T, s StoreUnderTest) {
	a := insert(t, s.Store, sample("ada@example.com"))
	b := insert(t, s.Store, sample("bob@example.com"))
	old, _ := openSession(t, s.Store, a.UserID, "old")
	used, token := openSession(t, s.Store, a.UserID, "used")
	ended, _ := openSession(t, s.Store, a.UserID, "ended")
	openSession(t, s.Store, b.UserID, "another's")
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		_, err := tx.EndSession(ctx, a.UserID, ended.ID, at)
		check(t, err)
		used.LastUsedAt, used.ExpiresAt = at.Add(time.Hour), at.Add(48*time.Hour)
		token.UsedAt = &used.LastUsedAt
		next := identity.RefreshToken{Hash: hash("next"), SessionID: used.ID, IssuedAt: at, ExpiresAt: used.ExpiresAt}
		check(t, tx.RotateToken(ctx, token, next, used))
	})
	for _, c := range []struct {
		now   time.Time
		limit int
		want  []identity.Session
		total int
	}{
		{at.Add(24*time.Hour - time.Second), 10, []identity.Session{used, old}, 2},
		{at.Add(24*time.Hour - time.Second), 1, []identity.Session{used}, 2},
		{at.Add(24 * time.Hour), 10, []identity.Session{used}, 1},
		{at.Add(48 * time.Hour), 10, nil, 0},
	} {
		open, total, err := s.Store.OpenSessions(t.Context(), a.UserID, c.now, c.limit)
		check(t, err)
		same(t, "sessions", open, c.want)
		same(t, "total", total, c.total)
	}
}

func purgeSessions(t *testing.T, s StoreUnderTest) {
	a := insert(t, s.Store, sample("ada@example.com"))
	ended, _ := openSession(t, s.Store, a.UserID, "ended")
	openSession(t, s.Store, a.UserID, "living")
	rotated, old := openSession(t, s.Store, a.UserID, "old")
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		_, err := tx.EndSession(ctx, a.UserID, ended.ID, at)
		check(t, err)
		rotated.ExpiresAt = at.Add(50 * time.Hour)
		next := identity.RefreshToken{Hash: hash("new"), SessionID: rotated.ID, IssuedAt: at, ExpiresAt: rotated.ExpiresAt}
		check(t, tx.RotateToken(ctx, old, next, rotated))
	})
	purged := func(now time.Time) int {
		n, err := s.Store.PurgeSessions(t.Context(), now, 1)
		check(t, err)
		return n
	}
	same(t, "ended", purged(at.Add(time.Hour)), 1)
	same(t, "nothing more", purged(at.Add(time.Hour)), 0)
	later := at.Add(26 * time.Hour) // past the session "living", past the token "old", before the session of "new"
	total := 0
	for n := purged(later); n > 0; n = purged(later) {
		total += n
	}
	if total < 2 {
		t.Errorf("purged %d rows", total)
	}
	for name, want := range map[string]error{"ended": identity.ErrTokenNotFound, "living": identity.ErrTokenNotFound, "old": identity.ErrTokenNotFound, "new": nil} {
		if _, _, err := readToken(t, s.Store, name); want == nil && err != nil || want != nil {
			if want == nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			wantErr(t, err, want)
		}
	}
}
