package standing_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
	"muster/libs/inbox"
	"muster/libs/standing"
	"muster/libs/testkit/pgtest"
	"muster/libs/web"
)

var moment = time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC)

type harness struct {
	t      *testing.T
	handle inbox.Handler
	check  web.StandingOf
	inRow  web.StandingOf // the same, with the service's own data in a row
	passed int            // records that came through to the service's own handler
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	db, _ := pgtest.New(t, standing.Migrations)
	store, h := standing.New(db), &harness{t: t}
	h.handle = store.Follow(func(_ context.Context, records []inbox.Record) error {
		h.passed += len(records)
		return nil
	})
	h.check = store.Check(func(_ context.Context, caller web.Caller) (web.Standing, error) {
		if caller.UserID == 500 {
			return web.Standing{}, errors.New("away")
		}
		return web.Standing{Active: caller.UserID != 400, TypeCode: "NONS"}, nil
	})
	h.inRow = store.CheckRow("SELECT id <> 400 AS is_active, 'NONS' AS type_code FROM (SELECT ?::bigint AS id) users WHERE id <> 404")
	return h
}

func (h *harness) publish(payloads ...contracts.Payload) {
	h.t.Helper()
	var records []inbox.Record
	for _, p := range payloads {
		e, err := contracts.New("id", "test", moment, p)
		if err != nil {
			h.t.Fatal(err)
		}
		records = append(records, inbox.Record{Event: e})
	}
	if err := h.handle(h.t.Context(), records); err != nil {
		h.t.Fatal(err)
	}
}

func (h *harness) of(userID int64, session string) web.Standing {
	h.t.Helper()
	caller := web.Caller{UserID: userID, SessionID: session}
	s, err := h.check(h.t.Context(), caller)
	if err != nil {
		h.t.Fatal(err)
	}
	if row, err := h.inRow(h.t.Context(), caller); err != nil || row != s {
		h.t.Errorf("user %d, session %q: %+v and, in a row, %+v (%v)", userID, session, s, row, err)
	}
	s.TokensValidFrom = s.TokensValidFrom.UTC()
	return s
}

func ended(ids ...string) (sessions []identityv1.EndedSession) {
	for _, id := range ids {
		sessions = append(sessions, identityv1.EndedSession{ID: id, Until: moment})
	}
	return sessions
}

func TestRevokedTokens(t *testing.T) {
	h := newHarness(t)
	fine := web.Standing{Active: true, TypeCode: "NONS"}
	h.publish(
		identityv1.Account{UserID: 1, Version: 1},
		identityv1.Account{UserID: 2, Version: 2, EndedSessions: ended("a")}, identityv1.Account{UserID: 2, Version: 3, EndedSessions: ended("a", "b")},
		directoryv1.User{ID: 2, Version: 1},
		identityv1.Account{UserID: 3, Version: 5, TokensValidFrom: &moment}, identityv1.Account{UserID: 3, Version: 4, EndedSessions: ended("a")},
		identityv1.Account{UserID: 4, Version: 2, Deleted: true},
	)
	endedSession, before, gone := fine, fine, fine
	endedSession.SessionEnded, before.TokensValidFrom, gone.Active = true, moment, false
	for _, test := range []struct {
		what    string
		userID  int64
		session string
		want    web.Standing
	}{
		{"nothing revoked", 1, "a", fine}, {"nobody told of them", 9, "a", fine},
		{"ended", 2, "a", endedSession}, {"ended as well", 2, "b", endedSession}, {"another session", 2, "c", fine}, {"no part of an id", 2, "", fine},
		{"all ended once", 3, "a", before}, {"deleted", 4, "a", gone},
		{"inactive by the service's own data", 400, "a", web.Standing{TypeCode: "NONS"}},
	} {
		if got := h.of(test.userID, test.session); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.what, got, test.want)
		}
	}
	if h.passed != 7 {
		t.Errorf("%d records came through", h.passed)
	}
	if _, err := h.check(t.Context(), web.Caller{UserID: 500, SessionID: "a"}); err == nil {
		t.Error("the service's own error is lost")
	}
}

func TestAUserWithoutARowIsUnknown(t *testing.T) {
	h := newHarness(t)
	h.publish(identityv1.Account{UserID: 404, Version: 1, EndedSessions: ended("a")})
	if got, err := h.inRow(t.Context(), web.Caller{UserID: 404, SessionID: "a"}); err != nil || got != (web.Standing{}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAnErrorOfTheDatabaseAdmitsNobody(t *testing.T) {
	db, _ := pgtest.New(t, standing.Migrations)
	broken := standing.New(db).CheckRow("SELECT true AS is_active, 'ADMI' AS type_code WHERE ? / 0 = 1")
	if got, err := broken(t.Context(), web.Caller{UserID: 1}); err == nil || got != (web.Standing{}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAnOlderRecordRevokesNothingBack(t *testing.T) {
	h := newHarness(t)
	h.publish(identityv1.Account{UserID: 2, Version: 3, TokensValidFrom: &moment, EndedSessions: ended("b")})
	h.publish(identityv1.Account{UserID: 2, Version: 2, EndedSessions: ended("a")}, identityv1.Account{UserID: 2, Version: 1})
	if got := h.of(2, "b"); !got.SessionEnded || !got.TokensValidFrom.Equal(moment) {
		t.Errorf("%+v", got)
	}
	h.publish(identityv1.Account{UserID: 2, Version: 4, TokensValidFrom: &moment}) // the tokens of the session have expired
	if got := h.of(2, "b"); got.SessionEnded || !got.TokensValidFrom.Equal(moment) {
		t.Errorf("%+v", got)
	}
}

func TestARecordThatCannotBeReadIsAnError(t *testing.T) {
	h := newHarness(t)
	broken := inbox.Record{Event: contracts.Event{Type: "identity.account.v1", Data: json.RawMessage("{")}}
	if err := h.handle(t.Context(), []inbox.Record{broken}); err == nil || h.passed != 0 {
		t.Errorf("%v, %d records came through", err, h.passed)
	}
}
