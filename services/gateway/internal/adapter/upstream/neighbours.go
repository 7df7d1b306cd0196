package upstream

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"muster/libs/causal"
	"muster/libs/web"
	"muster/services/gateway/internal/gateway"
)

const (
	// answerTime is how long a service may take to answer after the time that it was asked to wait.
	answerTime = 300 * time.Millisecond
	maxAnswer  = 1 << 20
)

// Neighbours calls the internal APIs of other services.
type Neighbours struct {
	directory, billing *Upstream
	tokens             web.ServiceTokens
}

// NewNeighbours takes the upstreams of directory's and billing's internal listeners.
func NewNeighbours(directory, billing *Upstream, tokens web.ServiceTokens) *Neighbours {
	return &Neighbours{directory: directory, billing: billing, tokens: tokens}
}

// AwaitMail implements gateway.Neighbours.
func (n *Neighbours) AwaitMail(ctx context.Context, userID int64, wait time.Duration) error {
	_, err := ask[struct{}](ctx, n, n.directory, "/internal/users/"+strconv.FormatInt(userID, 10)+"/mail", wait)
	return err
}

// WebhookWrites implements gateway.Neighbours.
func (n *Neighbours) WebhookWrites(ctx context.Context, eventID string, wait time.Duration) ([]causal.Write, bool, error) {
	type handled struct {
		Done   bool     `json:"done"`
		Writes []string `json:"writes"`
	}
	answer, err := ask[handled](ctx, n, n.billing, "/internal/webhook-events/"+url.PathEscape(eventID), wait)
	if err != nil {
		return nil, false, err
	}
	return causal.ParseWrites(answer.Writes), answer.Done, nil
}

// ask sends a GET request that the service answers when its work is done, or after wait.
func ask[T any](ctx context.Context, n *Neighbours, u *Upstream, path string, wait time.Duration) (answer T, err error) {
	ctx, cancel := context.WithTimeout(ctx, wait+answerTime)
	defer cancel()
	return get[T](ctx, n.tokens, u, path, url.Values{"wait": {fmt.Sprintf("%dms", wait.Milliseconds())}})
}

// get sends a GET request to an internal route, which answers 200 with JSON.
func get[T any](ctx context.Context, tokens web.ServiceTokens, u *Upstream, path string, query url.Values) (answer T, err error) {
	address := u.base.JoinPath(path)
	address.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), http.NoBody)
	if err != nil {
		return answer, fmt.Errorf("ask %s: %w", u.name, err)
	}
	token, err := tokens.Issue(u.name, time.Now())
	if err != nil {
		return answer, fmt.Errorf("ask %s: %w", u.name, err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := u.transport.RoundTrip(req)
	if err != nil {
		return answer, fmt.Errorf("ask %s: %w", u.name, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return answer, fmt.Errorf("ask %s: status %s", u.name, resp.Status)
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(&answer); err != nil {
		return answer, fmt.Errorf("ask %s: %w", u.name, err)
	}
	return answer, nil
}

var _ gateway.Neighbours = (*Neighbours)(nil)
