package origin_test

import (
	"strings"
	"testing"

	"muster/libs/web/origin"
)

func TestOriginsAllowWhatTheyNameAndNothingElse(t *testing.T) {
	origins, err := origin.Parse([]string{" https://App.example.com/ ", "", "http://intern:8080", "http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"https://app.example.com":             true,
		"https://app.example.com:443":         true,
		"https://APP.example.com/thanks?x=1":  true,
		"http://app.example.com":              false,
		"https://app.example.com:8443":        false,
		"https://app.example.com.evil.org":    false,
		"https://app.example.com@evil.org/":   false,
		"http://intern:8080":                  true,
		"http://intern:8081":                  false,
		"http://intern":                       false,
		"http://localhost":                    true,
		"http://localhost:5173":               true,
		"https://localhost:5173":              false,
		"http://localhost.evil.org:5173":      false,
		"http://127.0.0.1:3000/plans":         true,
		"http://127.0.0.1.evil.org:3000":      false,
		"http://127.0.0.2:3000":               false,
		"http://[::1]:3000":                   true,
		"http://[::2]:3000":                   false,
		"null":                                false,
		"":                                    false,
		"http://localhost:*":                  false,
		"javascript://localhost:1/%0aalert()": false,
	} {
		if got := origins.Allow(address); got != want {
			t.Errorf("%q: %t, want %t", address, got, want)
		}
	}
	if want := "https://app.example.com,http://intern:8080,http://localhost:*,http://127.0.0.1:*,http://[::1]:*"; origins.String() != want {
		t.Errorf("%s, want %s", origins, want)
	}
}

func TestABadOriginIsNamed(t *testing.T) {
	for _, bad := range []string{
		"app.example.com", "https://", "ftp://app.example.com", "https://app.example.com/path", "https://*.example.com", "https://app.example.com:*",
		"https://user@app.example.com", "http://localhost:3000:*", "*", "http://localhost:3000 http://localhost:3001", "https://app.example.com?x",
	} {
		_, err := origin.Parse([]string{"https://good.example.com", bad})
		if err == nil || !strings.Contains(err.Error(), bad) || strings.Contains(err.Error(), "good") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
