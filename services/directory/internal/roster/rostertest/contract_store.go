package rostertest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
	"muster/services/directory/internal/roster"
)

// Backend is a store under test: the roster and its users.
type Backend struct {
	Roster roster.Store
	Users  directory.Store
	// Properties returns a user's properties as they are stored now.
	Properties func(userID int64) directory.Properties
}

// TestStore checks that a store meets the contracts of roster.Store and directory.Roster. open returns an empty store.
func TestStore(t *testing.T, open func(t *testing.T) Backend) {
	for name, test := range map[string]func(*testing.T, Backend){
		"every field of a legacy user survives":               legacyFieldsSurvive,
		"who waits is found by the address in any case":       waitingFound,
		"who is linked does not wait":                         linkedNoted,
		"the roster is found by id and by address":            rosterFound,
		"nobody named is nobody found":                        nobodyNamed,
		"who is released waits again":                         legacyReleased,
		"a forgotten legacy user keeps only their ids":        legacyForgotten,
		"a profile is read":                                   profileRead,
		"one reset is kept for each":                          resetKept,
		"properties go to a linked user that has none":        propertiesGiven,
		"properties are taken back by a release":              propertiesTakenBack,
		"an import and a registration do not miss each other": rosterWaits,
		"every field of an import survives":                   importFieldsSurvive,
		"an import is begun once":                             importBegunOnce,
		"reports are replaced line by line":                   reportsReplaced,
		"who is being activated is counted":                   activatingCounted,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// SampleLegacyUser returns a waiting legacy user with a value in every field.
func SampleLegacyUser(id int64) roster.LegacyUser {
	first, last, created := "Grace", "Hopper", time.Date(2019, 5, 31, 10, 20, 30, 0, time.UTC)
	return roster.LegacyUser{
		ID: id, Email: fmt.Sprintf("Grace%d@Example.com", id), Username: fmt.Sprintf("grace%d", id), FirstName: &first, LastName: &last,
		CreatedAt: &created, EmailVerified: true, Activate: true, Properties: `{"plan":"gold","rate":1.50}`,
	}
}

// SampleImport returns a finished import with a value in every field.
func SampleImport(id string) roster.Import {
	at := directorytest.Noon.Truncate(time.Second)
	end := at.Add(2 * time.Minute)
	return roster.Import{
		ID: id, DryRun: true, StartedBy: 2, Lines: 21, Digest: sha256.Sum256([]byte(id)),
		Tally:     roster.Tally{Created: 1, Updated: 2, Unchanged: 3, Linked: 4, Activated: 5, Failed: 6},
		StartedAt: at, UpdatedAt: at.Add(time.Minute), FinishedAt: &end,
	}
}

// in runs fn in a transaction of the roster's store, which must succeed.
func in(t *testing.T, b Backend, fn func(ctx context.Context, tx roster.Tx) error) {
	t.Helper()
	must(t, b.Roster.Tx(t.Context(), fn))
}

// inDirectory runs fn in a transaction of directory's store, which must succeed.
func inDirectory(t *testing.T, b Backend, fn func(ctx context.Context, tx directory.Tx) error) {
	t.Helper()
	must(t, b.Users.Tx(t.Context(), fn))
}

func create(t *testing.T, b Backend, users ...directory.User) {
	t.Helper()
	for _, u := range users {
		inDirectory(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.CreateUser(ctx, u) })
	}
}

func putLegacy(t *testing.T, b Backend, users ...roster.LegacyUser) {
	t.Helper()
	in(t, b, func(ctx context.Context, tx roster.Tx) error { return tx.PutLegacyUsers(ctx, users...) })
}

// lockLegacy returns the roster by ids, ordered.
func lockLegacy(t *testing.T, b Backend, ids []int64, emails ...string) (legacy []roster.LegacyUser, users []directory.User) {
	t.Helper()
	in(t, b, func(ctx context.Context, tx roster.Tx) (err error) {
		legacy, users, err = tx.LockRoster(ctx, ids, emails)
		return err
	})
	slices.SortFunc(legacy, func(a, b roster.LegacyUser) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(users, func(a, b directory.User) int { return cmp.Compare(a.ID, b.ID) })
	return legacy, users
}

func legacyFieldsSurvive(t *testing.T, b Backend) {
	create(t, b, directorytest.SampleUser(1))
	bare := roster.LegacyUser{ID: 8, Email: "bare@example.com", Username: "bare"}
	linked, userID := SampleLegacyUser(9), int64(1)
	linked.UserID = &userID
	putLegacy(t, b, SampleLegacyUser(7), bare, linked)
	got, _ := lockLegacy(t, b, []int64{7, 8, 9}, "nobody@example.com")
	equal(t, got, []roster.LegacyUser{SampleLegacyUser(7), bare, linked})

	changed := bare
	changed.ID = 7
	again := SampleLegacyUser(8)
	again.EmailVerified = false
	putLegacy(t, b, again)
	putLegacy(t, b, changed)
	got, _ = lockLegacy(t, b, []int64{7, 8}, "nobody@example.com")
	equal(t, got, []roster.LegacyUser{changed, again})
}

func waitingFound(t *testing.T, b Backend) {
	create(t, b, directorytest.SampleUser(1))
	linked, userID := SampleLegacyUser(8), int64(1)
	linked.UserID = &userID
	putLegacy(t, b, SampleLegacyUser(7), linked)
	inDirectory(t, b, func(ctx context.Context, tx directory.Tx) error {
		got, err := tx.LockLegacyUser(ctx, "gRACE7@example.COM")
		equal(t, got, 7)
		for _, email := range []string{"grace8@example.com", "grace9@example.com", ""} {
			_, none := tx.LockLegacyUser(ctx, email)
			wantError(t, none, directory.ErrLegacyUserNotFound)
		}
		return err
	})
}

func linkedNoted(t *testing.T, b Backend) {
	create(t, b, directorytest.SampleUser(1))
	putLegacy(t, b, SampleLegacyUser(7), SampleLegacyUser(8))
	inDirectory(t, b, func(ctx context.Context, tx directory.Tx) error {
		must(t, tx.LinkLegacyUser(ctx, 7, 1))
		_, err := tx.LockLegacyUser(ctx, "grace7@example.com")
		wantError(t, err, directory.ErrLegacyUserNotFound)
		return nil
	})
	linked, userID := SampleLegacyUser(7), int64(1)
	linked.UserID = &userID
	got, _ := lockLegacy(t, b, []int64{7, 8}, "nobody@example.com")
	equal(t, got, []roster.LegacyUser{linked, SampleLegacyUser(8)})
}

func rosterFound(t *testing.T, b Backend) {
	create(t, b, directorytest.SampleUser(1), directorytest.SampleUser(2), directorytest.SampleTombstone(3))
	putLegacy(t, b, SampleLegacyUser(7), SampleLegacyUser(8), SampleLegacyUser(9))
	legacy, users := lockLegacy(t, b, []int64{7, 70}, "gRACE9@example.COM", "ADA2@example.com", "x\"}{'@example.com")
	equal(t, legacy, []roster.LegacyUser{SampleLegacyUser(7), SampleLegacyUser(9)})
	equal(t, users, []directory.User{directorytest.SampleUser(2)})
}

func nobodyNamed(t *testing.T, b Backend) {
	create(t, b, directorytest.SampleUser(1), directorytest.SampleTombstone(2))
	putLegacy(t, b, SampleLegacyUser(7))
	legacy, users := lockLegacy(t, b, nil)
	equal(t, len(legacy)+len(users), 0)
	putLegacy(t, b)
}

func legacyReleased(t *testing.T, b Backend) {
	create(t, b, directorytest.SampleUser(1), directorytest.SampleUser(2))
	one, two := int64(1), int64(2)
	first, second := SampleLegacyUser(7), SampleLegacyUser(8)
	first.UserID, second.UserID = &one, &two
	putLegacy(t, b, first, second)
	inDirectory(t, b, func(ctx context.Context, tx directory.Tx) error {
		must(t, tx.ForgetLegacyUser(ctx, 2))
		for _, id := range []int64{1, 2, 99} {
			must(t, tx.ReleaseLegacyUser(ctx, id))
		}
		got, err := tx.LockLegacyUser(ctx, first.Email)
		equal(t, got, 7)
		return err
	})
	got, _ := lockLegacy(t, b, []int64{7, 8}, "nobody@example.com")
	equal(t, got, []roster.LegacyUser{SampleLegacyUser(7), {ID: 8, UserID: &two}})
}

func legacyForgotten(t *testing.T, b Backend) {
	create(t, b, directorytest.SampleUser(1), directorytest.SampleUser(2))
	one, two := int64(1), int64(2)
	first, second := SampleLegacyUser(7), SampleLegacyUser(8)
	first.UserID, second.UserID = &one, &two
	putLegacy(t, b, first, second)
	inDirectory(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.ForgetLegacyUser(ctx, 1) })
	inDirectory(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.ForgetLegacyUser(ctx, 99) })
	got, _ := lockLegacy(t, b, []int64{7, 8}, "nobody@example.com")
	equal(t, got, []roster.LegacyUser{{ID: 7, UserID: &one}, second})

	taker := SampleLegacyUser(9) // takes the address that is free again
	taker.Email = first.Email
	putLegacy(t, b, taker)
}

// rosterWaits runs a registration and an import of the same address concurrently, many times. Whichever comes second
// must find what the first has stored.
func rosterWaits(t *testing.T, b Backend) {
	for n := range int64(20) {
		id := 100 + n
		u, l := directorytest.SampleUser(id), SampleLegacyUser(id)
		u.Email, u.LegacyUserID = strings.ToUpper(l.Email), nil
		met := 0
		var wg sync.WaitGroup
		wg.Go(func() {
			inDirectory(t, b, func(ctx context.Context, tx directory.Tx) error {
				_, err := tx.LockLegacyUser(ctx, u.Email)
				if err == nil {
					met++
				}
				return tx.CreateUser(ctx, u)
			})
		})
		wg.Go(func() {
			in(t, b, func(ctx context.Context, tx roster.Tx) error {
				_, users, err := tx.LockRoster(ctx, []int64{id}, []string{l.Email})
				met += len(users)
				if err != nil {
					return err
				}
				return tx.PutLegacyUsers(ctx, l)
			})
		})
		wg.Wait()
		if met != 1 {
			t.Fatalf("round %d: %d of the two found the other, want 1", n, met)
		}
	}
}

func importFieldsSurvive(t *testing.T, b Backend) {
	begun := roster.Import{ID: "a", StartedBy: 3, StartedAt: directorytest.Noon.Truncate(time.Second), UpdatedAt: directorytest.Noon.Truncate(time.Second)}
	in(t, b, func(ctx context.Context, tx roster.Tx) error {
		_, err := tx.LockImport(ctx, "a")
		wantError(t, err, roster.ErrImportNotFound)
		must(t, tx.CreateImport(ctx, begun))
		return tx.CreateImport(ctx, SampleImport("b"))
	})
	want := SampleImport("a")
	in(t, b, func(ctx context.Context, tx roster.Tx) error {
		got, err := tx.LockImport(ctx, "a")
		equal(t, got, begun)
		must(t, tx.UpdateImport(ctx, want))
		return err
	})
	in(t, b, func(ctx context.Context, tx roster.Tx) error {
		got, err := tx.LockImport(ctx, "a")
		equal(t, got, want)
		other, _ := tx.LockImport(ctx, "b")
		equal(t, other, SampleImport("b"))
		return err
	})
}

func importBegunOnce(t *testing.T, b Backend) {
	in(t, b, func(ctx context.Context, tx roster.Tx) error {
		must(t, tx.CreateImport(ctx, SampleImport("a")))
		wantError(t, tx.CreateImport(ctx, SampleImport("a")), roster.ErrImportRunning)
		return nil
	})
}

func reportsReplaced(t *testing.T, b Backend) {
	seven := int64(7)
	rows := []roster.ImportRow{
		{Line: 2, LegacyUserID: &seven, Outcome: roster.RowCreated, Code: "C", Message: "M"},
		{Line: 3, Outcome: roster.RowFailed, Code: "VALIDATION_FAILED", Message: "The line is not UTF-8."},
		{Line: 9, LegacyUserID: &seven, Outcome: roster.RowUnchanged},
	}
	in(t, b, func(ctx context.Context, tx roster.Tx) error {
		must(t, tx.CreateImport(ctx, SampleImport("a")))
		must(t, tx.CreateImport(ctx, SampleImport("b")))
		must(t, tx.PutImportRows(ctx, "b", rows[:1]))
		must(t, tx.PutImportRows(ctx, "a", nil))
		return tx.PutImportRows(ctx, "a", rows)
	})
	replaced := roster.ImportRow{Line: 3, LegacyUserID: &seven, Outcome: roster.RowActivated}
	in(t, b, func(ctx context.Context, tx roster.Tx) error {
		must(t, tx.PutImportRows(ctx, "a", []roster.ImportRow{replaced}))
		got, err := tx.ImportRowsFrom(ctx, "a", 3)
		equal(t, got, []roster.ImportRow{replaced, rows[2]})
		all, _ := tx.ImportRowsFrom(ctx, "a", 1)
		equal(t, all, []roster.ImportRow{rows[0], replaced, rows[2]})
		return err
	})
}

func activatingCounted(t *testing.T, b Backend) {
	create(t, b, directorytest.SampleUser(1))
	one := int64(1)
	there := SampleLegacyUser(8)
	there.UserID = &one
	putLegacy(t, b, SampleLegacyUser(7), there, SampleLegacyUser(9), SampleLegacyUser(10))
	row := func(id int64, o roster.ImportOutcome) roster.ImportRow {
		return roster.ImportRow{Line: id, LegacyUserID: &id, Outcome: o}
	}
	in(t, b, func(ctx context.Context, tx roster.Tx) error {
		must(t, tx.CreateImport(ctx, SampleImport("a")))
		must(t, tx.CreateImport(ctx, SampleImport("b")))
		must(t, tx.PutImportRows(ctx, "a", []roster.ImportRow{
			row(7, roster.RowActivated), row(8, roster.RowActivated), row(9, roster.RowCreated), {Line: 11, Outcome: roster.RowFailed},
		}))
		must(t, tx.PutImportRows(ctx, "b", []roster.ImportRow{row(10, roster.RowActivated)}))
		n, err := tx.CountActivating(ctx, "a")
		equal(t, n, 1)
		return err
	})
}
