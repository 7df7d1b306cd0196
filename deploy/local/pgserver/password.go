package pgserver

import (
	"context"
	"crypto/rand"
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
	args := []string{"--single", "-D", s.dataDir, "-c", "exit_on_error=on"}
	for name, value := range s.options.parameters() {
		args = append(args, "-c", name+"="+value)
	}
	cmd := exec.CommandContext(ctx, s.binaries.path("postgres"), append(args, "postgres")...)
	s.prepare(cmd)
	cmd.Stdin = strings.NewReader(fmt.Sprintf("ALTER ROLE %s PASSWORD '%s'\n", superuser, s.password))
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
