package stack_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/deploy/local/process"
	"muster/deploy/local/stack"
	"muster/deploy/local/supervise"
)

func TestTheLifeOfAStack(t *testing.T) {
	ended := filepath.Join(t.TempDir(), "ended")
	t.Setenv("FAKE_ENDED", ended)
	dir := directory(t)
	first := run(t, settings(t, dir, "--users", "7"))

	t.Run("services get their settings", func(t *testing.T) { checkSettings(t, first) })
	t.Run("the console tells where everything is", func(t *testing.T) {
		for _, want := range []string{first.Gateway, first.Mail, first.Stripe, stack.AdminEmail, stack.SubscriberPassword, "demo users 7/7"} {
			if !strings.Contains(first.output.String(), want) {
				t.Errorf("no %q in:\n%s", want, first.output)
			}
		}
	})
	t.Run("a second stack in the directory is refused", func(t *testing.T) {
		err := stack.Run(t.Context(), settings(t, dir), stack.NewConsole(io.Discard), nil)
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("already runs in %s (process %d)", dir, os.Getpid())) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a killed service comes back", func(t *testing.T) { checkKill(t, first) })
	t.Run("PostgreSQL comes back", func(t *testing.T) { checkPostgres(t, first) })
	t.Run("the broker can be away", func(t *testing.T) { checkKafka(t, first) })
	t.Run("a service can have another replica", func(t *testing.T) { checkReplica(t, first) })

	if err := exec(t, first.Databases["billing"], "CREATE TABLE kept (id int)"); err != nil {
		t.Fatal(err)
	}
	first.read()
	if err := os.Remove(ended); err != nil { // the paused service has written it
		t.Fatal(err)
	}
	first.stop(t)
	if text, _ := os.ReadFile(ended); string(text) != "gateway\nbilling\ndirectory\nidentity\n" {
		t.Errorf("the services ended in the order %q", text)
	}
	if first.read() {
		t.Error("stack.json is still there")
	}
	for _, service := range first.Services {
		if process.Alive(service.PID) {
			t.Errorf("%s still runs", service.URL)
		}
	}
	if listens(first.Kafka) || exec(t, first.Postgres, "SELECT 1") == nil {
		t.Error("servers still run")
	}

	write(t, dir, map[string]string{"mail/old.eml": "", "log/old.log": ""})
	open(t, filepath.Join(dir, "mail"), filepath.Join(dir, "log"), filepath.Join(dir, "secrets.json"))
	second := run(t, settings(t, dir))
	checkPrivate(t, dir)
	if err := exec(t, second.Databases["billing"], "SELECT id FROM kept"); err != nil {
		t.Errorf("the data did not survive: %v", err)
	}
	second.stop(t)
	beside := filepath.Join(dir, "stripe.json.events-9")
	if err := os.WriteFile(beside, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	third := run(t, settings(t, dir, "--fresh"))
	if _, err := os.Stat(beside); err == nil {
		t.Error("--fresh kept data of the Stripe fake")
	}
	if err := exec(t, third.Databases["billing"], "SELECT id FROM kept"); err == nil {
		t.Error("--fresh kept the data")
	}
}

func checkSettings(t *testing.T, r *running) {
	all := map[string]map[string]string{}
	for name, service := range r.Services {
		all[name] = mustGet[map[string]string](t, service.URL+"/settings")
		s := all[name]
		if urlOf := "http://" + s["ADDR"]; urlOf != service.URL {
			t.Errorf("%s listens on %s, stack.json says %s", name, urlOf, service.URL)
		}
		if err := exec(t, s["POSTGRES_URL"], "SELECT 1"); err != nil || !strings.Contains(s["POSTGRES_URL"], "/"+name+"?") {
			t.Errorf("%s: database %s: %v", name, s["POSTGRES_URL"], err)
		}
		if s["KAFKA_BROKERS"] != r.Kafka || s["JWKS_URL"] != r.Services["identity"].URL+"/.well-known/jwks.json" || s["LOG_LEVEL"] != "info" ||
			s["PUBLIC_URL"] != "http://127.0.0.1:3000" || len(s["CSRF_SECRET"]) < 32 || len(s["SERVICE_SECRET"]) < 32 {
			t.Errorf("%s: %v", name, s)
		}
	}
	for _, name := range []string{"CSRF_SECRET", "SERVICE_SECRET"} {
		if all["gateway"][name] != all["identity"][name] || all["billing"][name] != all["directory"][name] || all["gateway"][name] != all["billing"][name] {
			t.Errorf("the services have different values of %s", name)
		}
	}
	for got, want := range map[string]string{
		all["identity"]["BOOTSTRAP_ADMIN_EMAIL"] + all["identity"]["BOOTSTRAP_ADMIN_PASSWORD"]: r.Admin.Email + r.Admin.Password,
		all["identity"]["INTERNAL_ADDR"]:          strings.TrimPrefix(r.Services["identity"].Internal, "http://"),
		all["directory"]["IDENTITY_INTERNAL_URL"]: r.Services["identity"].Internal,
		all["identity"]["DIRECTORY_INTERNAL_URL"]: r.Services["directory"].Internal,
		all["gateway"]["BILLING_INTERNAL_URL"]:    r.Services["billing"].Internal,
		all["gateway"]["DIRECTORY_INTERNAL_URL"]:  r.Services["directory"].Internal,
		all["directory"]["SMTP_URL"]:              r.SMTP,
		all["billing"]["STRIPE_API_URL"]:          r.Stripe,
		all["billing"]["STRIPE_SECRET_KEY"]:       "sk_test_muster",
		all["gateway"]["BILLING_URL"]:             r.Services["billing"].URL,
		all["gateway"]["CORS_ORIGINS"]:            "http://localhost:*,http://127.0.0.1:*,http://[::1]:*",
		all["billing"]["RETURN_URL_ORIGINS"]:      "http://localhost:*,http://127.0.0.1:*,http://[::1]:*",
		all["gateway"]["IDENTITY_URL"]:            r.Services["identity"].URL,
	} {
		if got != want {
			t.Errorf("a setting is %q, want %q", got, want)
		}
	}
	if key := all["identity"]["KEY_SECRET"]; len(key) < 32 || key == all["identity"]["SERVICE_SECRET"] || key == all["identity"]["CSRF_SECRET"] {
		t.Error("the signing keys have no secret of their own")
	}
	atStack := func(name string) string { return map[string]string{"MUSTER_DIR": r.dir}[name] }
	if secret, err := stack.ServiceSecret(atStack); err != nil || secret != all["identity"]["SERVICE_SECRET"] {
		t.Errorf("operators find another service secret: %v", err)
	}
	if addr := stack.InternalAddr(atStack, "billing"); addr != r.Services["billing"].Internal {
		t.Errorf("operators look for billing at %s", addr)
	}
	if !strings.HasPrefix(all["billing"]["STRIPE_WEBHOOK_SECRETS"], "whsec_") {
		t.Errorf("the webhook secret is %q", all["billing"]["STRIPE_WEBHOOK_SECRETS"])
	}
	if info, err := os.Stat(filepath.Join(r.dir, "secrets.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("secrets.json: %v, %v", info, err)
	}
}

// open makes files and directories readable by everybody, as earlier versions of this program did.
func open(t *testing.T, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// checkPrivate checks that only the owner may read anything; the account that runs PostgreSQL may traverse directories.
func checkPrivate(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		allowed := os.FileMode(0o700)
		if path == dir {
			allowed = 0o710
		}
		if info.Mode()&os.ModeSymlink == 0 && info.Mode().Perm()&^allowed != 0 {
			t.Errorf("%s is %v", path, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func checkKill(t *testing.T, r *running) {
	before := r.Services["directory"]
	post(t, r.Control+"/services/directory/kill")
	await(t, func() bool {
		r.read()
		now := r.Services["directory"]
		_, err := get[map[string]string](t, now.URL+"/settings")
		return now.PID != before.PID && now.PID != 0 && err == nil
	})
	if process.Alive(before.PID) {
		t.Error("the killed service lives")
	}
	statuses := mustGet[map[string]supervise.Status](t, r.Control+"/services")
	if statuses["directory"].Restarts != 1 || statuses["gateway"].Restarts != 0 || len(statuses) != 6 {
		t.Errorf("statuses %+v", statuses)
	}
	post(t, r.Control+"/services/billing/pause")
	if listens(strings.TrimPrefix(r.Services["billing"].URL, "http://")) {
		t.Error("a paused service answers")
	}
	post(t, r.Control+"/services/billing/resume")
	await(t, func() bool { return listens(strings.TrimPrefix(r.Services["billing"].URL, "http://")) })
	if response, err := http.Post(r.Control+"/services/nothing/kill", "", nil); err != nil || response.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown part: %v, %v", response, err)
	}
}

func checkReplica(t *testing.T, r *running) {
	for n, want := range []string{"gateway-2", "gateway-3"} {
		response, err := http.Post(r.Control+"/services/gateway/replicate", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var replica stack.Replica
		if err := json.NewDecoder(response.Body).Decode(&replica); err != nil || response.StatusCode != http.StatusOK || replica.Name != want || !process.Alive(replica.PID) {
			t.Fatalf("replica %d: %s %+v %v", n, response.Status, replica, err)
		}
		own, first := mustGet[map[string]string](t, replica.URL+"/settings"), mustGet[map[string]string](t, r.Gateway+"/settings")
		if own["ADDR"] == first["ADDR"] || own["INTERNAL_ADDR"] == first["INTERNAL_ADDR"] || own["POSTGRES_URL"] != first["POSTGRES_URL"] {
			t.Errorf("%v\n%v", own, first)
		}
		post(t, r.Control+"/services/"+want+"/pause")
		if process.Alive(replica.PID) {
			t.Errorf("%s still runs", want)
		}
	}
	if response, err := http.Post(r.Control+"/services/kafka/replicate", "", nil); err != nil || response.StatusCode != http.StatusConflict {
		t.Errorf("a replica of Kafka: %v %v", response.Status, err)
	}
}

func checkPostgres(t *testing.T, r *running) {
	if err := exec(t, r.Databases["identity"], "CREATE TABLE crashed (id int)"); err != nil {
		t.Fatal(err)
	}
	post(t, r.Control+"/services/postgres/kill")
	await(t, func() bool { return exec(t, r.Databases["identity"], "SELECT id FROM crashed") == nil })
	post(t, r.Control+"/services/postgres/pause")
	if err := exec(t, r.Postgres, "SELECT 1"); err == nil {
		t.Error("a paused PostgreSQL answers")
	}
	post(t, r.Control+"/services/postgres/resume")
	await(t, func() bool { return exec(t, r.Postgres, "SELECT 1") == nil })
}

func checkKafka(t *testing.T, r *running) {
	post(t, r.Control+"/services/kafka/pause")
	if listens(r.Kafka) {
		t.Error("a paused broker answers")
	}
	post(t, r.Control+"/services/kafka/resume")
	await(t, func() bool { return listens(r.Kafka) })
	post(t, r.Control+"/services/kafka/kill")
	await(t, func() bool { return listens(r.Kafka) })
}

func TestAServiceThatDoesNotStartIsExplained(t *testing.T) {
	t.Setenv("FAKE_FAIL", "billing")
	said := &output{}
	s := settings(t, directory(t))
	err := stack.Run(t.Context(), s, stack.NewConsole(said), nil)
	if err == nil || !strings.Contains(err.Error(), "the service billing does not start") || !strings.Contains(err.Error(), "SOME_SETTING is missing") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(s.Dir, "stack.json")); err == nil {
		t.Error("there is a stack.json")
	}
	unlocked := settings(t, s.Dir)
	unlocked.Root = t.TempDir()
	if err := stack.Run(t.Context(), unlocked, stack.NewConsole(io.Discard), nil); err == nil || strings.Contains(err.Error(), "already runs") {
		t.Errorf("afterwards: %v", err)
	}
}

func TestWrongSettingsOfAServiceStopTheStackAtOnce(t *testing.T) {
	t.Setenv("FAKE_MISCONFIGURED", "billing")
	said := &output{}
	err := stack.Run(t.Context(), settings(t, directory(t)), stack.NewConsole(said), nil)
	for _, want := range []string{"the service billing does not start", "BILLING_RETURN_URL_ORIGINS is wrong", "BILLING_RETURN_URL_ORIGINS comes from MUSTER_CORS_ORIGINS"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if strings.Contains(said.String(), "started again") {
		t.Errorf("it was started again:\n%s", said)
	}
}

func TestServersOfTheUsersOwnThatAreAwayAreNamed(t *testing.T) {
	for name, change := range map[string]func(*stack.Settings){
		"MUSTER_KAFKA_BROKERS": func(s *stack.Settings) { s.KafkaBrokers = "127.0.0.1:1" },
		"MUSTER_POSTGRES_URL":  func(s *stack.Settings) { s.PostgresURL = "postgres://postgres@127.0.0.1:1/postgres" },
		"MUSTER_SMTP_URL":      func(s *stack.Settings) { s.SMTPURL = "smtp://127.0.0.1:1" },
	} {
		s := settings(t, directory(t))
		change(&s)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		err := stack.Run(ctx, s, stack.NewConsole(io.Discard), nil)
		if cancel(); err == nil || !strings.Contains(err.Error(), "correct "+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWithoutDemoDataNoSubscriberIsShown(t *testing.T) {
	said := &output{}
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- stack.Run(ctx, settings(t, directory(t), "--no-seed"), stack.NewConsole(said), nil) }()
	await(t, func() bool { return strings.Contains(said.String(), "Muster is running") })
	cancel()
	if err := <-result; err != nil {
		t.Error(err)
	}
	if text := said.String(); strings.Contains(text, stack.SubscriberEmail) || !strings.Contains(text, stack.AdminEmail) ||
		!strings.Contains(text, "curl -s -u application:secret -H 'password: ") {
		t.Errorf("said:\n%s", text)
	}
}

func TestServicesThatDoNotBuildAreExplained(t *testing.T) {
	s := settings(t, directory(t))
	s.Root = t.TempDir()
	for name, content := range map[string]string{"go.mod": "module broken\n", "services/gateway/cmd/gateway/main.go": "package main\n\nfunc main() { mistake }\n"} {
		path := filepath.Join(s.Root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	err := stack.Run(t.Context(), s, stack.NewConsole(io.Discard), nil)
	if err == nil || !strings.Contains(err.Error(), "the services do not build") {
		t.Errorf("got %v", err)
	}
}

// TestDataOfTheOtherBrokerIsRefused before anything is started: the services would stop at their first look at the topics.
func TestDataOfTheOtherBrokerIsRefused(t *testing.T) {
	for data, with := range map[string]string{"apache-kafka": "embedded", "kafka": "apache"} {
		dir := directory(t)
		if err := os.MkdirAll(filepath.Join(dir, data), 0o700); err != nil {
			t.Fatal(err)
		}
		err := stack.Run(t.Context(), settings(t, dir, "--kafka="+with), stack.NewConsole(io.Discard), nil)
		if err == nil || !strings.Contains(err.Error(), "--kafka="+with+" cannot read it") {
			t.Errorf("%s with %s: %v", data, with, err)
		}
	}
}

func TestTakenPortsAreAllNamed(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	s := settings(t, directory(t))
	s.Gateway, s.Mail = listener.Addr().String(), listener.Addr().String()
	err = stack.Run(t.Context(), s, stack.NewConsole(io.Discard), nil)
	for _, want := range []string{"The gateway cannot listen on", "set MUSTER_GATEWAY_ADDR", "set MUSTER_MAIL_ADDR"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}

func TestInterruptedWhileStarting(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	said := &output{}
	result := make(chan error, 1)
	go func() { result <- stack.Run(ctx, settings(t, directory(t)), stack.NewConsole(said), nil) }()
	await(t, func() bool { return strings.Contains(said.String(), "building") })
	cancel()
	if err := <-result; err != nil {
		t.Errorf("got %v", err)
	}
}
