package seed

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
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Limits of one request and of all its attempts.
const (
	requestTimeout = 30 * time.Second
	patience       = 60 * time.Second
)

// client speaks JSON with one server, and retries requests that fail because the server is overloaded or restarting.
type client struct {
	base string
	http *http.Client
}

func newClient(base string) *client {
	return &client{base: base, http: &http.Client{
		Timeout:       requestTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// refusal is an answer that is not 2xx.
type refusal struct {
	Status  int
	Code    string `json:"code"`
	Message string `json:"message"`
	request string
	wait    time.Duration
}

func (r *refusal) Error() string {
	return fmt.Sprintf("%s answered %d %s %s", r.request, r.Status, r.Code, r.Message)
}

// refused reports whether an error is an answer with this status.
func refused(err error, status int) bool {
	r, ok := errors.AsType[*refusal](err)
	return ok && r.Status == status
}

// call is a request.
type call struct {
	method, path string
	headers      map[string]string
	body         any // sent as JSON; url.Values as a form
}

// do sends the request and decodes the answer into out unless that is nil.
func (c *client) do(ctx context.Context, wanted call, out any) error {
	attempt := func() (struct{}, error) {
		err := c.once(ctx, wanted, out)
		r, answered := errors.AsType[*refusal](err)
		switch {
		case err == nil:
			return struct{}{}, nil
		case !answered:
			return struct{}{}, err // there was no answer
		case r.Status == http.StatusTooManyRequests || r.Status >= http.StatusBadGateway:
			if r.wait > 0 {
				return struct{}{}, errors.Join(err, backoff.RetryAfter(int(r.wait.Seconds())))
			}
			return struct{}{}, err
		default:
			return struct{}{}, backoff.Permanent(err)
		}
	}
	pauses := &backoff.ExponentialBackOff{InitialInterval: 50 * time.Millisecond, MaxInterval: 2 * time.Second, Multiplier: 1.7, RandomizationFactor: 0.3}
	_, err := backoff.Retry(ctx, attempt, backoff.WithBackOff(pauses), backoff.WithMaxElapsedTime(patience))
	return err
}

// once sends the request without a retry.
func (c *client) once(ctx context.Context, wanted call, out any) error {
	request, err := c.request(ctx, wanted)
	if err != nil {
		return backoff.Permanent(err)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusBadRequest {
		r := &refusal{request: wanted.method + " " + wanted.path}
		_ = json.Unmarshal(body, r)
		r.Status = response.StatusCode
		if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
			r.wait = time.Duration(seconds) * time.Second
		}
		return r
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		return backoff.Permanent(fmt.Errorf("%s %s: %w", wanted.method, wanted.path, err))
	}
	return nil
}

func (c *client) request(ctx context.Context, wanted call) (*http.Request, error) {
	target := wanted.path
	if !strings.HasPrefix(target, "http") {
		target = c.base + target
	}
	var body io.Reader
	contentType := ""
	switch content := wanted.body.(type) {
	case nil:
	case url.Values:
		body, contentType = strings.NewReader(content.Encode()), "application/x-www-form-urlencoded"
	default:
		text, err := json.Marshal(content)
		if err != nil {
			return nil, err
		}
		body, contentType = bytes.NewReader(text), "application/json"
	}
	request, err := http.NewRequestWithContext(ctx, wanted.method, target, body)
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	for name, value := range wanted.headers {
		request.Header.Set(name, value)
	}
	return request, nil
}
