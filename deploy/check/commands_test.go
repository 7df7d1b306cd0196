package check_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"muster/deploy/check"
)

// kubectlFlags are the flags of the documented commands. A flag that takes a value has "=".
var kubectlFlags = map[string][]string{
	"apply":        {"-k="},
	"delete":       {"-l="},
	"describe":     {},
	"exec":         {"-it"},
	"get":          {"-o=", "-l="},
	"logs":         {"--previous", "--tail="},
	"port-forward": {},
	"rollout":      {},
	"wait":         {"--all", "--for=", "--timeout="},
}

// kinds are the names that kubectl has for what the documented commands name.
var kinds = map[string]string{
	"deploy": "Deployment", "deployment": "Deployment", "job": "Job", "jobs": "Job", "service": "Service", "kafka": "Kafka",
	"pod": "Pod", "pods": "Pod", "clusters.postgresql.cnpg.io": "Cluster",
}

// installation is what the documented commands may name.
type installation struct {
	names  map[string]bool // "Kind name", and "Kind"
	labels map[string]bool // "key=value", and "key"
}

func installationOf(objects []check.Object) installation {
	in := installation{names: map[string]bool{"Pod": true}, labels: map[string]bool{
		// The operators put these on the pods that they make.
		"cnpg.io/cluster": true,
	}}
	for _, o := range objects {
		in.names[o.Kind], in.names[o.String()] = true, true
		if o.Kind == "Kafka" {
			in.labels["strimzi.io/cluster="+o.Name] = true
		}
		metadata, _ := o.Fields["metadata"].(map[string]any)
		labels, _ := metadata["labels"].(map[string]any)
		for key, value := range labels {
			in.labels[fmt.Sprintf("%s=%v", key, value)] = true
		}
	}
	return in
}

// problem returns what is wrong with a kubectl command, without the word kubectl, or "".
func (in installation) problem(command string) string {
	words := strings.Fields(command)
	if len(words) > 2 && words[0] == "-n" {
		if !in.names["Namespace "+words[1]] {
			return "there is no namespace " + words[1]
		}
		words = words[2:]
	}
	verb := words[0]
	flags, known := kubectlFlags[verb]
	if !known {
		return "the verb " + verb + " is not known to this test"
	}
	for i := 1; i < len(words); i++ {
		word := words[i]
		switch {
		case word == "--":
			return ""
		case strings.HasPrefix(word, "-"):
			name, value, inline := strings.Cut(word, "=")
			takes := slices.Contains(flags, name+"=")
			if !takes && !slices.Contains(flags, name) {
				return fmt.Sprintf("%s has no flag %s", verb, name)
			}
			if takes && !inline {
				if i++; i == len(words) {
					return name + " needs a value"
				}
				value = words[i]
			}
			if name == "-l" && !in.labels[value] {
				return "nothing has the label " + value
			}
			if _, err := os.Stat(root + "/" + value + "/kustomization.yaml"); name == "-k" && err != nil {
				return err.Error()
			}
		case verb == "rollout" && word == "restart", verb == "port-forward" && strings.Trim(word, "0123456789") == "":
		default:
			if problem := in.unknown(word); problem != "" {
				return problem
			}
		}
	}
	return ""
}

// unknown returns what is wrong with kinds, or with the name of an object.
func (in installation) unknown(word string) string {
	kind, name, named := strings.Cut(word, "/")
	for one := range strings.SplitSeq(kind, ",") {
		object := kinds[one]
		if named {
			object += " " + name
		}
		if !in.names[object] {
			return "there is no " + word
		}
	}
	return ""
}

// documented returns the commands in the documents for operators that begin with a word.
func documented(t *testing.T, word string) (commands []string) {
	t.Helper()
	for _, file := range []string{"README.md", "RUNBOOK.md", "OPERATIONS.md"} {
		text, err := os.ReadFile("../" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(word+" ([^`\n&|;#]+)").FindAllStringSubmatch(string(text), -1) {
			commands = append(commands, strings.TrimSpace(found[1]))
		}
	}
	return commands
}

func render(t *testing.T, overlays ...string) (objects []check.Object) {
	t.Helper()
	tree, err := check.ReadTree("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, overlay := range overlays {
		rendered, err := tree.Render(overlay)
		if err != nil {
			t.Fatal(err)
		}
		objects = append(objects, rendered...)
	}
	return objects
}

// TestDocumentedCommandsNameWhatExists parses the kubectl commands that operators are told.
func TestDocumentedCommandsNameWhatExists(t *testing.T) {
	in, commands := installationOf(render(t, "production", "local")), documented(t, "kubectl")
	if len(commands) < 12 {
		t.Errorf("only %d commands found: are they written in another way now?", len(commands))
	}
	for _, command := range commands {
		if problem := in.problem(command); problem != "" {
			t.Errorf("kubectl %s: %s", command, problem)
		}
	}
	for command, want := range map[string]string{
		"-n muster logs deploy/identify":      "there is no deploy/identify",
		"-n mustre get pods":                  "there is no namespace mustre",
		"-n muster get pods --previous":       "get has no flag --previous",
		"-n muster get pods -l app=identity":  "nothing has the label app=identity",
		"-n muster get clusters.example.com":  "there is no clusters.example.com",
		"-n muster restart deploy/identity":   "the verb restart is not known to this test",
		"-n muster logs job/identity-migrate": "",
	} {
		if problem := in.problem(command); problem != want {
			t.Errorf("kubectl %s: %q, want %q", command, problem, want)
		}
	}
}

// TestDocumentedContainersExist compares the commands of Docker with docker-compose.yml.
func TestDocumentedContainersExist(t *testing.T) {
	text, err := os.ReadFile(root + "/docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	var compose struct {
		Services map[string]any `yaml:"services"`
	}
	if err := yaml.Unmarshal(text, &compose); err != nil {
		t.Fatal(err)
	}
	for _, command := range documented(t, "docker compose") {
		words := strings.Fields(command)
		if last := words[len(words)-1]; len(words) > 1 && !strings.HasPrefix(last, "-") {
			if _, exists := compose.Services[last]; !exists {
				t.Errorf("docker compose %s: there is no service %s", command, last)
			}
		}
	}
}
