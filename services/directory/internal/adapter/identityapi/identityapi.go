// Package identityapi is a client of identity's internal API.
package identityapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"muster/libs/telemetry"
	"muster/libs/web"
	"muster/services/directory/internal/roster"
)

const (
	audience = "identity"
	// answerTime is the timeout for 500 legacy users. It is shorter than the time that a stopping service has to finish
	// requests.
	answerTime = 12 * time.Second
	maxAnswer  = 1 << 20
)

// LegacyAccounts implements the port [roster.LegacyAccounts] over HTTP.
type LegacyAccounts struct {
	address string
	tokens  web.ServiceTokens
	client  *http.Client
}

var _ roster.LegacyAccounts = (*LegacyAccounts)(nil)

// NewLegacyAccounts returns a client of the identity at this base URL.
func NewLegacyAccounts(baseURL string, tokens web.ServiceTokens) (*LegacyAccounts, error) {
	base, err := url.Parse(baseURL)
	if err != nil {
		return nil, fmt.Errorf("the address of identity: %w", err)
	}
	return &LegacyAccounts{
		address: base.JoinPath("/internal/legacy-users").String(), tokens: tokens,
		client: &http.Client{Timeout: answerTime, Transport: telemetry.Inside(http.DefaultTransport)},
	}, nil
}

// legacyUser is a legacy user on the wire.
type legacyUser struct {
	LegacyUserID  int64     `json:"legacyUserId"`
	Email         string    `json:"email"`
	Username      string    `json:"username"`
	FirstName     *string   `json:"firstName"`
	LastName      *string   `json:"lastName"`
	CreatedAt     time.Time `json:"createdAt"`
	EmailVerified bool      `json:"emailVerified"`
	PasswordHash  *string   `json:"passwordHash"`
	Activate      bool      `json:"activate"`
}

// Offer is PUT /internal/legacy-users.
func (l *LegacyAccounts) Offer(ctx context.Context, dryRun bool, users []roster.LegacyAccount) ([]roster.LegacyResult, error) {
	body := struct {
		DryRun bool         `json:"dryRun"`
		Users  []legacyUser `json:"users"`
	}{dryRun, make([]legacyUser, len(users))}
	for n, u := range users {
		body.Users[n] = legacyUser(u)
	}
	var answer struct {
		Results []struct {
			LegacyUserID int64                `json:"legacyUserId"`
			Outcome      roster.LegacyOutcome `json:"outcome"`
			UserID       *int64               `json:"userId"`
			Code         string               `json:"code"`
			Message      string               `json:"message"`
		} `json:"results"`
	}
	if err := l.put(ctx, body, &answer); err != nil {
		return nil, err
	}
	results := make([]roster.LegacyResult, len(answer.Results))
	for n, r := range answer.Results {
		if n < len(users) && r.LegacyUserID != users[n].LegacyUserID {
			return nil, fmt.Errorf("identity answered for the legacy user %d instead of %d", r.LegacyUserID, users[n].LegacyUserID)
		}
		results[n] = roster.LegacyResult(r)
	}
	if len(results) != len(users) {
		return nil, fmt.Errorf("identity returned %d results for %d legacy users", len(results), len(users))
	}
	return results, nil
}

// put sends body and decodes the response. Its errors distinguish an unavailable identity from a request that identity
// rejects.
func (l *LegacyAccounts) put(ctx context.Context, body, answer any) error {
	var content bytes.Buffer
	encoder := json.NewEncoder(&content)
	encoder.SetEscapeHTML(false) // escapes turn one byte into six, and the body's size is limited
	if err := encoder.Encode(body); err != nil {
		return fmt.Errorf("ask identity: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, l.address, &content)
	if err != nil {
		return fmt.Errorf("ask identity: %w", err)
	}
	token, err := l.tokens.Issue(audience, time.Now())
	if err != nil {
		return fmt.Errorf("ask identity: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	response, err := l.client.Do(request)
	if err != nil {
		return away(err)
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode >= http.StatusInternalServerError || response.StatusCode == http.StatusTooManyRequests:
		return away(fmt.Errorf("it answered %s", response.Status))
	case response.StatusCode != http.StatusOK:
		return fmt.Errorf("ask identity: it answered %s", response.Status)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return away(err)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("read identity's answer: %w", err)
	}
	return nil
}

func away(cause error) error { return web.Unavailable("The identity service", cause) }
