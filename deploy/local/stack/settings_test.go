package stack_test

import (
	"io"
	"strings"
	"testing"

	"muster/deploy/local/stack"
)

func parse(args []string, environment map[string]string) (stack.Settings, error) {
	return stack.ParseSettings(args, func(name string) string { return environment[name] }, io.Discard)
}

func TestFlagsOutrankTheEnvironmentWhichOutranksDefaults(t *testing.T) {
	s, err := parse([]string{"--gateway-addr", "127.0.0.1:1"}, map[string]string{
		"MUSTER_GATEWAY_ADDR": "127.0.0.1:2", "MUSTER_IDENTITY_ADDR": "127.0.0.1:3", "MUSTER_USERS": "5",
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.Gateway != "127.0.0.1:1" || s.Identity != "127.0.0.1:3" || s.Billing != "127.0.0.1:8083" || s.Users != 5 || s.PostgresPort != 15432 || !s.Seed {
		t.Errorf("got %+v", s)
	}
	if !strings.HasSuffix(s.Dir, "/.muster") || s.Root == "" {
		t.Errorf("root %s, directory %s", s.Root, s.Dir)
	}
}

func TestFreePortsLeaveGivenAddressesAlone(t *testing.T) {
	s, err := parse([]string{"--free-ports", "--billing-addr", "127.0.0.1:8083"}, map[string]string{"MUSTER_KAFKA_PORT": "9092"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Billing != "127.0.0.1:8083" || s.KafkaPort != 9092 || s.Gateway != "127.0.0.1:0" || s.PostgresPort != 0 {
		t.Errorf("got %+v", s)
	}
}

func TestBooleansAreBooleans(t *testing.T) {
	for value, want := range map[string]bool{"true": true, "1": true, "false": false, "0": false, "": false} {
		s, err := parse(nil, map[string]string{"MUSTER_NO_SEED": value, "MUSTER_FREE_PORTS": value, "MUSTER_FAST_GROUPS": value})
		if err != nil || s.Seed == want || (s.Gateway == "127.0.0.1:0") != want || s.FastGroups != want {
			t.Errorf("%q: %v, %+v", value, err, s)
		}
	}
}

func TestOriginsOfFrontends(t *testing.T) {
	s, err := parse(nil, map[string]string{"MUSTER_CORS_ORIGINS": "https://app.example.com, http://intern:8080 ,"})
	if err != nil || s.CORSOrigins != "https://app.example.com,http://intern:8080" {
		t.Errorf("%q, %v", s.CORSOrigins, err)
	}
	if s, err := parse(nil, nil); err != nil || s.CORSOrigins != "http://localhost:*,http://127.0.0.1:*,http://[::1]:*" {
		t.Errorf("%q, %v", s.CORSOrigins, err)
	}
}

func TestApplicationsOfThundersClients(t *testing.T) {
	for _, test := range []struct {
		args        []string
		environment map[string]string
		want        string
	}{
		{nil, nil, "application:secret"},
		{nil, map[string]string{"MUSTER_THUNDER_APPLICATIONS": "a:b,c:d"}, "a:b,c:d"},
		{[]string{"--thunder-applications="}, nil, ""},
	} {
		if s, err := parse(test.args, test.environment); err != nil || s.ThunderApplications != test.want {
			t.Errorf("%v %v: %q, %v", test.args, test.environment, s.ThunderApplications, err)
		}
	}
}

func TestAllProblemsAreReported(t *testing.T) {
	_, err := parse([]string{"--fresh", "run"}, map[string]string{
		"MUSTER_NO_SEED": "nonsense", "MUSTER_FREE_PORTS": "2", "MUSTER_FAST_GROUPS": "on", "MUSTER_KAFKA_REPLICATION": "x", "MUSTER_LOG_LEVEL": "loud",
		"MUSTER_CORS_ORIGINS": "https://app.example.com, app.example.org", "MUSTER_PUBLIC_URL": "app", "MUSTER_MAIL_FROM": "nobody",
		"MUSTER_USERS": "many", "MUSTER_STRIPE_SECRET_KEY": "sk_test_1", "MUSTER_POSTGRES_URL": "postgres://x", "MUSTER_KAFKA": "other",
	})
	for _, want := range []string{
		"MUSTER_NO_SEED", "MUSTER_FREE_PORTS", "MUSTER_FAST_GROUPS", "MUSTER_KAFKA_REPLICATION", "MUSTER_LOG_LEVEL",
		`MUSTER_CORS_ORIGINS holds "app.example.org"`, "MUSTER_PUBLIC_URL", "MUSTER_MAIL_FROM", "MUSTER_USERS", "MUSTER_STRIPE_WEBHOOK_SECRET", `MUSTER_KAFKA is "other"`, "--fresh", `"run"`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %s in %v", want, err)
		}
	}
}

func TestCopiesOfTopics(t *testing.T) {
	for _, test := range []struct {
		environment map[string]string
		want        int
	}{
		{nil, 1},
		{map[string]string{"MUSTER_KAFKA": "apache"}, 1},
		{map[string]string{"MUSTER_KAFKA": "apache-cluster"}, 3},
		{map[string]string{"MUSTER_KAFKA": "apache-cluster", "MUSTER_KAFKA_REPLICATION": "2"}, 2},
		{map[string]string{"MUSTER_KAFKA_BROKERS": "127.0.0.1:1", "MUSTER_KAFKA_REPLICATION": "3"}, 3},
	} {
		if s, err := parse(nil, test.environment); err != nil || s.KafkaReplication != test.want {
			t.Errorf("%v: %d, %v", test.environment, s.KafkaReplication, err)
		}
	}
}
