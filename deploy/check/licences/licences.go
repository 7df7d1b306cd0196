// Package licences finds the licences of the modules in the services' programs, and refuses those that are unknown or that
// would bind Muster's own code.
package licences

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// Allowed are the licences under which a program may be passed on when their texts go with it. MPL-2.0 binds only changes of its
// own files.
var Allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MPL-2.0", "CC0-1.0", "Unlicense", "Zlib", "PSF-2.0"}

// Module is a module in a program, with the directory of its source.
type Module struct{ Path, Version, Dir string }

// covered is how much of a licence file must be a known text. The rest is names, years and notices.
const covered = 75

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)(\.(md|txt))?$`)

// Of returns the modules in the packages, except those of this repository.
func Of(ctx context.Context, dir string, packages ...string) ([]Module, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{
		"list", "-deps", "-f", "{{with .Module}}{{if .Version}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}"}, packages...)...)
	cmd.Dir = dir
	var failure bytes.Buffer
	cmd.Stderr = &failure
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list modules: %w\n%s", err, failure.String())
	}
	lines := slices.Compact(slices.Sorted(strings.Lines(string(text))))
	var modules []Module
	for _, line := range lines {
		if f := strings.SplitN(strings.TrimSpace(line), " ", 3); len(f) == 3 {
			modules = append(modules, Module{f[0], f[1], f[2]})
		}
	}
	return modules, nil
}

// Find returns the licences of a module, or an error if it has none that is known and allowed.
func Find(m Module) ([]string, error) {
	entries, err := fs.ReadDir(os.DirFS(m.Dir), ".")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Path, err)
	}
	var found []string
	for _, entry := range entries {
		if entry.IsDir() || !licenceFile.MatchString(entry.Name()) {
			continue
		}
		text, err := fs.ReadFile(os.DirFS(m.Dir), entry.Name())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Path, err)
		}
		cover := licensecheck.Scan(text)
		if cover.Percent < covered {
			return nil, fmt.Errorf("%s %s: %s is no known licence (%.0f%% of it is)", m.Path, m.Version, entry.Name(), cover.Percent)
		}
		for _, match := range cover.Match {
			found = append(found, match.ID)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s %s has no licence", m.Path, m.Version)
	}
	slices.Sort(found)
	found = slices.Compact(found)
	for _, id := range found {
		if !slices.Contains(Allowed, id) {
			return nil, fmt.Errorf("%s %s: the licence %s is not allowed", m.Path, m.Version, id)
		}
	}
	return found, nil
}
