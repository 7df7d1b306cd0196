package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"golang.org/x/term"

	"muster/libs/service"
)

// adminFlags are the flags of "identity admin create". There is none for the password: every process of the machine can
// read the arguments of another, and shells keep them.
type adminFlags struct {
	email        string
	passwordFile string
}

func (a *adminFlags) declare(flags *flag.FlagSet) {
	flags.StringVar(&a.email, "email", "", "the address that the administrator signs in with; it counts as verified")
	flags.StringVar(&a.passwordFile, "password-file", "", "a file with the password; without it, the terminal is asked")
}

// errAdminExists answers a second administrator with one address.
var errAdminExists = errors.New("an account already signs in with this address; to make its user an administrator, another one " +
	`sends PUT /api/users/:id with {"userTypeCode":"ADMI"}`)

// createAdmin is "identity admin create". It may run while the service runs, which then publishes the account.
func createAdmin(ctx context.Context, s *settings, sh *service.Shell) error {
	if s.admin.email == "" {
		return errors.New("admin create needs --email")
	}
	password, err := s.admin.password(ask)
	if err != nil {
		return fmt.Errorf("the password: %w", err)
	}
	parts, err := newParts(s, sh)
	if err != nil {
		return err
	}
	created, err := parts.core.EnsureAdministrator(ctx, s.admin.email, password)
	switch {
	case err != nil:
		return err
	case !created:
		return errAdminExists
	}
	sh.Log.InfoContext(ctx, "administrator created")
	return nil
}

// longestPasswordFile is far more than a password has, in bytes.
const longestPasswordFile = 4096

// password reads the password from the file, without the line break at its end, or asks for it twice.
func (a *adminFlags) password(ask func(question string) (string, error)) (string, error) {
	if a.passwordFile == "" {
		return askTwice(ask)
	}
	text, err := os.ReadFile(a.passwordFile)
	if err != nil {
		return "", err
	}
	if len(text) > longestPasswordFile {
		return "", fmt.Errorf("%s has more than %d bytes", a.passwordFile, longestPasswordFile)
	}
	return string(bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))), nil
}

// askTwice asks for a password that nobody sees, so a typing mistake would go unnoticed.
func askTwice(ask func(question string) (string, error)) (string, error) {
	password, err := ask("Password: ")
	if err != nil {
		return "", err
	}
	again, err := ask("Password again: ")
	if err != nil {
		return "", err
	}
	if again != password {
		return "", errors.New("the two entries differ")
	}
	return password, nil
}

// ask asks the terminal without showing what is typed.
func ask(question string) (string, error) {
	in := int(os.Stdin.Fd())
	if !term.IsTerminal(in) {
		return "", errors.New("there is no terminal to ask on: use --password-file")
	}
	fmt.Fprint(os.Stderr, question)
	answer, err := term.ReadPassword(in)
	fmt.Fprintln(os.Stderr)
	return string(answer), err
}
