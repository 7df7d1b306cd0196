package opscli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"muster/libs/ops"
	"muster/libs/web"
)

// client calls one service.
type client struct {
	service  string
	url      string // of the internal listener
	operator string
	tokens   web.ServiceTokens
	http     *http.Client
}

const requestTimeout = 40 * time.Second // a rewind or a batch may wait for locks

func newClient(service, addr, secret, operator string) (*client, error) {
	tokens, err := web.NewServiceTokens(secret, ops.Caller)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(addr, "://") {
		addr = "http://" + addr
	}
	return &client{service, strings.TrimSuffix(addr, "/"), operator, tokens, &http.Client{Timeout: requestTimeout}}, nil
}

// refusal is an error that the service answered.
type refusal struct {
	Status  int    `json:"-"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Error returns the text for the operator.
func (r *refusal) Error() string {
	if r.Code == "" {
		return r.Message
	}
	return r.Message + " (" + r.Code + ")"
}

// call sends a request and reads the answer into a T. body may be nil. The raw answer is for --json.
func call[T any](ctx context.Context, c *client, method, path string, body any) (answer T, raw []byte, err error) {
	token, err := c.tokens.Issue(c.service, time.Now())
	if err != nil {
		return answer, nil, err
	}
	var content io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return answer, nil, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.url+"/internal/ops"+path, content)
	if err != nil {
		return answer, nil, fmt.Errorf("address of %s: %w", c.service, err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(ops.HeaderOperator, c.operator)
	response, err := c.http.Do(request)
	if err != nil {
		return answer, nil, fmt.Errorf("%s does not answer at %s: %w", c.service, c.url, err)
	}
	defer response.Body.Close()
	raw, err = io.ReadAll(response.Body)
	if err != nil {
		return answer, nil, fmt.Errorf("answer of %s: %w", c.service, err)
	}
	if response.StatusCode/100 != 2 {
		return answer, nil, c.refused(response, raw)
	}
	if len(raw) == 0 {
		return answer, []byte("{}"), nil
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return answer, nil, fmt.Errorf("%s does not answer with JSON: is %s its internal address? %w", c.service, c.url, err)
	}
	return answer, raw, nil
}

// refused converts an answer to an error.
func (c *client) refused(response *http.Response, raw []byte) error {
	r := &refusal{Status: response.StatusCode}
	if json.Unmarshal(raw, r) != nil || r.Message == "" {
		return fmt.Errorf("%s answers %s: is %s its internal address?", c.service, response.Status, c.url)
	}
	switch {
	case r.Status == http.StatusUnauthorized:
		return errors.New(c.service + " does not accept the service secret: set MUSTER_SERVICE_SECRET to the one it runs with")
	case r.Code == "NOT_FOUND": // There is no such route.
		return errors.New(c.service + " has nothing of this kind, or " + c.url + " is not its internal address")
	}
	return r
}
