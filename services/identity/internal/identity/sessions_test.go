package identity_test

import (
	"testing"
	"time"

	"muster/libs/contracts/identityv1"
	"muster/services/identity/internal/identity"
)

func (h *house) sessionIDs(userID int64) (ids []string) {
	h.t.Helper()
	open, total, err := h.Sessions(h.t.Context(), userID)
	h.ok(err)
	h.same("total", total, len(open))
	for _, s := range open {
		ids = append(ids, s.ID)
	}
	return ids
}

func TestSessionsAreEndedOneByOne(t *testing.T) {
	h := newHouse(t)
	stranger := h.register("bob@example.com")
	in := h.register("ada@example.com")
	h.clock.Advance(time.Minute)
	other, err := h.login("ada@example.com", password)
	h.ok(err)
	h.same("open", h.sessionIDs(in.UserID), []string{other.SessionID, in.SessionID})
	version, err := h.EndOwnSession(t.Context(), in.UserID, other.SessionID)
	h.ok(err)
	h.same("version", version, h.account(in.UserID).Version)
	h.same("open", h.sessionIDs(in.UserID), []string{in.SessionID})
	h.same("good", []bool{h.good(in), h.good(other)}, []bool{true, false})
	_, err = h.refresh(other.RefreshToken)
	h.wantErr(err, identity.ErrRefreshInvalid)
	before := h.published()
	for _, id := range []string{other.SessionID, stranger.SessionID, "unknown", ""} {
		_, err := h.EndOwnSession(t.Context(), in.UserID, id)
		h.wantErr(err, identity.ErrSessionNotFound)
	}
	h.same("published", h.published(), before)
	h.same("the stranger's", h.good(stranger), true)
}

func TestAllOtherSessionsAreEnded(t *testing.T) {
	h := newHouse(t)
	stranger := h.register("bob@example.com")
	in := h.register("ada@example.com")
	before := h.published()
	version, err := h.EndOtherSessions(t.Context(), in.UserID, in.SessionID)
	h.ok(err)
	h.same("there were none", []any{version, h.published()}, []any{int64(1), before})
	var others []identity.SignedIn
	for range 3 {
		other, err := h.login("ada@example.com", password)
		h.ok(err)
		others = append(others, other)
	}
	version, err = h.EndOtherSessions(t.Context(), in.UserID, in.SessionID)
	h.ok(err)
	h.same("version", version, int64(5))
	h.same("open", h.sessionIDs(in.UserID), []string{in.SessionID})
	for _, other := range others {
		h.same("good", h.good(other), false)
		_, err := h.refresh(other.RefreshToken)
		h.wantErr(err, identity.ErrRefreshInvalid)
	}
	h.same("the own and the stranger's", []bool{h.good(in), h.good(stranger)}, []bool{true, true})
	ended := h.lastState(in.UserID).EndedSessions
	h.same("until", ended[0], identityv1.EndedSession{ID: ended[0].ID, Until: second.Add(rules.AccessTokenLife + 10*time.Second)})
}
