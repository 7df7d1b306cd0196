package servicetest

import (
	"slices"
	"strings"
	"testing"

	"muster/libs/service"
)

// defaults are known secrets in the forms of [service.Variable].
var defaults = map[string]string{
	"value": "docker-compose-secret-for-development-only", "url": "smtp://user:changeme@mail.test:25",
	"database": "postgres://muster:muster@127.0.0.1/muster", "pair": "application:secret",
}

// KnownSecretsAreRefused requires that the named variables, and no others, hold secrets, and that the service refuses each of
// them in production when it holds a secret that everybody knows.
func KnownSecretsAreRefused[S service.Configurable](t *testing.T, b service.Blueprint[S], names ...string) {
	t.Helper()
	var secrets []string
	for _, v := range b.Variables() {
		if v.Secret == "" {
			continue
		}
		secrets = append(secrets, v.Name)
		_, err := b.Read(map[string]string{v.Name: defaults[v.Secret]})
		if err == nil || !strings.Contains(err.Error(), v.Name+" holds a secret that everybody knows") {
			t.Errorf("%s with a known secret: %v", v.Name, err)
		}
		if err != nil && strings.Contains(err.Error(), defaults[v.Secret]) {
			t.Errorf("%s: the error holds the secret", v.Name)
		}
	}
	common := []string{"POSTGRES_URL", "POSTGRES_OWNER_URL", "KAFKA_PASSWORD", "CSRF_SECRET", "SERVICE_SECRET"}
	for _, name := range common {
		names = append(names, strings.ToUpper(b.Name)+"_"+name)
	}
	slices.Sort(secrets)
	slices.Sort(names)
	if !slices.Equal(secrets, names) {
		t.Errorf("the secrets are %q, want %q", secrets, names)
	}
}
