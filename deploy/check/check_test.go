package check_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"muster/deploy/check"
)

var schemas = sync.OnceValues(check.NewSchemas)

// known are answers of checks that depend on nothing but their key. Most of what a seeded mistake leads to is as without it, and
// is not checked again.
var known = map[string][]string{}

// once returns the problems that check finds. It asks once for each key.
func once(key string, check func() []string) []string {
	problems, has := known[key]
	if !has {
		problems = check()
		known[key] = problems
	}
	return problems
}

const root = "../.."

// programsDir is where programs puts what it builds.
var programsDir string

func TestMain(m *testing.M) {
	var err error
	if programsDir, err = os.MkdirTemp("", "muster-check-*"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(programsDir)
	os.Exit(code)
}

// programs builds the services once and returns their directory.
var programs = sync.OnceValues(func() (string, error) {
	args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", programsDir} // as the images are built, which need the same packages
	for _, service := range check.Services {
		args = append(args, "./services/"+service+"/cmd/"+service)
	}
	cmd := exec.CommandContext(context.Background(), "go", args...)
	cmd.Dir, cmd.Env = root, append(os.Environ(), "GOWORK=", "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	return programsDir, cmd.Run()
})

// problems returns all problems of an overlay.
func problems(t *testing.T, tree check.Tree, overlay string) []string {
	t.Helper()
	objects, err := tree.Render(overlay)
	if err != nil {
		return []string{err.Error()}
	}
	s, err := schemas()
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(check.PolicyProblems(objects), settingsProblems(t, objects))
	for _, o := range objects {
		all = append(all, once(string(o.YAML), func() []string { return s.Problems([]check.Object{o}) })...)
	}
	return all
}

// settingsProblems checks the settings of the services, and that their migrations have what those need.
func settingsProblems(t *testing.T, objects []check.Object) []string {
	t.Helper()
	var all []string
	for _, service := range check.Services {
		environment, err := check.Environment(objects, "Deployment", service)
		if err != nil {
			all = append(all, err.Error())
			continue
		}
		all = append(all, environmentProblems(t, service, environment)...)
		migration, err := check.Environment(objects, "Job", service+"-migrate")
		if err != nil {
			all = append(all, err.Error())
		}
		if url := strings.ToUpper(service) + "_POSTGRES_URL"; migration[url] == "" || migration[url] != environment[url] {
			all = append(all, service+"'s migration has another "+url)
		}
		for name, value := range migration { // which the program must know, too
			environment[name] = value
		}
		all = append(all, environmentProblems(t, service, environment)...)
	}
	return all
}

// environmentProblems has the program of a service check its environment.
func environmentProblems(t *testing.T, service string, environment map[string]string) []string {
	t.Helper()
	dir, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	return once(fmt.Sprintf("%s %q", service, environment), func() []string { // maps are printed in order
		return check.SettingsProblems(t.Context(), filepath.Join(dir, service), environment, t.TempDir())
	})
}

func tree(t *testing.T) check.Tree {
	t.Helper()
	tree, err := check.ReadTree(filepath.Join(root, "deploy"))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestOverlaysAreRight(t *testing.T) {
	for _, overlay := range []string{"local", "production"} {
		for _, problem := range problems(t, tree(t), overlay) {
			t.Errorf("%s: %s", overlay, problem)
		}
	}
}

func TestEachSeededMistakeIsFound(t *testing.T) {
	const shared, identity = "k8s/base/shared-deployment.yaml", "k8s/base/identity.yaml"
	const production, local = "k8s/overlays/production/", "k8s/overlays/local/"
	for name, mistake := range map[string]struct{ overlay, file, old, replacement, want string }{
		"an unknown field":                         {"local", shared, "readinessProbe:", "readynessProbe:", "readynessProbe"},
		"an unknown field of CloudNativePG":        {"production", production + "postgres.yaml", "instances: 3", "instanses: 3", "instanses"},
		"an unknown field of Strimzi":              {"production", production + "topics.yaml", "partitions: 6", "partition: 6", "partition"},
		"an unknown field of KEDA":                 {"production", production + "scaling.yaml", "maxReplicaCount", "maxReplicas", "maxReplicas"},
		"an unknown field of the gateway":          {"production", production + "edge.yaml", "mode: Terminate", "mod: Terminate", "mod"},
		"an unknown field of a secret":             {"production", production + "secrets.yaml", "refreshInterval: 1h", "refresh: 1h", "refresh"},
		"a wrong type":                             {"local", identity, "replicas: 2", `replicas: "two"`, "replicas"},
		"a value that is none of those":            {"production", production + "kafka-users.yaml", "patternType: literal", "patternType: regex", "patternType"},
		"a missing probe":                          {"local", shared, "          livenessProbe:\n            httpGet: {path: /healthz, port: internal}\n            periodSeconds: 10\n            timeoutSeconds: 5\n            failureThreshold: 6\n", "", "no livenessProbe"},
		"root":                                     {"local", shared, "runAsUser: 65532", "runAsUser: 0", "runs as root"},
		"perhaps root":                             {"local", shared, "runAsNonRoot: true", "runAsNonRoot: false", "may run as root"},
		"root in a job":                            {"local", "k8s/base/shared-job.yaml", "runAsNonRoot: true", "runAsNonRoot: false", "Job identity-migrate: may run as root"},
		"a root that can be written":               {"local", shared, "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "can write to its root"},
		"capabilities":                             {"local", shared, "capabilities: {drop: [ALL]}", "capabilities: {drop: [NET_RAW]}", "keeps capabilities"},
		"no limits":                                {"local", identity, "limits: {cpu: \"2\", memory: 768Mi}", "limits: {cpu: \"2\"}", "no resources.limits.memory"},
		"the tag latest":                           {"production", production + "kustomization.yaml", "muster/billing, newTag: 1.0.0", "muster/billing, newTag: latest", "billing:latest without a version"},
		"no tag":                                   {"local", local + "postgres.yaml", "postgres:17.6", "postgres", "image postgres without a version"},
		"a path of the node":                       {"local", local + "postgres.yaml", "configMap: {name: databases}", "hostPath: {path: /etc}", "mounts a path of the node"},
		"the network of the node":                  {"local", shared, "enableServiceLinks: false", "hostNetwork: true", "uses hostNetwork"},
		"a token of the API server":                {"local", identity, "automountServiceAccountToken: false", "automountServiceAccountToken: true", "its token is mounted"},
		"a missing required setting":               {"production", production + "billing.env", "BILLING_KAFKA_BROKERS", "OTEL_SERVICE_NAME", "BILLING_KAFKA_BROKERS is missing"},
		"a missing required secret":                {"production", production + "secrets.yaml", "IDENTITY_KEY_SECRET", "OTEL_SERVICE_NAME", "IDENTITY_KEY_SECRET is missing"},
		"a secret that the store is not asked for": {"production", production + "secrets.yaml", "{secretKey: csrf,", "{secretKey: crsf,", "CSRF_SECRET is empty"},
		"an unknown setting":                       {"production", production + "directory.env", "DIRECTORY_VISIBILITY", "DIRECTORY_VISIBLE", "DIRECTORY_VISIBLE is unknown"},
		"a wrong setting":                          {"production", production + "directory.env", "=admins", "=admin", "DIRECTORY_VISIBILITY must be"},
		"a default secret":                         {"production", production + "secrets.yaml", "{{ .csrf }}", "docker-compose-csrf-secret-for-development", "a secret that everybody knows"},
		"a default password":                       {"production", production + "secrets.yaml", "{{ .database | urlquery }}", "postgres", "a secret that everybody knows"},
		"development secrets in production":        {"local", local + "identity.env", "IDENTITY_ENV=development", "IDENTITY_ENV=production", "a secret that everybody knows"},
		"a secret in the manifests":                {"production", production + "namespace.yaml", "apiVersion: v1\nkind: Namespace", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: b}\n---\napiVersion: v1\nkind: Namespace", "a secret is written in the manifests"},
		"a port open to all":                       {"local", "k8s/base/network.yaml", `        - namespaceSelector: {matchLabels: {muster/ingress: "true"}}`, "        - namespaceSelector: {}", "open to all"},
		"a port open to the world":                 {"local", "k8s/base/network.yaml", `        - namespaceSelector: {matchLabels: {muster/ingress: "true"}}`, "        - ipBlock: {cidr: 0.0.0.0/0}", "open to all"},
		"nothing closed":                           {"local", "k8s/base/network.yaml", "podSelector: {}\n  policyTypes: [Ingress, Egress]", "podSelector: {}\n  policyTypes: [Egress]", "no NetworkPolicy closes"},
		"a port of the node":                       {"local", identity, "containerPort: 8081", "containerPort: 8081, hostPort: 8081", "takes a port of the node"},
		"a service open to all":                    {"local", identity, "spec:\n  selector: {app", "spec:\n  type: LoadBalancer\n  selector: {app", "is open to all"},
		"no password for Kafka":                    {"production", production + "kustomization.yaml", "name: kafka-billing, key", "name: kafka-biling, key", "nothing makes the secret kafka-biling"},
		"Kafka without encryption":                 {"production", production + "gateway.env", "GATEWAY_KAFKA_TLS=true", "GATEWAY_KAFKA_TLS=false", "GATEWAY_KAFKA_TLS"},
		"a secret that nothing makes":              {"production", "k8s/base/gateway.yaml", "- secretRef: {name: gateway}", "- secretRef: {name: gateways}", "nothing makes the secret gateways"},
	} {
		t.Run(name, func(t *testing.T) {
			seeded := tree(t)
			if err := seeded.Replace(mistake.file, mistake.old, mistake.replacement); err != nil {
				t.Fatal(err)
			}
			found := problems(t, seeded, mistake.overlay)
			if !slices.ContainsFunc(found, func(p string) bool { return strings.Contains(p, mistake.want) }) {
				t.Errorf("found %q, want %q", found, mistake.want)
			}
		})
	}
}
