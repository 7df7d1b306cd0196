package stack

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"muster/deploy/local/supervise"
	"muster/libs/service/exitcode"
)

// readyTimeout is the time limit for all services to become ready, and stopTimeout for each to stop.
const (
	readyTimeout = 2 * time.Minute
	stopTimeout  = 15 * time.Second
)

// stripeFakeKey is the secret key for requests to the fake. It accepts any test key.
const stripeFakeKey = "sk_test_muster"

// addressOf returns the address on which a service listens.
func (s *stack) addressOf(service string) string {
	return map[string]string{
		"gateway": s.settings.Gateway, "identity": s.settings.Identity, "directory": s.settings.Directory, "billing": s.settings.Billing,
	}[service]
}

// internalAddressOf returns the address of a service's internal listener.
func (s *stack) internalAddressOf(service string) string {
	return map[string]string{
		"gateway": s.settings.GatewayInternal, "identity": s.settings.IdentityInternal,
		"directory": s.settings.DirectoryInternal, "billing": s.settings.BillingInternal,
	}[service]
}

// startServices starts all services at the same time, because their order does not matter, and waits until each is
// ready.
func (s *stack) startServices(ctx context.Context) error {
	s.console.Say("starting the services")
	supervisors := map[string]*supervise.Supervisor{}
	for i := len(services) - 1; i >= 0; i-- {
		name := services[i]
		log, err := openLog(s.logFile(name))
		if err != nil {
			return err
		}
		_ = log.Close() // the service opens it itself
		supervisor := supervise.Start(supervise.Program{
			Name: name, Path: filepath.Join(s.path("bin"), name), Env: s.environment(name), Dir: s.settings.Root,
			LogFile: s.logFile(name), ReadyURL: urlOf(s.internalAddressOf(name)) + "/readyz", FinalExit: exitcode.Settings,
		}, s.warn)
		supervisors[name] = supervisor
		s.later(func() { s.stopService(name, supervisor) })
		s.control.add(name, supervisor)
	}
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	waiting, ctx := errgroup.WithContext(ctx) // the first failure ends the wait for the others
	for name, supervisor := range supervisors {
		waiting.Go(func() error {
			err := supervisor.WaitReady(ctx)
			if err == nil || errors.Is(err, context.Canceled) {
				return err
			}
			return fmt.Errorf("the service %s does not start: fix what it reports and start again; %w%s", name, err, sourcesOf(name, err.Error()))
		})
	}
	return waiting.Wait()
}

func (s *stack) stopService(name string, supervisor *supervise.Supervisor) {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	if !supervisor.Stop(ctx) {
		s.warn(fmt.Sprintf("%s did not end within %v and was killed; its log is %s", name, stopTimeout, s.logFile(name)))
	}
}

// sources maps a service's setting to the variable of this program from which it is derived.
var sources = map[string]string{
	"KAFKA_BROKERS": "MUSTER_KAFKA_BROKERS", "KAFKA_REPLICATION": "MUSTER_KAFKA_REPLICATION", "KAFKA_TOPIC_PREFIX": "MUSTER_KAFKA_TOPIC_PREFIX",
	"POSTGRES_URL": "MUSTER_POSTGRES_URL", "PUBLIC_URL": "MUSTER_PUBLIC_URL", "LOG_LEVEL": "MUSTER_LOG_LEVEL",
	"SMTP_URL": "MUSTER_SMTP_URL", "MAIL_FROM": "MUSTER_MAIL_FROM",
	"THUNDER_APPLICATIONS": "MUSTER_THUNDER_APPLICATIONS",
	"CORS_ORIGINS":         "MUSTER_CORS_ORIGINS", "RETURN_URL_ORIGINS": "MUSTER_CORS_ORIGINS",
	"STRIPE_SECRET_KEY": "MUSTER_STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRETS": "MUSTER_STRIPE_WEBHOOK_SECRET",
}

var settingName = regexp.MustCompile(`\b[A-Z]+_[A-Z_]+\b`)

// sourcesOf returns a line for each of this program's variables that feed the service settings named in a text.
func sourcesOf(service, text string) (lines string) {
	prefix := strings.ToUpper(service) + "_"
	named := settingName.FindAllString(text, -1)
	slices.Sort(named)
	for _, name := range slices.Compact(named) {
		source := sources[strings.TrimPrefix(name, prefix)]
		if name == prefix+"ADDR" || name == prefix+"INTERNAL_ADDR" {
			source = "MUSTER_" + name
		}
		if source != "" {
			lines += fmt.Sprintf("\n%s comes from %s: set that", name, source)
		}
	}
	return lines
}

// environment returns a service's environment: this program's, then the service's settings with its prefix.
func (s *stack) environment(service string) []string {
	settings := map[string]string{
		"ENV":               "development",
		"ADDR":              s.addressOf(service),
		"INTERNAL_ADDR":     s.internalAddressOf(service),
		"POSTGRES_URL":      s.ownerURLs[service],
		"KAFKA_BROKERS":     s.description.Kafka,
		"KAFKA_REPLICATION": strconv.Itoa(s.settings.KafkaReplication),
		"PUBLIC_URL":        s.settings.PublicURL,
		"JWKS_URL":          urlOf(s.settings.Identity) + "/.well-known/jwks.json",
		"CSRF_SECRET":       s.secrets.CSRF,
		"SERVICE_SECRET":    s.secrets.Service,
		"LOG_LEVEL":         s.settings.LogLevel,
	}
	if s.settings.KafkaTopicPrefix != "" {
		settings["KAFKA_TOPIC_PREFIX"] = s.settings.KafkaTopicPrefix
	}
	if as := s.roleURLs[service]; as != "" {
		settings["POSTGRES_URL"], settings["POSTGRES_OWNER_URL"] = as, s.ownerURLs[service]
	}
	for name, value := range s.ownSettings(service) {
		settings[name] = value
	}
	environment := os.Environ()
	for name, value := range settings {
		environment = append(environment, strings.ToUpper(service)+"_"+name+"="+value)
	}
	if service == "gateway" { // these have no prefix
		environment = append(environment, "THUNDER_APPLICATIONS="+s.settings.ThunderApplications, "THUNDER_MAX_FAILURES="+manyEvents)
	}
	return environment
}

// manyEvents is the largest value of a rate limit.
const manyEvents = "1000000"

// ownSettings returns the settings that only this service has.
func (s *stack) ownSettings(service string) map[string]string {
	switch service {
	case "identity":
		settings := s.providerSettings()
		maps.Copy(settings, map[string]string{
			"KEY_SECRET":               s.secrets.Key,
			"BOOTSTRAP_ADMIN_EMAIL":    s.description.Admin.Email,
			"BOOTSTRAP_ADMIN_PASSWORD": s.description.Admin.Password,
			"API_URL":                  urlOf(s.settings.Gateway),
			"DIRECTORY_INTERNAL_URL":   urlOf(s.settings.DirectoryInternal),
			// All of a developer's users come from this machine, so limits by network would stop them.
			"REGISTRATIONS_PER_HOUR":     manyEvents,
			"REGISTRATIONS_PER_DAY":      manyEvents,
			"PROVIDER_SIGN_INS_PER_HOUR": manyEvents,
			"PASSKEY_SIGN_INS_PER_HOUR":  manyEvents,
			"RETURN_URL_ORIGINS":         s.settings.CORSOrigins,
		})
		return settings
	case "directory":
		return map[string]string{
			"SMTP_URL":              s.description.SMTP,
			"MAIL_FROM":             s.settings.MailFrom,
			"THUNDER_URL":           urlOf(s.settings.Gateway),
			"IDENTITY_INTERNAL_URL": urlOf(s.settings.IdentityInternal),
			"ATTEMPTS_PER_NETWORK":  manyEvents,
			"RESENDS_PER_NETWORK":   manyEvents,
		}
	case "billing":
		return s.stripeSettings()
	case "gateway":
		return map[string]string{
			"IDENTITY_URL":           urlOf(s.settings.Identity),
			"IDENTITY_INTERNAL_URL":  urlOf(s.settings.IdentityInternal),
			"DIRECTORY_URL":          urlOf(s.settings.Directory),
			"DIRECTORY_INTERNAL_URL": urlOf(s.settings.DirectoryInternal),
			"BILLING_URL":            urlOf(s.settings.Billing),
			"BILLING_INTERNAL_URL":   urlOf(s.settings.BillingInternal),
			"CORS_ORIGINS":           s.settings.CORSOrigins,
			"NETWORK_RATE":           "0",
			"USER_RATE":              "0",
		}
	}
	return nil
}

func (s *stack) stripeSettings() map[string]string {
	settings := map[string]string{
		"STRIPE_SECRET_KEY":      stripeFakeKey,
		"STRIPE_API_URL":         s.description.Stripe,
		"STRIPE_WEBHOOK_SECRETS": s.secrets.StripeWebhook,
		"RETURN_URL_ORIGINS":     s.settings.CORSOrigins,
	}
	if s.settings.StripeSecretKey != "" {
		settings["STRIPE_SECRET_KEY"] = s.settings.StripeSecretKey
		settings["STRIPE_WEBHOOK_SECRETS"] = s.settings.StripeWebhookSecret
		delete(settings, "STRIPE_API_URL")
	}
	return settings
}
