package pgserver

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// accessRules is the complete pg_hba.conf: all connections need the password, over TCP and over sockets.
const accessRules = "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"

// passwordFile returns the file with the superuser's password. It is next to the data, because it belongs to this user
// and not to the account.
func (s *Server) passwordFile() string { return s.dataDir + ".password" }

// secure makes the server require a password, whatever the data directory configured before. It sets a random one if
// none is stored.
func (s *Server) secure(ctx context.Context) error {
	if err := s.writeAccessRules(); err != nil {
		return explainDisk(err, s.dataDir)
	}
	kept, err := os.ReadFile(s.passwordFile())
	if s.password = string(kept); s.password != "" {
		return explainWrite(os.Chmod(s.passwordFile(), 0o600), s.dataDir)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return explainDisk(err, s.dataDir)
	}
	s.password = rand.Text()
	if err := s.setPassword(ctx); err != nil {
		return err
	}
	// The file is written last: if a start ends before this, the next one sets another password.
	return explainWrite(os.WriteFile(s.passwordFile(), []byte(s.password), 0o600), s.dataDir)
}

// writeAccessRules replaces pg_hba.conf, which belongs to the account and stays private to it.
func (s *Server) writeAccessRules() error {
	path := filepath.Join(s.dataDir, "pg_hba.conf")
	if err := os.WriteFile(path, []byte(accessRules), 0o600); err != nil {
		return err
	}
	return errors.Join(os.Chmod(path, 0o600), s.account.own(path))
}

// setPassword uses PostgreSQL's single-user mode, which needs no authentication and does not listen.
func (s *Server) setPassword(ctx context.Context) error {
	secret, err := verifier(s.password)
	if err != nil {
		return err
	}
	args := []string{"--single", "-D", s.dataDir, "-c", "exit_on_error=on"}
	for name, value := range s.options.parameters() {
		args = append(args, "-c", name+"="+value)
	}
	cmd := exec.CommandContext(ctx, s.binaries.path("postgres"), append(args, "postgres")...)
	s.prepare(cmd)
	cmd.Stdin = strings.NewReader(fmt.Sprintf("ALTER ROLE %s PASSWORD '%s'\n", superuser, secret))
	output, err := cmd.CombinedOutput()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	default:
		return explainExit(string(output), s.dataDir)
	}
}

// iterations slow down the guessing of a password. Nobody guesses a random one of 128 bits, and each of the thousands of
// connections of a test run computes them.
const iterations = 1

// verifier returns the form of a password that PostgreSQL stores for SCRAM (RFC 5802, RFC 5803).
func verifier(password string) (string, error) {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	salted, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil {
		return "", err
	}
	keyOf := func(name string) []byte {
		mac := hmac.New(sha256.New, salted)
		mac.Write([]byte(name))
		return mac.Sum(nil)
	}
	stored := sha256.Sum256(keyOf("Client Key"))
	encode := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s", iterations, encode(salt), encode(stored[:]), encode(keyOf("Server Key"))), nil
}
