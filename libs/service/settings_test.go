package service_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/libs/service"
)

type settings struct {
	service.Settings

	Strict  bool          `env:"STRICT"`
	Pause   time.Duration `env:"PAUSE" envDefault:"1s"`
	Origins []string      `env:"ORIGINS"`
	Realm   int           `env:"REALM" envDefault:"1"`
}

func (*settings) Unprefixed() []string { return []string{"REALM"} }

func (s *settings) Check(p *service.Problems) {
	p.Need(s.Pause > 0, "PAUSE", "must be positive")
	p.Need(s.Realm > 0, "REALM", "must be positive")
	s.Origins = p.Origins("ORIGINS", s.Origins)
}

var complete = map[string]string{
	"THINGS_ENV": "development", "THINGS_POSTGRES_URL": "postgres://localhost/things", "THINGS_KAFKA_BROKERS": "a:1, b:2",
	"THINGS_CSRF_SECRET": strings.Repeat("c", 32), "THINGS_SERVICE_SECRET": strings.Repeat("s", 32),
}

func read(change map[string]string) (*settings, error) {
	environment := maps.Clone(complete)
	maps.Copy(environment, change)
	s := &settings{Settings: service.Settings{Addr: "127.0.0.1:8090", InternalAddr: "127.0.0.1:9090"}}
	return s, service.Read("things", s, environment)
}

func TestSettingsHaveDefaults(t *testing.T) {
	s, err := read(nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Addr != "127.0.0.1:8090" || s.InternalAddr != "127.0.0.1:9090" || !slices.Equal(s.KafkaBrokers, []string{"a:1", "b:2"}) || s.Pause != time.Second || s.Strict {
		t.Errorf("%+v", s)
	}
	if s, err = read(map[string]string{"THINGS_ADDR": "127.0.0.1:1", "THINGS_STRICT": "true", "THINGS_ORIGINS": "https://a.test/, https://b.test"}); err != nil {
		t.Fatal(err)
	}
	if s.Addr != "127.0.0.1:1" || !s.Strict || !slices.Equal(s.Origins, []string{"https://a.test", "https://b.test"}) {
		t.Errorf("%+v", s)
	}
	if s, err = read(map[string]string{"THINGS_STRICT": "false"}); err != nil || s.Strict {
		t.Errorf("false is %v, %v", s.Strict, err)
	}
}

// Each wrong variable has one line, which begins with its full name and shows no secret.
func TestEveryProblemIsASentenceAboutItsVariable(t *testing.T) {
	_, err := read(map[string]string{
		"THINGS_POSTGRES_URL": "", "THINGS_CSRF_SECRET": "hush", "THINGS_KAFKA_REPLICATION": "many", "THINGS_LOG_LEVEL": "loud",
		"THINGS_STRICT": "perhaps", "THINGS_PAUSE": "soon", "THINGS_JWKS_URL": "identity:8081", "THINGS_INTERNAL_ADDR": "127.0.0.1:8090",
		"THINGS_ORIGINS": "app.test",
	})
	if err == nil {
		t.Fatal("no error")
	}
	want := []string{
		"THINGS_POSTGRES_URL is empty",
		"THINGS_KAFKA_REPLICATION must be a number",
		"THINGS_LOG_LEVEL must be debug, info, warn or error",
		"THINGS_STRICT must be true or false",
		`THINGS_PAUSE must be a duration such as "15m"`,
		"THINGS_INTERNAL_ADDR must be an address of its own such as 127.0.0.1:9080",
		"THINGS_JWKS_URL must be an http or https URL",
		"THINGS_CSRF_SECRET must have at least 32 bytes",
		`THINGS_ORIGINS holds "app.test", which is no origin such as https://app.example.com or http://localhost:*`,
	}
	got := strings.Split(err.Error(), "\n")
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAMissingVariableIsNamed(t *testing.T) {
	s := &settings{Settings: service.Settings{Addr: "127.0.0.1:8090", InternalAddr: "127.0.0.1:9090"}}
	err := service.Read("things", s, nil)
	for _, name := range []string{"POSTGRES_URL", "KAFKA_BROKERS", "CSRF_SECRET", "SERVICE_SECRET"} {
		if err == nil || !strings.Contains(err.Error(), "THINGS_"+name+" is missing") {
			t.Errorf("%s is not reported in: %v", name, err)
		}
	}
}

func TestAVariableWithoutThePrefix(t *testing.T) {
	for _, test := range []struct {
		change map[string]string
		want   int
		err    string
	}{
		{nil, 1, ""},
		{map[string]string{"REALM": "7"}, 7, ""},
		{map[string]string{"THINGS_REALM": "7"}, 1, ""},
		{map[string]string{"REALM": "many"}, 0, "REALM must be a number"},
		{map[string]string{"REALM": "0"}, 0, "REALM must be positive"},
	} {
		s, err := read(test.change)
		if err == nil && (test.err != "" || s.Realm != test.want) || err != nil && err.Error() != test.err {
			t.Errorf("%v: %d, %v", test.change, s.Realm, err)
		}
	}
}

func TestConnectionsThatProtectNothingAreRefused(t *testing.T) {
	for variable, test := range map[string]struct{ value, want string }{
		"THINGS_KAFKA_TLS_CA":       {"/ca.pem", "THINGS_KAFKA_TLS_CA needs KAFKA_TLS=true"},
		"THINGS_KAFKA_SASL":         {"SCRAM-SHA-512", "THINGS_KAFKA_SASL needs KAFKA_USER and KAFKA_PASSWORD"},
		"THINGS_KAFKA_TLS":          {"perhaps", "THINGS_KAFKA_TLS must be true or false"},
		"THINGS_POSTGRES_URL":       {"postgres://localhost/things?sslrootcert=/ca.pem&sslmode=require", "THINGS_POSTGRES_URL has sslrootcert"},
		"THINGS_POSTGRES_OWNER_URL": {"postgres://localhost/things?sslrootcert=/ca.pem", "THINGS_POSTGRES_OWNER_URL has sslrootcert"},
	} {
		if _, err := read(map[string]string{variable: test.value}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s=%s: %v", variable, test.value, err)
		}
	}
	s, err := read(map[string]string{
		"THINGS_KAFKA_TLS": "true", "THINGS_KAFKA_SASL": "SCRAM-SHA-512", "THINGS_KAFKA_USER": "u", "THINGS_KAFKA_PASSWORD": "p",
		"THINGS_POSTGRES_URL": "postgres://localhost/things?sslrootcert=/ca.pem&sslmode=verify-full",
	})
	if err != nil || s.KafkaAccess().TLS == nil || s.KafkaAccess().SASL == nil {
		t.Errorf("%+v, %v", s.KafkaAccess(), err)
	}
}
