package identity_test

import (
	"errors"
	"testing"
	"time"

	"muster/services/identity/internal/identity"
	"muster/services/identity/internal/identity/identitytest"
)

// TestARefreshCanBeRepeated for ten seconds: two tabs come with the same token, or an answer was lost.
func TestARefreshCanBeRepeated(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	next, err := h.refresh(in.RefreshToken)
	h.ok(err)
	for range 2 {
		h.clock.Advance(5 * time.Second)
		before := h.published()
		again, err := h.refresh(in.RefreshToken)
		h.ok(err)
		h.same("successor", []any{again.RefreshToken, again.SessionID, again.Version}, []any{next.RefreshToken, in.SessionID, int64(0)})
		h.same("published", h.published(), before)
		if again.AccessToken == next.AccessToken || !h.good(again) {
			t.Error("no access token of its own")
		}
	}
	h.clock.Advance(time.Second)
	_, err = h.refresh(in.RefreshToken)
	h.wantErr(err, identity.ErrRefreshInvalid)
	_, err = h.refresh(next.RefreshToken) // the session has ended
	h.wantErr(err, identity.ErrRefreshInvalid)
}

// TestOnlyTheTokenBeforeTheLastOneIsRepeated: once its successor has been used, a token is a copy.
func TestOnlyTheTokenBeforeTheLastOneIsRepeated(t *testing.T) {
	h := newHouse(t)
	first := h.register("ada@example.com")
	second, err := h.refresh(first.RefreshToken)
	h.ok(err)
	third, err := h.refresh(second.RefreshToken)
	h.ok(err)
	again, err := h.refresh(second.RefreshToken)
	h.ok(err)
	h.same("successor", again.RefreshToken, third.RefreshToken)
	_, err = h.refresh(first.RefreshToken)
	h.wantErr(err, identity.ErrRefreshInvalid)
	_, err = h.refresh(third.RefreshToken)
	h.wantErr(err, identity.ErrRefreshInvalid)
}

// TestASessionLives90Days at most, however often it is used, and so do its tokens.
func TestASessionLives90Days(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	h.same("unused", in.RefreshExpiresIn, rules.RefreshTokenLife)
	for range 8 {
		h.clock.Advance(10 * 24 * time.Hour)
		var err error
		in, err = h.refresh(in.RefreshToken)
		h.ok(err)
	}
	h.same("left", in.RefreshExpiresIn, 10*24*time.Hour)
	h.clock.Advance(10*24*time.Hour - time.Minute)
	last, err := h.refresh(in.RefreshToken)
	h.ok(err)
	h.same("the last tokens", []time.Duration{last.RefreshExpiresIn, last.ExpiresIn}, []time.Duration{time.Minute, time.Minute})
	_, claims, err := identitytest.Claims(last.AccessToken)
	h.ok(err)
	h.same("expiry", claims["exp"], float64(second.Add(90*24*time.Hour).Unix()))
	h.clock.Advance(time.Minute)
	_, err = h.refresh(last.RefreshToken)
	h.wantErr(err, identity.ErrRefreshInvalid)
}

func TestARefreshRemembersWhereFrom(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	h.clock.Advance(time.Hour)
	elsewhere := identity.Client{IP: "198.51.100.7", Network: "198.51.100.7", UserAgent: "Other/2.0"}
	_, err := h.Refresh(t.Context(), identity.Renewal{Token: in.RefreshToken, Client: elsewhere})
	h.ok(err)
	open, _, err := h.Sessions(t.Context(), in.UserID)
	h.ok(err)
	h.same("session", []any{open[0].Client.IP, open[0].Client.UserAgent, open[0].CreatedAt, open[0].LastUsedAt},
		[]any{"198.51.100.7", "Other/2.0", second, second.Add(time.Hour)})
}

// TestARefreshThatIsNotAdmitted changes nothing, also when the token was used before.
func TestARefreshThatIsNotAdmitted(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	refusal := errors.New("not from here")
	refuse := func(id string) error {
		h.same("session", id, in.SessionID)
		return refusal
	}
	for range 2 {
		_, err := h.Refresh(t.Context(), identity.Renewal{Token: in.RefreshToken, Client: browser, Admit: refuse})
		h.wantErr(err, refusal)
		next, err := h.refresh(in.RefreshToken)
		h.ok(err)
		h.clock.Advance(time.Minute)
		_, err = h.Refresh(t.Context(), identity.Renewal{Token: in.RefreshToken, Client: browser, Admit: refuse})
		h.wantErr(err, refusal)
		in.RefreshToken = next.RefreshToken
	}
}
