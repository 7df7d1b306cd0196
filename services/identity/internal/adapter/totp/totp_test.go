package totp_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	outside "github.com/pquerna/otp/totp"

	"muster/services/identity/internal/adapter/totp"
)

func TestCodesOfAuthenticatorApps(t *testing.T) {
	p, err := totp.New(strings.Repeat("k", 32), "Muster")
	if err != nil {
		t.Fatal(err)
	}
	sealed, secret, uri, err := p.NewSecret("f-1", "ada@example.com")
	if err != nil || len(secret) != 32 || strings.Contains(string(sealed), secret) {
		t.Fatalf("%d characters, %v", len(secret), err)
	}
	parsed, err := url.Parse(uri)
	if err != nil || parsed.Scheme != "otpauth" || parsed.Path != "/Muster:ada@example.com" || parsed.Query().Get("secret") != secret {
		t.Errorf("%s, %v", uri, err)
	}
	now := time.Date(2026, 3, 14, 12, 0, 15, 0, time.UTC)
	for offset, want := range map[time.Duration]int64{0: 0, -30 * time.Second: -1, 30 * time.Second: 1, -time.Minute: -99, time.Minute: -99} {
		code, err := outside.GenerateCode(secret, now.Add(offset))
		if err != nil {
			t.Fatal(err)
		}
		step, err := p.Match("f-1", sealed, code, now)
		if want == -99 {
			want = -now.Unix() / 30
		}
		if err != nil || step != now.Unix()/30+want {
			t.Errorf("%s: step %d, %v", offset, step, err)
		}
	}
	for _, code := range []string{"", "12345", "1234567", "abcdef"} {
		if step, err := p.Match("f-1", sealed, code, now); step != 0 || err != nil {
			t.Errorf("%q: %d, %v", code, step, err)
		}
	}
}

func TestSecretsAreBoundToTheirFactorAndInstallation(t *testing.T) {
	p, err := totp.New(strings.Repeat("k", 32), "Muster")
	if err != nil {
		t.Fatal(err)
	}
	sealed, _, _, err := p.NewSecret("f-1", "ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	other, err := totp.New(strings.Repeat("x", 32), "Muster")
	if err != nil {
		t.Fatal(err)
	}
	for name, match := range map[string]func() error{
		"another factor":       func() error { _, err := p.Match("f-2", sealed, "123456", time.Now()); return err },
		"another installation": func() error { _, err := other.Match("f-1", sealed, "123456", time.Now()); return err },
		"damaged":              func() error { _, err := p.Match("f-1", sealed[:5], "123456", time.Now()); return err },
	} {
		if match() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
