package identity_test

import (
	"context"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
	"muster/services/identity/internal/identity/identitytest"
)

func TestRefreshRotates(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	before := h.published()
	h.clock.Advance(29 * 24 * time.Hour)
	next, err := h.refresh(in.RefreshToken)
	h.ok(err)
	if next.RefreshToken == in.RefreshToken || next.AccessToken == in.AccessToken || next.SessionID != in.SessionID || next.UserID != in.UserID {
		t.Errorf("%+v after %+v", next, in)
	}
	h.same("version", next.Version, int64(0))
	h.same("published", h.published(), before)
	h.clock.Advance(29 * 24 * time.Hour) // each use prolongs the session
	_, err = h.refresh(next.RefreshToken)
	h.ok(err)
}

func TestAReusedRefreshTokenEndsItsSession(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	other, err := h.login("ada@example.com", password)
	h.ok(err)
	next, err := h.refresh(in.RefreshToken)
	h.ok(err)
	h.clock.Advance(11 * time.Second)
	before := h.published()
	ended, err := h.refresh(in.RefreshToken)
	h.wantErr(err, identity.ErrRefreshInvalid)
	state := h.lastState(in.UserID)
	h.same("what the gateway waits for", ended, identity.SignedIn{UserID: in.UserID, Version: state.Version})
	h.same("ended sessions", state.EndedSessions, []identityv1.EndedSession{{ID: in.SessionID, Until: second.Add(15*time.Minute + 21*time.Second)}})
	h.same("published", h.since(before), []contracts.Payload{
		state, identityv1.AccountEvent{Kind: identityv1.SessionEnded, UserID: in.UserID, Version: state.Version, At: second.Add(11 * time.Second), SessionID: in.SessionID},
		identityv1.AccountEvent{Kind: identityv1.TokenReused, UserID: in.UserID, Version: state.Version, At: second.Add(11 * time.Second), SessionID: in.SessionID},
	})
	h.same("activity", state.ActivityVersion < state.Version, true)
	_, err = h.refresh(next.RefreshToken)
	h.wantErr(err, identity.ErrRefreshInvalid)
	_, err = h.refresh(other.RefreshToken)
	h.ok(err)
}

func TestRefreshIsRefused(t *testing.T) {
	for name, prepare := range map[string]func(h *house, in identity.SignedIn) string{
		"unknown": func(*house, identity.SignedIn) string { return "unknown" },
		"expired": func(h *house, in identity.SignedIn) string {
			h.clock.Advance(rules.RefreshTokenLife)
			return in.RefreshToken
		},
		"logged out": func(h *house, in identity.SignedIn) string {
			_, err := h.Logout(context.Background(), in.UserID, in.SessionID)
			h.ok(err)
			return in.RefreshToken
		},
		"deactivated": func(h *house, in identity.SignedIn) string {
			u := user(in.UserID, 1, "ada@example.com")
			u.Active = false
			h.follow(u)
			return in.RefreshToken
		},
		"deactivated and activated again": func(h *house, in identity.SignedIn) string {
			u := user(in.UserID, 1, "ada@example.com")
			u.Active = false
			h.follow(u)
			h.follow(user(in.UserID, 2, "ada@example.com"))
			return in.RefreshToken
		},
		"deleted": func(h *house, in identity.SignedIn) string {
			h.follow(gone(in.UserID, 1))
			return in.RefreshToken
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			token := prepare(h, h.register("ada@example.com"))
			_, err := h.refresh(token)
			h.wantErr(err, identity.ErrRefreshInvalid)
		})
	}
}

func TestLogoutEndsTheSessionOnce(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	version, err := h.Logout(t.Context(), in.UserID, in.SessionID)
	h.ok(err)
	h.same("version", version, int64(2))
	h.same("activity", h.lastState(in.UserID).ActivityVersion, int64(1))
	standing, err := h.store.Standing(t.Context(), in.UserID, in.SessionID)
	h.ok(err)
	h.same("session ended", standing.SessionEnded, true)
	before := h.published()
	version, err = h.Logout(t.Context(), in.UserID, in.SessionID)
	h.ok(err)
	h.same("version again", version, int64(2))
	h.same("published again", h.published(), before)
}

func TestEndedSessionsAreForgottenWhenTheirTokensHaveExpired(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	_, err := h.Logout(t.Context(), in.UserID, in.SessionID)
	h.ok(err)
	h.clock.Advance(rules.AccessTokenLife + 10*time.Second - time.Millisecond*500)
	_, err = h.login("ada@example.com", password)
	h.ok(err)
	h.same("ended", len(h.lastState(in.UserID).EndedSessions), 0)
}

func TestManyEndedSessionsEndAllTokensAtOnce(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	for i := range 101 {
		_, err := h.Logout(t.Context(), in.UserID, in.SessionID)
		h.ok(err)
		if i == 99 {
			h.same("named one by one", len(h.lastState(in.UserID).EndedSessions), 100)
		}
		in, err = h.login("ada@example.com", password)
		h.ok(err)
	}
	state := h.lastState(in.UserID)
	h.same("named", len(state.EndedSessions), 0)
	h.same("valid from", *state.TokensValidFrom, second.Add(time.Second))
	_, claims, err := identitytest.Claims(in.AccessToken)
	h.ok(err)
	h.same("the newest token is good", claims["iat"], float64(second.Add(time.Second).Unix()))
}

func TestPurge(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	_, err := h.login("nobody@example.com", "wrong password")
	h.wantErr(err, credentials.ErrInvalidCredentials)
	h.clock.Advance(rules.RefreshTokenLife)
	h.ok(h.Purge(t.Context()))
	n, err := h.store.PurgeSessions(t.Context(), h.clock.Now(), 10)
	h.ok(err)
	h.same("sessions left to purge", n, 0)
	standing, err := h.store.Standing(t.Context(), in.UserID, in.SessionID)
	h.ok(err)
	h.same("the session is unknown", standing.SessionEnded, true)
}
