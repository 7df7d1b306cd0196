package postgres_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"muster/services/directory/internal/adapter/postgres"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
	"muster/services/directory/internal/roster"
	"muster/services/directory/internal/roster/rostertest"
)

// legacyHouse is both cores on a real database. Legacy users have the id 7 and the address grace@example.com.
type legacyHouse struct {
	*house
	imports *roster.Service
	n       int
}

const graces = "grace@example.com"

func newLegacyHouse(t *testing.T) *legacyHouse {
	t.Helper()
	db := database(t)
	h := &legacyHouse{house: &house{store: postgres.New(db, time.Now), mailer: &directorytest.Mailer{}}}
	h.Service = directory.New(directory.Ports{
		Store: h.store, Mails: h.store, Mailer: h.mailer, Throttle: counter(db), NewCode: func() string { return "abcdefghijkl" }, NewDigits: func() string { return "123456" },
	}, anyNumber)
	h.imports = roster.New(roster.Ports{Store: h.store.Roster(), Legacy: rostertest.NewLegacyAccounts(), Now: time.Now})
	return h
}

// imported imports the roster.
func (h *legacyHouse) imported(t *testing.T) {
	t.Helper()
	h.n++
	file := fmt.Sprintf(`{"legacyUserId":7,"email":%q,"passwordHash":"$2y$10$x"}`, graces)
	_, err := h.imports.ImportUsers(t.Context(), roster.ImportOrder{ID: fmt.Sprint(h.n), By: 1}, io.NopCloser(strings.NewReader(file)))
	must(t, err)
}

func (h *legacyHouse) registered(t *testing.T, id int64) {
	t.Helper()
	must(t, h.FollowAccount(t.Context(), account(id, graces)))
}

func (h *legacyHouse) verified(t *testing.T, by directory.Actor) {
	t.Helper()
	_, err := h.VerifyEmail(t.Context(), by, graces, "abcdefghijkl")
	must(t, err)
}

// recognized is what identity says of an account that the imported password has opened.
func recognized(id, version int64, verified bool) directory.Account {
	a := account(id, graces)
	a.Version, a.ActivityVersion, a.Legacy = version, version, &directory.Legacy{LegacyUserID: 7, EmailVerified: verified}
	return a
}

// movedAway changes a user's address by the code that was sent to the new one.
func (h *legacyHouse) movedAway(t *testing.T, id int64, email string) {
	t.Helper()
	_, err := h.UpdateProfile(t.Context(), self(id), to(email))
	must(t, err)
	_, err = h.ConfirmEmailChange(t.Context(), self(id), to(email), "123456")
	must(t, err)
}

// wantLinked checks that the legacy user is linked to this user; 0 means that it waits.
func (h *legacyHouse) wantLinked(t *testing.T, want int64, users ...int64) {
	t.Helper()
	for _, id := range users {
		if linked := h.user(t, id).LegacyUserID != nil; linked != (id == want) {
			t.Errorf("user %d is linked: %v", id, linked)
		}
	}
	must(t, h.store.Roster().Tx(t.Context(), func(ctx context.Context, tx roster.Tx) error {
		entries, _, err := tx.LockRoster(ctx, []int64{7}, []string{graces})
		var got int64
		if entries[0].UserID != nil {
			got = *entries[0].UserID
		}
		if got != want {
			t.Errorf("the roster is linked to %d, want %d", got, want)
		}
		return err
	}))
}

// TestWhoseAccountItIs holds directory to auth-api.md, "Whose account is it": on PostgreSQL, in both orders of import and
// registration.
func TestWhoseAccountItIs(t *testing.T) {
	for order, begin := range map[string]func(t *testing.T, h *legacyHouse){
		"import, then registration": func(t *testing.T, h *legacyHouse) { h.imported(t); h.registered(t, 1) },
		"registration, then import": func(t *testing.T, h *legacyHouse) { h.registered(t, 1); h.imported(t) },
	} {
		for name, test := range map[string]func(t *testing.T, h *legacyHouse){
			"nobody verifies": func(t *testing.T, h *legacyHouse) {
				h.imported(t)
				h.wantLinked(t, 0, 1)
			},
			"the owner verifies": func(t *testing.T, h *legacyHouse) {
				h.verified(t, self(1))
				h.wantLinked(t, 1, 1)
				if end := h.user(t, 1).SessionsEnd; end.Version != 0 {
					t.Errorf("sessions end: %+v", end)
				}
			},
			"somebody else verifies": func(t *testing.T, h *legacyHouse) {
				h.verified(t, directory.Actor{})
				h.wantLinked(t, 1, 1)
				u := h.user(t, 1)
				if end := u.SessionsEnd; end.Version != u.Version || end.Except != "" || !end.OpenedBy.Equal(*u.VerifiedAt) {
					t.Errorf("sessions end: %+v of user %+v", end, u)
				}
			},
			"the thief moves away, the owner registers": func(t *testing.T, h *legacyHouse) {
				h.movedAway(t, 1, "own@example.com")
				h.wantLinked(t, 0, 1)
				h.registered(t, 2)
				h.wantLinked(t, 0, 1, 2)
				h.verified(t, directory.Actor{})
				h.wantLinked(t, 2, 1, 2)
			},
			"the thief is deleted, the owner registers": func(t *testing.T, h *legacyHouse) {
				_, err := h.DeleteUser(t.Context(), self(1), 1)
				must(t, err)
				h.wantLinked(t, 0, 1)
				h.registered(t, 2)
				h.verified(t, self(2))
				h.wantLinked(t, 2, 1, 2)
			},
			"the imported password signs in": func(t *testing.T, h *legacyHouse) {
				must(t, h.FollowAccount(t.Context(), recognized(1, 2, false)))
				h.wantLinked(t, 1, 1)
				if u := h.user(t, 1); u.VerifiedAt != nil || u.Version != 2 || u.AccessVersion != 1 {
					t.Errorf("user %+v", u)
				}
			},
			"the imported password signs in, of a verified address": func(t *testing.T, h *legacyHouse) {
				must(t, h.FollowAccount(t.Context(), recognized(1, 2, true)))
				h.wantLinked(t, 1, 1)
				if u := h.user(t, 1); u.VerifiedAt == nil || u.Version != 2 || u.AccessVersion != 2 {
					t.Errorf("user %+v", u)
				}
				if _, err := h.VerifyEmail(t.Context(), directory.Actor{}, graces, "abcdefghijkl"); err == nil {
					t.Error("the code that was mailed to the stranger is still good")
				}
			},
			"the imported password signs in after the thief has moved": func(t *testing.T, h *legacyHouse) {
				h.movedAway(t, 1, "own@example.com")
				must(t, h.FollowAccount(t.Context(), recognized(1, 2, true))) // identity has not followed the change yet
				h.wantLinked(t, 0, 1)
				must(t, h.FollowAccount(t.Context(), recognized(2, 1, false)))
				h.wantLinked(t, 2, 1, 2)
			},
			"somebody unverified takes nothing along": func(t *testing.T, h *legacyHouse) {
				must(t, h.FollowAccount(t.Context(), recognized(1, 2, false)))
				h.movedAway(t, 1, "own@example.com")
				h.wantLinked(t, 0, 1)
			},
			"somebody unverified is moved by an administrator": func(t *testing.T, h *legacyHouse) {
				must(t, h.FollowAccount(t.Context(), recognized(1, 2, false)))
				_, err := h.UpdateUser(t.Context(), boss, 1, directory.UserChange{Email: to("own@example.com").Email})
				must(t, err)
				h.wantLinked(t, 0, 1)
				_, err = h.UpdateUser(t.Context(), boss, 1, directory.UserChange{Email: to(graces).Email})
				must(t, err)
				h.wantLinked(t, 0, 1)
			},
			"somebody verified takes it along": func(t *testing.T, h *legacyHouse) {
				h.verified(t, self(1))
				h.movedAway(t, 1, "own@example.com")
				h.wantLinked(t, 1, 1)
			},
			"the owner is deleted, and somebody registers": func(t *testing.T, h *legacyHouse) {
				h.verified(t, self(1))
				_, err := h.DeleteUser(t.Context(), self(1), 1)
				must(t, err)
				h.registered(t, 2)
				h.verified(t, self(2))
				if u := h.user(t, 2); u.LegacyUserID != nil {
					t.Errorf("user %+v", u)
				}
			},
		} {
			t.Run(order+"/"+name, func(t *testing.T) {
				t.Parallel()
				h := newLegacyHouse(t)
				begin(t, h)
				test(t, h)
			})
		}
	}
}

// TestAVerificationAndAnImportDoNotMissEachOther lets them meet many times: whichever comes second links the two.
func TestAVerificationAndAnImportDoNotMissEachOther(t *testing.T) {
	db := database(t)
	s := postgres.New(db, time.Now)
	service := directory.New(directory.Ports{Store: s, Mails: s, Mailer: &directorytest.Mailer{}, Throttle: counter(db), NewCode: func() string { return "abcdefghijkl" }}, anyNumber)
	imports := roster.New(roster.Ports{Store: s.Roster(), Legacy: rostertest.NewLegacyAccounts(), Now: time.Now})
	for id := range int64(rounds) {
		id++
		email := fmt.Sprintf("grace%d@example.com", id)
		must(t, service.FollowAccount(t.Context(), account(id, email)))
		for _, err := range together(
			func() error {
				_, err := service.VerifyEmail(t.Context(), directory.Actor{}, email, "abcdefghijkl")
				return err
			},
			func() error {
				file := fmt.Sprintf(`{"legacyUserId":%d,"email":%q}`, id, email)
				_, err := imports.ImportUsers(t.Context(), roster.ImportOrder{ID: email}, io.NopCloser(strings.NewReader(file)))
				return err
			},
		) {
			must(t, err)
		}
		must(t, s.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error {
			u, err := tx.LockUser(ctx, id)
			if err == nil && (u.LegacyUserID == nil || *u.LegacyUserID != id) {
				t.Fatalf("round %d: the user is not linked", id)
			}
			return err
		}))
	}
}

// TestLegacyTotalsAreExact: they equal a count after every kind of change, also while they are folded.
func TestLegacyTotalsAreExact(t *testing.T) {
	db := database(t)
	store, lists := postgres.New(db, time.Now), postgres.NewLists(db)
	check := func(what string) {
		t.Helper()
		got, err := lists.LegacyTotals(t.Context())
		must(t, err)
		var want directory.LegacyTotals
		must(t, db.Raw("SELECT count(*) AS legacy, count(user_id) AS migrated FROM legacy_users").Scan(&want).Error)
		if got != want {
			t.Fatalf("%s: %+v, counted %+v", what, got, want)
		}
	}
	put := func(legacy ...roster.LegacyUser) {
		t.Helper()
		must(t, store.Roster().Tx(t.Context(), func(ctx context.Context, tx roster.Tx) error { return tx.PutLegacyUsers(ctx, legacy...) }))
	}
	change := func(fn func(ctx context.Context, tx directory.Tx) error) {
		t.Helper()
		must(t, store.Tx(t.Context(), fn))
	}
	check("empty")
	change(func(ctx context.Context, tx directory.Tx) error {
		return tx.CreateUser(ctx, directorytest.SampleUser(1))
	})
	userID := int64(1)
	linked := rostertest.SampleLegacyUser(9)
	linked.UserID = &userID
	put(rostertest.SampleLegacyUser(7), rostertest.SampleLegacyUser(8), linked)
	check("imported")
	put(rostertest.SampleLegacyUser(7), rostertest.SampleLegacyUser(10)) // one again, one new
	check("imported again")
	change(func(ctx context.Context, tx directory.Tx) error { return tx.ReleaseLegacyUser(ctx, 1) })
	check("released")
	change(func(ctx context.Context, tx directory.Tx) error { return tx.LinkLegacyUser(ctx, 8, 1) })
	check("linked")
	change(func(ctx context.Context, tx directory.Tx) error { return tx.ForgetLegacyUser(ctx, 1) })
	check("forgotten")
	for id := range int64(120) {
		put(rostertest.SampleLegacyUser(100 + id))
	}
	must(t, lists.FoldLegacyTotals(t.Context()))
	check("folded")
	var rows int
	must(t, db.Raw("SELECT count(*) FROM legacy_user_totals").Scan(&rows).Error)
	if rows != 1 {
		t.Errorf("%d rows after a fold", rows)
	}
	must(t, db.Exec("DELETE FROM legacy_users WHERE legacy_user_id > 150").Error)
	check("deleted")
}
