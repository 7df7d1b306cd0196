package form

import (
	"maps"
	"unicode/utf8"
)

// Stripe's limits on metadata.
const (
	maxMetadataKeys  = 50
	maxMetadataKey   = 40
	maxMetadataValue = 500
)

// Metadata applies the parameter to an object's metadata and returns the result: an empty parameter clears all of it,
// an empty value removes one key. It does not modify the given map.
func (r *Reader) Metadata(name string, current map[string]string) map[string]string {
	merged := maps.Clone(current)
	if merged == nil || r.Cleared(name) {
		merged = map[string]string{}
	}
	sub := r.Sub(name)
	if sub.node == nil {
		return merged
	}
	for _, key := range sub.node.keys() {
		value := sub.Text(key)
		switch {
		case utf8.RuneCountInString(key) > maxMetadataKey:
			sub.Fail(key, "", "Metadata keys can be up to %d characters long. Your metadata key %s is %d characters long.",
				maxMetadataKey, key, utf8.RuneCountInString(key))
		case utf8.RuneCountInString(value) > maxMetadataValue:
			sub.Fail(key, "", "Metadata values must have up to %d characters, but you passed in a value that is %d characters.",
				maxMetadataValue, utf8.RuneCountInString(value))
		case value == "":
			delete(merged, key)
		default:
			merged[key] = value
		}
	}
	if len(merged) > maxMetadataKeys {
		r.Fail(name, "", "Metadata can have up to %d keys.", maxMetadataKeys)
	}
	return merged
}

// Range is a time filter: created=5 or created[gte]=5&created[lt]=9.
type Range struct {
	exact, gt, gte, lt, lte *int64
}

// Range reads a time filter. A missing one contains everything.
func (r *Reader) Range(name string) Range {
	var span Range
	n := r.take(name)
	if n == nil {
		return span
	}
	if n.leaf {
		span.exact = r.optional(name)
		return span
	}
	sub := r.Sub(name)
	span.gt, span.gte = sub.optional("gt"), sub.optional("gte")
	span.lt, span.lte = sub.optional("lt"), sub.optional("lte")
	return span
}

func (r *Reader) optional(name string) *int64 {
	if n, sent := r.Int(name); sent {
		return &n
	}
	return nil
}

// Contains reports whether a time is within the range.
func (s Range) Contains(t int64) bool {
	return (s.exact == nil || t == *s.exact) &&
		(s.gt == nil || t > *s.gt) && (s.gte == nil || t >= *s.gte) &&
		(s.lt == nil || t < *s.lt) && (s.lte == nil || t <= *s.lte)
}
