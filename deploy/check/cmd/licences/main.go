// Command licences lists the licences of the modules in the packages that are its arguments, and fails if one is unknown or not
// allowed. It runs in the directory from which the packages are named.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"muster/deploy/check/licences"
)

func main() {
	if err := list(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func list(ctx context.Context, packages []string) error {
	modules, err := licences.Of(ctx, ".", packages...)
	if err != nil {
		return err
	}
	var problems []error
	for _, m := range modules {
		found, err := licences.Find(m)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		fmt.Printf("%-40s %s@%s\n", strings.Join(found, " AND "), m.Path, m.Version)
	}
	if len(problems) > 0 || len(modules) == 0 {
		return fmt.Errorf("%d of %d modules may not be used:\n%w", len(problems), len(modules), errors.Join(problems...))
	}
	return nil
}
