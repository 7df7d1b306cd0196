package brokers_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"muster/libs/brokers"
)

func TestSettingsThatDoNotGoTogetherAreRefused(t *testing.T) {
	junk := filepath.Join(t.TempDir(), "junk.pem")
	if err := os.WriteFile(junk, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	const secret = "a-secret-password"
	for _, test := range []struct {
		settings brokers.Settings
		want     string
	}{
		{brokers.Settings{CA: junk}, "KAFKA_TLS_CA needs KAFKA_TLS=true"},
		{brokers.Settings{Cert: junk, Key: junk}, "KAFKA_TLS_CERT needs KAFKA_TLS=true"},
		{brokers.Settings{TLS: true, Cert: junk}, "KAFKA_TLS_KEY and KAFKA_TLS_CERT need each other"},
		{brokers.Settings{TLS: true, Key: junk}, "KAFKA_TLS_KEY and KAFKA_TLS_CERT need each other"},
		{brokers.Settings{TLS: true, CA: junk}, "KAFKA_TLS_CA has no certificate in PEM"},
		{brokers.Settings{TLS: true, CA: junk + ".not"}, "KAFKA_TLS_CA cannot be read"},
		{brokers.Settings{TLS: true, Cert: junk, Key: junk}, "KAFKA_TLS_CERT and KAFKA_TLS_KEY are no certificate with its key"},
		{brokers.Settings{SASL: "GSSAPI", User: "u", Password: secret}, "KAFKA_SASL must be PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, or empty"},
		{brokers.Settings{SASL: brokers.ScramSHA512, User: "u"}, "KAFKA_SASL needs KAFKA_USER and KAFKA_PASSWORD"},
		{brokers.Settings{User: "u", Password: secret}, "KAFKA_USER and KAFKA_PASSWORD need KAFKA_SASL"},
		{brokers.Settings{SASL: brokers.Plain, User: "u", Password: secret}, "KAFKA_SASL PLAIN needs KAFKA_TLS=true"},
	} {
		access, problems := test.settings.Access()
		var text strings.Builder
		for _, p := range problems {
			text.WriteString(p.Variable + " " + p.Text + "\n")
		}
		if !strings.Contains(text.String(), test.want) || strings.Contains(text.String(), secret) || access.TLS != nil || access.SASL != nil {
			t.Errorf("%+v: %q, want %q", test.settings, text.String(), test.want)
		}
	}
}

func TestSettingsBecomeAccess(t *testing.T) {
	if access, problems := (brokers.Settings{}).Access(); access.TLS != nil || access.SASL != nil || len(problems) > 0 {
		t.Errorf("without settings: %+v, %v", access, problems)
	}
	for _, mechanism := range brokers.Mechanisms {
		access, problems := brokers.Settings{TLS: true, SASL: mechanism, User: "u", Password: "p"}.Access()
		if len(problems) > 0 || access.TLS == nil || access.SASL == nil || access.SASL.Name() != mechanism {
			t.Errorf("%s: %+v, %v", mechanism, access, problems)
		}
	}
}
