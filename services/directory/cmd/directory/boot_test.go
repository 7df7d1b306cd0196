package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
	"muster/libs/service"
	"muster/libs/service/servicetest"
	"muster/libs/testkit/kafkatest"
	"muster/services/directory/internal/adapter/httpapi/httpapitest"
	"muster/services/directory/internal/adapter/smtp/smtptest"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

// system is directory as it runs in production, with a clock of the test's and the test in the place of all others.
type system struct {
	*servicetest.Replica
	issuer   *servicetest.Issuer
	identity *httpapitest.Identity
	mail     *smtptest.Server
	clock    *directorytest.Clock
	prefix   string // of topics

	environment map[string]string
}

// boot starts a service of its own. It stops when the test ends.
func boot(t *testing.T) *system {
	t.Helper()
	s := &system{
		issuer: servicetest.NewIssuer(t), identity: httpapitest.NewIdentity(t), mail: smtptest.New(t), clock: directorytest.NewClock(), prefix: kafkatest.Prefix(t),
	}
	kafkatest.CreateTopics(t, s.prefix, contracts.Topics(contracts.TopicAccount, contracts.TopicAccountEvents, contracts.TopicSubscription)...)
	s.environment = servicetest.Environment(t, directory.Name, s.prefix, s.issuer.URL, blueprint.Migrations...)
	s.environment["DIRECTORY_PUBLIC_URL"] = "https://app.example.com"
	s.environment["DIRECTORY_THUNDER_URL"] = "http://api.example.com"
	s.environment["DIRECTORY_IDENTITY_INTERNAL_URL"] = s.identity.URL
	s.environment["DIRECTORY_SMTP_URL"] = s.mail.URL
	s.start(t)
	return s
}

// start assembles and runs the service as main does, and waits until it is ready.
func (s *system) start(t *testing.T) {
	t.Helper()
	config, err := blueprint.Read(s.environment)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	s.Replica = servicetest.Start(t, blueprint, config, service.Surroundings{Log: log, Now: s.clock.Now})
	s.AwaitReady()
}

// call sends a request as a user (0 is nobody) and gives status, headers and body.
func (s *system) call(t *testing.T, as int64, method, path, body string) (int, http.Header, string) {
	t.Helper()
	r := s.Request(t, method, path, body)
	if as != 0 {
		s.issuer.SignIn(t, r, as)
	}
	if strings.HasPrefix(path, "/internal/") {
		servicetest.AsService(t, r, directory.Name)
	}
	a := servicetest.Do(t, r)
	return a.Status, a.Header, string(a.Body)
}

// expect calls and insists on a status; it gives the body's JSON.
func (s *system) expect(t *testing.T, status int, as int64, method, path, body string) map[string]any {
	t.Helper()
	got, _, content := s.call(t, as, method, path, body)
	if got != status {
		t.Fatalf("%s %s: %d %s, want %d", method, path, got, content, status)
	}
	var answer map[string]any
	if content != "" {
		if err := json.Unmarshal([]byte(content), &answer); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, content)
		}
	}
	return answer
}

// publish is what identity and billing do.
func (s *system) publish(t *testing.T, payloads ...contracts.Payload) {
	t.Helper()
	kafkatest.Publish(t, s.prefix, "test", payloads...)
}

// state waits until directory has published a state of the user at which the condition holds.
func (s *system) state(t *testing.T, id int64, what string, holds func(directoryv1.User) bool) directoryv1.User {
	t.Helper()
	var last directoryv1.User
	records := kafkatest.Await(t, s.prefix+contracts.TopicUser, 1)
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		for _, m := range records {
			if string(m.Key) != strconv.FormatInt(id, 10) || m.Value == nil { // a tombstone is no state
				continue
			}
			if err := json.Unmarshal(m.Value, &last); err != nil {
				t.Fatal(err)
			}
			if holds(last) {
				return last
			}
		}
		t.Logf("user %d is not %s yet; last state %+v", id, what, last)
		records = kafkatest.Await(t, s.prefix+contracts.TopicUser, len(records)+1)
	}
	t.Fatalf("user %d never was %s", id, what)
	return last
}

// patience is how long a test waits for what has to come.
const patience = 20 * time.Second
