package stack_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"muster/deploy/local/stack"
)

// write creates files below a directory; a name with a trailing slash is a directory.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

const secretsOfAStack = `{"csrfSecret":"x","serviceSecret":"y"}`

func left(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		return "nothing"
	}
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return strings.Join(names, " ")
}

func TestCleanFollowsALinkAndRemovesWhatIsOurs(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		fails bool
		want  string
	}{
		"a stack's directory":  {map[string]string{"secrets.json": secretsOfAStack, "mail/1.eml": "", "kafka/x": "", "log/stack.log": "", "stripe.json.events-1": "", "postgres.password": "", "benchdata": "", "bin/gateway": ""}, false, "nothing"},
		"with somebody's file": {map[string]string{"secrets.json": secretsOfAStack, "mail/1.eml": "", "thesis.txt": ""}, false, "thesis.txt"},
		"not ours":             {map[string]string{"bin/tool": "", "log/x": ""}, true, "bin log"},
		"other secrets":        {map[string]string{"secrets.json": `{"password":"x"}`}, true, "secrets.json"},
	} {
		t.Run(name, func(t *testing.T) {
			elsewhere, link := directory(t), directory(t)
			write(t, elsewhere, c.files)
			if err := os.Symlink(elsewhere, link); err != nil {
				t.Fatal(err)
			}
			if err := stack.Clean(t.Context(), link); (err != nil) != c.fails {
				t.Errorf("got %v", err)
			}
			if got := left(t, elsewhere); got != c.want {
				t.Errorf("left %q, want %q", got, c.want)
			}
			if _, err := os.Lstat(link); os.IsNotExist(err) != (c.want == "nothing") {
				t.Errorf("the link: %v", err)
			}
		})
	}
	if err := stack.Clean(t.Context(), filepath.Join(t.TempDir(), "missing")); err != nil {
		t.Errorf("a directory that is not there: %v", err)
	}
}
