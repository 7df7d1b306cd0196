package main

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/deploy/stripefake"
	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
	"muster/libs/service/servicetest"
	"muster/libs/testkit/eventually"
	"muster/libs/testkit/kafkatest"
)

// process is the billing program as it is built, which a test can kill.
type process struct {
	*system
	bin     string
	env     []string
	running *exec.Cmd
	db      *pgx.Conn
	kills   int
}

// buildProgram builds the program and returns its path.
func buildProgram(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "billing")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return bin
}

// startProcess starts the program with the Stripe fake on fixed ports, with an administrator and the users 42 and 43.
func startProcess(t *testing.T, bin string) *process {
	t.Helper()
	p := &process{bin: bin, system: &system{t: t, prefix: kafkatest.Prefix(t), issuer: servicetest.NewIssuer(t)}}
	fake, err := stripefake.New(stripefake.Options{})
	must(t, err)
	server := httptest.NewServer(fake.Handler())
	t.Cleanup(func() { server.Close(); must(t, fake.Close()) })
	p.stripe = server.URL
	address, internal := freeAddress(t), freeAddress(t)
	p.Replica = &servicetest.Replica{URL: "http://" + address, InternalURL: "http://" + internal}
	environment := servicetest.Environment(t, blueprint.Name, p.prefix, p.issuer.URL, blueprint.Migrations...)
	maps.Copy(environment, map[string]string{
		"BILLING_ADDR": address, "BILLING_INTERNAL_ADDR": internal, "BILLING_LOG_LEVEL": "error",
		"BILLING_STRIPE_SECRET_KEY": "sk_test_muster", "BILLING_STRIPE_API_URL": p.stripe,
		"BILLING_STRIPE_WEBHOOK_SECRETS": webhookSecret, "BILLING_RETURN_URL_ORIGINS": "https://app.test",
	})
	p.env = os.Environ()
	for name, value := range environment {
		p.env = append(p.env, name+"="+value)
	}
	p.db, err = pgx.Connect(t.Context(), environment["BILLING_POSTGRES_URL"])
	must(t, err)
	t.Cleanup(func() { _ = p.db.Close(context.WithoutCancel(t.Context())) })
	kafkatest.CreateTopics(t, p.prefix, contracts.Topics(contracts.TopicUser, contracts.TopicAccount)...)
	p.launch()
	t.Cleanup(p.end)
	p.post(p.stripe+"/_fake/webhook-endpoint", map[string]string{"url": p.URL + "/api/billing/webhooks/stripe", "secret": webhookSecret})
	p.user(admin, 1, func(u *directoryv1.User) { u.TypeCode = "ADMI" })
	p.user(42, 1, nil)
	p.user(43, 1, nil)
	return p
}

// freeAddress returns an address on which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, listener.Close())
	return listener.Addr().String()
}

// launch starts the program and waits until it is ready.
func (p *process) launch() {
	p.t.Helper()
	p.running = exec.Command(p.bin)
	p.running.Env, p.running.Stderr, p.running.Stdout = p.env, testWriter{p.t}, testWriter{p.t}
	must(p.t, p.running.Start())
	eventually.Holds(p.t, time.Minute, "billing is ready", func() bool {
		response, err := http.Get(p.InternalURL + "/readyz")
		if err != nil {
			return false
		}
		defer response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// end kills the program.
func (p *process) end() {
	_ = p.running.Process.Kill()
	_ = p.running.Wait()
}

// kill kills the program with SIGKILL and starts it again.
func (p *process) kill() {
	p.t.Helper()
	p.end()
	p.kills++
	p.launch()
}

// retry repeats a request while the answer asks for that.
func (p *process) retry(method, path string, user int64, body any, want int) answer {
	p.t.Helper()
	var a answer
	eventually.Holds(p.t, time.Minute, path, func() bool {
		a = p.ask(method, path, user, body)
		return a.Status != http.StatusServiceUnavailable
	})
	return a.want(want)
}

// table reads a query as text, one line for each row.
func (p *process) table(query string, args ...any) (lines []string) {
	p.t.Helper()
	found, err := p.db.Query(p.t.Context(), query, args...)
	must(p.t, err)
	lines, err = pgx.CollectRows(found, func(row pgx.CollectableRow) (string, error) {
		values, err := row.Values()
		return fmt.Sprint(values...), err
	})
	must(p.t, err)
	return lines
}
