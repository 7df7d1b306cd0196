package directorytest

import (
	"slices"
	"testing"

	"muster/services/directory/internal/directory"
)

// CheckPuts checks the views that concurrent calls of PutThunderUser returned for a user that had version before: every
// call made the next version and a later time, and the properties that are stored are those of the newest version.
func CheckPuts(t *testing.T, views []directory.ThunderUser, before int64, stored directory.Properties) {
	t.Helper()
	views = slices.Clone(views)
	slices.SortFunc(views, func(a, b directory.ThunderUser) int { return int(a.Version - b.Version) })
	for i, view := range views {
		if view.Version != before+int64(i)+1 {
			t.Fatalf("put %d made version %d", i, view.Version)
		}
		if i > 0 && !view.UpdatedAt.After(views[i-1].UpdatedAt) {
			t.Fatalf("version %d is of %v, the one before of %v", view.Version, view.UpdatedAt, views[i-1].UpdatedAt)
		}
	}
	last := views[len(views)-1]
	equal(t, string(stored), last.Properties)
}
