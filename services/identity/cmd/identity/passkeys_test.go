package main

import (
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"muster/libs/service/servicetest"
	"muster/services/identity/internal/adapter/webauthn/webauthntest"
)

// page is a page of the frontend in development.
var page = virtualwebauthn.RelyingParty{ID: "localhost", Name: "Muster", Origin: "http://localhost:5173"}

// passkeyAnswer is any of the answers about passkeys.
type passkeyAnswer struct {
	ID            string
	PublicKey     json.RawMessage
	RecoveryCodes []string
	MFAToken      string
	Methods       []string
	Code          string // of an error
}

// ask sends a JSON body and decodes the answer about passkeys.
func (r *replica) ask(path string, body any, in signedIn) (int, passkeyAnswer) {
	r.t.Helper()
	request := r.Request(r.t, http.MethodPost, path, body)
	if in.AccessToken != "" {
		request.Header.Set("Authorization", "Bearer "+in.AccessToken)
		request.Header.Set("x-csrf-token", in.CSRFToken)
	}
	a := servicetest.Do(r.t, request)
	var out passkeyAnswer
	if err := json.Unmarshal(a.Body, &out); err != nil {
		r.t.Fatal(err)
	}
	return a.Status, out
}

// factors lists the ids of the user's factors.
func (r *replica) factors(in signedIn) (status int, ids []string) {
	r.t.Helper()
	request := r.Request(r.t, http.MethodGet, "/api/auth/mfa/factors", nil)
	request.Header.Set("Authorization", "Bearer "+in.AccessToken)
	a := servicetest.Do(r.t, request)
	var out struct{ Data []struct{ ID string } }
	if err := json.Unmarshal(a.Body, &out); err != nil {
		r.t.Fatal(err)
	}
	for _, f := range out.Data {
		ids = append(ids, f.ID)
	}
	return a.Status, ids
}

type credentialBody struct {
	MFAToken   string          `json:"mfaToken,omitempty"`
	Method     string          `json:"method,omitempty"`
	Credential json.RawMessage `json:"credential"`
}

// verifies has directory verify the address of a user.
func (s *system) verifies(in signedIn, version int64, email, typeCode string) {
	s.t.Helper()
	u, now := living(in.userID, version, email), time.Now()
	u.VerifiedAt, u.TypeCode = &now, typeCode
	s.says(u)
	s.settled(in.userID, version)
}

// addPasskey enrols at one replica and confirms at another.
func addPasskey(t *testing.T, one, other *replica, in signedIn) *webauthntest.Device {
	t.Helper()
	device := webauthntest.New(page)
	status, enrolled := one.ask("/api/auth/mfa/passkeys", map[string]string{"name": "Laptop"}, in)
	want(t, "enrolled", status, http.StatusCreated)
	answer := credentialBody{Credential: device.Create(t, enrolled.PublicKey)}
	status, confirmed := other.ask("/api/auth/mfa/passkeys/"+enrolled.ID+"/confirm", answer, in)
	want(t, "confirmed", []any{status, len(confirmed.RecoveryCodes)}, []any{http.StatusOK, 10})
	status, again := one.ask("/api/auth/mfa/passkeys/"+enrolled.ID+"/confirm", answer, in)
	want(t, "confirmed again", []any{status, again.Code}, []any{http.StatusNotFound, "FACTOR_NOT_FOUND"})
	return device
}

// TestPasskeysOnSeveralReplicas: a question of one replica is answered at another, and once on all of them together.
func TestPasskeysOnSeveralReplicas(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	one, other := s.boot(), s.boot()
	in := one.register("ada@example.com")
	s.verifies(in, 2, "ada@example.com", "NONS")
	device := addPasskey(t, one, other, in)

	_, pending := one.ask("/api/auth/login", signInBody{"ada@example.com", password}, signedIn{})
	want(t, "methods", pending.Methods, []string{"passkey", "recovery"})
	_, question := other.ask("/api/auth/mfa/passkey-options", map[string]string{"mfaToken": pending.MFAToken}, signedIn{})
	answer := credentialBody{pending.MFAToken, "passkey", device.Use(t, question.PublicKey, 1, false)}
	status, verified := one.post("/api/auth/mfa/verify", answer, signedIn{})
	want(t, "second factor", []any{status, verified.userID, one.get("/api/auth/sessions", verified)}, []any{http.StatusOK, in.userID, http.StatusOK})

	_, question = one.ask("/api/auth/passkeys/options", map[string]string{}, signedIn{})
	alone := credentialBody{Credential: device.Use(t, question.PublicKey, 2, true)}
	codes := make([]int, 8)
	var racing sync.WaitGroup
	for i := range codes {
		racing.Go(func() { codes[i], _ = []*replica{one, other}[i%2].post("/api/auth/passkeys/login", alone, signedIn{}) })
	}
	racing.Wait()
	count := map[int]int{}
	for _, code := range codes {
		count[code]++
	}
	want(t, "one of eight equal answers signs in", count, map[int]int{http.StatusOK: 1, http.StatusUnauthorized: 7})
}

// TestHostilePasskeys get stable codes.
func TestHostilePasskeys(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	in := r.register("ada@example.com")
	s.verifies(in, 2, "ada@example.com", "NONS")
	device := addPasskey(t, r, r, in)
	signIn := func(change func(), signs uint32, verified bool) (int, string) {
		_, question := r.ask("/api/auth/passkeys/options", map[string]string{}, signedIn{})
		change()
		defer func() { device.Page = page }()
		status, out := r.post("/api/auth/passkeys/login", credentialBody{Credential: device.Use(t, question.PublicKey, signs, verified)}, signedIn{})
		return status, out.Code
	}
	for name, attempt := range map[string]func() (int, string){
		"another origin":        func() (int, string) { return signIn(func() { device.Page.Origin = "http://evil.example" }, 9, true) },
		"another relying party": func() (int, string) { return signIn(func() { device.Page.ID = "evil.example" }, 9, true) },
		"no verified user":      func() (int, string) { return signIn(func() {}, 9, false) },
		"malformed": func() (int, string) {
			status, out := r.post("/api/auth/passkeys/login", map[string]any{"credential": map[string]any{"id": "%", "response": map[string]any{"clientDataJSON": "\x7f"}}}, signedIn{})
			return status, out.Code
		},
		"nothing": func() (int, string) {
			status, out := r.post("/api/auth/passkeys/login", map[string]any{}, signedIn{})
			return status, out.Code
		},
	} {
		status, code := attempt()
		want(t, name, []any{status, code}, []any{http.StatusUnauthorized, "PASSKEY_INVALID"})
	}
	status, _ := signIn(func() {}, 9, true)
	want(t, "good", status, http.StatusOK)
	status, code := signIn(func() {}, 9, true)
	want(t, "the counter stands still", []any{status, code}, []any{http.StatusUnauthorized, "PASSKEY_INVALID"})
	_, trail := r.audit(`/api/auth/audit/me?filter={"result":"PASSKEY_CLONED"}`, in)
	want(t, "recorded", trail.Total, 1)
	status, enrolled := r.ask("/api/auth/mfa/passkeys", map[string]any{}, in)
	want(t, "enrolled", status, http.StatusCreated)
	status, again := r.ask("/api/auth/mfa/passkeys/"+enrolled.ID+"/confirm", credentialBody{Credential: device.Create(t, enrolled.PublicKey)}, in)
	want(t, "the same passkey again", []any{status, again.Code}, []any{http.StatusConflict, "PASSKEY_EXISTS"})
}

// TestAdministratorsWithoutASecondFactor can set one up and nothing else, where the setting says so.
func TestAdministratorsWithoutASecondFactor(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	s.environment["IDENTITY_ADMINS_NEED_SECOND_FACTOR"] = "true"
	r := s.boot()
	boss := r.register("boss@example.com")
	ada := r.register("ada@example.com")
	want(t, "a user", r.get("/api/auth/sessions", ada), http.StatusOK)
	s.verifies(boss, 2, "boss@example.com", "ADMI")
	_, boss = r.login("boss@example.com")
	for _, path := range []string{"/api/auth/sessions", "/api/auth/audit", "/api/auth/providers"} {
		status, out := r.do(r.Request(t, http.MethodGet, path, nil), boss)
		want(t, path, []any{status, out.Code}, []any{http.StatusForbidden, "SECOND_FACTOR_REQUIRED"})
	}
	want(t, "their factors", r.get("/api/auth/mfa/factors", boss), http.StatusOK)
	addPasskey(t, r, r, boss)
	want(t, "the old token", r.get("/api/auth/audit", boss), http.StatusForbidden)
	_, renewed := r.refresh(boss.RefreshToken)
	want(t, "the next token", r.get("/api/auth/sessions", renewed), http.StatusOK)
}
