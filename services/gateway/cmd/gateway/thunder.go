package main

import (
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/service"
	"muster/services/gateway/internal/adapter/thunderapi"
	"muster/services/gateway/internal/adapter/upstream"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/thunder"
)

// thunderTimeout is Thunder's operation timeout.
const thunderTimeout = 30 * time.Second

// ThunderSettings configure the façade for Thunder's clients. It is off without applications.
type ThunderSettings struct {
	Applications   []string `env:"THUNDER_APPLICATIONS" secret:"pair"`
	HeaderCheck    bool     `env:"THUNDER_PASSWORD_HEADER_CHECK" envDefault:"true"`
	Algorithm      string   `env:"THUNDER_PASSWORD_ALGORITHM" envDefault:"argon"`
	CommonMistakes bool     `env:"THUNDER_ALLOW_COMMON_MISTAKES" envDefault:"false"`
	Properties     string   `env:"THUNDER_PROPERTIES"`
	MaxFailures    int      `env:"THUNDER_MAX_FAILURES" envDefault:"100"`

	applications  thunder.Applications  // parsed
	propertyRules thunder.PropertyRules // parsed
}

// thunderVariables are the variables of ThunderSettings, whose names have no prefix.
var thunderVariables = []string{
	"THUNDER_APPLICATIONS", "THUNDER_PASSWORD_HEADER_CHECK", "THUNDER_PASSWORD_ALGORITHM", "THUNDER_ALLOW_COMMON_MISTAKES",
	"THUNDER_PROPERTIES", "THUNDER_MAX_FAILURES",
}

func (s *ThunderSettings) checkThunder(p *service.Problems) {
	var err error
	s.applications, err = thunder.ParseApplications(s.Applications)
	p.Wrong(err, "THUNDER_APPLICATIONS")
	s.propertyRules, err = thunder.ParsePropertyRules(s.Properties)
	p.Wrong(err, "THUNDER_PROPERTIES")
	switch thunder.Algorithm(s.Algorithm) {
	case thunder.Argon, thunder.BCrypt, thunder.SHA256, thunder.Simple:
	default:
		p.Need(false, "THUNDER_PASSWORD_ALGORITHM", "must be argon, bcrypt, sha256 or simple")
	}
	p.Limit("THUNDER_MAX_FAILURES", s.MaxFailures, 1)
}

func (s *ThunderSettings) rules() thunder.Rules {
	return thunder.Rules{
		Applications: s.applications, HeaderCheck: s.HeaderCheck, Algorithm: thunder.Algorithm(s.Algorithm), CommonMistakes: s.CommonMistakes,
		Properties: s.propertyRules, MaxFailures: s.MaxFailures, Timeout: thunderTimeout,
	}
}

// mountThunder serves the façade if it is configured.
func mountThunder(s *settings, sh *service.Shell, engine *gin.Engine, core *gateway.Service, throttle thunder.Throttle) error {
	if len(s.applications) == 0 {
		return nil
	}
	// A service that hangs is reported by the operation timeout, not by the upstream's.
	limits := upstream.Limits{Timeout: 2 * thunderTimeout, Connections: s.UpstreamConnections}
	identity, err := upstream.New("identity", s.IdentityInternalURL, limits, sh.Log)
	if err != nil {
		return err
	}
	directory, err := upstream.New("directory", s.DirectoryInternalURL, limits, sh.Log)
	if err != nil {
		return err
	}
	thunderapi.Mount(engine, thunderapi.Config{Logger: sh.Log, Service: thunder.New(thunder.Ports{
		Accounts: upstream.NewThunderAccounts(identity, sh.Tokens), Users: upstream.NewThunderUsers(directory, sh.Tokens),
		Effects: core, Throttle: throttle, Now: sh.Now,
	}, s.ThunderSettings.rules())})
	return nil
}
