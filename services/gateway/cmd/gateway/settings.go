package main

import (
	"net/netip"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // an image may have no time zones
	"unicode/utf8"

	"muster/libs/pg"
	"muster/libs/service"
	"muster/services/gateway/internal/adapter/postgres"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/livefeed"
)

// settings holds the service's environment variables, each with the prefix GATEWAY_ unless [settings.Unprefixed] names
// it. README.md documents them.
type settings struct {
	service.Settings
	ThunderSettings

	IdentityURL          string `env:"IDENTITY_URL" envDefault:"http://127.0.0.1:8081"`
	IdentityInternalURL  string `env:"IDENTITY_INTERNAL_URL" envDefault:"http://127.0.0.1:9081"`
	DirectoryURL         string `env:"DIRECTORY_URL" envDefault:"http://127.0.0.1:8082"`
	DirectoryInternalURL string `env:"DIRECTORY_INTERNAL_URL" envDefault:"http://127.0.0.1:9082"`
	BillingURL           string `env:"BILLING_URL" envDefault:"http://127.0.0.1:8083"`
	BillingInternalURL   string `env:"BILLING_INTERNAL_URL" envDefault:"http://127.0.0.1:9083"`

	UpstreamTimeout     time.Duration `env:"UPSTREAM_TIMEOUT" envDefault:"15s"`
	UpstreamConnections int           `env:"UPSTREAM_CONNECTIONS" envDefault:"256"`
	ConsistencyWait     time.Duration `env:"CONSISTENCY_WAIT" envDefault:"2s"`

	ExportPace time.Duration `env:"EXPORT_PACE" envDefault:"20s"`

	Feeds        int           `env:"FEEDS" envDefault:"100"`
	FeedsPerUser int           `env:"FEEDS_PER_USER" envDefault:"8"`
	FeedPace     time.Duration `env:"FEED_PACE" envDefault:"10s"`

	NetworkRate int `env:"NETWORK_RATE" envDefault:"200"`
	UserRate    int `env:"USER_RATE" envDefault:"50"`

	CORSOrigins    []string `env:"CORS_ORIGINS"`
	TrustedProxies []string `env:"TRUSTED_PROXIES"`

	model pg.Migrations // of the read model; tests replace it

	OrganizationID string `env:"ORGANIZATION_ID" envDefault:"1"`

	MetricsTimezone string `env:"METRICS_TIMEZONE" envDefault:"UTC"`
	MetricsCurrency string `env:"METRICS_CURRENCY" envDefault:"usd"`

	metricsZone *time.Location
}

const maxOrganizationID = 200 // the longest id of ZITADEL's API

func defaults() *settings {
	return &settings{model: postgres.Migrations, Settings: service.Settings{Addr: "127.0.0.1:8080", InternalAddr: "127.0.0.1:9080"}}
}

// Check implements service.Configurable.
func (s *settings) Check(p *service.Problems) {
	p.URL("IDENTITY_URL", s.IdentityURL)
	p.URL("IDENTITY_INTERNAL_URL", s.IdentityInternalURL)
	p.URL("DIRECTORY_URL", s.DirectoryURL)
	p.URL("DIRECTORY_INTERNAL_URL", s.DirectoryInternalURL)
	p.URL("BILLING_URL", s.BillingURL)
	p.URL("BILLING_INTERNAL_URL", s.BillingInternalURL)
	p.Need(s.UpstreamTimeout >= time.Second && s.UpstreamTimeout <= time.Minute, "UPSTREAM_TIMEOUT", "must be from 1s to 1m")
	p.Need(s.UpstreamConnections > 0, "UPSTREAM_CONNECTIONS", "must be at least 1")
	p.Need(s.ConsistencyWait >= 0 && s.ConsistencyWait <= 10*time.Second, "CONSISTENCY_WAIT", "must be from 0s to 10s")
	// The database ends a transaction that is idle for 30 s.
	p.Need(s.ExportPace >= time.Second && s.ExportPace <= 25*time.Second, "EXPORT_PACE", "must be from 1s to 25s")
	p.Need(s.Feeds >= 0 && s.Feeds <= 10_000, "FEEDS", "must be from 0 to 10000")
	p.Need(s.FeedsPerUser > 0, "FEEDS_PER_USER", "must be at least 1")
	p.Need(s.FeedPace >= time.Second && s.FeedPace <= 30*time.Second, "FEED_PACE", "must be from 1s to 30s")
	for name, rate := range map[string]int{"NETWORK_RATE": s.NetworkRate, "USER_RATE": s.UserRate} {
		p.Need(rate == 0 || rate >= 5 && rate <= 1_000_000, name, "must be from 5 to 1000000, or 0 for no limit")
	}
	s.CORSOrigins = p.Origins("CORS_ORIGINS", s.CORSOrigins)
	p.Need(utf8.ValidString(s.OrganizationID) && s.OrganizationID != "" && len(s.OrganizationID) <= maxOrganizationID, "ORGANIZATION_ID",
		"must be an id of at most 200 bytes")
	for _, proxy := range s.TrustedProxies {
		p.Need(isAddressOrNetwork(proxy), "TRUSTED_PROXIES", "must be IP addresses and networks such as 10.0.0.0/8")
	}
	s.checkMetrics(p)
	s.checkThunder(p)
}

// currencyCode is a currency as ISO 4217 spells it, in lower or upper case.
var currencyCode = regexp.MustCompile(`^[A-Za-z]{3}$`)

func (s *settings) checkMetrics(p *service.Problems) {
	zone, err := time.LoadLocation(s.MetricsTimezone)
	p.Need(err == nil && s.MetricsTimezone != "" && s.MetricsTimezone != "Local", "METRICS_TIMEZONE", "must be a time zone such as Europe/Berlin")
	s.metricsZone = zone
	p.Need(currencyCode.MatchString(s.MetricsCurrency), "METRICS_CURRENCY", "must be a currency such as usd")
	s.MetricsCurrency = strings.ToLower(s.MetricsCurrency)
}

// Unprefixed implements service.Unprefixed.
func (*settings) Unprefixed() []string {
	return append([]string{"ORGANIZATION_ID", "METRICS_TIMEZONE", "METRICS_CURRENCY"}, thunderVariables...)
}

func isAddressOrNetwork(text string) bool {
	_, address := netip.ParseAddr(text)
	_, network := netip.ParsePrefix(text)
	return address == nil || network == nil
}

func (s *settings) rules() gateway.Rules {
	return gateway.Rules{Patience: s.ConsistencyWait, Zone: s.metricsZone, Currency: s.MetricsCurrency}
}

func (s *settings) feedLimits() livefeed.Limits {
	return livefeed.Limits{Readers: s.Feeds, ReadersPerUser: s.FeedsPerUser}
}
