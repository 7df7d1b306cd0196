package upstream

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"muster/libs/causal"
	"muster/libs/web"
	"muster/services/gateway/internal/gateway"
)

// Emails calls directory's internal routes for the email addresses of users.
type Emails struct {
	directory *Upstream
	tokens    web.ServiceTokens
}

// NewEmails takes the upstream of directory's internal listener.
func NewEmails(directory *Upstream, tokens web.ServiceTokens) *Emails {
	return &Emails{directory, tokens}
}

// Email implements gateway.Emails.
func (e *Emails) Email(ctx context.Context, userID int64) (gateway.Email, error) {
	email, _, err := e.call(ctx, http.MethodGet, userID, "", nil)
	return email, err
}

// SetEmail implements gateway.Emails.
func (e *Emails) SetEmail(ctx context.Context, by gateway.Caller, address string) (gateway.Email, []causal.Write, error) {
	return e.call(ctx, http.MethodPut, by.UserID, "", map[string]string{"email": address, "sessionId": by.SessionID})
}

// SendEmailCode implements gateway.Emails.
func (e *Emails) SendEmailCode(ctx context.Context, by gateway.Caller) (gateway.Email, []causal.Write, error) {
	return e.call(ctx, http.MethodPost, by.UserID, "/code", map[string]string{"sessionId": by.SessionID})
}

// VerifyEmail implements gateway.Emails.
func (e *Emails) VerifyEmail(ctx context.Context, by gateway.Caller, code string) (gateway.Email, []causal.Write, error) {
	return e.call(ctx, http.MethodPut, by.UserID, "/verification",
		map[string]string{"code": code, "sessionId": by.SessionID, "network": by.Network})
}

// call calls a route under /internal/users/:id/email; a nil body sends none.
func (e *Emails) call(ctx context.Context, method string, userID int64, path string, body any) (gateway.Email, []causal.Write, error) {
	var email struct {
		Email     string    `json:"email"`
		Verified  bool      `json:"verified"`
		Version   int64     `json:"version"`
		CreatedAt time.Time `json:"createdAt"`
		UpdatedAt time.Time `json:"updatedAt"`
	}
	writes, err := e.directory.call(ctx, e.tokens, method, "/internal/users/"+strconv.FormatInt(userID, 10)+"/email"+path, body, &email)
	if err != nil {
		return gateway.Email{}, writes, err
	}
	return gateway.Email{
		Address: email.Email, Verified: email.Verified, Version: email.Version, CreatedAt: email.CreatedAt, UpdatedAt: email.UpdatedAt,
	}, writes, nil
}

var _ gateway.Emails = (*Emails)(nil)
