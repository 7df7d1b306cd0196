package main

import (
	"strings"
	"time"

	"muster/libs/service"
	"muster/services/identity/internal/adapter/argon2"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

// settings are the environment variables of the service, each with the prefix IDENTITY_. README.md explains them.
type settings struct {
	service.Settings

	KeySecret string `env:"KEY_SECRET,required,notEmpty" secret:"value"`
	APIURL    string `env:"API_URL" envDefault:"http://127.0.0.1:8080"`

	DirectoryInternalURL string `env:"DIRECTORY_INTERNAL_URL" envDefault:"http://127.0.0.1:9082"`

	BootstrapAdminEmail    string `env:"BOOTSTRAP_ADMIN_EMAIL"`
	BootstrapAdminPassword string `env:"BOOTSTRAP_ADMIN_PASSWORD" secret:"value"`

	AccessTokenLife  time.Duration `env:"ACCESS_TOKEN_LIFE" envDefault:"15m"`
	RefreshTokenLife time.Duration `env:"REFRESH_TOKEN_LIFE" envDefault:"720h"`
	SessionLife      time.Duration `env:"SESSION_LIFE" envDefault:"2160h"`
	KeyRotation      time.Duration `env:"KEY_ROTATION" envDefault:"720h"`

	PasswordMinLength int `env:"PASSWORD_MIN_LENGTH" envDefault:"8"`

	LoginMaxFailures   int           `env:"LOGIN_MAX_FAILURES" envDefault:"10"`
	LoginMaxIPFailures int           `env:"LOGIN_MAX_IP_FAILURES" envDefault:"100"`
	LoginFailureWindow time.Duration `env:"LOGIN_FAILURE_WINDOW" envDefault:"15m"`

	RegistrationsPerHour int `env:"REGISTRATIONS_PER_HOUR" envDefault:"60"`
	RegistrationsPerDay  int `env:"REGISTRATIONS_PER_DAY" envDefault:"500"`

	AuditDays int `env:"AUDIT_DAYS" envDefault:"365"`

	Issuer string `env:"ISSUER_NAME" envDefault:"Muster"`

	Argon2MemoryKiB   uint32 `env:"ARGON2_MEMORY_KIB" envDefault:"19456"`
	Argon2Iterations  int    `env:"ARGON2_ITERATIONS" envDefault:"2"`
	Argon2Parallelism int    `env:"ARGON2_PARALLELISM" envDefault:"1"`

	Google                 openIDClient `envPrefix:"GOOGLE_"`
	Apple                  appleClient  `envPrefix:"APPLE_"`
	LinkedIn               openIDClient `envPrefix:"LINKEDIN_"`
	Facebook               oauthClient  `envPrefix:"FACEBOOK_"`
	X                      oauthClient  `envPrefix:"X_"`
	ReturnURLOrigins       []string     `env:"RETURN_URL_ORIGINS"`
	ProviderSignInsPerHour int          `env:"PROVIDER_SIGN_INS_PER_HOUR" envDefault:"600"`

	PublicURL             string   `env:"PUBLIC_URL" envDefault:"http://127.0.0.1:3000"`
	PasskeyRPID           string   `env:"PASSKEY_RP_ID"`
	PasskeyOrigins        []string `env:"PASSKEY_ORIGINS"`
	PasskeySignInsPerHour int      `env:"PASSKEY_SIGN_INS_PER_HOUR" envDefault:"600"`
	AdminsNeedFactor      bool     `env:"ADMINS_NEED_SECOND_FACTOR" envDefault:"false"`

	admin adminFlags // of the command

	ForeignHashMaxCost int `env:"FOREIGN_HASH_MAX_COST" envDefault:"13"`
}

func defaults() *settings {
	return &settings{Settings: service.Settings{Addr: "127.0.0.1:8081", InternalAddr: "127.0.0.1:9081"}}
}

// Check implements service.Configurable.
func (s *settings) Check(p *service.Problems) {
	p.Secret("KEY_SECRET", s.KeySecret)
	p.Need(s.KeySecret != s.ServiceSecret && s.KeySecret != s.CSRFSecret, "KEY_SECRET", "must be a secret of its own, not that of the services or of CSRF tokens")
	p.URL("API_URL", s.APIURL)
	p.URL("DIRECTORY_INTERNAL_URL", s.DirectoryInternalURL)
	p.Need((s.BootstrapAdminEmail == "") == (s.BootstrapAdminPassword == ""), "BOOTSTRAP_ADMIN_EMAIL", "and IDENTITY_BOOTSTRAP_ADMIN_PASSWORD go together")
	p.Need(s.AccessTokenLife >= time.Minute && s.AccessTokenLife <= time.Hour, "ACCESS_TOKEN_LIFE", "must be from 1m to 1h")
	p.Need(s.RefreshTokenLife > s.AccessTokenLife, "REFRESH_TOKEN_LIFE", "must be longer than IDENTITY_ACCESS_TOKEN_LIFE")
	p.Need(s.SessionLife >= s.RefreshTokenLife, "SESSION_LIFE", "must be at least IDENTITY_REFRESH_TOKEN_LIFE")
	p.Need(s.KeyRotation >= time.Hour && s.KeyRotation > s.AccessTokenLife, "KEY_ROTATION", "must be at least 1h")
	p.Need(s.PasswordMinLength >= 1 && s.PasswordMinLength <= credentials.MaxPassword, "PASSWORD_MIN_LENGTH", "must be from 1 to 128")
	p.Need(s.Issuer != "" && !strings.Contains(s.Issuer, ":") && len(s.Issuer) <= 50, "ISSUER_NAME", "must have 1 to 50 bytes and no colon")
	p.Limit("LOGIN_MAX_FAILURES", s.LoginMaxFailures, 1)
	p.Limit("LOGIN_MAX_IP_FAILURES", s.LoginMaxIPFailures, 1)
	p.Need(s.LoginFailureWindow >= time.Second && s.LoginFailureWindow <= 24*time.Hour, "LOGIN_FAILURE_WINDOW", "must be from 1s to 24h")
	p.Limit("REGISTRATIONS_PER_HOUR", s.RegistrationsPerHour, 1)
	p.Limit("REGISTRATIONS_PER_DAY", s.RegistrationsPerDay, 1)
	p.Limit("PROVIDER_SIGN_INS_PER_HOUR", s.ProviderSignInsPerHour, 1)
	s.ReturnURLOrigins = p.Origins("RETURN_URL_ORIGINS", s.ReturnURLOrigins)
	s.checkProviders(p)
	s.checkPasskeys(p)
	p.Need(s.AuditDays >= 30 && s.AuditDays <= 3660, "AUDIT_DAYS", "must be from 30 to 3660")
	// At 16 one attempt takes about as long as a client waits.
	p.Need(s.ForeignHashMaxCost >= 4 && s.ForeignHashMaxCost <= 16, "FOREIGN_HASH_MAX_COST", "must be from 4 to 16")
}

func (s *settings) rules() identity.Rules {
	return identity.Rules{
		AccessTokenLife: s.AccessTokenLife, RefreshTokenLife: s.RefreshTokenLife, SessionLife: s.SessionLife, KeyRotation: s.KeyRotation,
		Passwords:            credentials.Policy{MinLength: s.PasswordMinLength},
		Guessing:             credentials.Rules{MaxAccountFailures: s.LoginMaxFailures, MaxIPFailures: s.LoginMaxIPFailures, FailureWindow: s.LoginFailureWindow},
		RegistrationsPerHour: s.RegistrationsPerHour, RegistrationsPerDay: s.RegistrationsPerDay, AuditDays: s.AuditDays,
		ProviderSignInsPerHour: s.ProviderSignInsPerHour, PasskeySignInsPerHour: s.PasskeySignInsPerHour, AdminsNeedFactor: s.AdminsNeedFactor,
	}
}

func (s *settings) argon2() argon2.Params {
	return argon2.Params{MemoryKiB: s.Argon2MemoryKiB, Iterations: s.Argon2Iterations, Parallelism: s.Argon2Parallelism}
}
