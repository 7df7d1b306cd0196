package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"muster/libs/contracts/directoryv1"
	"muster/libs/service"
	"muster/services/directory/internal/adapter/smtp/smtptest"
)

// TestMailAsTheOperatorWantsIt goes through an encrypted server with a password, in the operator's words.
func TestMailAsTheOperatorWantsIt(t *testing.T) {
	s := boot(t)
	s.Stop()
	server := smtptest.NewWith(t, smtptest.Options{StartTLS: true, User: "muster", Password: "s3cret"})
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	s.environment["DIRECTORY_SMTP_URL"] = strings.Replace(server.URL, "smtp://", "smtp://muster@", 1) + "?tls=mandatory"
	s.environment["DIRECTORY_SMTP_CA_FILE"] = server.CAFile
	s.environment["DIRECTORY_SMTP_PASSWORD_FILE"] = write("password", "s3cret\n")
	s.environment["DIRECTORY_MAIL_SUPPORT"] = "help@example.com"
	s.environment["DIRECTORY_MAIL_TEMPLATES"] = dir
	write("registration.txt", `{{define "subject"}}Welcome{{end}}{{define "body"}}Type {{.Code}} or write to {{.Support}}.{{end}}`)
	s.start(t)
	s.publish(t, account(1, "ada@example.com"))
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	got := server.Await(t, "ada@example.com", 1)
	if !got.TLS || got.Mechanism != "PLAIN" || got.Subject != "Welcome" || !strings.Contains(got.Text, "or write to help@example.com.") {
		t.Errorf("received %+v", got)
	}
}

// TestABrokenTemplateStopsTheStart and not the first mail.
func TestABrokenTemplateStopsTheStart(t *testing.T) {
	s := boot(t)
	s.Stop()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "layout.html"), []byte("{{.Nonsense}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.environment["DIRECTORY_MAIL_TEMPLATES"] = dir
	config, err := blueprint.Read(s.environment)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := blueprint.Start(t.Context(), config, service.Surroundings{Log: slog.New(slog.DiscardHandler), Now: s.clock.Now}); err == nil || !strings.Contains(err.Error(), "layout.html") {
		t.Errorf("the start ends with %v", err)
	}
}
