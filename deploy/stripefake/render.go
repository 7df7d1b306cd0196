package stripefake

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"sync"
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
	shape, ok := shapes[r.kind()]
	if !ok {
		panic("stripefake: no shape for " + r.kind())
	}
	v := reflect.ValueOf(r).Elem()
	members := membersOf(v.Type())
	o := make(object, len(shape)+len(members)+8)
	maps.Copy(o, shape)
	o["object"] = r.kind()
	for _, m := range members {
		o[m.name] = wireValue(v.Field(m.index).Interface())
	}
	if c, ok := r.(composer); ok {
		c.compose(tx, o)
	}
	return o
}

// wireValue is nil for the empty values that Stripe shows as null, so that members compare as they look.
func wireValue(v any) any {
	switch x := v.(type) {
	case text:
		if x == "" {
			return nil
		}
		return string(x)
	case moment:
		if x == 0 {
			return nil
		}
		return int64(x)
	}
	return v
}

// member is a field of a struct that goes over the wire.
type member struct {
	name  string
	index int
}

// memberLists holds what membersOf found: it is asked for every object of every event.
var memberLists sync.Map // reflect.Type → []member

func membersOf(t reflect.Type) []member {
	if held, ok := memberLists.Load(t); ok {
		return held.([]member)
	}
	var members []member
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" && !strings.HasPrefix(name, "_") {
			members = append(members, member{name: name, index: i})
		}
	}
	memberLists.Store(t, members)
	return members
}

// plain is a value as JSON decoding gives it.
func plain(v any) any {
	encoded, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("stripefake: %T: %v", v, err))
	}
	var decoded any
	if err := json.Unmarshal(encoded, &decoded); err != nil {
		panic(fmt.Sprintf("stripefake: %T: %v", v, err))
	}
	return decoded
}

// differences are the members of before that are not the same in after: what Stripe calls previous_attributes. Nested
// hashes are compared member by member, arrays as a whole; a member that was not there before is null.
func differences(before, after object) object {
	changed := object{}
	for name, now := range after {
		if old := before[name]; !reflect.DeepEqual(old, now) {
			if change, differs := difference(plain(old), plain(now)); differs {
				changed[name] = change
			}
		}
	}
	for name, old := range before {
		if _, has := after[name]; !has {
			changed[name] = old
		}
	}
	return changed
}

// difference is what previous_attributes says of one member, and whether it says anything.
func difference(old, now any) (any, bool) {
	if reflect.DeepEqual(old, now) {
		return nil, false
	}
	oldHash, wasHash := old.(map[string]any)
	nowHash, isHash := now.(map[string]any)
	if wasHash && isHash && oldHash["id"] == nowHash["id"] {
		return differences(oldHash, nowHash), true
	}
	return old, true
}
