package identity_test

import (
	"context"
	"testing"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

// by is the context of a request by a user.
func (h *house) by(in identity.SignedIn) context.Context {
	return identity.Origin{ActorID: in.UserID, SessionID: in.SessionID, Network: browser.Network}.In(h.t.Context())
}

// anybody is the context of a request without a session.
func (h *house) anybody() context.Context {
	return identity.Origin{Network: browser.Network}.In(h.t.Context())
}

// TestTheTrail of a user, from where, and with what result.
func TestTheTrail(t *testing.T) {
	h := newHouse(t)
	in, err := h.Register(h.anybody(), identity.Application{Email: "ada@example.com", Password: password}, browser)
	h.ok(err)
	other, err := h.Login(h.anybody(), "ada@example.com", password, browser)
	h.ok(err)
	_, err = h.Login(h.anybody(), "ada@example.com", "wrong", browser)
	h.wantErr(err, credentials.ErrInvalidCredentials)
	_, err = h.Login(h.anybody(), "nobody@example.com", "wrong", browser)
	h.wantErr(err, credentials.ErrInvalidCredentials)
	_, err = h.ChangePassword(h.by(in), identity.OwnPassword{UserID: 1, SessionID: in.SessionID, Current: "wrong", New: chosen}, browser)
	h.wantErr(err, identity.ErrWrongPassword)
	_, err = h.ChangePassword(h.by(in), identity.OwnPassword{UserID: 1, SessionID: in.SessionID, Current: password, New: chosen}, browser)
	h.ok(err)
	_, err = h.Logout(h.by(in), 1, in.SessionID)
	h.ok(err)
	_, err = h.Logout(h.by(in), 1, in.SessionID) // ends nothing
	h.ok(err)
	h.ok(h.RefuseNonAdmin(h.by(other), identity.ActReadAudit, 1))
	own := func(action identity.Action, result, session string) identity.AuditEntry {
		return identity.AuditEntry{Action: action, Result: result, ActorID: 1, TargetID: 1, SessionID: session, Network: browser.Network}
	}
	h.same("trail", h.store.Trail(), []identity.AuditEntry{
		own("register", "OK", in.SessionID),
		own("sign-in", "OK", other.SessionID),
		{Action: "sign-in", Result: "INVALID_CREDENTIALS", TargetID: 1, Network: browser.Network},
		{Action: "sign-in", Result: "INVALID_CREDENTIALS", Network: browser.Network},
		own("change-password", "INVALID_CREDENTIALS", in.SessionID),
		own("change-password", "OK", in.SessionID),
		own("logout", "OK", in.SessionID),
		own("read-audit", "ADMIN_REQUIRED", other.SessionID),
	})
}

// TestRefusalsArePublished for accounts that there are, without a new version.
func TestRefusalsArePublished(t *testing.T) {
	h := newHouse(t)
	h.register("ada@example.com")
	n := h.published()
	_, _ = h.login("ada@example.com", "wrong")
	_, _ = h.login("nobody@example.com", "wrong")
	h.same("published", h.since(n), []contracts.Payload{identityv1.AccountEvent{
		Kind: identityv1.Refused, UserID: 1, Version: 1, At: second,
		Refusal: &identityv1.Refusal{Action: "sign-in", Result: "INVALID_CREDENTIALS"},
	}})
}

// TestWhatFillsNoTrail: wrong input, and what a limit refuses.
func TestWhatFillsNoTrail(t *testing.T) {
	h := newHouse(t)
	h.register("ada@example.com")
	_, _ = h.login("", "")
	_, _ = h.Invite(h.anybody(), identity.SessionOf{}, identity.Invitation{Email: "no address"})
	h.same("wrong input", len(h.store.Trail()), 1)
	for range 10 { // three may fail
		_, _ = h.login("ada@example.com", "wrong")
	}
	h.same("guesses", len(h.store.Trail()), 1+3)
}

// TestAdministratorsAndOperatorsLeaveTraces of what they do to others.
func TestAdministratorsAndOperatorsLeaveTraces(t *testing.T) {
	h := newHouse(t)
	created, err := h.EnsureAdministrator(t.Context(), "boss@example.com", password)
	h.ok(err)
	h.same("created", created, true)
	boss, err := h.Login(h.anybody(), "boss@example.com", password, browser)
	h.ok(err)
	_, err = h.Invite(h.by(boss), identity.SessionOf{UserID: boss.UserID, SessionID: boss.SessionID}, identity.Invitation{Email: "ada@example.com"})
	h.ok(err)
	_, err = h.Invite(h.by(boss), identity.SessionOf{UserID: boss.UserID, SessionID: boss.SessionID}, identity.Invitation{Email: "ada@example.com"})
	h.wantErr(err, identity.ErrEmailExists)
	_, err = h.RotateKeys(t.Context())
	h.ok(err)
	invite := identity.AuditEntry{Action: "invite", Result: "OK", ActorID: 1, TargetID: 2, SessionID: boss.SessionID, Network: browser.Network}
	refused := invite
	refused.Result, refused.TargetID = "EMAIL_EXISTS", 0
	trail := h.store.Trail()
	h.same("creation", trail[0], identity.AuditEntry{Action: "create-admin", Result: "OK", TargetID: 1})
	h.same("rest", trail[2:], []identity.AuditEntry{invite, refused, {Action: "rotate-keys", Result: "OK"}})
}
