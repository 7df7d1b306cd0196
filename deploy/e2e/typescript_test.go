package e2e_test

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// typescript is the directory of the TypeScript client, and served the document that the gateway embeds.
const (
	typescript = "../clients/typescript"
	served     = "../../services/gateway/internal/docs/openapi.json"
)

// TestTypeScriptClient generates the types anew, type-checks and packs the client, and runs its example, the README's
// story, against the stack.
func TestTypeScriptClient(t *testing.T) {
	dir := copyOfClient(t)
	run := func(env []string, name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	document, err := filepath.Abs(served)
	if err != nil {
		t.Fatal(err)
	}
	run(nil, "node", "scripts/generate.mjs", document, "generated.ts")
	if read(t, filepath.Join(dir, "generated.ts")) != read(t, filepath.Join(dir, "src/schema.ts")) {
		t.Error("src/schema.ts is not what the document says: run make api")
	}
	tsc := filepath.Join("node_modules", ".bin", "tsc")
	run(nil, tsc, "-p", "tsconfig.json")
	run(nil, tsc, "-p", "tsconfig.build.json")
	run(nil, tsc, "-p", "examples")
	packed(t, run(nil, "npm", "pack", "--dry-run", "--json", "--ignore-scripts"))

	admin(t).want(http.StatusCreated, "POST", "/api/billing/plans", object{ // make run creates plans
		"name": "TypeScript Monthly", "interval": "month", "intervalCount": 1, "amount": 900, "currency": "usd",
	})
	out := run([]string{
		"GATEWAY=" + muster.Gateway, "MAIL=" + muster.Mail, "ADMIN_EMAIL=" + muster.Admin.Email, "ADMIN_PASSWORD=" + muster.Admin.Password,
	}, "node", "examples/build/story.js")
	for _, line := range []string{"Email verified", "signed in as ann-", "users ", " active\n", "administrators see 1 active", "others get 403 Administrator access required"} {
		if !strings.Contains(out, line) {
			t.Errorf("the example's output lacks %q:\n%s", line, out)
		}
	}
}

// copyOfClient copies the client's sources to where its packages are installed.
func copyOfClient(t *testing.T) string {
	t.Helper()
	locked := filepath.Join(t.TempDir(), "typescript")
	dir := t.TempDir()
	if err := os.Mkdir(locked, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"package.json", "package-lock.json"} {
		if err := os.WriteFile(filepath.Join(locked, name), []byte(read(t, filepath.Join(typescript, name))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{
		"package.json", "README.md", "tsconfig.json", "tsconfig.build.json", "scripts/generate.mjs", "src/index.ts", "src/schema.ts", "examples/story.ts", "examples/tsconfig.json",
	} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(read(t, filepath.Join(typescript, name))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(npmPackages(t, locked), "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// packed fails the test unless a package has what its consumers need, and no more.
func packed(t *testing.T, report string) {
	t.Helper()
	var packages []struct {
		Files []struct {
			Path string `json:"path"`
		} `json:"files"`
	}
	if err := json.Unmarshal([]byte(report), &packages); err != nil || len(packages) != 1 {
		t.Fatalf("npm pack: %v\n%s", err, report)
	}
	var names []string
	for _, f := range packages[0].Files {
		names = append(names, f.Path)
	}
	slices.Sort(names)
	want := []string{"README.md", "dist/index.d.ts", "dist/index.js", "dist/schema.d.ts", "dist/schema.js", "package.json"}
	if !slices.Equal(names, want) {
		t.Errorf("the package has %v, want %v", names, want)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
