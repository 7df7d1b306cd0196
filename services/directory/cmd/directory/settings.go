package main

import (
	"time"

	"muster/libs/service"
	"muster/services/directory/internal/adapter/smtp"
	"muster/services/directory/internal/directory"
)

// settings are the environment variables of the service, each with the prefix DIRECTORY_. README.md explains them.
type settings struct {
	service.Settings

	PublicURL           string `env:"PUBLIC_URL" envDefault:"http://127.0.0.1:3000"`
	ThunderURL          string `env:"THUNDER_URL" envDefault:"http://127.0.0.1:8080"`
	IdentityInternalURL string `env:"IDENTITY_INTERNAL_URL" envDefault:"http://127.0.0.1:9081"`

	SMTPURL          string        `env:"SMTP_URL,required,notEmpty" secret:"url"`
	SMTPPasswordFile string        `env:"SMTP_PASSWORD_FILE"`
	SMTPCAFile       string        `env:"SMTP_CA_FILE"`
	SMTPTimeout      time.Duration `env:"SMTP_TIMEOUT" envDefault:"10s"`
	MailFrom         string        `env:"MAIL_FROM" envDefault:"Muster <no-reply@muster.local>"`
	MailSupport      string        `env:"MAIL_SUPPORT"`
	MailTemplates    string        `env:"MAIL_TEMPLATES"`

	Visibility            string        `env:"VISIBILITY" envDefault:"everyone"`
	RegistrationCodeLife  time.Duration `env:"REGISTRATION_CODE_LIFETIME" envDefault:"24h"`
	PasswordResetCodeLife time.Duration `env:"PASSWORD_RESET_CODE_LIFETIME" envDefault:"1h"`
	InvitationCodeLife    time.Duration `env:"INVITATION_CODE_LIFETIME" envDefault:"168h"`
	EmailChangeCodeLife   time.Duration `env:"EMAIL_CHANGE_CODE_LIFETIME" envDefault:"15m"`

	ResendsPerHour     int `env:"RESENDS_PER_HOUR" envDefault:"10"`
	MailsPerDay        int `env:"MAILS_PER_DAY" envDefault:"20"`
	AttemptsPerNetwork int `env:"ATTEMPTS_PER_NETWORK" envDefault:"60"`
	AttemptsPerAddress int `env:"ATTEMPTS_PER_ADDRESS" envDefault:"10"`
	ResendsPerNetwork  int `env:"RESENDS_PER_NETWORK" envDefault:"60"`
}

func defaults() *settings {
	return &settings{Settings: service.Settings{Addr: "127.0.0.1:8082", InternalAddr: "127.0.0.1:9082"}}
}

const (
	visibleToEveryone = "everyone"
	visibleToAdmins   = "admins"
)

// Check implements service.Configurable.
func (s *settings) Check(p *service.Problems) {
	p.Need(s.Visibility == visibleToEveryone || s.Visibility == visibleToAdmins, "VISIBILITY", "must be everyone or admins")
	p.URL("PUBLIC_URL", s.PublicURL)
	p.URL("THUNDER_URL", s.ThunderURL)
	p.URL("IDENTITY_INTERNAL_URL", s.IdentityInternalURL)
	p.Need(s.RegistrationCodeLife >= time.Minute, "REGISTRATION_CODE_LIFETIME", "must be at least 1m")
	p.Need(s.PasswordResetCodeLife >= time.Minute, "PASSWORD_RESET_CODE_LIFETIME", "must be at least 1m")
	p.Need(s.InvitationCodeLife >= time.Minute, "INVITATION_CODE_LIFETIME", "must be at least 1m")
	p.Need(s.EmailChangeCodeLife >= time.Minute, "EMAIL_CHANGE_CODE_LIFETIME", "must be at least 1m")
	p.Limit("RESENDS_PER_HOUR", s.ResendsPerHour, 1)
	p.Limit("MAILS_PER_DAY", s.MailsPerDay, 2)
	p.Limit("ATTEMPTS_PER_NETWORK", s.AttemptsPerNetwork, 1)
	p.Limit("ATTEMPTS_PER_ADDRESS", s.AttemptsPerAddress, 1)
	p.Limit("RESENDS_PER_NETWORK", s.ResendsPerNetwork, 1)
	p.Need(s.SMTPTimeout >= time.Second && s.SMTPTimeout <= 20*time.Second, "SMTP_TIMEOUT", "must be from 1s to 20s")
}

func (s *settings) rules() directory.Rules {
	return directory.Rules{
		RegistrationCodeLife: s.RegistrationCodeLife, PasswordResetCodeLife: s.PasswordResetCodeLife,
		InvitationCodeLife: s.InvitationCodeLife, EmailChangeCodeLife: s.EmailChangeCodeLife, ResendsPerHour: s.ResendsPerHour, MailsPerDay: s.MailsPerDay,
		AttemptsPerNetwork: s.AttemptsPerNetwork, AttemptsPerAddress: s.AttemptsPerAddress, ResendsPerNetwork: s.ResendsPerNetwork,
	}
}

func (s *settings) smtp() smtp.Config {
	return smtp.Config{
		ServerURL: s.SMTPURL, PasswordFile: s.SMTPPasswordFile, CAFile: s.SMTPCAFile, Timeout: s.SMTPTimeout,
		From: s.MailFrom, Support: s.MailSupport, PublicURL: s.PublicURL, ThunderURL: s.ThunderURL, TemplateDir: s.MailTemplates,
	}
}
