package stack

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"muster/libs/web/origin"
)

// The demo users' addresses and passwords. They are public, which is acceptable on 127.0.0.1 only.
const (
	AdminEmail         = "admin@muster.local"
	AdminPassword      = "muster-admin-demo"
	SubscriberEmail    = "subscriber@muster.local"
	SubscriberPassword = "muster-subscriber-demo"
)

// demoApplications is the application of Thunder's clients, with a secret that is public, too.
const demoApplications = "application:secret"

// loopbackOrigins are origins on this machine with any port, because a frontend's development server may use any.
const loopbackOrigins = "http://localhost:*,http://127.0.0.1:*,http://[::1]:*"

// Settings configure a stack. Each has a flag and an environment variable; see [ParseSettings] for names and defaults.
type Settings struct {
	Root  string // the repository
	Dir   string // the directory of all files
	Fresh bool   // delete all data first
	Seed  bool   // create demo data
	Users int    // how many demo users

	// Listening addresses (host:port); port 0 chooses a free one.
	Gateway, Identity, Directory, Billing                                 string
	GatewayInternal, IdentityInternal, DirectoryInternal, BillingInternal string
	SMTP, Mail, Stripe, Providers, Control                                string
	PostgresPort, KafkaPort                                               int

	PublicURL   string // the frontend's address, for links in mails and after payments
	CORSOrigins string // the frontend's origins, comma separated
	MailFrom    string
	// ThunderApplications are the applications of Thunder's clients: name:secret, comma separated.
	ThunderApplications string
	LogLevel            string
	FastGroups          bool   // consumer groups may have short session timeouts, for crash tests
	BuildFlags          string // for go build, separated by spaces
	PGBin               string // PostgreSQL's programs
	PGMirror            string // the mirror for downloading them
	Kafka               string // the local broker: "embedded", "apache" or, for three of these, "apache-cluster"
	Networks            bool   // the services reach PostgreSQL and Apache Kafka through proxies that a test can disturb

	// External servers; a local one is started for each that is empty.
	PostgresURL         string // missing databases are created
	KafkaBrokers        string
	KafkaTopicPrefix    string
	KafkaReplication    int
	SMTPURL             string
	StripeSecretKey     string
	StripeWebhookSecret string
}

// ParseSettings reads flags and environment. Usage and flag errors go to output.
func ParseSettings(args []string, getenv func(string) string, output io.Writer) (Settings, error) {
	var s Settings
	var problems []error
	flags := flag.NewFlagSet("muster", flag.ContinueOnError)
	flags.SetOutput(output)
	text := func(to *string, name, variable, otherwise, usage string) {
		if value := getenv(variable); value != "" {
			otherwise = value
		}
		flags.StringVar(to, name, otherwise, fmt.Sprintf("%s [%s]", usage, variable))
	}
	number := func(to *int, name, variable string, otherwise int, usage string) {
		if value := getenv(variable); value != "" {
			n, err := strconv.Atoi(value)
			if err != nil || n < 0 {
				problems = append(problems, fmt.Errorf("%s is %q: set it to a number", variable, value))
			}
			otherwise = n
		}
		flags.IntVar(to, name, otherwise, fmt.Sprintf("%s [%s]", usage, variable))
	}
	boolean := func(to *bool, name, variable, usage string) {
		var otherwise bool
		if value := getenv(variable); value != "" {
			var err error
			if otherwise, err = strconv.ParseBool(value); err != nil {
				problems = append(problems, fmt.Errorf("%s is %q: set it to true or false", variable, value))
			}
		}
		flags.BoolVar(to, name, otherwise, fmt.Sprintf("%s [%s]", usage, variable))
	}
	var freePorts, noSeed bool
	boolean(&freePorts, "free-ports", "MUSTER_FREE_PORTS", "choose free ports for all addresses that are not set")
	boolean(&noSeed, "no-seed", "MUSTER_NO_SEED", "create no demo data")
	flags.BoolVar(&s.Fresh, "fresh", false, "delete the data of earlier runs first")
	boolean(&s.FastGroups, "fast-groups", "MUSTER_FAST_GROUPS", "let the local broker's consumer groups have session timeouts from 1 s, for crash tests")
	text(&s.Root, "root", "MUSTER_ROOT", "", "the repository; empty searches for go.work from here upwards")
	text(&s.Dir, "dir", "MUSTER_DIR", ".muster", "directory for data, logs and built programs, relative to the repository")
	number(&s.Users, "users", "MUSTER_USERS", 60, "number of demo users")
	text(&s.Gateway, "gateway-addr", "MUSTER_GATEWAY_ADDR", "127.0.0.1:8080", "address of the gateway, which serves the API")
	text(&s.Identity, "identity-addr", "MUSTER_IDENTITY_ADDR", "127.0.0.1:8081", "address of identity")
	text(&s.Directory, "directory-addr", "MUSTER_DIRECTORY_ADDR", "127.0.0.1:8082", "address of directory")
	text(&s.Billing, "billing-addr", "MUSTER_BILLING_ADDR", "127.0.0.1:8083", "address of billing")
	text(&s.GatewayInternal, "gateway-internal-addr", "MUSTER_GATEWAY_INTERNAL_ADDR", "127.0.0.1:9080", "address of the gateway's probes and metrics")
	text(&s.IdentityInternal, "identity-internal-addr", "MUSTER_IDENTITY_INTERNAL_ADDR", "127.0.0.1:9081", "address of identity's probes, metrics and internal routes")
	text(&s.DirectoryInternal, "directory-internal-addr", "MUSTER_DIRECTORY_INTERNAL_ADDR", "127.0.0.1:9082", "address of directory's probes, metrics and internal routes")
	text(&s.BillingInternal, "billing-internal-addr", "MUSTER_BILLING_INTERNAL_ADDR", "127.0.0.1:9083", "address of billing's probes, metrics and internal routes")
	number(&s.PostgresPort, "postgres-port", "MUSTER_POSTGRES_PORT", 15432, "port of the local PostgreSQL")
	number(&s.KafkaPort, "kafka-port", "MUSTER_KAFKA_PORT", 9092, "port of the local Kafka broker")
	text(&s.SMTP, "smtp-addr", "MUSTER_SMTP_ADDR", "127.0.0.1:1025", "address of the mail catcher's SMTP server")
	text(&s.Mail, "mail-addr", "MUSTER_MAIL_ADDR", "127.0.0.1:8025", "address of the mail catcher's page")
	text(&s.Stripe, "stripe-addr", "MUSTER_STRIPE_ADDR", "127.0.0.1:12111", "address of the Stripe fake")
	text(&s.Providers, "providers-addr", "MUSTER_PROVIDERS_ADDR", "127.0.0.1:12112", "address of the stand-in for sign-in providers")
	text(&s.Control, "control-addr", "MUSTER_CONTROL_ADDR", "127.0.0.1:0", "address of this program's control API")
	text(&s.PublicURL, "public-url", "MUSTER_PUBLIC_URL", "http://127.0.0.1:3000", "the frontend's address")
	text(&s.CORSOrigins, "cors-origins", "MUSTER_CORS_ORIGINS", loopbackOrigins, "origins of frontends, separated by commas; port * is any port of this machine")
	text(&s.MailFrom, "mail-from", "MUSTER_MAIL_FROM", "Muster <no-reply@muster.local>", "sender of mails")
	text(&s.ThunderApplications, "thunder-applications", "MUSTER_THUNDER_APPLICATIONS", demoApplications, "applications of Thunder's clients, name:secret separated by commas")
	text(&s.LogLevel, "log-level", "MUSTER_LOG_LEVEL", "info", "log level of the services")
	text(&s.BuildFlags, "build-flags", "MUSTER_BUILD_FLAGS", "", "flags for go build, such as -race")
	text(&s.PGBin, "pg-bin", "MUSTER_PG_BIN", "", "directory of PostgreSQL's programs; empty searches for them")
	text(&s.PGMirror, "pg-repository", "MUSTER_PG_REPOSITORY", "", "Maven repository to download PostgreSQL from; empty means Maven Central")
	text(&s.Kafka, "kafka", "MUSTER_KAFKA", embeddedKafka, "the local Kafka broker: "+embeddedKafka+", or "+apacheKafka+" for Apache Kafka, which needs Java 17 and, once, Maven, or "+clusterKafka+" for three brokers of it")
	boolean(&s.Networks, "networks", "MUSTER_NETWORKS", "put proxies before PostgreSQL and Apache Kafka, which tests of faults disturb")
	text(&s.PostgresURL, "postgres-url", "MUSTER_POSTGRES_URL", "", "a PostgreSQL server of your own")
	text(&s.KafkaBrokers, "kafka-brokers", "MUSTER_KAFKA_BROKERS", "", "Kafka brokers of your own")
	text(&s.KafkaTopicPrefix, "kafka-topic-prefix", "MUSTER_KAFKA_TOPIC_PREFIX", "", "prefix of the topics' names")
	number(&s.KafkaReplication, "kafka-replication", "MUSTER_KAFKA_REPLICATION", 0, "copies of each topic; 0 is one, or three in the local cluster")
	text(&s.SMTPURL, "smtp-url", "MUSTER_SMTP_URL", "", "an SMTP server of your own")
	text(&s.StripeSecretKey, "stripe-secret-key", "MUSTER_STRIPE_SECRET_KEY", "", "secret key of a Stripe account of your own")
	text(&s.StripeWebhookSecret, "stripe-webhook-secret", "MUSTER_STRIPE_WEBHOOK_SECRET", "", "secret of that account's webhook endpoint")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		problems = append(problems, fmt.Errorf("%q is not a flag: see --help", flags.Arg(0)))
	}
	s.Seed = !noSeed
	if freePorts {
		s.freePorts(given(flags, getenv))
	}
	return s, errors.Join(append(problems, s.settle()...)...)
}

// given returns which address flags were set on the command line or in the environment.
func given(flags *flag.FlagSet, getenv func(string) string) func(name, variable string) bool {
	set := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { set[f.Name] = true })
	return func(name, variable string) bool { return set[name] || getenv(variable) != "" }
}

// freePorts selects port 0 for each address that the user did not set.
func (s *Settings) freePorts(given func(name, variable string) bool) {
	for addr, names := range map[*string][2]string{
		&s.Gateway: {"gateway-addr", "MUSTER_GATEWAY_ADDR"}, &s.Identity: {"identity-addr", "MUSTER_IDENTITY_ADDR"},
		&s.Directory: {"directory-addr", "MUSTER_DIRECTORY_ADDR"}, &s.Billing: {"billing-addr", "MUSTER_BILLING_ADDR"},
		&s.GatewayInternal: {"gateway-internal-addr", "MUSTER_GATEWAY_INTERNAL_ADDR"}, &s.IdentityInternal: {"identity-internal-addr", "MUSTER_IDENTITY_INTERNAL_ADDR"},
		&s.DirectoryInternal: {"directory-internal-addr", "MUSTER_DIRECTORY_INTERNAL_ADDR"}, &s.BillingInternal: {"billing-internal-addr", "MUSTER_BILLING_INTERNAL_ADDR"},
		&s.SMTP: {"smtp-addr", "MUSTER_SMTP_ADDR"}, &s.Mail: {"mail-addr", "MUSTER_MAIL_ADDR"}, &s.Stripe: {"stripe-addr", "MUSTER_STRIPE_ADDR"},
		&s.Providers: {"providers-addr", "MUSTER_PROVIDERS_ADDR"},
	} {
		if !given(names[0], names[1]) {
			*addr = "127.0.0.1:0"
		}
	}
	if !given("postgres-port", "MUSTER_POSTGRES_PORT") {
		s.PostgresPort = 0
	}
	if !given("kafka-port", "MUSTER_KAFKA_PORT") {
		s.KafkaPort = 0
	}
}

// settle derives the remaining settings and reports inconsistent ones.
func (s *Settings) settle() (problems []error) {
	if s.Root == "" {
		root, err := findRoot()
		if err != nil {
			problems = append(problems, err)
		}
		s.Root = root
	}
	if !filepath.IsAbs(s.Dir) {
		s.Dir = filepath.Join(s.Root, s.Dir)
	}
	origins, err := origin.Parse(strings.Split(s.CORSOrigins, ","))
	if err != nil {
		problems = append(problems, fmt.Errorf("MUSTER_CORS_ORIGINS %w", err))
	}
	s.CORSOrigins = origins.String()
	if err := new(slog.Level).UnmarshalText([]byte(s.LogLevel)); err != nil {
		problems = append(problems, fmt.Errorf("MUSTER_LOG_LEVEL is %q: set it to debug, info, warn or error", s.LogLevel))
	}
	if u, err := url.Parse(s.PublicURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		problems = append(problems, fmt.Errorf("MUSTER_PUBLIC_URL is %q: set it to an address like http://127.0.0.1:3000", s.PublicURL))
	}
	if _, err := mail.ParseAddress(s.MailFrom); err != nil {
		problems = append(problems, fmt.Errorf("MUSTER_MAIL_FROM is %q: set it to a sender like Muster <no-reply@muster.local>", s.MailFrom))
	}
	if _, known := kafkaDirs[s.Kafka]; !known {
		problems = append(problems, fmt.Errorf("MUSTER_KAFKA is %q: set it to %s, %s or %s", s.Kafka, embeddedKafka, apacheKafka, clusterKafka))
	}
	if s.KafkaReplication == 0 {
		s.KafkaReplication = 1
		if s.Kafka == clusterKafka {
			s.KafkaReplication = clusterSize
		}
	}
	if s.Users < 0 {
		problems = append(problems, errors.New("--users must not be negative"))
	}
	if s.StripeSecretKey != "" && s.StripeWebhookSecret == "" {
		problems = append(problems, errors.New("MUSTER_STRIPE_SECRET_KEY needs MUSTER_STRIPE_WEBHOOK_SECRET beside it: set it to the signing secret of your webhook endpoint (whsec_…)"))
	}
	if s.Fresh && (s.PostgresURL != "" || s.KafkaBrokers != "") {
		problems = append(problems, errors.New("FRESH=1 (--fresh) does not empty servers of your own: drop the databases and delete the topics yourself, and leave it out"))
	}
	return problems
}

// findRoot searches for the repository from the working directory upwards.
func findRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("%s is not inside Muster's repository (no go.work above it): go there, or set --root", start)
		}
	}
}
