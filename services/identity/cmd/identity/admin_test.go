package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"muster/libs/contracts/identityv1"
	"muster/libs/service"
)

// command runs the program with arguments, as main does.
func (s *system) command(args ...string) error {
	s.t.Helper()
	read, err := blueprint.Read(s.environment)
	if err != nil {
		s.t.Fatal(err)
	}
	return blueprint.Command(context.Background(), args, read, service.Surroundings{Log: slog.New(slog.DiscardHandler), Now: s.now})
}

func (s *system) passwordFile(content string) string {
	s.t.Helper()
	file := filepath.Join(s.t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return file
}

// TestAnAdministratorIsCreatedByCommand while the service runs, which publishes the account.
func TestAnAdministratorIsCreatedByCommand(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	file := s.passwordFile(password + "\r\n")
	if err := s.command("admin", "create", "--email", "boss@example.com", "--password-file", file); err != nil {
		t.Fatal(err)
	}
	status, in := r.login("Boss@example.com")
	want(t, "login", status, http.StatusOK)
	states := s.states(in.userID, func(a identityv1.Account) bool { return a.Version == 2 })
	want(t, "registration", *states[0].Registration, identityv1.Registration{Username: "boss", TypeCode: "ADMI", EmailVerified: true})
	err := s.command("admin", "create", "--email", "boss@example.com", "--password-file", file)
	if !errors.Is(err, errAdminExists) {
		t.Errorf("again: %v", err)
	}
}

func TestWhatTheAdminCommandRefuses(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	for message, args := range map[string][]string{
		"needs --email":                 {"--password-file", s.passwordFile(password)},
		"must have 8 to 128 characters": {"--email", "boss@example.com", "--password-file", s.passwordFile("short")},
		"more than 4096 bytes":          {"--email", "boss@example.com", "--password-file", s.passwordFile(strings.Repeat("x", 4097))},
		"no such file":                  {"--email", "boss@example.com", "--password-file", "/nowhere/password"},
		"no terminal":                   {"--email", "boss@example.com"},
		"flag provided but not defined": {"--email", "boss@example.com", "--password", password},
		"unknown arguments":             {"--email", "boss@example.com", "hunter2"},
		"email":                         {"--email", "boss", "--password-file", s.passwordFile(password)},
	} {
		err := s.command(append([]string{"admin", "create"}, args...)...)
		if err == nil || !strings.Contains(err.Error(), message) || strings.Contains(err.Error(), password) {
			t.Errorf("%q: %v, want %s", args, err, message)
		}
	}
	if err := s.command("admin", "delete"); err == nil || !strings.Contains(err.Error(), "admin create") {
		t.Errorf("an unknown command: %v", err)
	}
}

func TestThePasswordIsAskedForTwice(t *testing.T) {
	t.Parallel()
	answers := func(given ...string) func(string) (string, error) {
		return func(string) (string, error) {
			if len(given) == 0 {
				return "", errors.New("the terminal is gone")
			}
			answer := given[0]
			given = given[1:]
			return answer, nil
		}
	}
	var flags adminFlags
	if got, err := flags.password(answers("a", "a")); got != "a" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for _, given := range [][]string{{"a", "b"}, {"a"}, {}} {
		if got, err := flags.password(answers(given...)); err == nil || got != "" {
			t.Errorf("%q: %q, %v", given, got, err)
		}
	}
}
