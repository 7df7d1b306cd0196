package servicetest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"muster/libs/pg"
	"muster/libs/testkit/kafkatest"
	"muster/libs/testkit/pgtest"
)

// Environment returns the settings that every service needs, for the named service: its own test database, topics under
// prefix, addresses with system-chosen ports, and [Secret] for all secrets. jwksURL is [Issuer.URL].
func Environment(t testing.TB, name, prefix, jwksURL string, migrations ...pg.Migrations) map[string]string {
	t.Helper()
	environment := map[string]string{}
	for setting, value := range map[string]string{
		"ENV": "development", "ADDR": "127.0.0.1:0", "INTERNAL_ADDR": "127.0.0.1:0", "POSTGRES_URL": pgtest.NewURL(t, migrations...),
		"KAFKA_BROKERS": kafkatest.Broker(t), "KAFKA_TOPIC_PREFIX": prefix, "JWKS_URL": jwksURL, "CSRF_SECRET": Secret, "SERVICE_SECRET": Secret,
	} {
		environment[strings.ToUpper(name)+"_"+setting] = value
	}
	return environment
}

// OwnsNothing makes the service of the environment run as a role that owns nothing in its database, as in production.
func OwnsNothing(t testing.TB, environment map[string]string, name string) {
	t.Helper()
	service := strings.ToUpper(name) + "_POSTGRES_URL"
	owner := environment[service]
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), `DO $$ BEGIN CREATE ROLE muster_component LOGIN PASSWORD 'secret';
		EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(owner)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword("muster_component", "secret")
	environment[strings.ToUpper(name)+"_POSTGRES_OWNER_URL"], environment[service] = owner, u.String()
}

// Request makes a request with a JSON body: a string unchanged, anything else encoded, nil for none. Paths under
// /internal go to the internal listener.
func (r *Replica) Request(t testing.TB, method, path string, body any) *http.Request {
	t.Helper()
	base := r.URL
	if strings.HasPrefix(path, "/internal/") {
		base = r.InternalURL
	}
	var content io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(body)
	default:
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, base+path, content)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	return request
}

// Answer is a response with its body.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// client does not follow redirects, so that tests see them.
var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// Do sends a request and reads the answer.
func Do(t testing.TB, request *http.Request) Answer {
	t.Helper()
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return Answer{response.StatusCode, response.Header, body}
}
