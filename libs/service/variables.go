package service

import (
	"net/url"
	"reflect"
	"slices"
	"strings"

	"muster/libs/pg"
)

// Variable is an environment variable that a service reads.
type Variable struct {
	Name     string
	Required bool
	// Secret is empty for a variable that holds no secret. Otherwise it says where the secret is: "value" (all of it),
	// "url" (the password of a URL), "database" (the password of a PostgreSQL URL), or "pair" (what follows the first colon).
	Secret string
}

// Variables lists the variables of the blueprint's settings, in the order of their declaration.
func (b Blueprint[S]) Variables() []Variable {
	s := b.Settings()
	p := problemsOf(b.Name, s)
	var all []Variable
	eachVariable(reflect.ValueOf(s).Elem(), "", func(v Variable, _ reflect.Value) {
		v.Name = p.variable(v.Name)
		all = append(all, v)
	})
	return all
}

// eachVariable calls visit for each field with a variable. The names have no prefix of a service.
func eachVariable(settings reflect.Value, prefix string, visit func(Variable, reflect.Value)) {
	for i := range settings.NumField() {
		field := settings.Type().Field(i)
		tag, is := field.Tag.Lookup("env")
		if is {
			name, options, _ := strings.Cut(tag, ",")
			required := slices.Contains(strings.Split(options, ","), "required")
			visit(Variable{Name: prefix + name, Required: required, Secret: field.Tag.Get("secret")}, settings.Field(i))
		} else if field.Type.Kind() == reflect.Struct && (field.Anonymous || field.Tag.Get("envPrefix") != "") {
			eachVariable(settings.Field(i), prefix+field.Tag.Get("envPrefix"), visit)
		}
	}
}

// Unknown returns the variables of the environment that begin with the service's prefix and that the service does not
// read. They are mistakes in writing, or settings of another release.
func (b Blueprint[S]) Unknown(environment map[string]string) []string {
	known := b.Variables()
	var unknown []string
	for name := range environment {
		if strings.HasPrefix(name, strings.ToUpper(b.Name)+"_") && !slices.ContainsFunc(known, func(v Variable) bool { return v.Name == name }) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return unknown
}

// Secrets that are written in this repository contain one of these words, so that they are recognized wherever they are
// copied to.
var markOfDefaults = []string{"development", "docker-compose", "change-me", "changeme", "muster-admin-demo"}

// commonDefaults are secrets that anybody tries first, and the credentials of the Stripe fake.
var commonDefaults = []string{"muster", "postgres", "password", "secret", "admin", "application", "sk_test_muster"}

// known reports whether a secret is a default that everybody knows.
func known(secret string) bool {
	secret = strings.ToLower(secret)
	return slices.Contains(commonDefaults, secret) || slices.ContainsFunc(markOfDefaults, func(mark string) bool { return strings.Contains(secret, mark) })
}

// ownSecrets requires that no secret is a known default, and that databases have a password or a client certificate.
func (p *Problems) ownSecrets(s Configurable) {
	eachVariable(reflect.ValueOf(s).Elem(), "", func(v Variable, field reflect.Value) {
		values, isList := field.Interface().([]string)
		if v.Secret == "" || field.IsZero() {
			return
		}
		if !isList {
			values = []string{field.String()}
		}
		for _, value := range values {
			secret, ok := secretOf(v.Secret, value)
			p.Need(ok, v.Name, "must have a password, or a client certificate, unless "+p.prefix+"ENV is development")
			p.Need(!known(secret), v.Name, "holds a secret that everybody knows, which only a service with "+p.prefix+"ENV=development accepts")
		}
	})
}

// secretOf returns the secret in a value. It reports false if there must be one and there is none.
func secretOf(kind, value string) (secret string, ok bool) {
	switch kind {
	case "url":
		u, err := url.Parse(value)
		if err != nil {
			return "", true // The check of the variable reports it.
		}
		secret, _ = u.User.Password()
		return secret, true
	case "database":
		if u, err := url.Parse(value); err == nil {
			if secret, _ = u.User.Password(); secret != "" {
				return secret, true
			}
		}
		config, err := pg.ConnConfig(value, nil)
		if err != nil {
			return "", true // Opening the database reports it.
		}
		certificate := config.TLSConfig != nil && (len(config.TLSConfig.Certificates) > 0 || config.TLSConfig.GetClientCertificate != nil)
		return config.Password, config.Password != "" || certificate
	case "pair":
		_, secret, _ = strings.Cut(value, ":")
		return secret, secret != ""
	default:
		return value, value != ""
	}
}
