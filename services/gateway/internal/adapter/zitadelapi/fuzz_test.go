package zitadelapi_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"muster/libs/causal"
	"muster/libs/web"
	"muster/services/gateway/internal/adapter/zitadelapi"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
	"muster/services/gateway/internal/zitadelpb/zitadelpbconnect"
)

// emails is a directory that knows the code 123456 and takes every address with an at sign.
type emails struct{}

func (emails) Email(context.Context, int64) (gateway.Email, error) {
	return gateway.Email{Address: "ada@example.com", Version: 1}, nil
}

func (emails) SetEmail(_ context.Context, _ gateway.Caller, address string) (gateway.Email, []causal.Write, error) {
	if !strings.Contains(address, "@") {
		return gateway.Email{}, nil, gateway.ErrEmailInvalid
	}
	return gateway.Email{Address: address, Version: 2}, nil, nil
}

func (emails) SendEmailCode(context.Context, gateway.Caller) (gateway.Email, []causal.Write, error) {
	return gateway.Email{}, nil, gateway.ErrEmailVerified
}

func (emails) VerifyEmail(_ context.Context, _ gateway.Caller, code string) (gateway.Email, []causal.Write, error) {
	if code != "123456" {
		return gateway.Email{}, nil, gateway.ErrWrongCode
	}
	return gateway.Email{Address: "ada@example.com", Verified: true, Version: 2}, nil, nil
}

// FuzzBodies sends any body to the methods that read one, in each protocol. Whatever it is, the façade does not fail, and JSON
// is answered in JSON.
func FuzzBodies(f *testing.F) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		f.Fatal(err)
	}
	csrf, err := web.NewCSRF("a secret of these tests, long enough")
	if err != nil {
		f.Fatal(err)
	}
	now := time.Now()
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, web.AccessClaims{SessionID: "s", AuthTime: jwt.NewNumericDate(now), RegisteredClaims: jwt.RegisteredClaims{
		Issuer: "muster", Audience: jwt.ClaimStrings{"muster"}, Subject: "7", IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(time.Hour)),
	}})
	token.Header["kid"] = "k"
	signed, err := token.SignedString(private)
	if err != nil {
		f.Fatal(err)
	}
	keys := web.LocalKeys(func(context.Context, string) (any, error) { return public, nil })
	log := slog.New(slog.DiscardHandler)
	engine := web.New(web.Options{Service: "gateway", Logger: log})
	zitadelapi.Mount(engine, zitadelapi.Config{
		Service: gateway.New(gateway.Ports{Model: gatewaytest.NewModel(), Neighbours: &gatewaytest.Neighbours{}, Emails: emails{}}, gateway.Rules{}),
		Auth:    web.NewAuthenticator(keys, csrf, func(context.Context, web.Caller) (web.Standing, error) { return web.Standing{Active: true}, nil }),
		Logger:  log,
	})
	type request struct{ method, path, contentType string }
	requests := []request{
		{http.MethodPut, "/auth/v1/users/me/email", "application/json"},
		{http.MethodPost, "/auth/v1/users/me/email/_verify", "application/json"},
		{http.MethodPost, "/auth/v1/users/me/email/_resend_verification", "application/json"},
	}
	for _, contentType := range []string{"application/json", "application/proto", "application/grpc", "application/grpc-web+proto", "application/grpc-web-text"} {
		for _, procedure := range []string{zitadelpbconnect.AuthServiceSetMyEmailProcedure, zitadelpbconnect.AuthServiceVerifyMyEmailProcedure} {
			requests = append(requests, request{http.MethodPost, procedure, contentType})
		}
	}
	for i := range requests {
		for _, body := range []string{
			``, `{}`, `null`, `[]`, `{"email":"new@example.com"}`, `{"code":"123456"}`, `{"code":1}`, `{"email":"\u0000"}`, "{\"email\":\"\xff\"}", `{"email":"a","email":"b"}`,
			"\x0a\x0fnew@example.com", "\x00\x00\x00\x00\x11\x0a\x0fnew@example.com", "\x01\xff\xff\xff\xff", "AAAAAAA=",
		} {
			f.Add(uint8(i), []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, body []byte) {
		q := requests[int(which)%len(requests)]
		r := httptest.NewRequestWithContext(t.Context(), q.method, q.path, strings.NewReader(string(body)))
		r.Header.Set("Authorization", "Bearer "+signed)
		r.Header.Set("Content-Type", q.contentType)
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, r)
		if w.Code == http.StatusUnauthorized || w.Code >= http.StatusInternalServerError || q.contentType == "application/json" && !json.Valid(w.Body.Bytes()) {
			t.Fatalf("%s %s as %s: %d %q", q.method, q.path, q.contentType, w.Code, w.Body)
		}
	})
}
