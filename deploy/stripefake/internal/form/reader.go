package form

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// problem is the first invalid parameter, shared by a reader and the readers of its parts.
type problem struct{ err *Error }

// Reader reads typed parameters from a decoded form. Its methods return no errors: they return the zero value for a
// missing or invalid parameter, and [Reader.Done] returns the first problem.
type Reader struct {
	node    *node
	path    string
	problem *problem
}

// Path returns Stripe's name for the parameter with this name here: "items[0][price]".
func (r *Reader) Path(name string) string {
	if r.path == "" {
		return name
	}
	return r.path + "[" + name + "]"
}

// Fail records an invalid parameter; the first record counts. Code may be empty.
func (r *Reader) Fail(name, code, format string, args ...any) {
	if r.problem.err == nil {
		r.problem.err = &Error{Code: code, Message: fmt.Sprintf(format, args...), Param: r.Path(name)}
	}
}

// take finds a parameter and marks it as known.
func (r *Reader) take(name string) *node {
	if r.node == nil {
		return nil
	}
	n := r.node.children[name]
	if n != nil {
		n.used = true
	}
	return n
}

// Tree returns all parameters: a text for a leaf, a map[string]any for a branch. It marks none as known.
func (r *Reader) Tree() any { return r.node.tree() }

func (n *node) tree() any {
	if n.leaf && len(n.children) == 0 {
		return n.value
	}
	members := make(map[string]any, len(n.children))
	for name, child := range n.children {
		members[name] = child.tree()
	}
	return members
}

// Names returns the names of the parameters here.
func (r *Reader) Names() []string {
	if r.node == nil {
		return nil
	}
	return r.node.keys()
}

// Has reports whether the parameter was sent, even if empty.
func (r *Reader) Has(name string) bool {
	return r.node != nil && r.node.children[name] != nil
}

// Cleared reports whether the parameter was sent as an empty string, which unsets it.
func (r *Reader) Cleared(name string) bool {
	n := r.take(name)
	return n != nil && n.leaf && n.value == "" && len(n.children) == 0
}

// String returns the parameter's text and whether it was sent.
func (r *Reader) String(name string) (string, bool) {
	n := r.take(name)
	if n == nil {
		return "", false
	}
	if !n.leaf {
		r.Fail(name, "parameter_invalid_string_blank", "Invalid string: {%s}", strings.Join(n.keys(), ", "))
		return "", false
	}
	return n.value, true
}

// Text returns the parameter's text, empty if it was not sent.
func (r *Reader) Text(name string) string {
	s, _ := r.String(name)
	return s
}

// Need returns the text of a required parameter, which must not be empty.
func (r *Reader) Need(name string) string {
	s, sent := r.String(name)
	if !sent {
		r.Fail(name, "parameter_missing", "Missing required param: %s.", r.Path(name))
	} else if s == "" {
		r.Fail(name, "parameter_invalid_empty",
			"You passed an empty string for '%s'. We assume empty values are an attempt to unset a parameter; however "+
				"'%s' cannot be unset. You should remove '%s' from your request or supply a non-empty value.",
			r.Path(name), r.Path(name), r.Path(name))
	}
	return s
}

// Int returns the parameter as an integer and whether it was sent.
func (r *Reader) Int(name string) (int64, bool) {
	s, sent := r.String(name)
	if !sent {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		r.Fail(name, "parameter_invalid_integer", "Invalid integer: %s", s)
		return 0, false
	}
	return n, true
}

// IntWithin is [Reader.Int] with bounds, both inclusive.
func (r *Reader) IntWithin(name string, low, high int64) (int64, bool) {
	n, sent := r.Int(name)
	if sent && (n < low || n > high) {
		r.Fail(name, "parameter_invalid_integer", "Invalid integer: %s must be between %d and %d", r.Path(name), low, high)
	}
	return n, sent
}

// Float returns the parameter as a number and whether it was sent.
func (r *Reader) Float(name string) (float64, bool) {
	s, sent := r.String(name)
	if !sent {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		r.Fail(name, "", "Invalid decimal: %s", s)
		return 0, false
	}
	return f, true
}

// Bool returns the parameter as a boolean and whether it was sent.
func (r *Reader) Bool(name string) (value, sent bool) {
	s, sent := r.String(name)
	if !sent {
		return false, false
	}
	if s != "true" && s != "false" {
		r.Fail(name, "", "Invalid boolean: %s", s)
		return false, false
	}
	return s == "true", true
}

// Enum returns the parameter's text, which must be one of the allowed ones; empty if it was not sent.
func (r *Reader) Enum(name string, allowed ...string) string {
	s, sent := r.String(name)
	if sent && !slices.Contains(allowed, s) {
		r.Fail(name, "", "Invalid %s: must be one of %s", r.Path(name), strings.Join(allowed, ", "))
		return ""
	}
	return s
}

// Sub returns a reader of a nested parameter's members. It is never nil: a parameter that was not sent has none.
func (r *Reader) Sub(name string) *Reader {
	n := r.take(name)
	if n != nil && n.leaf && n.value != "" {
		r.Fail(name, "", "Invalid object")
	}
	return &Reader{node: n, path: r.Path(name), problem: r.problem}
}

// List returns readers of the elements of an array of objects in their order.
func (r *Reader) List(name string) []*Reader {
	array := r.Sub(name)
	if array.node == nil {
		return nil
	}
	var elements []*Reader
	for _, key := range array.node.keys() {
		if _, err := strconv.Atoi(key); err != nil {
			r.Fail(name, "", "Invalid array")
			return nil
		}
		elements = append(elements, array.Sub(key))
	}
	return elements
}

// Strings returns an array of texts in their order.
func (r *Reader) Strings(name string) []string {
	array := r.Sub(name)
	if array.node == nil {
		return nil
	}
	var texts []string
	for _, key := range array.node.keys() {
		texts = append(texts, array.Text(key))
	}
	return texts
}

// Ignore marks parameters as known that have no effect here.
func (r *Reader) Ignore(names ...string) {
	for _, name := range names {
		if n := r.take(name); n != nil {
			n.ignored = true
			n.useAll()
		}
	}
}

// Ignored returns the paths of the parameters that had no effect.
func (r *Reader) Ignored() []string { return r.node.allIgnored(r.path) }

func (n *node) allIgnored(path string) []string {
	if n.ignored {
		return []string{path}
	}
	var paths []string
	for _, key := range n.keys() {
		at := key
		if path != "" {
			at = path + "[" + key + "]"
		}
		paths = append(paths, n.children[key].allIgnored(at)...)
	}
	return paths
}

// CodeUnsupported is the code of a refusal that is the fake's, not Stripe's.
const CodeUnsupported = "unsupported_by_this_server"

// Done ends the reading. It returns the first invalid parameter, else the first that nothing has read, else nil. Unknown
// parameters are refused before, so Stripe knows that one and the fake does not.
func (r *Reader) Done() error {
	if r.problem.err == nil {
		if name := r.node.unused(""); name != "" {
			r.problem.err = &Error{Code: CodeUnsupported, Message: "This server does not support Stripe's parameter " + name, Param: name}
		}
	}
	if r.problem.err == nil {
		return nil
	}
	return r.problem.err
}

func (n *node) useAll() {
	n.used = true
	for _, c := range n.children {
		c.useAll()
	}
}

// unused returns the path of a parameter below n that no reader has read; empty if there is none.
func (n *node) unused(path string) string {
	for _, key := range n.keys() {
		at := key
		if path != "" {
			at = path + "[" + key + "]"
		}
		c := n.children[key]
		if !c.used {
			return at
		}
		if name := c.unused(at); name != "" {
			return name
		}
	}
	return ""
}
