package listing

import (
	"fmt"
	"strings"
)

// Markdown is the list's chapter of a README: a table of its fields, what each sorts and filters by. It is made from the
// declaration, so that a document that a test compares with it cannot fall behind.
func (l *List) Markdown() string {
	var text strings.Builder
	text.WriteString("| field | kind | sort | filter |\n|---|---|---|---|\n")
	if len(l.searched) > 0 {
		names := make([]string, len(l.searched))
		for i, f := range l.searched {
			names[i] = "`" + f.Name + "`"
		}
		fmt.Fprintf(&text, "| `%s` | search | | a string, each of whose words is in any of %s |\n", searchName, strings.Join(names, ", "))
	}
	for _, f := range l.fields {
		if !f.Sortable && !f.Filterable {
			continue
		}
		sorts, filters := "", ""
		if f.Sortable {
			sorts = "yes"
		}
		if f.ID {
			sorts = "yes, the default"
		}
		if f.Filterable {
			filters = strings.ReplaceAll(f.allowed(), "|", `\|`)
		}
		fmt.Fprintf(&text, "| `%s` | %s | %s | %s |\n", strings.ReplaceAll(f.label(), " or ", "` or `"), f.Kind, sorts, filters)
	}
	return text.String()
}
