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

// maxKept is the greatest length in bytes of a filter whose count is kept.
const maxKept = 1000

// keptFilter is a filter whose count can be kept.
type keptFilter struct {
	key       string // hash of the filter's SQL and arguments, so it changes with the list's SQL
	filter    string // JSON with its members sorted by name
	condition condition
}

// keepable parses a filter that was accepted before. ok is false if it is too long to keep.
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

// inOrder returns the filter with its members sorted by name. Text that is not a JSON object is returned unchanged.
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
