package stripefake

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
)

// resource is any object with an id that the fake stores.
type resource interface {
	key() string
	// kind is Stripe's name for the object's type ("checkout.session").
	kind() string
}

// collection stores resources of one type in the order of creation. Its zero value is ready for use; its JSON form is
// an array.
type collection[T resource] struct {
	byID  map[string]T
	order []string
	// base is the collection under an overlay.
	base *collection[T]
}

// overlay is a view of another collection that keeps changes to itself.
func overlay[T resource](base *collection[T]) collection[T] { return collection[T]{base: base} }

func (c *collection[T]) get(id string) (T, bool) {
	v, ok := c.byID[id]
	if !ok && c.base != nil {
		if v, ok = c.base.get(id); ok {
			v = copyOf(v)
			c.put(v)
		}
	}
	return v, ok
}

// copyOf returns a deep copy. All resources survive a JSON round trip, because snapshots need that.
func copyOf[T resource](v T) T {
	encoded, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("stripefake: %T: %v", v, err))
	}
	var copied T
	if err := json.Unmarshal(encoded, &copied); err != nil {
		panic(fmt.Sprintf("stripefake: %T: %v", v, err))
	}
	return copied
}

// put adds a new resource.
func (c *collection[T]) put(v T) {
	if c.byID == nil {
		c.byID = map[string]T{}
	}
	c.byID[v.key()] = v
	c.order = append(c.order, v.key())
}

// replace adds a resource, or replaces the one with the same id.
func (c *collection[T]) replace(v T) {
	if _, ok := c.get(v.key()); ok {
		c.byID[v.key()] = v
		return
	}
	c.put(v)
}

// remove removes a resource.
func (c *collection[T]) remove(id string) {
	delete(c.byID, id)
	c.order = slices.DeleteFunc(c.order, func(held string) bool { return held == id })
}

// trim removes the oldest resources beyond limit.
func (c *collection[T]) trim(limit int) {
	for len(c.order) > limit {
		delete(c.byID, c.order[0])
		c.order = c.order[1:]
	}
}

// newest iterates from the newest resource to the oldest.
func (c *collection[T]) newest() iter.Seq[T] {
	return func(yield func(T) bool) {
		for i := len(c.order) - 1; i >= 0; i-- {
			if v, ok := c.byID[c.order[i]]; ok && !yield(v) {
				return
			}
		}
	}
}

// all iterates from the oldest resource to the newest.
func (c *collection[T]) all() iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, id := range c.order {
			if v, ok := c.byID[id]; ok && !yield(v) {
				return
			}
		}
	}
}

func (c *collection[T]) MarshalJSON() ([]byte, error) {
	list := make([]T, 0, len(c.byID))
	for v := range c.all() {
		list = append(list, v)
	}
	return json.Marshal(list)
}

func (c *collection[T]) UnmarshalJSON(data []byte) error {
	var list []T
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	*c = collection[T]{}
	for _, v := range list {
		c.put(v)
	}
	return nil
}
