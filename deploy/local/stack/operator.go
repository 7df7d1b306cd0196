package stack

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
)

// ServiceSecret returns the service secret of the stack whose directory is in the environment.
func ServiceSecret(getenv func(string) string) (string, error) {
	var s secrets
	if err := read(getenv, "secrets.json", &s); err != nil {
		return "", err
	}
	if s.Service == "" {
		return "", errors.New("the stack on this machine has no service secret")
	}
	return s.Service, nil
}

// InternalAddr returns the URL of a service's internal listener in that stack. While the stack is not running, it is
// the service's default.
func InternalAddr(getenv func(string) string, service string) string {
	var d Description
	if err := read(getenv, "stack.json", &d); err == nil && d.Services[service].Internal != "" {
		return d.Services[service].Internal
	}
	return map[string]string{
		"gateway": "127.0.0.1:9080", "identity": "127.0.0.1:9081", "directory": "127.0.0.1:9082", "billing": "127.0.0.1:9083",
	}[service]
}

// Brokers returns the address of the broker in that stack. While the stack is not running, it is the default.
func Brokers(getenv func(string) string) string {
	var d Description
	if err := read(getenv, "stack.json", &d); err == nil && d.Kafka != "" {
		return d.Kafka
	}
	return "127.0.0.1:9092"
}

// read reads a file of the stack's directory.
func read(getenv func(string) string, name string, into any) error {
	dir := getenv("MUSTER_DIR")
	if dir == "" {
		dir = ".muster"
	}
	if !filepath.IsAbs(dir) {
		root := getenv("MUSTER_ROOT")
		if root == "" {
			var err error
			if root, err = findRoot(); err != nil {
				return err
			}
		}
		dir = filepath.Join(root, dir)
	}
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
