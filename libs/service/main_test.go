package service_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/service"
	"muster/libs/service/exitcode"
)

// roleVariable makes this test's binary a service.
const roleVariable = "MUSTER_SERVICE_TEST_ROLE"

func TestMain(m *testing.M) {
	if os.Getenv(roleVariable) != "" {
		service.Blueprint[*service.Settings]{
			Name: "example", Settings: func() *service.Settings { return &service.Settings{} }, Migrations: []pg.Migrations{outbox.Migrations},
		}.Main()
		return
	}
	os.Exit(m.Run())
}

func TestWrongSettingsHaveAnExitCodeOfTheirOwn(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"=service")
	output, err := cmd.CombinedOutput()
	failed, ok := errors.AsType[*exec.ExitError](err)
	if !ok || failed.ExitCode() != exitcode.Settings || !strings.Contains(string(output), "EXAMPLE_POSTGRES_URL is missing") {
		t.Errorf("%v: %s", err, output)
	}
}
