// Package form reads the nested form encoding of Stripe's API ("items[0][price]=price_1&metadata[plan]=7"). [Parse]
// decodes a query or body into a tree. A [Reader] reads typed parameters from it and records the first invalid one and
// the unknown ones.
package form

import (
	"fmt"
	"net/url"
	"sort"
	"strconv"
	"strings"
)

// Error is a parameter that Stripe would refuse. Code and Param are members of Stripe's error object.
type Error struct {
	Code    string
	Message string
	Param   string
}

// Error is the message that Stripe shows.
func (e *Error) Error() string { return e.Message }

// node is one parameter: a leaf with a value, or a branch with children.
type node struct {
	value    string
	leaf     bool
	children map[string]*node
	// used is set when a reader has read this parameter, which means that it is known.
	used bool
	// ignored is set when it has no effect.
	ignored bool
}

func (n *node) child(key string) *node {
	if n.children == nil {
		n.children = map[string]*node{}
	}
	c := n.children[key]
	if c == nil {
		c = &node{}
		n.children[key] = c
	}
	return c
}

// keys returns the names of n's children: first the numbers in their order, then the names in alphabetical order.
func (n *node) keys() []string {
	keys := make([]string, 0, len(n.children))
	for k := range n.children {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		a, errA := strconv.Atoi(keys[i])
		b, errB := strconv.Atoi(keys[j])
		if errA == nil && errB == nil {
			return a < b
		}
		if (errA == nil) != (errB == nil) {
			return errA == nil
		}
		return keys[i] < keys[j]
	})
	return keys
}

// Parse decodes the parameters of the query and the body into a Reader of their root.
func Parse(encoded ...string) (*Reader, error) {
	root := &node{}
	for _, part := range encoded {
		if err := parseInto(root, part); err != nil {
			return nil, err
		}
	}
	return &Reader{node: root, problem: new(problem)}, nil
}

func parseInto(root *node, encoded string) error {
	for pair := range strings.SplitSeq(encoded, "&") {
		if pair == "" {
			continue
		}
		rawKey, rawValue, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(rawKey)
		if err != nil {
			return &Error{Message: fmt.Sprintf("Invalid parameter encoding: %q.", rawKey)}
		}
		value, err := url.QueryUnescape(rawValue)
		if err != nil {
			return &Error{Message: fmt.Sprintf("Invalid parameter encoding: %q.", rawValue), Param: key}
		}
		if err := root.insert(key, value); err != nil {
			return err
		}
	}
	return nil
}

// insert stores value at the path in key: "a[b][0]". An empty step ("a[]") is the next free number.
func (n *node) insert(key, value string) error {
	steps, ok := split(key)
	if !ok {
		return &Error{Message: "Invalid parameter name: " + key, Param: key}
	}
	for _, step := range steps {
		if step == "" {
			step = strconv.Itoa(len(n.children))
		}
		n = n.child(step)
	}
	n.value, n.leaf = value, true
	return nil
}

// split splits "a[b][0]" into a, b, 0; false if brackets do not match.
func split(key string) ([]string, bool) {
	name, rest, nested := strings.Cut(key, "[")
	if name == "" {
		return nil, false
	}
	steps := []string{name}
	for nested {
		step, after, closed := strings.Cut(rest, "]")
		if !closed {
			return nil, false
		}
		steps = append(steps, step)
		if after == "" {
			return steps, true
		}
		if after[0] != '[' {
			return nil, false
		}
		rest = after[1:]
	}
	return steps, true
}
