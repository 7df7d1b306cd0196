package httpapi_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"muster/libs/limits/limitstest"
	"muster/libs/web"
	"muster/libs/web/origin"
	"muster/services/identity/internal/adapter/httpapi"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/credentials/credentialstest"
	"muster/services/identity/internal/identity"
	"muster/services/identity/internal/identity/identitytest"
)

// door is the API over the real service on fakes.
type door struct {
	t         *testing.T
	engine    *gin.Engine
	service   *identity.Service
	store     *identitytest.Store
	passwords *credentialstest.Passwords
	directory *identitytest.Directory
	providers *identitytest.Providers
	csrf      web.CSRF
}

func newDoor(t *testing.T) *door {
	t.Helper()
	return newDoorAt(t, "https://api.example.com")
}

// newDoorAt is the API at a public address.
func newDoorAt(t *testing.T, baseURL string) *door {
	t.Helper()
	store, tokens, passwords := identitytest.NewStore(), &identitytest.Tokens{}, &credentialstest.Passwords{}
	directory, providers := &identitytest.Directory{}, &identitytest.Providers{}
	service := identity.New(identity.Ports{
		Store: store, Trail: store, Factors: store, OneTimePasswords: identitytest.OneTimePasswords{}, Throttle: limitstest.New(time.Now), Keys: store, Passwords: passwords, Tokens: tokens, Directory: directory,
		Providers: providers, Flows: store, Passkeys: &identitytest.Passkeys{}, PasskeyStore: store,
		Now: time.Now, NewID: uuid.NewString,
	}, identity.Rules{
		AccessTokenLife: 15 * time.Minute, RefreshTokenLife: time.Hour, SessionLife: 3 * time.Hour, KeyRotation: time.Hour,
		Passwords:            credentials.Policy{MinLength: 8},
		Guessing:             credentials.Rules{MaxAccountFailures: 2, MaxIPFailures: 5, FailureWindow: 15 * time.Minute},
		RegistrationsPerHour: 1000, RegistrationsPerDay: 1000, ProviderSignInsPerHour: 1000, PasskeySignInsPerHour: 1000,
	})
	if err := service.RefreshKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	csrf, err := web.NewCSRF(strings.Repeat("c", 32))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	engine := web.New(web.Options{Service: "identity", Logger: log})
	httpapi.Mount(engine, httpapi.Config{
		Service: service, Reader: store, Keys: web.LocalKeys(tokens.Public), CSRF: csrf,
		PublicKeys: func() any { return []string{"the keys"} }, BaseURL: baseURL, Returns: origin.Set{"https://app.example.com"},
	})
	httpapi.MountInternal(engine.Group("/internal", serviceTokens(t, "identity").Only("directory")), service)
	httpapi.MountThunder(engine.Group("/internal", serviceTokens(t, "identity").Only("gateway")), service)
	return &door{t: t, engine: engine, service: service, store: store, passwords: passwords, directory: directory, providers: providers, csrf: csrf}
}

// serviceTokens are those of the service with this name.
func serviceTokens(t *testing.T, self string) web.ServiceTokens {
	t.Helper()
	tokens, err := web.NewServiceTokens(strings.Repeat("s", 32), self)
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

// answer is a response with its body decoded; raw when that is no JSON object.
type answer struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

// call sends a request; headers come as name, value, name, value.
func (d *door) call(method, path, body string, headers ...string) answer {
	d.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.engine.ServeHTTP(w, r)
	a := answer{status: w.Code, header: w.Header(), raw: w.Body.String()}
	_ = json.Unmarshal(w.Body.Bytes(), &a.body) // a body that is no object stays nil
	return a
}

func (d *door) want(a answer, status int, body string) {
	d.t.Helper()
	var want map[string]any
	if err := json.Unmarshal([]byte(body), &want); err != nil {
		d.t.Fatalf("golden %s: %v", body, err)
	}
	if a.status != status || !reflect.DeepEqual(a.body, want) {
		d.t.Errorf("%d %s\nwant %d %s", a.status, a.raw, status, body)
	}
}

const ada = `{"email":"ada@example.com","password":"correct horse"}`

// register makes ada and returns her signed-in answer.
func (d *door) register() answer {
	d.t.Helper()
	a := d.call("POST", "/api/auth/register", ada)
	if a.status != http.StatusCreated {
		d.t.Fatalf("register: %d %s", a.status, a.raw)
	}
	return a
}

// checkSignedIn checks a signed-in answer's members, then those that are the same each time.
func (d *door) checkSignedIn(a answer, golden string) {
	d.t.Helper()
	_, claims, err := identitytest.Claims(a.body["accessToken"].(string))
	if err != nil {
		d.t.Fatal(err)
	}
	if !d.csrf.Valid(claims["sid"].(string), a.body["csrfToken"].(string)) {
		d.t.Error("the CSRF token is not of the access token's session")
	}
	if len(a.body["refreshToken"].(string)) != 43 {
		d.t.Errorf("refresh token %q", a.body["refreshToken"])
	}
	for _, name := range []string{"accessToken", "csrfToken", "refreshToken"} {
		delete(a.body, name)
	}
	d.want(a, a.status, golden)
	if a.header.Get("Cache-Control") != "private, no-store" || a.header.Get("X-Muster-User") != "1" {
		d.t.Errorf("headers %v", a.header)
	}
}
