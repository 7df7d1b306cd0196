package upstream

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"muster/libs/causal"
	"muster/libs/errs"
	"muster/libs/web"
)

// call calls an internal route of the service with a JSON body, or none if it is nil, and decodes a 2xx answer into
// answer. It returns the versions that the call produced, also with an error. A refusal is an *errs.Error with the code of the
// service; any other failure is UNAVAILABLE: the service may or may not have done its work.
func (u *Upstream) call(ctx context.Context, tokens web.ServiceTokens, method, path string, body, answer any) ([]causal.Write, error) {
	ctx, cancel := context.WithTimeout(ctx, u.total)
	defer cancel()
	req, err := u.internalRequest(ctx, tokens, method, path, body)
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", u.name, err)
	}
	resp, err := u.transport.RoundTrip(req)
	if err != nil {
		return nil, u.unavailable(err)
	}
	defer resp.Body.Close()
	writes := causal.ParseWrites(resp.Header.Values(causal.HeaderWrote))
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return writes, u.unavailable(err)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return writes, u.refusal(resp, text)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return writes, u.unavailable(err)
	}
	return writes, nil
}

func (u *Upstream) internalRequest(ctx context.Context, tokens web.ServiceTokens, method, path string, body any) (*http.Request, error) {
	text := []byte(nil)
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, u.base.JoinPath(path).String(), bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	token, err := tokens.Issue(u.name, time.Now())
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// refusal returns the error of an answer. Only these statuses refuse what the client wants; others mean that the two
// services do not understand each other, unless the caller knows the code. That is the cause then, as an *errs.Error.
func (u *Upstream) refusal(resp *http.Response, text []byte) error {
	kind, known := map[int]errs.Kind{
		http.StatusBadRequest: errs.KindInvalid, http.StatusNotFound: errs.KindNotFound, http.StatusConflict: errs.KindConflict,
		http.StatusTooManyRequests: errs.KindTooMany,
	}[resp.StatusCode]
	var refused struct {
		Message string `json:"message"`
		Code    string `json:"code"`
	}
	if err := json.Unmarshal(text, &refused); err != nil || refused.Code == "" {
		return u.unavailable(fmt.Errorf("status %s, code %q", resp.Status, refused.Code))
	}
	e := errs.New(kind, refused.Code, refused.Message)
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
		e.RetryAfter = time.Duration(seconds) * time.Second
	}
	if !known {
		return u.unavailable(e.Because(fmt.Errorf("status %s", resp.Status)))
	}
	return e
}
