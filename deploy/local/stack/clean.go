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

// stackFiles are the names of a stack's files besides PostgreSQL's data. The secrets, which mark the directory as Muster's,
// come last, so that an interrupted removal can be repeated.
var stackFiles = []string{"stack.json*", "log", "kafka", "apache-kafka", "mail", "stripe.json*", "bin", "postgresql", "benchdata", "lock", "secrets.json*"}

// Clean removes a stack's files from a directory, and the directory if nothing else is in it. If dir is a link, it
// removes the target and the link. It returns an error for a directory that is not a stack's, and leaves it unchanged.
// It returns nil if dir does not exist.
func Clean(ctx context.Context, dir string) error {
	real, err := filepath.EvalSymlinks(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return explainFile(err, dir)
	}
	if !isStack(real) {
		return fmt.Errorf("%s is not a directory of Muster's (it has no secrets.json of a stack): delete it yourself if you do not need it", real)
	}
	unlock, err := lock(real)
	if err != nil {
		return err
	}
	defer unlock()
	if err := pgserver.Remove(ctx, filepath.Join(dir, "postgres")); err != nil { // by the name under which it was created
		return err
	}
	if err := removeAll(real, stackFiles...); err != nil {
		return err
	}
	if entries, err := os.ReadDir(real); err != nil || len(entries) > 0 {
		return explainFile(err, real) // files of others stay
	}
	for _, path := range []string{real, dir} { // the directory, and then possibly a link to it
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return explainFile(err, path)
		}
	}
	return nil
}

// isStack recognizes a stack's directory by its secrets.
func isStack(dir string) bool {
	var s secrets
	text, err := os.ReadFile(filepath.Join(dir, "secrets.json"))
	return err == nil && json.Unmarshal(text, &s) == nil && s.CSRF != "" && s.Service != ""
}

// removeAll removes the files in a directory that match the patterns.
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
