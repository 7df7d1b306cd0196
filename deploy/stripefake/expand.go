package stripefake

import (
	"strings"

	"muster/deploy/stripefake/internal/spec"
)

// maxExpandDepth is Stripe's limit on the depth of expansions.
const maxExpandDepth = 4

// checkExpand refuses what Stripe cannot expand in the answers of a route.
func checkExpand(route *spec.Route, paths []string) error {
	for _, path := range paths {
		steps := strings.Split(path, ".")
		if depth(steps) > maxExpandDepth {
			return invalid("", "expand", "You cannot expand more than %d levels of a property. You attempted to expand %d levels.",
				maxExpandDepth, depth(steps))
		}
		if route == nil {
			continue
		}
		if member, ok := route.Expandable(steps); !ok {
			return invalid("", "expand", "This property cannot be expanded (%s).", member)
		}
	}
	return nil
}

// expanded renders a handler's result with the expansions in the request.
func (tx *tx) expanded(result any, paths []string) object {
	var o object
	switch v := result.(type) {
	case resource:
		o = tx.render(v)
	case renderer:
		o = v.render(tx)
	case object:
		o = v
	}
	if len(paths) == 0 {
		return o
	}
	o = plain(o).(map[string]any)
	for _, path := range paths {
		tx.expandIn(map[string]any(o), strings.Split(path, "."))
	}
	return o
}

// depth is the number of properties in a path; a list's data does not count.
func depth(steps []string) int {
	deep := 0
	for _, step := range steps {
		if step != "data" {
			deep++
		}
	}
	return deep
}

// expandIn follows the steps into v, which is a hash or an array of hashes, and replaces each id on the way and at the
// end by its object. It ignores a member that this object does not have, such as one of a deleted customer.
func (tx *tx) expandIn(v any, steps []string) {
	if len(steps) == 0 {
		return
	}
	if list, ok := v.([]any); ok {
		for _, element := range list {
			tx.expandIn(element, steps)
		}
		return
	}
	hash, ok := v.(map[string]any)
	if !ok {
		return
	}
	name := steps[0]
	value, has := hash[name]
	if !has {
		value, has = tx.included(hash, name)
	}
	if !has {
		return
	}
	hash[name] = tx.resolved(value)
	tx.expandIn(hash[name], steps[1:])
}

// resolved returns the object of an id, or the objects of an array of ids; other values are returned unchanged.
func (tx *tx) resolved(value any) any {
	switch v := value.(type) {
	case string:
		if r, ok := tx.st.lookup(v); ok {
			return plain(tx.render(r))
		}
	case []any:
		objects := make([]any, len(v))
		for i, element := range v {
			objects[i] = tx.resolved(element)
		}
		return objects
	}
	return value
}

// included is a member that an object has only on request.
func (tx *tx) included(hash map[string]any, name string) (any, bool) {
	id, _ := hash["id"].(string)
	switch {
	case hash["object"] == "checkout.session" && name == "line_items":
		if s, ok := tx.st.Sessions.get(id); ok {
			return plain(nested("/v1/checkout/sessions/"+id+"/line_items", s.lineItems(tx))), true
		}
	case hash["object"] == "charge" && name == "refunds":
		return plain(tx.refundsOf(id)), true
	case hash["object"] == "customer" && name == "subscriptions":
		return plain(tx.subscriptionsOf(id)), true
	}
	return nil, false
}
