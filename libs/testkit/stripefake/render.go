package stripefake

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"
)

// object is a Stripe object as it goes over the wire.
type object map[string]any

// text is a string that Stripe shows as null when it is empty.
type text string

// MarshalJSON is null for the empty text.
func (t text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

// moment is a time in Unix seconds that Stripe shows as null when it is zero.
type moment int64

// MarshalJSON is null for zero.
func (m moment) MarshalJSON() ([]byte, error) {
	if m == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(int64(m))
}

// shapes holds, by kind of object, the members that are the same in all objects of the fake.
//
//go:embed shapes.json
var shapesJSON []byte

var shapes = func() map[string]object {
	var all map[string]object
	if err := json.Unmarshal(shapesJSON, &all); err != nil {
		panic(fmt.Sprintf("stripefake: shapes.json: %v", err))
	}
	return all
}()

// composer is a resource with members that depend on other resources.
type composer interface {
	compose(tx *tx, o object)
}

// render makes the wire form of a resource: the constant members of its kind, its own fields (without those whose
// names begin with an underscore, which are the fake's), and what compose adds.
func (tx *tx) render(r resource) object {
	o := maps.Clone(shapes[r.kind()])
	if o == nil {
		panic("stripefake: no shape for " + r.kind())
	}
	o["object"] = r.kind()
	for name, value := range fields(r) {
		if !strings.HasPrefix(name, "_") {
			o[name] = value
		}
	}
	if c, ok := r.(composer); ok {
		c.compose(tx, o)
	}
	return o
}

// fields is the JSON of a struct as a map, with numbers kept as they are written.
func fields(v any) object {
	encoded, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("stripefake: %T: %v", v, err))
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var o object
	if err := decoder.Decode(&o); err != nil {
		panic(fmt.Sprintf("stripefake: %T: %v", v, err))
	}
	return o
}

// plain is a value as JSON decoding gives it, so that values of different origin compare.
func plain(o object) object { return fields(o) }

// differences are the members of before that are not the same in after: what Stripe calls previous_attributes. Nested
// hashes are compared member by member, arrays as a whole; a member that was not there before is null.
func differences(before, after object) object {
	changed := object{}
	for name, now := range after {
		old, had := before[name]
		if had && reflect.DeepEqual(old, now) {
			continue
		}
		oldHash, wasHash := old.(map[string]any)
		newHash, isHash := now.(map[string]any)
		if wasHash && isHash && oldHash["id"] == newHash["id"] {
			changed[name] = map[string]any(differences(oldHash, newHash))
		} else {
			changed[name] = old
		}
	}
	for name, old := range before {
		if _, has := after[name]; !has {
			changed[name] = old
		}
	}
	return changed
}
