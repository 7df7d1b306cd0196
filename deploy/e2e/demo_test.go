package e2e_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// demoSetting finds the settings of the demo in docker-compose.yml.
var demoSetting = regexp.MustCompile(`(?m)^ +(DEMO_[A-Z_]+):`)

// TestTheDemoOfTheContainers runs the program of docker-compose.yml, with the settings that it has there, on this stack.
func TestTheDemoOfTheContainers(t *testing.T) {
	address := freeAddress(t)
	values := map[string]string{
		"DEMO_ADDR": address, "DEMO_USERS": "3", "DEMO_GATEWAY_URL": muster.Gateway, "DEMO_MAIL_URL": muster.Mail, "DEMO_STRIPE_URL": muster.Stripe,
		"DEMO_STRIPE_SECRET_KEY": muster.StripeKey, "DEMO_PROVIDERS_URL": "http://" + address, "DEMO_PUBLIC_URL": origin,
		"DEMO_ADMIN_EMAIL": muster.Admin.Email, "DEMO_ADMIN_PASSWORD": muster.Admin.Password,
		"DEMO_SHOWN_GATEWAY_URL": muster.Gateway, "DEMO_SHOWN_MAIL_URL": muster.Mail, "DEMO_SHOWN_STRIPE_URL": muster.Stripe,
	}
	compose, err := os.ReadFile("../../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	environment := os.Environ()
	for _, found := range demoSetting.FindAllStringSubmatch(string(compose), -1) {
		environment = append(environment, found[1]+"="+values[found[1]])
		delete(values, found[1])
	}
	if len(values) > 0 {
		t.Fatalf("docker-compose.yml lacks %v", values)
	}

	bin := filepath.Join(t.TempDir(), "demo")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "../local/cmd/demo").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var printed bytes.Buffer
	demo := exec.CommandContext(t.Context(), bin)
	demo.Env, demo.Stdout, demo.Stderr = environment, &printed, os.Stderr
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, time.Minute, "the demo is healthy", func() bool {
		health := exec.CommandContext(t.Context(), bin, "health")
		health.Env = environment
		return health.Run() == nil
	})
	anyone := &client{t: t}
	anyone.want(http.StatusOK, "POST", "/api/auth/login", object{"email": "demo003@example.org", "password": "muster-demo-user"})
	if page, err := http.Get("http://" + address + "/google/.well-known/openid-configuration"); err != nil || page.StatusCode != http.StatusOK {
		t.Errorf("the stand-in for the providers: %v %v", page, err)
	} else {
		page.Body.Close()
	}
	_ = demo.Process.Signal(syscall.SIGTERM)
	if err := demo.Wait(); err != nil {
		t.Error(err)
	}
	for _, want := range []string{muster.Gateway, muster.Mail, muster.Stripe, muster.Admin.Email, "subscriber@muster.local", fmt.Sprintf("curl -s %s/api/billing/plans", muster.Gateway)} {
		if !strings.Contains(printed.String(), want) {
			t.Errorf("%q is not printed:\n%s", want, &printed)
		}
	}
}
