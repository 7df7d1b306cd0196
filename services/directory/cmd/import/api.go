package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// requestTime is the timeout of every request except the upload.
const requestTime = 30 * time.Second

// api is a client of the gateway, signed in as an administrator.
type api struct {
	options options
	client  *http.Client

	mu          sync.Mutex
	token, csrf string
}

func newAPI(o options) *api { return &api{options: o, client: &http.Client{}} }

// refusal is a response with a status other than 2xx.
type refusal struct {
	status  int
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (r *refusal) Error() string { return fmt.Sprintf("%s (%d %s)", r.Message, r.status, r.Code) }

// refused reports whether err is a response with this status and, unless code is empty, this code.
func refused(err error, status int, code string) bool {
	r, ok := errors.AsType[*refusal](err)
	return ok && r.status == status && (code == "" || r.Code == code)
}

// signIn gets new tokens. They last for minutes, and an import may take longer.
func (a *api) signIn(ctx context.Context) error {
	body, err := json.Marshal(map[string]string{"email": a.options.email, "password": a.options.password})
	if err != nil {
		return err
	}
	var tokens struct {
		AccessToken string `json:"accessToken"`
		CSRFToken   string `json:"csrfToken"`
	}
	err = a.send(ctx, http.MethodPost, "/api/auth/login", "application/json", bytes.NewReader(body), &tokens)
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.token, a.csrf = tokens.AccessToken, tokens.CSRFToken
	return nil
}

// get decodes the response for path into answer. It signs in again when the access token has expired.
func (a *api) get(ctx context.Context, path string, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	err := a.send(ctx, http.MethodGet, path, "", http.NoBody, answer)
	if !refused(err, http.StatusUnauthorized, "") {
		return err
	}
	if err := a.signIn(ctx); err != nil {
		return err
	}
	return a.send(ctx, http.MethodGet, path, "", http.NoBody, answer)
}

func (a *api) send(ctx context.Context, method, path, contentType string, body io.Reader, answer any) error {
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(a.options.url, "/")+path, body)
	if err != nil {
		return err
	}
	a.mu.Lock()
	token, csrf := a.token, a.csrf
	a.mu.Unlock()
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("X-Csrf-Token", csrf)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := a.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		r := &refusal{Message: response.Status}
		_ = json.Unmarshal(text, r) // without an API error in the body, the status stays the message
		r.status = response.StatusCode
		return r
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}
