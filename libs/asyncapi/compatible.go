package asyncapi

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// open are the members of a document that may get more members or elements; values of the others must stay.
var open = map[string]bool{
	"channels": true, "messages": true, "operations": true, "schemas": true, "messageTraits": true, // names
	"properties": true, "required": true, "enum": true, // of schemas
}

// texts are the members that are for people.
var texts = map[string]bool{"description": true, "title": true, "summary": true, "examples": true, "info": true}

// Breaking returns how a document takes away from an accepted one. Both are decoded JSON. Allowed are more topics, event
// types, members and values, and other texts.
func Breaking(accepted, now any) []string {
	var found []string
	compare(&found, "", "", accepted, now)
	slices.Sort(found)
	return found
}

// compare compares the values of a member. inNames says that the members of the value are names that its author chose.
func compare(found *[]string, path, member string, accepted, now any) {
	switch before := accepted.(type) {
	case map[string]any:
		after, ok := now.(map[string]any)
		if !ok {
			*found = append(*found, path+" is something else")
			return
		}
		compareObjects(found, path, member, before, after)
	case []any:
		after, ok := now.([]any)
		if !ok || !open[member] {
			if !reflect.DeepEqual(accepted, now) {
				*found = append(*found, fmt.Sprintf("%s was %v and is %v", path, accepted, now))
			}
			return
		}
		for _, value := range before {
			if !slices.ContainsFunc(after, func(v any) bool { return reflect.DeepEqual(v, value) }) {
				*found = append(*found, fmt.Sprintf("%s lacks %v", path, value))
			}
		}
	default:
		if !reflect.DeepEqual(accepted, now) {
			*found = append(*found, fmt.Sprintf("%s was %v and is %v", path, accepted, now))
		}
	}
}

func compareObjects(found *[]string, path, member string, before, after map[string]any) {
	names := open[member] // so that a property named "description" is no text
	for _, name := range slices.Sorted(maps.Keys(before)) {
		switch value, there := after[name]; {
		case texts[name] && !names:
		case !there:
			*found = append(*found, path+"/"+name+" is gone")
		case names:
			compare(found, path+"/"+name, "", before[name], value)
		default:
			compare(found, path+"/"+name, name, before[name], value)
		}
	}
	if names {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if _, there := before[name]; !there && !texts[name] {
			*found = append(*found, path+"/"+name+" is new")
		}
	}
}
