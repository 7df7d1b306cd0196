package listing

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// maxKept is the length in bytes of the longest filter whose count is kept.
const maxKept = 1000

// keptFilter is a filter whose count can be kept.
type keptFilter struct {
	key       string // what the filter means to this program: a change of the list's SQL is another key
	filter    string // JSON, its members in the order of their names
	condition condition
}

// keepable reads a filter that was accepted before. ok is false if it is too long to keep.
func (l *List) keepable(filter string) (f keptFilter, ok bool) {
	if len(filter) > maxKept {
		return f, false
	}
	f.filter = inOrder(filter)
	conditions, problems := l.parseFilter(f.filter)
	if problems != nil {
		return f, false
	}
	f.condition = allOf(conditions...)
	hash := sha256.New()
	fmt.Fprintf(hash, "%s %q", f.condition.sql, f.condition.args)
	f.key = hex.EncodeToString(hash.Sum(nil))
	return f, true
}

// inOrder is a filter with its members in the order of their names. What is no object stays as it is.
func inOrder(filter string) string {
	members, ok, err := object(json.RawMessage(filter))
	if !ok || err != nil {
		return filter
	}
	slices.SortFunc(members, func(a, b member) int { return cmp.Compare(a.name, b.name) })
	parts := make([]string, len(members))
	for i, m := range members {
		name, err := json.Marshal(m.name)
		if err != nil {
			return filter
		}
		parts[i] = string(name) + ":" + string(m.value)
	}
	return "{" + strings.Join(parts, ",") + "}"
}
