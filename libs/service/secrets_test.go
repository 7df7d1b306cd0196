package service_test

import (
	"maps"
	"strings"
	"testing"

	"muster/libs/service"
)

type secretive struct {
	service.Settings

	Mail  string   `env:"MAIL_URL" secret:"url"`
	Apps  []string `env:"APPS" secret:"pair"`
	Hooks []string `env:"HOOKS" secret:"value"`
	Login struct {
		Secret string `env:"CLIENT_SECRET" secret:"value"`
	} `envPrefix:"LOGIN_"`
}

var vault = map[string]string{
	"VAULT_POSTGRES_URL": "postgres://vault:f3a9c1@db/vault", "VAULT_POSTGRES_OWNER_URL": "postgres://owner:b81d02@db/vault", "VAULT_KAFKA_BROKERS": "a:1",
	"VAULT_CSRF_SECRET": strings.Repeat("c", 32), "VAULT_SERVICE_SECRET": strings.Repeat("s", 32), "VAULT_MAIL_URL": "smtp://me:9f00d3@mail",
	"VAULT_APPS": "app:71c3e8", "VAULT_HOOKS": "whsec_4471", "VAULT_LOGIN_CLIENT_SECRET": "8cd3f1",
	"VAULT_ADDR": "127.0.0.1:1", "VAULT_INTERNAL_ADDR": "127.0.0.1:2",
}

func readVault(change map[string]string) error {
	environment := maps.Clone(vault)
	maps.Copy(environment, change)
	return service.Read("vault", &secretive{}, environment)
}

func TestOwnSecretsAreTaken(t *testing.T) {
	if err := readVault(nil); err != nil {
		t.Fatal(err)
	}
}

// A service outside of development refuses every known and every empty secret; in development it takes the known ones.
func TestASecretThatEverybodyKnowsIsRefusedInProduction(t *testing.T) {
	for name, values := range map[string][]string{
		"POSTGRES_URL":        {"postgres://vault:muster@db/vault", "postgres://vault:docker-compose-for-development@db/vault", "postgres://vault:muster@db/vault?sslmode=verify-full&sslrootcert=/not/there"},
		"POSTGRES_OWNER_URL":  {"postgres://postgres:postgres@db/vault", "host=db user=owner password=Password"},
		"CSRF_SECRET":         {"docker-compose-csrf-secret-for-development", "Change-Me-Change-Me-Change-Me-Change-Me"},
		"SERVICE_SECRET":      {"docker-compose-service-secret-for-development"},
		"MAIL_URL":            {"smtp://me:changeme@mail", "smtp://me:admin@mail"},
		"APPS":                {"app:71c3e8,application:secret", "one:muster-admin-demo"},
		"HOOKS":               {"whsec_4471,whsec_docker_compose_development", "sk_test_muster"},
		"LOGIN_CLIENT_SECRET": {"password", "admin"},
	} {
		for _, value := range values {
			change := map[string]string{"VAULT_" + name: value}
			err := readVault(change)
			if err == nil || !strings.HasPrefix(err.Error(), "VAULT_"+name+" holds a secret that everybody knows") || strings.Contains(err.Error(), value) {
				t.Errorf("%s=%s: %v", name, value, err)
			}
			change["VAULT_ENV"] = "development"
			if err := readVault(change); err != nil {
				t.Errorf("%s=%s in development: %v", name, value, err)
			}
		}
	}
}

func TestAnEmptySecretIsRefusedInProduction(t *testing.T) {
	for name, values := range map[string][]string{
		"POSTGRES_URL": {"", "postgres://vault@db/vault", "postgres://vault:@db/vault"}, "POSTGRES_OWNER_URL": {"postgres://owner@db/vault"},
		"CSRF_SECRET": {""}, "SERVICE_SECRET": {""}, "APPS": {"app:71c3e8,app2:", "app"}, "HOOKS": {"whsec_4471,,"},
	} {
		for _, value := range values {
			if err := readVault(map[string]string{"VAULT_" + name: value}); err == nil || !strings.HasPrefix(err.Error(), "VAULT_"+name+" ") {
				t.Errorf("%s=%q: %v", name, value, err)
			}
		}
	}
}

func TestUnknownVariablesAreFound(t *testing.T) {
	b := service.Blueprint[*secretive]{Name: "vault", Settings: func() *secretive { return &secretive{} }}
	environment := maps.Clone(vault)
	environment["VAULT_HOOK"], environment["VAULT_CLIENT_SECRET"], environment["OTHER_HOOK"] = "x", "x", "x"
	if got := strings.Join(b.Unknown(environment), " "); got != "VAULT_CLIENT_SECRET VAULT_HOOK" {
		t.Errorf("unknown are %q", got)
	}
	secrets := map[string]string{}
	for _, v := range b.Variables() {
		if v.Secret != "" {
			secrets[v.Name] = v.Secret
		}
	}
	if len(secrets) != 9 || secrets["VAULT_LOGIN_CLIENT_SECRET"] != "value" || secrets["VAULT_POSTGRES_URL"] != "database" {
		t.Errorf("secrets: %v", secrets)
	}
}
