package listing

import (
	"fmt"
	"strings"
)

// Markdown returns the list's section of a README: a table of its fields with their sorts and filters. A test compares
// the document with it, so the document cannot become outdated.
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
