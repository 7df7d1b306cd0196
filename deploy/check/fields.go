package check

import (
	"fmt"
	"strings"
)

// at returns the value at a path of members such as "spec.template.spec", or nil.
func at(value any, path string) any {
	for member := range strings.SplitSeq(path, ".") {
		fields, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = fields[member]
	}
	return value
}

func list(value any, path string) []any {
	elements, _ := at(value, path).([]any)
	return elements
}

// text returns the value at a path as text; without one, it is empty.
func text(value any, path string) string {
	if v := at(value, path); v != nil {
		return fmt.Sprint(v)
	}
	return ""
}

// members returns the members of the object at a path as text.
func members(value any, path string) map[string]string {
	fields, _ := at(value, path).(map[string]any)
	texts := make(map[string]string, len(fields))
	for name, member := range fields {
		texts[name] = fmt.Sprint(member)
	}
	return texts
}

// podOf returns the pod of a workload, or nil.
func podOf(o Object) any {
	switch o.Kind {
	case "Deployment", "StatefulSet", "DaemonSet", "Job":
		return at(o.Fields, "spec.template.spec")
	case "CronJob":
		return at(o.Fields, "spec.jobTemplate.spec.template.spec")
	default:
		return nil
	}
}

// containersOf returns all containers of a pod.
func containersOf(pod any) []any {
	return append(list(pod, "containers"), list(pod, "initContainers")...)
}
