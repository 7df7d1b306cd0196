package seed

import (
	"context"
	"net/http"
	"sync"
)

// session is a signed-in user.
type session struct {
	api         *client
	credentials Credentials

	mu     sync.Mutex
	tokens tokens
}

// tokens are the members of the API's answer to a sign-in or a registration.
type tokens struct {
	AccessToken string `json:"accessToken"`
	CSRFToken   string `json:"csrfToken"`
	User        struct {
		ID int64 `json:"id"`
	} `json:"user"`
}

func signIn(ctx context.Context, api *client, credentials Credentials) (*session, error) {
	s := &session{api: api, credentials: credentials}
	return s, s.renew(ctx)
}

// renew signs in again. Access tokens live for minutes, and creating many users takes longer on a slow machine.
func (s *session) renew(ctx context.Context) error {
	var got tokens
	err := s.api.do(ctx, call{method: http.MethodPost, path: "/api/auth/login", body: map[string]string{
		"email": s.credentials.Email, "password": s.credentials.Password,
	}}, &got)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens = got
	return nil
}

// do sends a request as the user. With an idempotency key it is safe to repeat.
func (s *session) do(ctx context.Context, wanted call, key string, out any) error {
	err := s.api.do(ctx, s.signed(wanted, key), out)
	if !refused(err, http.StatusUnauthorized) {
		return err
	}
	if err := s.renew(ctx); err != nil {
		return err
	}
	return s.api.do(ctx, s.signed(wanted, key), out)
}

func (s *session) signed(wanted call, key string) call {
	s.mu.Lock()
	defer s.mu.Unlock()
	wanted.headers = map[string]string{"Authorization": "Bearer " + s.tokens.AccessToken}
	if wanted.method != http.MethodGet {
		wanted.headers["X-CSRF-Token"] = s.tokens.CSRFToken
	}
	if key != "" {
		wanted.headers["Idempotency-Key"] = key
	}
	return wanted
}

func (s *session) get(ctx context.Context, path string, out any) error {
	return s.do(ctx, call{method: http.MethodGet, path: path}, "", out)
}

func (s *session) post(ctx context.Context, path, key string, body, out any) error {
	return s.do(ctx, call{method: http.MethodPost, path: path, body: body}, key, out)
}
