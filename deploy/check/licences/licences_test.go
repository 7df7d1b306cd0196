package licences_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"muster/deploy/check/licences"
)

const isc = `Copyright (c) 2026 Somebody

Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted,
provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED
WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR
CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT,
NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
`

const agpl = "This program is free software: you can redistribute it and/or modify it under the terms of the GNU Affero General Public License " +
	"as published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version.\n"

func TestLicences(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want, problem string }{
		"a known one":    {"LICENSE", isc, "ISC", ""},
		"another name":   {"COPYING.txt", isc, "ISC", ""},
		"none":           {"README.md", isc, "", "has no licence"},
		"an unknown one": {"LICENSE", strings.Repeat("You may use this on Tuesdays, if you ask first. ", 20), "", "no known licence"},
		"a binding one":  {"LICENSE", agpl, "", "is not allowed"},
		"two, one bad":   {"LICENSE", isc + agpl, "", "is not allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, c.file), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			found, err := licences.Find(licences.Module{Path: "example.com/m", Version: "v1.0.0", Dir: dir})
			if c.problem == "" && (err != nil || strings.Join(found, " ") != c.want) {
				t.Errorf("found %q, %v, want %s", found, err, c.want)
			}
			if c.problem != "" && (err == nil || !strings.Contains(err.Error(), c.problem)) {
				t.Errorf("found %q, %v, want %s", found, err, c.problem)
			}
		})
	}
}
