package spec

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"muster/deploy/stripefake/internal/form"
)

// Check returns the first reason for which Stripe refuses the parameters before it looks at any object: unknown ones,
// missing ones, then those of a wrong type. Nil means none.
func (r *Route) Check(params *form.Reader) error {
	sent, _ := params.Tree().(map[string]any)
	if unknown := r.Params.unknown(sent, ""); len(unknown) > 0 {
		plural := ""
		if len(unknown) > 1 {
			plural = "s"
		}
		return &form.Error{
			Code: "parameter_unknown", Param: unknown[0],
			Message: fmt.Sprintf("Received unknown parameter%s: %s", plural, strings.Join(unknown, ", ")),
		}
	}
	if problem := r.Params.check(sent, ""); problem != nil {
		return problem
	}
	return nil
}

func at(path, name string) string {
	if path == "" {
		return name
	}
	return path + "[" + name + "]"
}

// unknown returns the paths of the parameters that the schema does not have.
func (s *Schema) unknown(value any, path string) []string {
	members, isHash := value.(map[string]any)
	if !isHash {
		return nil
	}
	if len(s.AnyOf) > 0 {
		if branch := s.branch(value); branch != nil {
			return branch.unknown(value, path)
		}
		return nil
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		child := s.Properties[name]
		switch {
		case s.Type == "array":
			child = s.Items
		case child == nil:
			child = s.Others
		}
		if child == nil && s.Type == "object" {
			names = append(names, at(path, name))
		} else if child != nil {
			names = append(names, child.unknown(members[name], at(path, name))...)
		}
	}
	return names
}

// branch returns the alternative of an anyOf that has the shape of the value: a hash with numbers is an array. Of several
// objects it is the first that has all the members. Nil if there is none.
func (s *Schema) branch(value any) *Schema {
	members, isHash := value.(map[string]any)
	var nearest *Schema
	for _, b := range s.AnyOf {
		switch {
		case !isHash && b.Type != "object" && b.Type != "array" && b.check(value, "") == nil,
			isHash && b.Type == "array" && numbered(members),
			isHash && b.Type == "object" && len(b.unknown(value, "")) == 0:
			return b
		case isHash && b.Type == "object" && nearest == nil:
			nearest = b
		}
	}
	return nearest
}

// numbered reports whether the members are the elements of an array.
func numbered(members map[string]any) bool {
	for name := range members {
		if _, err := strconv.ParseUint(name, 10, 31); err != nil {
			return false
		}
	}
	return true
}

// check returns what is wrong with a value whose members are known.
func (s *Schema) check(value any, path string) *form.Error {
	if value == "" && !s.allowsEmpty() {
		return empty(path)
	}
	if len(s.AnyOf) > 0 {
		return s.checkAny(value, path)
	}
	switch s.Type {
	case "object":
		return s.checkObject(value, path)
	case "array":
		return s.checkArray(value, path)
	}
	leaf, isLeaf := value.(string)
	if !isLeaf {
		return invalid(path, "parameter_invalid_string", "Invalid %s: {%s}", s.Type,
			strings.Join(slices.Sorted(maps.Keys(value.(map[string]any))), ", "))
	}
	return s.checkLeaf(leaf, path)
}

func (s *Schema) checkAny(value any, path string) *form.Error {
	if branch := s.branch(value); branch != nil {
		return branch.check(value, path)
	}
	// None fits. The first alternative that is more than a word says why.
	for _, b := range s.AnyOf {
		if len(b.Enum) == 0 {
			return b.check(value, path)
		}
	}
	return s.AnyOf[0].check(value, path)
}

func (s *Schema) checkObject(value any, path string) *form.Error {
	members, isHash := value.(map[string]any)
	if !isHash {
		return invalid(path, "", "Invalid object")
	}
	for _, name := range s.Required {
		if _, sent := members[name]; !sent {
			return invalid(at(path, name), "parameter_missing", "Missing required param: %s.", at(path, name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		child := s.Properties[name]
		if child == nil {
			child = s.Others
		}
		if child == nil {
			continue
		}
		if problem := child.check(members[name], at(path, name)); problem != nil {
			return problem
		}
	}
	return nil
}

func (s *Schema) checkArray(value any, path string) *form.Error {
	members, isHash := value.(map[string]any)
	if !isHash || !numbered(members) {
		return invalid(path, "", "Invalid array")
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if problem := s.Items.check(members[name], at(path, name)); problem != nil {
			return problem
		}
	}
	return nil
}

func (s *Schema) checkLeaf(value, path string) *form.Error {
	switch s.Type {
	case "integer":
		if _, err := strconv.ParseInt(value, 10, 64); err != nil {
			return invalid(path, "parameter_invalid_integer", "Invalid integer: %s", value)
		}
	case "number":
		if _, err := strconv.ParseFloat(value, 64); err != nil || strings.ContainsAny(value, "nNiIxX_") {
			return invalid(path, "", "Invalid decimal: %s", value)
		}
	case "boolean":
		if value != "true" && value != "false" {
			return invalid(path, "", "Invalid boolean: %s", value)
		}
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, value) {
		return invalid(path, "", "Invalid %s: must be one of %s", path, oneOf(s.Enum))
	}
	if s.MaxLength > 0 && utf8.RuneCountInString(value) > s.MaxLength {
		return invalid(path, "", "Invalid string: %.20s…; must be at most %d characters", value, s.MaxLength)
	}
	return nil
}

// oneOf lists words: "a, b, or c".
func oneOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + ", or " + words[last]
}

func empty(path string) *form.Error {
	return invalid(path, "parameter_invalid_empty",
		"You passed an empty string for '%s'. We assume empty values are an attempt to unset a parameter; however "+
			"'%s' cannot be unset. You should remove '%s' from your request or supply a non-empty value.", path, path, path)
}

func invalid(path, code, format string, args ...any) *form.Error {
	return &form.Error{Code: code, Param: path, Message: fmt.Sprintf(format, args...)}
}
