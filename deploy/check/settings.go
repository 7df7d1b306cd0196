package check

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Services are the services, which are also the names of their Deployments and programs.
var Services = []string{"identity", "directory", "billing", "gateway"}

// Environment returns the variables of the container of a workload. Values from secrets that only a cluster knows are
// made up, each other than the next.
func Environment(objects []Object, kind, name string) (map[string]string, error) {
	environment := map[string]string{}
	workload, err := find(objects, kind, name)
	if err != nil {
		return nil, err
	}
	for _, c := range list(podOf(workload), "containers") {
		for _, source := range list(c, "envFrom") {
			values, err := valuesOf(objects, source)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", workload, err)
			}
			maps.Copy(environment, values)
		}
		for _, variable := range list(c, "env") {
			value, err := valueOf(objects, variable)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", workload, err)
			}
			environment[text(variable, "name")] = value
		}
	}
	return environment, nil
}

func find(objects []Object, kind, name string) (Object, error) {
	i := slices.IndexFunc(objects, func(o Object) bool { return o.Kind == kind && o.Name == name })
	if i < 0 {
		return Object{}, fmt.Errorf("there is no %s %s", kind, name)
	}
	return objects[i], nil
}

// valueOf returns the value of one entry of env.
func valueOf(objects []Object, variable any) (string, error) {
	secret, key := text(variable, "valueFrom.secretKeyRef.name"), text(variable, "valueFrom.secretKeyRef.key")
	if secret == "" {
		return text(variable, "value"), nil
	}
	if _, err := find(objects, "KafkaUser", secret); err == nil && key == "password" { // Strimzi makes it
		return secret + strings.Repeat("b5", 20), nil
	}
	values, err := valuesOf(objects, map[string]any{"secretRef": map[string]any{"name": secret}})
	return values[key], err
}

// valuesOf returns the variables of one entry of envFrom.
func valuesOf(objects []Object, source any) (map[string]string, error) {
	if name := text(source, "configMapRef.name"); name != "" {
		o, err := find(objects, "ConfigMap", name)
		return members(o.Fields, "data"), err
	}
	name := text(source, "secretRef.name")
	if o, err := find(objects, "Secret", name); err == nil {
		return decoded(o)
	}
	o, err := find(objects, "ExternalSecret", name)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("nothing makes the secret %s", name), err)
	}
	return fromTemplate(o), nil
}

// action is a template's action, such as {{ .password | urlquery }}.
var action = regexp.MustCompile(`\{\{ *\.(\w+)[^}]*\}\}`)

// standIns have the form that a service requires of a secret.
var standIns = map[string]string{"smtp": "smtps://mail.example.net", "stripe": "sk_live_c1f09a", "webhooks": "whsec_c1f09a"}

// fromTemplate renders the template of an ExternalSecret with stand-ins for the secrets. A value that the store is not
// asked for stays empty.
func fromTemplate(o Object) map[string]string {
	store := map[string]string{}
	for i, entry := range list(o.Fields, "spec.data") {
		key := text(entry, "secretKey")
		store[key] = fmt.Sprintf("%s-%d-%s", key, i, strings.Repeat("a4", 20))
		if standIn, has := standIns[key]; has {
			store[key] = standIn
		}
	}
	values := members(o.Fields, "spec.target.template.data")
	for name, value := range values {
		values[name] = action.ReplaceAllStringFunc(value, func(match string) string { return store[action.FindStringSubmatch(match)[1]] })
	}
	return values
}

// mounted is where the manifests mount the certificates of authorities.
const mounted = "/etc/muster/"

// SettingsProblems has the program of a service check an environment, unknown variables included. A file of certificates that
// only a cluster has is made up in dir.
func SettingsProblems(ctx context.Context, program string, environment map[string]string, dir string) []string {
	authorities, err := certificateAuthorities()
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "ca.crt"), authorities, 0o600)
	}
	if err != nil {
		return []string{err.Error()}
	}
	cmd := exec.CommandContext(ctx, program, "settings")
	cmd.Env = []string{"PATH=/nowhere"}
	for name, value := range environment {
		if strings.HasPrefix(value, mounted) && path.Base(value) == "ca.crt" {
			value = filepath.Join(dir, "ca.crt")
		}
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	output, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	return []string{fmt.Sprintf("%v: %s", err, output)}
}

// decoded returns the values of a Secret.
func decoded(o Object) (map[string]string, error) {
	values := members(o.Fields, "data")
	for name, value := range values {
		text, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", o, name, err)
		}
		values[name] = string(text)
	}
	return values, nil
}
