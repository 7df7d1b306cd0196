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

// object is a Stripe object in its wire form.
type object map[string]any

// text is a string whose empty value Stripe shows as null.
type text string

// MarshalJSON returns null for the empty text.
func (t text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

// moment is a time in Unix seconds whose zero value Stripe shows as null.
type moment int64

// MarshalJSON returns null for zero.
func (m moment) MarshalJSON() ([]byte, error) {
	if m == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(int64(m))
}

// shapes holds, by kind of object, the members that are constant in all objects of the fake.
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

// render returns the wire form of a resource: the constant members of its kind, its own fields (except those whose
// names begin with an underscore, which are internal), and those that compose adds.
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

// wireValue returns nil for the empty values that Stripe shows as null, so that members compare by their wire form.
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

// member is a field of a struct that is part of the wire form.
type member struct {
	name  string
	index int
}

// memberLists caches the result of membersOf, which is called for every object of every event.
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

// plain returns a value as JSON decoding would.
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

// differences returns the members of before that have changed in after: Stripe's previous_attributes. Nested hashes are
// compared member by member, arrays as a whole; a member that was missing before is null.
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

// difference returns the previous_attributes value of one member, and whether it differs.
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
