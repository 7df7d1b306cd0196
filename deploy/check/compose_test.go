package check_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"muster/deploy/check"
)

// composeProblems loads a compose file with the settings of .env.example, and returns all of its problems.
func composeProblems(t *testing.T, file, variables string) []string {
	t.Helper()
	project, err := check.Compose(t.Context(), file, variables)
	if err != nil {
		return []string{err.Error()}
	}
	all := check.ComposeProblems(project)
	for _, service := range check.Services {
		all = append(all, environmentProblems(t, service, check.ComposeEnvironment(project.Services[service]))...)
	}
	return all
}

const composeFile, exampleFile = root + "/docker-compose.yml", root + "/.env.example"

func TestComposeIsRight(t *testing.T) {
	for _, problem := range composeProblems(t, composeFile, exampleFile) {
		t.Error(problem)
	}
}

func TestEachMistakeInComposeIsFound(t *testing.T) {
	for name, mistake := range map[string]struct{ old, replacement, want string }{
		"an unknown member":          {"    healthcheck: {test: [CMD, /mailpit, readyz]", "    healthchek: {test: [CMD, /mailpit, readyz]", "healthchek"},
		"the tag latest":             {"axllent/mailpit:v1.27.8", "axllent/mailpit:latest", "mailpit:latest without a version"},
		"a series":                   {"postgres:17.6", "postgres:17", "postgres:17 without a version"},
		"no health check":            {"    healthcheck: {test: [CMD, /mailpit, readyz], interval: 2s, retries: 30}\n", "", "service mail has no health check"},
		"a port open to all":         {"127.0.0.1:8080:8080", "8080:8080", "service gateway has a port that is open to all"},
		"no waiting":                 {"kafka: {condition: service_healthy}", "kafka: {condition: service_started}", "does not wait until kafka is healthy"},
		"a path of the machine":      {"- postgres:/var/lib/postgresql/data", "- /srv/postgres:/var/lib/postgresql/data", "mounts /srv/postgres"},
		"root":                       {"\n  read_only: true\n", "\n  read_only: true\n  user: root\n", "service identity runs as root"},
		"a root that can be written": {"\n  read_only: true\n", "\n", "service identity can write to its root"},
		"an unknown setting":         {"DIRECTORY_PUBLIC_URL", "DIRECTORY_PUBLICK_URL", "DIRECTORY_PUBLICK_URL is unknown"},
		"a missing setting":          {"      BILLING_KAFKA_BROKERS: kafka:9092\n", "", "BILLING_KAFKA_BROKERS is missing"},
		"no environment":             {"${MUSTER_ENV:-production}", "production", "holds a secret that everybody knows"},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(composeFile)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(text), mistake.old) {
				t.Fatalf("the file does not contain %q", mistake.old)
			}
			seeded := filepath.Join(t.TempDir(), "docker-compose.yml")
			if err := os.WriteFile(seeded, []byte(strings.ReplaceAll(string(text), mistake.old, mistake.replacement)), 0o600); err != nil {
				t.Fatal(err)
			}
			found := composeProblems(t, seeded, exampleFile)
			if !slices.ContainsFunc(found, func(p string) bool { return strings.Contains(p, mistake.want) }) {
				t.Errorf("found %q, want %q", found, mistake.want)
			}
		})
	}
}

// Without MUSTER_ENV the services are in production, and refuse the secrets of .env.example one by one.
func TestEverySecretOfTheExampleIsRefusedInProduction(t *testing.T) {
	text, err := os.ReadFile(exampleFile)
	if err != nil {
		t.Fatal(err)
	}
	production := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(production, []byte(strings.ReplaceAll(string(text), "MUSTER_ENV=development", "")), 0o600); err != nil {
		t.Fatal(err)
	}
	problems := strings.Join(composeProblems(t, composeFile, production), "\n")
	for _, name := range []string{
		"IDENTITY_POSTGRES_URL", "IDENTITY_POSTGRES_OWNER_URL", "IDENTITY_CSRF_SECRET", "IDENTITY_SERVICE_SECRET", "IDENTITY_KEY_SECRET", "IDENTITY_BOOTSTRAP_ADMIN_PASSWORD",
		"DIRECTORY_POSTGRES_URL", "DIRECTORY_CSRF_SECRET", "DIRECTORY_SERVICE_SECRET",
		"BILLING_POSTGRES_URL", "BILLING_POSTGRES_OWNER_URL", "BILLING_CSRF_SECRET", "BILLING_SERVICE_SECRET", "BILLING_STRIPE_SECRET_KEY", "BILLING_STRIPE_WEBHOOK_SECRETS",
		"GATEWAY_POSTGRES_URL", "GATEWAY_CSRF_SECRET", "GATEWAY_SERVICE_SECRET",
	} {
		if !strings.Contains(problems, name+" holds a secret that everybody knows") {
			t.Errorf("%s is accepted", name)
		}
	}
}

// The build of the images downloads the modules before it has the sources, which fails without the go.mod of a module of the workspace.
func TestTheDockerfileHasEachModule(t *testing.T) {
	workspace, err := os.ReadFile(root + "/go.work")
	if err != nil {
		t.Fatal(err)
	}
	dockerfile, err := os.ReadFile(root + "/deploy/docker/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	modules := regexp.MustCompile(`(?m)^\t\./(.+)$`).FindAllStringSubmatch(string(workspace), -1)
	if len(modules) < 2 {
		t.Fatalf("no modules in\n%s", workspace)
	}
	for _, module := range modules {
		if !strings.Contains(string(dockerfile), "COPY "+module[1]+"/go.mod") {
			t.Errorf("the Dockerfile does not copy %s/go.mod", module[1])
		}
	}
}
