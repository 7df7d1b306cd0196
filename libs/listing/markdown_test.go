package listing_test

import (
	"strings"
	"testing"
)

func TestMarkdownNamesWhatCallersMayUse(t *testing.T) {
	text := things.Markdown()
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) != 2+1+12 { // head, q, all fields but the one that is neither sortable nor filterable
		t.Errorf("%d lines:\n%s", len(lines), text)
	}
	for _, want := range []string{
		"| `q` | search | | a string, each of whose words is in any of `name`, `nick`, `codeName` |",
		"| `id` | integer | yes, the default | a whole number",
		"| `name` | text | yes | a string of at most 1000 characters |",
		"| `nick` | text | yes | a string of at most 1000 characters; or \"null\" or \"!null\" |",
		"| `extra.<name>` | JSON |  | a string of at most 1000 characters, a number",
		"| `code` | code | yes | one of AAAA, bbbb, or an array of these |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if strings.Contains(text, "secret") {
		t.Error("names a field that callers cannot use")
	}
}
