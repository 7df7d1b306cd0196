package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/errs"
	"muster/services/directory/internal/adapter/postgres"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
	"muster/services/directory/internal/roster"
	"muster/services/directory/internal/roster/rostertest"
)

// fillImports stores two imports. Line 5 of the first is of an attempt that did not come to its end.
func fillImports(t *testing.T, db *gorm.DB) (first, second roster.Import) {
	t.Helper()
	first, second = rostertest.SampleImport("first"), rostertest.SampleImport("second")
	first.Lines, first.FinishedAt, first.DryRun, first.Tally.Failed = 4, nil, false, 0
	user, gone := int64(1), int64(2)
	linked, forgotten := rostertest.SampleLegacyUser(7), roster.LegacyUser{ID: 8, Email: "x@example.com", Username: "x", UserID: &gone}
	linked.UserID = &user
	row := func(line, id int64, o roster.ImportOutcome) roster.ImportRow {
		return roster.ImportRow{Line: line, LegacyUserID: &id, Outcome: o, Code: fmt.Sprintf("C%d", line), Message: "M"}
	}
	s := postgres.New(db, time.Now)
	fill(t, db, directorytest.SampleUser(1), directorytest.SampleTombstone(2))
	must(t, s.Roster().Tx(t.Context(), func(ctx context.Context, tx roster.Tx) error {
		return errors.Join(
			tx.CreateImport(ctx, first), tx.CreateImport(ctx, second), tx.PutLegacyUsers(ctx, linked, forgotten),
			tx.PutImportRows(ctx, "first", []roster.ImportRow{
				row(1, 7, roster.RowLinked), row(2, 8, roster.RowActivated), {Line: 4, Outcome: roster.RowFailed, Code: "C4"}, row(5, 9, roster.RowFailed),
			}),
			tx.PutImportRows(ctx, "second", []roster.ImportRow{row(1, 7, roster.RowCreated)}))
	}))
	return first, second
}

func TestImportsAreRead(t *testing.T) {
	db := database(t)
	first, second := fillImports(t, db)
	lists := postgres.NewLists(db)
	got, err := lists.Import(t.Context(), "first")
	must(t, err)
	equal(t, got, first)
	if _, err := lists.Import(t.Context(), "third"); !errors.Is(err, roster.ErrImportNotFound) {
		t.Errorf("an unknown import: %v", err)
	}
	for _, filter := range []string{
		`{"importId":"SECOND"}`, `{"dryRun":true}`, `{"failed":6}`, `{"lines":21}`, `{"finishedAt":"!null"}`, `{"startedAt":"2026-03-14","updatedAt":"2026-03-14","startedBy":2,"importId":"sec"}`,
	} {
		page, err := lists.Imports(t.Context(), query(t, filter))
		if err != nil || page.Total != 1 || !reflect.DeepEqual(page.Data[0], second) {
			t.Errorf("%s: %+v, %v", filter, page, err)
		}
	}
	page, err := lists.Imports(t.Context(), &url.URL{RawQuery: `sort=["startedAt","ASC","importId","DESC"]`})
	must(t, err)
	equal(t, [2]string{page.Data[0].ID, page.Data[1].ID}, [2]string{"second", "first"})
}

func TestReportsAreRead(t *testing.T) {
	db := database(t)
	fillImports(t, db)
	lists := postgres.NewLists(db)
	for filter, want := range map[string]int64{
		`{}`: 3, `{"outcome":"failed"}`: 1, `{"outcome":["linked","activated"]}`: 2, `{"legacyUserId":7}`: 1, `{"legacyUserId":"null"}`: 1,
		`{"line":{"from":2}}`: 2, `{"code":"C2"}`: 1,
	} {
		page, err := lists.ImportRows(t.Context(), "first", query(t, filter))
		if err != nil || page.Total != want {
			t.Errorf("%s: %d rows, %v", filter, page.Total, err)
		}
	}
	page, err := lists.ImportRows(t.Context(), "first", &url.URL{RawQuery: `sort=["line","DESC"]&perPage=1`})
	must(t, err)
	equal(t, page.Data, []roster.ImportRow{{Line: 4, Outcome: roster.RowFailed, Code: "C4"}})
	if _, err := lists.ImportRows(t.Context(), "first", query(t, `{"outcome":"lost"}`)); errs.From(err).Code != "VALIDATION_FAILED" {
		t.Errorf("an outcome that there is not: %v", err)
	}
	if _, err := lists.ImportRows(t.Context(), "third", query(t, `{}`)); !errors.Is(err, roster.ErrImportNotFound) {
		t.Errorf("an unknown import: %v", err)
	}
	failures, err := lists.ImportFailures(t.Context(), "first", 100)
	must(t, err)
	equal(t, failures, page.Data)
}

func TestImportedUsersAreThoseThatAreThere(t *testing.T) {
	db := database(t)
	fillImports(t, db)
	users, err := postgres.NewLists(db).ImportedUsers(t.Context(), "first", 10)
	must(t, err)
	equal(t, users, []directory.User{{ID: 1, Version: 14}})
	none, err := postgres.NewLists(db).ImportedUsers(t.Context(), "second", 10)
	must(t, err)
	equal(t, len(none), 0)
}
