package upstream

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"

	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/gateway/internal/gateway"
)

// People asks the services for what they hold of a person.
type People struct {
	identity, directory, billing *Upstream
	tokens                       web.ServiceTokens
}

// NewPeople takes the upstreams of the services' internal listeners.
func NewPeople(identity, directory, billing *Upstream, tokens web.ServiceTokens) *People {
	return &People{identity: identity, directory: directory, billing: billing, tokens: tokens}
}

var _ gateway.People = (*People)(nil)

// PersonalData implements gateway.People. identity comes last, because it records that the data is handed out.
func (p *People) PersonalData(ctx context.Context, r gateway.ExportRequest) (data gateway.PersonalData, err error) {
	defer func() {
		if err != nil {
			data.Close()
		}
	}()
	path := dataPath(r)
	if data.Directory, err = p.directory.keep(ctx, p.tokens, http.MethodGet, path, nil); err != nil {
		if errs.From(err).Code == "USER_NOT_FOUND" {
			err = gateway.ErrUserNotFound
		}
		return data, err
	}
	if data.Billing, err = p.billing.keep(ctx, p.tokens, http.MethodGet, path, nil); err != nil {
		return data, err
	}
	data.Identity, err = p.identity.keep(ctx, p.tokens, http.MethodPost, path, wantedBy(r))
	return data, err
}

// RefuseExport implements gateway.People.
func (p *People) RefuseExport(ctx context.Context, r gateway.ExportRequest) error {
	var nothing struct{}
	_, err := p.identity.call(ctx, p.tokens, http.MethodPost, dataPath(r)+"/refusals", wantedBy(r), &nothing)
	return err
}

func dataPath(r gateway.ExportRequest) string {
	return "/internal/users/" + strconv.FormatInt(r.UserID, 10) + "/personal-data"
}

// wantedBy is the body that tells identity who wants the data.
func wantedBy(r gateway.ExportRequest) map[string]any {
	return map[string]any{"actorId": r.ActorID, "sessionId": r.SessionID, "clientIp": r.IP}
}

// keep calls an internal route and keeps the whole answer, of any length. Only the first [maxAnswer] bytes of it are in memory.
func (u *Upstream) keep(ctx context.Context, tokens web.ServiceTokens, method, path string, body any) (io.ReadCloser, error) {
	req, err := u.internalRequest(ctx, tokens, method, path, body)
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", u.name, err)
	}
	resp, err := u.transport.RoundTrip(req)
	if err != nil {
		return nil, u.unavailable(err)
	}
	defer resp.Body.Close()
	head, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, u.unavailable(err)
	}
	if resp.StatusCode != http.StatusOK {
		refusal := u.refusal(resp, head)
		if errs.KindOf(refusal) != errs.KindNotFound {
			refusal = u.unavailable(refusal)
		}
		return nil, refusal
	}
	if len(head) < maxAnswer {
		return io.NopCloser(bytes.NewReader(head)), nil
	}
	rest, err := keepInFile(resp.Body)
	if err != nil {
		return nil, u.unavailable(err)
	}
	return kept{io.MultiReader(bytes.NewReader(head), rest), rest}, nil
}

// kept is an answer whose rest is in a file.
type kept struct {
	io.Reader
	io.Closer
}

// keepInFile copies r to a temporary file that has no name any more, so that it is gone when it is closed or the process ends.
func keepInFile(r io.Reader) (*os.File, error) {
	file, err := os.CreateTemp("", "muster-export-*")
	if err != nil {
		return nil, err
	}
	err = os.Remove(file.Name())
	if err == nil {
		_, err = io.Copy(file, r)
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}
