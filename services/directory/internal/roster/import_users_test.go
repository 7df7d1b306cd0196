package roster_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"muster/libs/contracts/directoryv1"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/roster"
)

// upload makes an upload of lines.
func upload(lines ...string) io.ReadCloser {
	return io.NopCloser(strings.NewReader(strings.Join(lines, "\n") + "\n"))
}

// rows makes rows with the legacy ids from first to last.
func rows(first, last int) []string {
	var lines []string
	for id := first; id <= last; id++ {
		lines = append(lines, legacyRow(id, ""))
	}
	return lines
}

// legacyRow is a row with more members, which begin with a comma.
func legacyRow(id int, more string) string {
	return fmt.Sprintf(`{"legacyUserId":%d,"email":"grace%d@example.com"%s}`, id, id, more)
}

func (w *world) importRoster(t *testing.T, id string, lines ...string) roster.Import {
	t.Helper()
	i, err := w.imports.ImportUsers(t.Context(), roster.ImportOrder{ID: id, By: 2}, upload(lines...))
	must(t, err)
	return i
}

func TestARosterIsImported(t *testing.T) {
	w := newWorld(t)
	lines := []string{
		`{"legacyUserId":7,"email":" Grace@Example.com ","username":" amazing ","firstName":"Grace","lastName":"Hopper","createdAt":"2019-05-31T12:00:00.5+02:00","emailVerified":true,"extra":[1]}`,
		``, `   `,
		`{"legacyUserId":8,"email":"alan@example.com","firstName":null,"createdAt":"2018-01-02","passwordHash":null}`,
	}
	i := w.importRoster(t, "one", lines...)
	equal(t, i, w.store.Import("one"))
	equal(t, i.Tally, roster.Tally{Created: 2})
	equal(t, i.Lines, 4)
	equal(t, i.StartedBy, 2)
	equal(t, i.FinishedAt, ptr(w.clock.Second()))
	created, date := time.Date(2019, 5, 31, 10, 0, 0, 0, time.UTC), time.Date(2018, 1, 2, 0, 0, 0, 0, time.UTC)
	equal(t, w.store.LegacyUser(7), roster.LegacyUser{
		ID: 7, Email: "Grace@Example.com", Username: "amazing", FirstName: ptr("Grace"), LastName: ptr("Hopper"), CreatedAt: &created, EmailVerified: true,
	})
	equal(t, w.store.LegacyUser(8), roster.LegacyUser{ID: 8, Email: "alan@example.com", Username: "alan", CreatedAt: &date})
	equal(t, w.store.Report("one"), []roster.ImportRow{
		{Line: 1, LegacyUserID: ptr(int64(7)), Outcome: "created"}, {Line: 4, LegacyUserID: ptr(int64(8)), Outcome: "created"},
	})

	lines[3] = `{"legacyUserId":8,"email":"turing@example.com"}`
	i = w.importRoster(t, "two", lines...)
	equal(t, i.Tally, roster.Tally{Unchanged: 1, Updated: 1})
	equal(t, w.store.LegacyUser(8).Email, "turing@example.com")
}

// TestIdentityIsToldOfACorrectedRow: identity has stored the hash of the former row under the former address.
func TestIdentityIsToldOfACorrectedRow(t *testing.T) {
	w := newWorld(t)
	w.importRoster(t, "one", legacyRow(7, `,"passwordHash":"$2y$10$x"`), legacyRow(8, ""))
	equal(t, len(w.legacy.Offered()), 1)
	corrected := `{"legacyUserId":7,"email":"hopper@example.com"}`

	w.legacy.Away(errors.New("away"))
	_, err := w.imports.ImportUsers(t.Context(), roster.ImportOrder{ID: "two", By: 2}, upload(corrected, legacyRow(8, "")))
	equal(t, err != nil, true)
	w.legacy.Away(nil)
	i := w.importRoster(t, "two", corrected, legacyRow(8, ""))
	equal(t, i.Tally, roster.Tally{Updated: 1, Unchanged: 1})
	offered := w.legacy.Offered()
	equal(t, len(offered), 2)
	equal(t, offered[1].Email, "hopper@example.com")
	equal(t, offered[1].PasswordHash, nil)
}

// TestIdentityIsToldWhereACorrectedRowIsLinked: the hash that identity stores under the former address would create a
// second account.
func TestIdentityIsToldWhereACorrectedRowIsLinked(t *testing.T) {
	w := newWorld(t)
	w.importRoster(t, "one", legacyRow(7, `,"passwordHash":"$2y$10$x"`))
	w.register(t, 1, "hopper@example.com")
	corrected := `{"legacyUserId":7,"email":"hopper@example.com","passwordHash":"$2y$10$x","activate":true}`

	w.legacy.Away(errors.New("away"))
	_, err := w.imports.ImportUsers(t.Context(), roster.ImportOrder{ID: "two", By: 2}, upload(corrected))
	equal(t, err != nil, true)
	equal(t, w.store.User(1).LegacyUserID, ptr(int64(7)))
	w.legacy.Away(nil)
	i := w.importRoster(t, "two", corrected)
	equal(t, i.Tally, roster.Tally{Linked: 1})
	equal(t, w.store.Report("two"), []roster.ImportRow{{Line: 1, LegacyUserID: ptr(int64(7)), Outcome: "linked"}})
	offered := w.legacy.Offered()
	equal(t, len(offered), 2)
	equal(t, offered[1].Email, "hopper@example.com")
	equal(t, offered[1].PasswordHash, nil)
	equal(t, offered[1].Activate, false)
	w.importRoster(t, "three", corrected)
	equal(t, len(w.legacy.Offered()), 2)
}

// TestUploadsArePublished with who sends them, if they can change something.
func TestUploadsArePublished(t *testing.T) {
	w := newWorld(t)
	send := func(by int64, text io.ReadCloser) error {
		_, err := w.imports.ImportUsers(t.Context(), roster.ImportOrder{ID: "one", By: by, SessionID: "s"}, text)
		return err
	}
	cut := io.NopCloser(io.MultiReader(strings.NewReader(strings.Join(rows(1, 2), "\n")), brokenReader{}))
	wantError(t, send(2, cut), roster.ErrUploadCut)
	must(t, send(3, upload(rows(1, 2)...)))
	must(t, send(4, upload(rows(1, 2)...))) // of a finished import
	_, err := w.imports.ImportUsers(t.Context(), roster.ImportOrder{ID: "dry", By: 2, DryRun: true}, upload(legacyRow(7, "")))
	must(t, err)
	var uploads []string
	for _, p := range w.store.Published() {
		if e, ok := p.(directoryv1.ImportEvent); ok {
			uploads = append(uploads, fmt.Sprintf("%s %s by %d in %s after %d", e.Kind, e.ImportID, e.Actor.UserID, e.Actor.SessionID, e.Lines))
		}
	}
	equal(t, uploads, []string{"started one by 2 in s after 0", "continued one by 3 in s after 1"})
}

func TestWhoRegistersIsLinked(t *testing.T) {
	w := newWorld(t)
	w.importRoster(t, "one", rows(7, 8)...)
	u := w.register(t, 1, "GRACE7@example.com")
	equal(t, u.LegacyUserID, ptr(int64(7)))
	equal(t, u.Version, 1)
	equal(t, w.store.LegacyUser(7).UserID, ptr(int64(1)))
	equal(t, w.store.Published()[1].(directoryv1.User).LegacyUserID, ptr(int64(7)))
	equal(t, w.register(t, 2, "other@example.com").LegacyUserID, nil)

	i := w.importRoster(t, "two", rows(7, 8)...)
	equal(t, i.Tally, roster.Tally{Linked: 1, Unchanged: 1})
}

func TestARejectedAccountIsNotLinked(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "grace7@example.com")
	u := w.store.User(1)
	u.LegacyUserID = ptr(int64(5)) // is another legacy user already, so that the next one waits
	w.store.Put(u)
	w.importRoster(t, "one", legacyRow(7, ""))
	must(t, w.FollowAccount(t.Context(), account(2, "Grace7@example.com")))
	equal(t, w.store.User(2).Deleted, true)
	equal(t, w.store.LegacyUser(7).UserID, nil)
}

func TestWhoIsThereAlreadyIsLinkedByTheImport(t *testing.T) {
	w := newWorld(t)
	before := w.register(t, 1, "GRACE7@example.com")
	since := len(w.store.Published())
	w.clock.Move(time.Minute)
	i := w.importRoster(t, "one", legacyRow(7, `,"passwordHash":"$2y$10$x","activate":true`))
	equal(t, i.Tally, roster.Tally{Linked: 1})
	want := before
	want.LegacyUserID, want.Version, want.UpdatedAt = ptr(int64(7)), 2, w.clock.Second()
	equal(t, w.store.User(1), want)
	equal(t, w.published(since), []string{"directory.import.started.v1 import/one 0", "directory.user.v1 1 2", "directory.user.updated.v1 1 2"})
	equal(t, len(w.legacy.Offered()), 0)
}

// TestAStrangerIsNotLinkedByTheImport: a stranger may have typed an unverified address. Identity stores the hash of its
// owner.
func TestAStrangerIsNotLinkedByTheImport(t *testing.T) {
	w := newWorld(t)
	stranger := w.registerUnverified(t, 1, "grace7@example.com")
	i := w.importRoster(t, "one", legacyRow(7, `,"passwordHash":"$2y$10$x"`))
	equal(t, i.Tally, roster.Tally{Created: 1})
	equal(t, w.store.Report("one")[0].Code, "ACCOUNT_UNVERIFIED")
	equal(t, w.store.User(1), stranger)
	equal(t, w.store.LegacyUser(7).UserID, nil)
	equal(t, w.legacy.Hash(7), "$2y$10$x")
}

func TestAUserIsOneLegacyUserAtMost(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "grace7@example.com")
	w.importRoster(t, "one", legacyRow(7, ""))
	_, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{Email: given("new@example.com")})
	must(t, err)
	i := w.importRoster(t, "two", `{"legacyUserId":8,"email":"NEW@example.com","passwordHash":"$2y$10$x"}`)
	equal(t, i.Tally, roster.Tally{Created: 1})
	equal(t, w.store.Report("two")[0].Code, "ACCOUNT_EXISTS")
	equal(t, w.store.User(1).LegacyUserID, ptr(int64(7)))
	equal(t, len(w.legacy.Offered()), 0)
}

func TestWhoTakesAnAddressOfTheRosterIsLinked(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	w.importRoster(t, "one", legacyRow(7, ""))
	u, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{Email: given("Grace7@example.com")})
	must(t, err)
	equal(t, u.LegacyUserID, ptr(int64(7)))
	equal(t, w.store.User(1), u)
	equal(t, w.store.LegacyUser(7).UserID, ptr(int64(1)))
}

func TestWhoWasDeletedDoesNotComeBack(t *testing.T) {
	w := newWorld(t)
	w.importRoster(t, "one", legacyRow(7, ""))
	w.register(t, 1, "grace7@example.com")
	_, err := w.DeleteUser(t.Context(), directory.Actor{UserID: 1}, 1)
	must(t, err)
	forgotten := roster.LegacyUser{ID: 7, UserID: ptr(int64(1))}
	equal(t, w.store.LegacyUser(7), forgotten)

	i := w.importRoster(t, "two", legacyRow(7, `,"activate":true`))
	equal(t, i.Tally, roster.Tally{Unchanged: 1})
	equal(t, w.store.Report("two")[0].Code, "USER_DELETED")
	equal(t, w.store.LegacyUser(7), forgotten)
	equal(t, len(w.legacy.Offered()), 0)
	equal(t, w.register(t, 2, "grace7@example.com").LegacyUserID, nil) // the address is somebody else's by now
}

func TestHashesGoToIdentity(t *testing.T) {
	w := newWorld(t)
	i := w.importRoster(t, "one",
		legacyRow(7, `,"passwordHash":"$2y$10$x","createdAt":"2018-01-02","firstName":"Grace"`), legacyRow(8, ""),
		legacyRow(9, `,"passwordHash":"bad"`), legacyRow(10, `,"activate":true,"emailVerified":true`))
	equal(t, i.Tally, roster.Tally{Created: 2, Failed: 1, Activated: 1})
	equal(t, w.legacy.Hash(7), "$2y$10$x")
	offered := w.legacy.Offered()
	equal(t, len(offered), 3)
	equal(t, offered[0], roster.LegacyAccount{
		LegacyUserID: 7, Email: "grace7@example.com", Username: "grace7", FirstName: ptr("Grace"),
		CreatedAt: time.Date(2018, 1, 2, 0, 0, 0, 0, time.UTC), PasswordHash: ptr("$2y$10$x"),
	})
	equal(t, offered[2], roster.LegacyAccount{
		LegacyUserID: 10, Email: "grace10@example.com", Username: "grace10", CreatedAt: w.clock.Second(), EmailVerified: true, Activate: true,
	})
	equal(t, w.store.Report("one")[2], roster.ImportRow{
		Line: 3, LegacyUserID: ptr(int64(9)), Outcome: "failed", Code: "HASH_UNSUPPORTED", Message: "The format of the password hash is not known.",
	})
	equal(t, w.store.LegacyUser(9).Email, "grace9@example.com") // on the roster all the same
}

// TestActivation: identity creates the account, directory creates its user, and no mail is sent.
func TestActivation(t *testing.T) {
	w := newWorld(t)
	var users []directory.Account
	w.legacy.Activated = func(id int64, a roster.LegacyAccount) {
		made := account(id, a.Email)
		made.Registration.Imported = true
		made.Legacy = &directory.Legacy{LegacyUserID: a.LegacyUserID}
		users = append(users, made)
	}
	i := w.importRoster(t, "one", legacyRow(7, `,"activate":true`), legacyRow(8, `,"activate":true`))
	equal(t, i.Tally, roster.Tally{Activated: 2})
	must(t, w.FollowAccount(t.Context(), users[0]))
	equal(t, w.store.User(1001).LegacyUserID, ptr(int64(7)))
	_, asked := w.store.Request(1001, directory.RequestRegistration)
	equal(t, asked, false)

	pending, err := w.imports.AwaitActivated(t.Context(), i, 0)
	must(t, err)
	equal(t, pending, 1)
	must(t, w.FollowAccount(t.Context(), users[1]))
	pending, err = w.imports.AwaitActivated(t.Context(), i, time.Minute)
	must(t, err)
	equal(t, pending, 0)

	equal(t, w.importRoster(t, "two", legacyRow(7, `,"activate":true`)).Tally, roster.Tally{Linked: 1})
	equal(t, w.legacy.Accounts(), 2)
}

func TestAnAccountThatIsThereKeepsItsPassword(t *testing.T) {
	w := newWorld(t)
	w.importRoster(t, "one", legacyRow(7, `,"activate":true`)) // the user is not here yet
	i := w.importRoster(t, "two", legacyRow(7, `,"activate":true,"passwordHash":"$2y$10$x"`))
	equal(t, i.Tally, roster.Tally{Unchanged: 1})
	equal(t, w.store.Report("two")[0].Code, "ACCOUNT_EXISTS")
}

func TestOneAddressIsOneLegacyUsers(t *testing.T) {
	w := newWorld(t)
	i := w.importRoster(t, "one",
		`{"legacyUserId":7,"email":"a@example.com"}`, `{"legacyUserId":8,"email":"A@example.com"}`, // taken
		`{"legacyUserId":7,"email":"b@example.com"}`, `{"legacyUserId":8,"email":"A@example.com"}`, // free by now
		`{"legacyUserId":8,"email":"A@example.com"}`)
	equal(t, i.Tally, roster.Tally{Created: 2, Updated: 1, Failed: 1, Unchanged: 1})
	equal(t, w.store.Report("one")[1].Code, "EMAIL_ON_ROSTER")
	equal(t, w.store.LegacyUser(7).Email, "b@example.com")
	equal(t, w.store.LegacyUser(8).Email, "A@example.com")
	equal(t, w.importRoster(t, "two", `{"legacyUserId":9,"email":"B@example.com"}`).Tally, roster.Tally{Failed: 1})
}

func TestADryRunKeepsNothingButItsReport(t *testing.T) {
	w := newWorld(t)
	u := w.register(t, 1, "grace7@example.com")
	since := len(w.store.Published())
	lines := []string{legacyRow(7, ""), legacyRow(8, `,"activate":true`), legacyRow(9, `,"passwordHash":"bad"`), `{}`, legacyRow(10, ""), legacyRow(10, "")}
	order := roster.ImportOrder{ID: "dry", DryRun: true}
	i, err := w.imports.ImportUsers(t.Context(), order, upload(lines...))
	must(t, err)
	equal(t, i.Tally, roster.Tally{Linked: 1, Activated: 1, Failed: 2, Created: 1, Unchanged: 1})
	equal(t, w.store.LegacyUsers(), 0)
	equal(t, w.legacy.Accounts(), 0)
	equal(t, w.store.User(1), u)
	equal(t, len(w.store.Published()), since)
	pending, err := w.imports.AwaitActivated(t.Context(), i, time.Hour)
	must(t, err)
	equal(t, pending, 0)

	_, err = w.imports.ImportUsers(t.Context(), roster.ImportOrder{ID: "dry"}, upload(lines...))
	wantError(t, err, roster.ErrImportChanged)
}
