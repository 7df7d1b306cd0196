package e2e_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// secret matches what logs, spans and metrics must not hold: the tests' addresses and passwords, access tokens, and mailed
// codes. All addresses of tests are at example.com.
var secret = regexp.MustCompile(`[A-Za-z0-9._+-]+(@|%40)example\.com|` + regexp.QuoteMeta(password) + `|eyJ[A-Za-z0-9_-]{20,}|(?i:bearer) [A-Za-z0-9._-]{20,}`)

// signs are in every text that secret matches, and are found much sooner.
var signs = []string{"@example.com", "%40example.com", password, "eyJ", "earer ", "EARER "}

// leaksIn returns the places of a text that hold what must not be there, with some text around each.
func leaksIn(text string) (leaks []string) {
	const around = 120
	if !slices.ContainsFunc(signs, func(sign string) bool { return strings.Contains(text, sign) }) {
		return nil
	}
	for _, at := range secret.FindAllStringIndex(text, 10) {
		leaks = append(leaks, text[max(0, at[0]-around):min(len(text), at[1]+around)])
	}
	return leaks
}

// checkPrivacy reads what all tests have left in the services' logs, metrics and spans.
func checkPrivacy(s stack) error {
	var problems []error
	complain := func(where string, leaks []string) {
		for _, leak := range leaks {
			problems = append(problems, fmt.Errorf("%s: %s", where, leak))
		}
	}
	logs, err := filepath.Glob(filepath.Join(s.Logs, "*.log"))
	if err != nil {
		return err
	}
	read := 0
	for _, file := range logs {
		service, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".log"), "-")
		if _, is := s.Services[service]; !is {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		read++
		complain(file, leaksIn(string(text)))
	}
	if read < len(s.Services) {
		return fmt.Errorf("only %d logs of services in %s: %q", read, s.Logs, logs)
	}
	for name := range s.Services {
		text, err := scrape(s, name)
		if err != nil {
			return err
		}
		complain("the metrics of "+name, leaksIn(text))
	}
	collected.Lock()
	defer collected.Unlock()
	complain("a span", collected.leaks)
	if traced && len(collected.spans) == 0 {
		problems = append(problems, errors.New("no spans were exported"))
	}
	if len(problems) > 10 {
		problems = append(problems[:10], fmt.Errorf("and %d more", len(problems)-10))
	}
	return errors.Join(problems...)
}

// scrape reads the metrics of a service.
func scrape(s stack, service string) (string, error) {
	resp, err := http.Get(s.Services[service].Internal + "/metrics")
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	return string(text), nil
}

// TestMetricsOfTheAlertsAreExported holds the list of metrics to what running services export.
func TestMetricsOfTheAlertsAreExported(t *testing.T) {
	list, err := os.ReadFile("../otel/metrics.txt")
	if err != nil {
		t.Fatal(err)
	}
	var missing []string
	eventually(t, 30*time.Second, "each metric is exported", func() bool {
		missing = strings.Fields(string(list))
		for name := range muster.Services {
			text, err := scrape(muster, name)
			if err != nil {
				t.Fatal(err)
			}
			missing = slices.DeleteFunc(missing, func(metric string) bool {
				return strings.Contains(text, "\n"+metric+"{") || strings.Contains(text, "\n"+metric+" ")
			})
		}
		t.Logf("missing: %q", missing)
		return len(missing) == 0
	})
	text, err := scrape(muster, "identity")
	if err != nil {
		t.Fatal(err)
	}
	for _, check := range []string{"database", "events", "topics", "running"} {
		if want := regexp.MustCompile(`muster_ready\{[^}]*check="` + check + `"[^}]*\} 1`); !want.MatchString(text) {
			t.Errorf("identity does not export that its check %s passes", check)
		}
	}
}

// TestLeaksAreSeen: a check that sees nothing finds nothing.
func TestLeaksAreSeen(t *testing.T) {
	for _, text := range []string{
		`{"msg":"sent","to":"ann-17@example.com"}`, "GET /api/users?filter=%7B%22email%22%3A%22ann%40example.com%22%7D", "password=" + password,
		"token eyJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ.e30.x", "Authorization: Bearer abcdefghijklmnopqrstuvwxyz",
	} {
		if len(leaksIn(text)) == 0 {
			t.Errorf("not seen: %s", text)
		}
	}
}
