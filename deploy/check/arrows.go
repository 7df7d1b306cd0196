package check

import (
	"fmt"
	"strings"
)

// Arrows returns who may reach whom among the objects' pods, as sentences such as "gateway to identity:8081". Both ends of an
// arrow must allow it: what only one allows, is returned with the missing end, as in "gateway to identity:8081, which identity
// does not let in".
func Arrows(objects []Object) []string {
	out, in := map[string]bool{}, map[string]bool{}
	for _, o := range objects {
		if o.Kind != "NetworkPolicy" {
			continue
		}
		self := podsOf(at(o.Fields, "spec"))
		eachPeer(o, "ingress", "from", func(peer, port string) { in[peer+" to "+self+":"+port] = true })
		eachPeer(o, "egress", "to", func(peer, port string) { out[self+" to "+peer+":"+port] = true })
	}
	var arrows []string
	for arrow := range out {
		if in[arrow] || outside(arrow) {
			arrows = append(arrows, arrow)
		} else {
			arrows = append(arrows, arrow+", which is not let in")
		}
	}
	for arrow := range in {
		if !out[arrow] && !fromOutside(arrow) {
			arrows = append(arrows, arrow+", which is not let out")
		}
	}
	return arrows
}

func eachPeer(o Object, direction, end string, visit func(peer, port string)) {
	for _, rule := range list(o.Fields, "spec."+direction) {
		for _, peer := range list(rule, end) {
			for _, port := range list(rule, "ports") {
				visit(podsOf(peer), text(port, "port"))
			}
		}
	}
}

// podsOf names the pods of a selector.
func podsOf(selector any) string {
	if block := text(selector, "ipBlock.cidr"); block != "" {
		return "the world"
	}
	if labels := members(selector, "namespaceSelector.matchLabels"); len(labels) > 0 {
		return fmt.Sprintf("namespace %s", first(labels, "kubernetes.io/metadata.name", "muster/ingress", "muster/monitoring"))
	}
	labels := members(selector, "podSelector.matchLabels")
	if len(labels) == 0 {
		return "all"
	}
	return first(labels, "app.kubernetes.io/name", "muster/role", "strimzi.io/cluster", "app.kubernetes.io/component")
}

// first returns the value of the first label that is set; of one that is "true", its name.
func first(labels map[string]string, names ...string) string {
	for _, name := range names {
		switch value := labels[name]; value {
		case "":
		case "true":
			return name
		default:
			return value
		}
	}
	return fmt.Sprint(labels)
}

// outside reports whether an arrow leads to pods for which the manifests have no policy.
func outside(arrow string) bool {
	_, to, _ := strings.Cut(arrow, " to ")
	return strings.HasPrefix(to, "namespace ") || strings.HasPrefix(to, "the world")
}

// fromOutside reports whether an arrow comes from pods for which the manifests have no policy.
func fromOutside(arrow string) bool { return strings.HasPrefix(arrow, "namespace ") }
