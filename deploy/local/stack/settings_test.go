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

func TestAllProblemsAreReported(t *testing.T) {
	_, err := parse([]string{"--fresh", "run"}, map[string]string{
		"MUSTER_USERS": "many", "MUSTER_STRIPE_SECRET_KEY": "sk_test_1", "MUSTER_POSTGRES_URL": "postgres://x",
	})
	for _, want := range []string{"MUSTER_USERS", "MUSTER_STRIPE_WEBHOOK_SECRET", "--fresh", `"run"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %s in %v", want, err)
		}
	}
}
