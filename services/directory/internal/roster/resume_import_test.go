package roster_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/roster"
)

// TestAnImportGoesOnWhereItEnded: identity is away in the second batch, and back when the file is uploaded again.
func TestAnImportGoesOnWhereItEnded(t *testing.T) {
	w := newWorld(t)
	lines := append(rows(1, 700), legacyRow(701, `,"activate":true`), legacyRow(702, ""))
	away := errors.New("away")
	w.legacy.Away(away)
	order := roster.ImportOrder{ID: "one"}
	i, err := w.imports.ImportUsers(t.Context(), order, upload(lines...))
	wantError(t, err, away)
	equal(t, i.Lines, 500)
	equal(t, w.store.Import("one"), i)
	equal(t, w.store.LegacyUsers(), 702) // the second batch is begun

	w.legacy.Away(nil)
	i = w.importRoster(t, "one", lines...)
	equal(t, i.Tally, roster.Tally{Created: 701, Activated: 1}) // not unchanged: they are this import's
	equal(t, len(w.store.Report("one")), 702)

	again := w.importRoster(t, "one", lines...)
	equal(t, again, i)
	equal(t, len(w.legacy.Offered()), 1)
}

// TestABatchThatIsDoneTwiceSaysWhatItDid: the crash came between identity's answer and the note that it is done.
func TestABatchThatIsDoneTwiceSaysWhatItDid(t *testing.T) {
	w := newWorld(t)
	lines := []string{legacyRow(7, `,"activate":true`), legacyRow(8, `,"activate":true`), legacyRow(9, `,"passwordHash":"x"`), legacyRow(10, "")}
	crash := errors.New("crash")
	var made []directory.Account
	w.legacy.Activated = func(id int64, a roster.LegacyAccount) {
		account := account(id, a.Email)
		account.Legacy = &directory.Legacy{LegacyUserID: a.LegacyUserID}
		made = append(made, account)
	}
	w.store.FailAfter(2, crash) // opening and enrolling succeed
	_, err := w.imports.ImportUsers(t.Context(), roster.ImportOrder{ID: "one"}, upload(lines...))
	wantError(t, err, crash)
	w.store.FailAfter(0, nil)
	equal(t, w.legacy.Accounts(), 2)
	must(t, w.FollowAccount(t.Context(), made[0])) // one of the two is a user before the file comes again

	i := w.importRoster(t, "one", lines...)
	equal(t, i.Tally, roster.Tally{Activated: 2, Created: 2})
	equal(t, w.legacy.Accounts(), 2)
	equal(t, w.store.LegacyUsers(), 4)
}

func TestAnotherFileUnderTheSameIDIsRefused(t *testing.T) {
	w := newWorld(t)
	w.legacy.Away(errors.New("away"))
	lines := append(rows(1, 500), legacyRow(501, `,"activate":true`))
	order := roster.ImportOrder{ID: "one"}
	_, err := w.imports.ImportUsers(t.Context(), order, upload(lines...))
	equal(t, err != nil, true)
	w.legacy.Away(nil)
	for name, other := range map[string][]string{
		"another line": append([]string{legacyRow(1, " ")}, lines[1:]...),
		"fewer lines":  lines[:499],
		"other ends":   {strings.Join(lines, "\r\n")},
	} {
		if _, err := w.imports.ImportUsers(t.Context(), order, upload(other...)); !errors.Is(err, roster.ErrImportChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	done := w.importRoster(t, "one", lines...)
	_, err = w.imports.ImportUsers(t.Context(), order, upload(append(lines, legacyRow(900, ""))...)) // a finished one has no more lines
	wantError(t, err, roster.ErrImportChanged)
	equal(t, w.store.Import("one"), done)
}

// TestTwoUploadsOfOneImport: the second overtakes the first, which then ends.
func TestTwoUploadsOfOneImport(t *testing.T) {
	w := newWorld(t)
	order := roster.ImportOrder{ID: "one"}
	lines := rows(1, 600)
	first, rest := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		_, err := w.imports.ImportUsers(context.Background(), order, first)
		ended <- err
	}()
	_, err := io.WriteString(rest, lines[0][:1]) // it is read: the import is open
	must(t, err)
	done := w.importRoster(t, "one", lines...)
	equal(t, done.Lines, 600)
	go func() {
		_, _ = io.WriteString(rest, strings.Join(lines, "\n")[1:]+"\n") // until the reader goes away
	}()
	wantError(t, <-ended, roster.ErrImportRunning)
	equal(t, w.store.Import("one"), done)
	equal(t, w.store.LegacyUsers(), 600)
}

func TestWhatComesSlowlyIsImportedAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		reader, writer := io.Pipe()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			_, err := w.imports.ImportUsers(ctx, roster.ImportOrder{ID: "one"}, reader)
			ended <- err
		}()
		_, err := io.WriteString(writer, legacyRow(1, "")+"\n"+legacyRow(2, "")+"\n"+legacyRow(3, ""))
		must(t, err)
		time.Sleep(1100 * time.Millisecond) // the bubble's time
		synctest.Wait()
		equal(t, w.store.LegacyUsers(), 2)
		equal(t, w.store.Import("one").Lines, 2)

		cancel() // shutting down: half a line is no line
		wantError(t, <-ended, roster.ErrImportStopped)
		equal(t, w.store.LegacyUsers(), 2)
	})
}

func TestAnUploadThatIsCutKeepsWhatCame(t *testing.T) {
	w := newWorld(t)
	cut := io.NopCloser(io.MultiReader(strings.NewReader(strings.Join(rows(1, 2), "\n")), brokenReader{}))
	i, err := w.imports.ImportUsers(t.Context(), roster.ImportOrder{ID: "one"}, cut)
	wantError(t, err, roster.ErrUploadCut)
	equal(t, i.Lines, 1)
	equal(t, w.importRoster(t, "one", rows(1, 2)...).Tally, roster.Tally{Created: 2})
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
