package listing

import "testing"

// AllPagesAreDeep makes every page one that is read in two steps, until the test ends.
func AllPagesAreDeep(t *testing.T) {
	before := deep
	deep = 0
	t.Cleanup(func() { deep = before })
}
