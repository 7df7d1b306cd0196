// Command generate fetches the files of the viewer from its npm package. It runs in the directory of package docs and
// needs npm, which checks the package against the registry's hash.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	viewer  = "swagger-ui-dist"
	version = "5.35.0"
)

// wanted are the files of the package that the pages load.
var wanted = []string{"swagger-ui-bundle.js", "swagger-ui.css"}

func main() {
	if err := fetch(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func fetch() error {
	dir, err := os.MkdirTemp("", "viewer-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	packed, err := run(dir, "npm", "pack", viewer+"@"+version, "--silent")
	if err != nil {
		return err
	}
	if _, err := run(dir, "tar", "xzf", strings.TrimSpace(packed)); err != nil {
		return err
	}
	for _, name := range wanted {
		text, err := os.ReadFile(filepath.Join(dir, "package", name))
		if err != nil {
			return err
		}
		if err := write(filepath.Join("viewer", name+".gz"), text); err != nil {
			return err
		}
	}
	for _, name := range []string{"LICENSE", "NOTICE"} { // the license wants them beside the files
		text, err := os.ReadFile(filepath.Join(dir, "package", name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join("viewer", name+".txt"), text, 0o644); err != nil { //nolint:gosec // it is served to everybody
			return err
		}
	}
	return nil
}

// write compresses without a time, so that the same content makes the same file.
func write(name string, text []byte) error {
	var zipped bytes.Buffer
	w, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(name, zipped.Bytes(), 0o644) //nolint:gosec // it is served to everybody
}

func run(dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(context.Background(), name, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return string(out), nil
}
