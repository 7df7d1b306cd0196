// Package directoryapi is a client of directory's internal API.
package directoryapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"muster/libs/causal"
	"muster/libs/errs"
	"muster/libs/telemetry"
	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

const (
	audience = "directory"
	// answerTime is the timeout of a call. It is shorter than the time that a stopping service has to finish requests.
	answerTime = 5 * time.Second
	maxAnswer  = 64 << 10
)

// Directory implements the port [identity.Directory] over HTTP.
type Directory struct {
	base   *url.URL
	tokens web.ServiceTokens
	client *http.Client
}

var _ identity.Directory = (*Directory)(nil)

// New returns a client of the directory at this base URL.
func New(baseURL string, tokens web.ServiceTokens) (*Directory, error) {
	base, err := url.Parse(baseURL)
	if err != nil {
		return nil, fmt.Errorf("the address of directory: %w", err)
	}
	return &Directory{base: base, tokens: tokens, client: &http.Client{Timeout: answerTime, Transport: telemetry.Inside(http.DefaultTransport)}}, nil
}

type redemption struct {
	Type    string `json:"type"`
	Email   string `json:"email"`
	Code    string `json:"code"`
	Network string `json:"network"`
}

type legacyProfile struct {
	LegacyUserID int64      `json:"legacyUserId"`
	Email        string     `json:"email"`
	Username     string     `json:"username"`
	FirstName    *string    `json:"firstName"`
	LastName     *string    `json:"lastName"`
	CreatedAt    *time.Time `json:"createdAt"`
}

type proof struct {
	UserID *int64         `json:"userId"`
	Legacy *legacyProfile `json:"legacy"`
}

// Redeem is POST /internal/codes/redeem.
func (d *Directory) Redeem(ctx context.Context, r identity.Redemption) (identity.Proof, error) {
	var answer proof
	writes, err := d.post(ctx, "/internal/codes/redeem", redemption(r), &answer)
	if err != nil {
		return identity.Proof{}, err
	}
	switch {
	case answer.UserID != nil:
		p := identity.Proof{UserID: *answer.UserID}
		for _, w := range writes {
			if w.Aggregate == causal.User && w.UserID == p.UserID {
				p.UserVersion = w.Version
			}
		}
		return p, nil
	case answer.Legacy != nil:
		l := answer.Legacy
		legacy := identity.LegacyAccount{ID: l.LegacyUserID, Email: l.Email, Username: l.Username, FirstName: l.FirstName, LastName: l.LastName}
		if l.CreatedAt != nil {
			legacy.CreatedAt = l.CreatedAt.UTC()
		}
		return identity.Proof{Legacy: &legacy}, nil
	}
	return identity.Proof{}, errors.New("directory's answer names nobody")
}

// post sends body and decodes the answer to 200. It returns the writes that directory reports.
func (d *Directory) post(ctx context.Context, path string, body, answer any) ([]causal.Write, error) {
	content, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("ask directory: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, d.base.JoinPath(path).String(), bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("ask directory: %w", err)
	}
	token, err := d.tokens.Issue(audience, time.Now())
	if err != nil {
		return nil, fmt.Errorf("ask directory: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	response, err := d.client.Do(request)
	if err != nil {
		return nil, away(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, away(err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, refusal(response, text)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return nil, fmt.Errorf("read directory's answer: %w", err)
	}
	return causal.ParseWrites(response.Header.Values(causal.HeaderWrote)), nil
}

// refusals are the kinds of directory's errors that callers get as they are, by code.
var refusals = map[string]errs.Kind{
	"NO_VERIFICATION_REQUEST": errs.KindNotFound,
	"INVALID_CODE":            errs.KindInvalid,
	"MAX_ATTEMPTS_EXCEEDED":   errs.KindTooMany,
	"RATE_LIMITED":            errs.KindTooMany,
}

// refusal returns directory's error for the caller, or one that says that directory is unavailable or that the request was
// wrong.
func refusal(response *http.Response, text []byte) error {
	var body struct {
		Message           string `json:"message"`
		Code              string `json:"code"`
		AttemptsRemaining *int   `json:"attemptsRemaining"`
	}
	err := json.Unmarshal(text, &body)
	kind, known := refusals[body.Code]
	switch {
	case response.StatusCode >= http.StatusInternalServerError:
		return away(fmt.Errorf("it answered %s", response.Status))
	case err != nil || !known || kind.Status() != response.StatusCode:
		return fmt.Errorf("ask directory: it answered %s with the code %q", response.Status, body.Code)
	}
	e := errs.New(kind, body.Code, body.Message)
	if body.AttemptsRemaining != nil {
		e = e.With("attemptsRemaining", *body.AttemptsRemaining)
	}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
		e.RetryAfter = time.Duration(seconds) * time.Second
	}
	return e
}

func away(cause error) error { return web.Unavailable("The directory service", cause) }
