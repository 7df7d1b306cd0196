package service

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"muster/libs/brokers"
	"muster/libs/web/origin"
)

// Settings are common to all services. A service embeds them in a struct with its own settings. A pointer to that
// struct is [Configurable]. The names of all variables begin with the service's name: IDENTITY_ADDR.
type Settings struct {
	Environment      string           `env:"ENV" envDefault:"production"`
	Addr             string           `env:"ADDR"`
	InternalAddr     string           `env:"INTERNAL_ADDR"`
	PostgresURL      string           `env:"POSTGRES_URL,required,notEmpty" secret:"database"`
	PostgresOwnerURL string           `env:"POSTGRES_OWNER_URL" secret:"database"`
	AwaitMigration   bool             `env:"AWAIT_MIGRATION"`
	KafkaBrokers     []string         `env:"KAFKA_BROKERS,required,notEmpty"`
	KafkaTopicPrefix string           `env:"KAFKA_TOPIC_PREFIX"`
	KafkaReplication int              `env:"KAFKA_REPLICATION" envDefault:"1"`
	Kafka            brokers.Settings `envPrefix:"KAFKA_"`
	JWKSURL          string           `env:"JWKS_URL" envDefault:"http://127.0.0.1:8081/.well-known/jwks.json"`
	CSRFSecret       string           `env:"CSRF_SECRET,required,notEmpty" secret:"value"`
	ServiceSecret    string           `env:"SERVICE_SECRET,required,notEmpty" secret:"value"`
	LogLevel         slog.Level       `env:"LOG_LEVEL" envDefault:"INFO"`
	StopDelay        time.Duration    `env:"STOP_DELAY"`

	access brokers.Access // made of Kafka when it is checked
}

// Configurable is a pointer to a struct that embeds [Settings].
type Configurable interface {
	// Check checks the service's own settings. The shell checks those of [Settings].
	Check(p *Problems)
	common() *Settings
}

// Unprefixed is implemented by settings some of whose variables have names without the service's prefix, because those
// names are part of a contract.
type Unprefixed interface {
	// Unprefixed returns these names.
	Unprefixed() []string
}

func (s *Settings) common() *Settings { return s }

// KafkaAccess returns how to connect to the brokers, once the settings are checked.
func (s *Settings) KafkaAccess() brokers.Access { return s.access }

// Check is for services without settings of their own.
func (s *Settings) Check(*Problems) {}

// Production reports whether the service is in production.
func (s *Settings) Production() bool { return s.Environment == production }

// longestDelay is the longest time for which a service that stops may go on answering.
const longestDelay = time.Minute

const (
	development = "development"
	production  = "production"
)

func (s *Settings) check(p *Problems) {
	p.Need(s.Environment == development || s.Environment == production, "ENV", "must be development or production")
	p.Need(s.Addr != "", "ADDR", "must be an address such as 127.0.0.1:8080")
	p.Need(s.InternalAddr != "" && s.InternalAddr != s.Addr || anyPort(s.Addr), "INTERNAL_ADDR", "must be an address of its own such as 127.0.0.1:9080")
	p.Need(!slices.Contains(s.KafkaBrokers, ""), "KAFKA_BROKERS", "must name brokers, with a comma between two")
	p.Need(s.StopDelay >= 0 && s.StopDelay <= longestDelay, "STOP_DELAY", "must be from 0s to "+longestDelay.String())
	p.Need(s.KafkaReplication > 0, "KAFKA_REPLICATION", "must be at least 1")
	access, problems := s.Kafka.Access()
	for _, problem := range problems {
		p.Need(false, problem.Variable, problem.Text)
	}
	s.access = access
	p.Postgres("POSTGRES_URL", s.PostgresURL)
	p.Postgres("POSTGRES_OWNER_URL", s.PostgresOwnerURL)
	p.URL("JWKS_URL", s.JWKSURL)
	p.Secret("CSRF_SECRET", s.CSRFSecret)
	p.Secret("SERVICE_SECRET", s.ServiceSecret)
}

// anyPort reports whether the system chooses the port of an address.
func anyPort(addr string) bool { return strings.HasSuffix(addr, ":0") }

// Read fills s from the environment of the named service and checks it. The initial values of s are the defaults. The
// error has one line for each missing or wrong variable.
func Read(name string, s Configurable, environment map[string]string) error {
	p := problemsOf(name, s)
	err := env.ParseWithOptions(s, env.Options{
		Prefix: p.prefix, Environment: p.prefixed(environment), FuncMap: map[reflect.Type]env.ParserFunc{reflect.TypeFor[[]string](): splitList},
	})
	p.unreadable(s, err)
	s.common().check(p)
	s.Check(p)
	if s.common().Production() {
		p.ownSecrets(s)
	}
	return errors.Join(p.all...)
}

// problemsOf returns no problems of the settings of the named service.
func problemsOf(name string, s Configurable) *Problems {
	p := &Problems{prefix: strings.ToUpper(name) + "_", noted: map[string]bool{}}
	if u, ok := s.(Unprefixed); ok {
		p.unprefixed = u.Unprefixed()
	}
	return p
}

// splitList splits a list at its commas and trims spaces.
func splitList(text string) (any, error) {
	list := strings.Split(text, ",")
	for i, value := range list {
		list[i] = strings.TrimSpace(value)
	}
	return list, nil
}

// Problems collects the problems with settings, at most one per variable.
type Problems struct {
	prefix     string
	unprefixed []string // the variables without the prefix
	noted      map[string]bool
	all        []error
}

// prefixed returns the environment with the prefix before the names of all variables of the service.
func (p *Problems) prefixed(environment map[string]string) map[string]string {
	environment = maps.Clone(environment)
	for _, name := range p.unprefixed {
		delete(environment, p.prefix+name)
		if value, ok := environment[name]; ok {
			environment[p.prefix+name] = value
		}
	}
	return environment
}

// variable returns the full name of a variable.
func (p *Problems) variable(name string) string {
	if slices.Contains(p.unprefixed, name) {
		return name
	}
	return p.prefix + name
}

// Need adds a problem unless ok. name is the variable without the service's prefix. message follows the full name:
// "must be positive". It must not reveal a secret.
func (p *Problems) Need(ok bool, name, message string) {
	if !ok && !p.noted[name] {
		p.noted[name] = true
		p.all = append(p.all, fmt.Errorf("%s %s", p.variable(name), message))
	}
}

// Wrong adds the error of a variable, unless it is nil.
func (p *Problems) Wrong(err error, name string) {
	p.Need(err == nil, name, fmt.Sprintf("is wrong: %v", err))
}

// URL requires an absolute http or https URL.
func (p *Problems) URL(name, value string) {
	u, err := url.Parse(value)
	p.Need(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "", name, "must be an http or https URL")
}

// Postgres refuses a database URL that names the certificate of an authority but would accept a server without one.
func (p *Problems) Postgres(name, value string) {
	u, err := url.Parse(value)
	if err != nil { // it may be a list of key=value, and a wrong one is reported when the database is opened
		return
	}
	mode, checked := u.Query().Get("sslmode"), u.Query().Has("sslrootcert")
	p.Need(!checked || mode == "verify-ca" || mode == "verify-full", name,
		"has sslrootcert, and its sslmode does not check the server's certificate: set sslmode=verify-full")
}

// mostOfALimit is the largest value of a rate limit.
const mostOfALimit = 1_000_000

// Limit requires a rate limit: a number of events from least to a million.
func (p *Problems) Limit(name string, value, least int) {
	p.Need(value >= least && value <= mostOfALimit, name, fmt.Sprintf("must be from %d to %d", least, mostOfALimit))
}

// Origins requires origins, or patterns for this machine (see [origin.Parse]). It returns them as browsers send them.
func (p *Problems) Origins(name string, entries []string) origin.Set {
	origins, err := origin.Parse(entries)
	if err != nil {
		p.Need(false, name, err.Error())
	}
	return origins
}

// minSecret is the minimum length of a secret in bytes, the length of the hashes that it keys.
const minSecret = 32

// Secret requires at least 32 bytes.
func (p *Problems) Secret(name, value string) {
	p.Need(len(value) >= minSecret, name, "must have at least 32 bytes")
}

// unreadable adds the variables that could not be parsed.
func (p *Problems) unreadable(s Configurable, err error) {
	var all env.AggregateError
	if err == nil || !errors.As(err, &all) {
		p.all = append(p.all, errors.Join(err))
		return
	}
	for _, err := range all.Errors {
		var missing env.VarIsNotSetError
		var empty env.EmptyVarError
		var parse env.ParseError
		switch {
		case errors.As(err, &missing):
			p.Need(false, strings.TrimPrefix(missing.Key, p.prefix), "is missing")
		case errors.As(err, &empty):
			p.Need(false, strings.TrimPrefix(empty.Key, p.prefix), "is empty")
		case errors.As(err, &parse):
			p.Need(false, variable(s, parse.Name), "must be "+kindOf(parse.Type))
		default:
			p.all = append(p.all, err)
		}
	}
}

// variable returns the name of a field's variable without the prefix.
func variable(s Configurable, field string) string {
	prefix := ""
	f, found := reflect.TypeOf(s).Elem().FieldByName(field)
	if !found { // it is in the only struct with a name within the settings
		outer, _ := reflect.TypeFor[Settings]().FieldByName("Kafka")
		prefix = outer.Tag.Get("envPrefix")
		f, _ = outer.Type.FieldByName(field)
	}
	name, _, _ := strings.Cut(f.Tag.Get("env"), ",")
	return prefix + name
}

// kindOf describes the values of a type.
func kindOf(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return `a duration such as "15m"`
	case t == reflect.TypeFor[slog.Level]():
		return "debug, info, warn or error"
	case t.Kind() == reflect.Bool:
		return "true or false"
	default:
		return "a number"
	}
}
