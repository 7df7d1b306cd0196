package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"muster/deploy/local/pgserver"
)

// kept are the names in a stack's directory besides PostgreSQL's data. The secrets, which mark the directory as Muster's,
// come last, so that a removal that was interrupted can be repeated.
var kept = []string{"stack.json*", "log", "kafka", "mail", "stripe.json*", "bin", "postgresql", "benchdata", "lock", "secrets.json*"}

// Clean removes what stacks keep in a directory, and the directory if nothing else is in it. Where dir is a link, what it
// points to goes, and the link. A directory that is not a stack's is left alone, which is an error; one that is not there
// is none.
func Clean(ctx context.Context, dir string) error {
	real, err := filepath.EvalSymlinks(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return explainFile(err, dir)
	}
	if !isStack(real) {
		return fmt.Errorf("%s is not a directory of Muster's (it has no secrets.json of a stack): delete it yourself if it is to go", real)
	}
	unlock, err := lock(real)
	if err != nil {
		return err
	}
	defer unlock()
	if err := pgserver.Remove(ctx, filepath.Join(dir, "postgres")); err != nil { // by the name that it was made under
		return err
	}
	if err := removeAll(real, kept...); err != nil {
		return err
	}
	if entries, err := os.ReadDir(real); err != nil || len(entries) > 0 {
		return explainFile(err, real) // somebody else's files stay
	}
	for _, path := range []string{real, dir} { // the directory, and then perhaps a link to it
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return explainFile(err, path)
		}
	}
	return nil
}

// isStack tells a stack's directory by its secrets.
func isStack(dir string) bool {
	var s secrets
	text, err := os.ReadFile(filepath.Join(dir, "secrets.json"))
	return err == nil && json.Unmarshal(text, &s) == nil && s.CSRF != "" && s.Service != ""
}

// removeAll removes what matches the patterns in a directory.
func removeAll(dir string, patterns ...string) error {
	for _, pattern := range patterns {
		paths, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return err
		}
		for _, path := range paths {
			if err := os.RemoveAll(path); err != nil {
				return explainFile(err, path)
			}
		}
	}
	return nil
}
