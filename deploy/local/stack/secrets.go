package stack

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// secrets are shared by the parts of a stack. They are created once and stored, so that sessions survive a restart.
type secrets struct {
	CSRF          string `json:"csrfSecret"`
	Service       string `json:"serviceSecret"`
	Key           string `json:"keySecret"`
	StripeWebhook string `json:"stripeWebhookSecret"`
	AppleKey      string `json:"appleKey"` // signs the client secrets for the stand-in of Apple
	// Database is the password of the role that identity runs as.
	Database string `json:"databasePassword"`
	// AdminPassword and SubscriberPassword start as the demo's. They can be changed in the file before the first start.
	AdminPassword      string `json:"adminPassword"`
	SubscriberPassword string `json:"subscriberPassword"`
}

// loadSecrets reads the file in dir, and generates missing secrets.
func loadSecrets(dir string) (secrets, error) {
	path := filepath.Join(dir, "secrets.json")
	var s secrets
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return s, fmt.Errorf("cannot read the secrets in %s (%w): fix the file, or start afresh with make run FRESH=1", path, err)
	}
	before := s
	apple, err := newAppleKey()
	if err != nil {
		return s, err
	}
	if s.Key == "" { // a directory from when the service secret encrypted the signing keys: they keep using it
		s.Key, s.Service = s.Service, ""
	}
	for value, otherwise := range map[*string]string{
		&s.CSRF: rand.Text() + rand.Text(), &s.Service: rand.Text() + rand.Text(), &s.Key: rand.Text() + rand.Text(),
		&s.StripeWebhook: "whsec_" + rand.Text(), &s.AppleKey: apple, &s.Database: rand.Text(),
		&s.AdminPassword: AdminPassword, &s.SubscriberPassword: SubscriberPassword,
	} {
		if *value == "" {
			*value = otherwise
		}
	}
	if s == before {
		return s, nil
	}
	return s, writeJSON(path, s, 0o600)
}

// writeJSON replaces a file atomically.
func writeJSON(path string, value any, mode os.FileMode) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return explainFile(err, path)
	}
	defer os.Remove(file.Name()) // after success it no longer exists
	_, err = file.Write(append(text, '\n'))
	err = errors.Join(err, file.Chmod(mode), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	return explainFile(err, path)
}
