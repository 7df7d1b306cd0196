// Package brokers says how a service reaches Kafka: encrypted or not, and as whom. The outbox, the inbox and operators'
// commands connect with what it makes of the settings.
package brokers

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"
)

// The SASL mechanisms.
const (
	Plain       = "PLAIN"
	ScramSHA256 = "SCRAM-SHA-256"
	ScramSHA512 = "SCRAM-SHA-512"
)

// Mechanisms are the SASL mechanisms that services know.
var Mechanisms = []string{Plain, ScramSHA256, ScramSHA512}

// Settings are those of a connection. The names of their variables begin with KAFKA_.
type Settings struct {
	TLS      bool   `env:"TLS"`
	CA       string `env:"TLS_CA"`   // file with the certificates of authorities, in PEM
	Cert     string `env:"TLS_CERT"` // file with the client's certificate, in PEM
	Key      string `env:"TLS_KEY"`  // file with its key, in PEM
	SASL     string `env:"SASL"`     // one of [Mechanisms]
	User     string `env:"USER"`
	Password string `env:"PASSWORD" secret:"value"`
}

// Access is how to connect. The zero value connects without encryption and as nobody.
type Access struct {
	TLS  *tls.Config    // nil means without encryption
	SASL sasl.Mechanism // nil means as nobody
}

// Problem is a setting that is wrong, by the name of its variable.
type Problem struct{ Variable, Text string }

// Access reads the files that the settings name. The problems are empty if the settings can be used. None of their texts has a
// secret.
func (s Settings) Access() (Access, []Problem) {
	problems := s.contradictions()
	if len(problems) > 0 {
		return Access{}, problems
	}
	var a Access
	if s.TLS {
		a.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if s.CA != "" {
		authorities, err := readAuthorities(s.CA)
		if err != nil {
			problems = append(problems, Problem{"KAFKA_TLS_CA", err.Error()})
		}
		a.TLS.RootCAs = authorities
	}
	if s.Cert != "" {
		pair, err := tls.LoadX509KeyPair(s.Cert, s.Key)
		if err != nil {
			problems = append(problems, Problem{"KAFKA_TLS_CERT", "and KAFKA_TLS_KEY are no certificate with its key: " + err.Error()})
		}
		a.TLS.Certificates = []tls.Certificate{pair}
	}
	if s.SASL != "" {
		mechanism, err := s.mechanism()
		if err != nil {
			problems = append(problems, Problem{"KAFKA_USER", "and KAFKA_PASSWORD cannot be used: " + err.Error()})
		}
		a.SASL = mechanism
	}
	if len(problems) > 0 {
		return Access{}, problems
	}
	return a, nil
}

// contradictions returns the settings that do not go together.
func (s Settings) contradictions() (found []Problem) {
	need := func(ok bool, variable, text string) {
		if !ok {
			found = append(found, Problem{variable, text})
		}
	}
	need(s.TLS || s.CA == "", "KAFKA_TLS_CA", "needs KAFKA_TLS=true, or it protects nothing")
	need(s.TLS || s.Cert == "" && s.Key == "", "KAFKA_TLS_CERT", "needs KAFKA_TLS=true, or no broker sees it")
	need((s.Cert == "") == (s.Key == ""), "KAFKA_TLS_KEY", "and KAFKA_TLS_CERT need each other")
	need(s.SASL == "" || slices.Contains(Mechanisms, s.SASL), "KAFKA_SASL", "must be "+strings.Join(Mechanisms, ", ")+", or empty")
	need(s.SASL == "" || s.User != "" && s.Password != "", "KAFKA_SASL", "needs KAFKA_USER and KAFKA_PASSWORD")
	need(s.SASL != "" || s.User == "" && s.Password == "", "KAFKA_USER", "and KAFKA_PASSWORD need KAFKA_SASL, or nobody signs in with them")
	need(s.SASL != Plain || s.TLS, "KAFKA_SASL", "PLAIN needs KAFKA_TLS=true, or the password can be read on the network")
	return found
}

func (s Settings) mechanism() (sasl.Mechanism, error) {
	switch s.SASL {
	case Plain:
		return plain.Mechanism{Username: s.User, Password: s.Password}, nil
	case ScramSHA256:
		return scram.Mechanism(scram.SHA256, s.User, s.Password)
	default:
		return scram.Mechanism(scram.SHA512, s.User, s.Password)
	}
}

func readAuthorities(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, errors.New("has no certificate in PEM")
	}
	return pool, nil
}
