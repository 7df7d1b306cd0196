package check

import (
	"fmt"
	"regexp"
	"strings"
)

// pinned is an image with a version: not latest, and not a name of a series such as "17" or "stable".
var pinned = regexp.MustCompile(`:v?\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$`)

// pinnedImage reports whether an image names its version.
func pinnedImage(image string) bool { return pinned.MatchString(image) }

// PolicyProblems returns what the policies refuse in an overlay.
func PolicyProblems(objects []Object) []string {
	var problems []string
	development := false
	for _, o := range objects {
		for name, value := range members(o.Fields, "data") {
			development = development || o.Kind == "ConfigMap" && strings.HasSuffix(name, "_ENV") && value == "development"
		}
	}
	for _, o := range objects {
		for _, problem := range problemsOf(o, development) {
			problems = append(problems, fmt.Sprintf("%s: %s", o, problem))
		}
	}
	return append(problems, openPods(objects)...)
}

func problemsOf(o Object, development bool) []string {
	switch o.Kind {
	case "Secret":
		if !development {
			return []string{"a secret is written in the manifests"}
		}
	case "Service":
		if kind := text(o.Fields, "spec.type"); kind == "NodePort" || kind == "LoadBalancer" {
			return []string{"a service of type " + kind + " is open to all: use the Gateway"}
		}
		if list(o.Fields, "spec.externalIPs") != nil {
			return []string{"a service has external addresses"}
		}
	case "ServiceAccount":
		if text(o.Fields, "automountServiceAccountToken") != "false" {
			return []string{"its token is mounted"}
		}
	case "NetworkPolicy":
		return ingressProblems(o)
	}
	if pod := podOf(o); pod != nil {
		return podProblems(o, pod)
	}
	return nil
}

func podProblems(o Object, pod any) []string {
	var problems []string
	need := func(ok bool, problem string) {
		if !ok {
			problems = append(problems, problem)
		}
	}
	need(text(pod, "securityContext.runAsNonRoot") == "true", "may run as root")
	need(text(pod, "securityContext.runAsUser") != "0", "runs as root")
	need(text(pod, "securityContext.seccompProfile.type") == "RuntimeDefault", "has no seccomp profile")
	need(text(pod, "automountServiceAccountToken") == "false", "has a token of the API server")
	for _, name := range []string{"hostNetwork", "hostPID", "hostIPC"} {
		need(text(pod, name) != "true", "uses "+name)
	}
	for _, volume := range list(pod, "volumes") {
		need(at(volume, "hostPath") == nil, "mounts a path of the node")
	}
	for _, c := range containersOf(pod) {
		for _, problem := range containerProblems(o, c) {
			problems = append(problems, fmt.Sprintf("container %s %s", text(c, "name"), problem))
		}
	}
	return problems
}

func containerProblems(o Object, c any) []string {
	var problems []string
	need := func(ok bool, problem string) {
		if !ok {
			problems = append(problems, problem)
		}
	}
	image := text(c, "image")
	need(pinnedImage(image), "has the image "+image+" without a version")
	need(text(c, "securityContext.runAsUser") != "0" && text(c, "securityContext.runAsNonRoot") != "false", "runs as root")
	need(text(c, "securityContext.privileged") != "true", "is privileged")
	need(text(c, "securityContext.allowPrivilegeEscalation") == "false", "may gain privileges")
	need(fmt.Sprint(list(c, "securityContext.capabilities.drop")) == "[ALL]", "keeps capabilities")
	need(at(c, "securityContext.capabilities.add") == nil, "adds capabilities")
	need(text(c, "securityContext.readOnlyRootFilesystem") == "true" || !ours(image), "can write to its root")
	for _, resource := range []string{"requests.cpu", "requests.memory", "limits.memory"} {
		need(text(c, "resources."+resource) != "", "has no resources."+resource)
	}
	if o.Kind != "Job" {
		need(at(c, "readinessProbe") != nil, "has no readinessProbe")
		need(at(c, "livenessProbe") != nil, "has no livenessProbe")
	}
	for _, port := range list(c, "ports") {
		need(text(port, "hostPort") == "", "takes a port of the node")
	}
	for _, variable := range list(c, "env") {
		name, value := text(variable, "name"), text(variable, "value")
		need(value == "" || !secretName.MatchString(name) || development(value), "has a secret in its variable "+name)
	}
	return problems
}

var secretName = regexp.MustCompile(`SECRET|PASSWORD|TOKEN|PRIVATE_KEY`)

// development reports whether a secret is marked as one for development, which a service in production refuses.
func development(secret string) bool { return strings.Contains(secret, "development") }

// ours reports whether an image is one of this repository.
func ours(image string) bool { return strings.Contains(image, "muster/") }

// ingressProblems requires that every rule says who may come, and to which port.
func ingressProblems(o Object) []string {
	var problems []string
	for _, rule := range list(o.Fields, "spec.ingress") {
		from := list(rule, "from")
		if len(from) == 0 || len(list(rule, "ports")) == 0 {
			problems = append(problems, "a port is open to all")
		}
		for _, peer := range from {
			pods, namespaces := members(peer, "podSelector"), members(peer, "namespaceSelector")
			if len(pods) == 0 && len(namespaces) == 0 {
				problems = append(problems, "a port is open to all: a peer selects nothing, or addresses")
			}
		}
	}
	return problems
}

// openPods requires a policy that closes everything which no other opens.
func openPods(objects []Object) []string {
	for _, o := range objects {
		types := fmt.Sprint(list(o.Fields, "spec.policyTypes"))
		if o.Kind == "NetworkPolicy" && len(members(o.Fields, "spec.podSelector")) == 0 && types == "[Ingress Egress]" &&
			list(o.Fields, "spec.ingress") == nil && list(o.Fields, "spec.egress") == nil {
			return nil
		}
	}
	return []string{"no NetworkPolicy closes the ports that no other opens: they are open to all"}
}
