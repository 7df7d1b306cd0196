package thunder

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
)

// Applications are the applications that may call the façade, with their secrets.
type Applications []application

type application struct {
	name, secret string
	digest       [sha256.Size]byte
}

// maxName is identity's limit for the name of an application, in bytes.
const maxName = 256

// ParseApplications parses entries such as name:secret. The error names no secret.
func ParseApplications(entries []string) (Applications, error) {
	var all Applications
	for n, entry := range entries {
		name, secret, _ := strings.Cut(entry, ":")
		if name == "" || secret == "" || len(name) > maxName {
			return nil, fmt.Errorf("entry %d is not name:secret with a name of at most %d bytes", n+1, maxName)
		}
		for _, a := range all {
			if a.name == name {
				return nil, fmt.Errorf("application %q is there twice", name)
			}
		}
		all = append(all, application{name, secret, digest(name, secret)})
	}
	return all, nil
}

// digest has the same length for all credentials, so that comparing it takes the same time. A name has no colon.
func digest(name, secret string) [sha256.Size]byte { return sha256.Sum256([]byte(name + ":" + secret)) }

// know compares with all applications in constant time.
func (all Applications) know(name, secret string) bool {
	want, found := digest(name, secret), 0
	for _, a := range all {
		found |= subtle.ConstantTimeCompare(want[:], a.digest[:])
	}
	return found == 1
}

// Admit checks an application's credentials: [ErrApplication] if they are wrong. Wrong ones count by client network; a
// network with too many gets limits.ErrUsedUp, for right ones as well, so that the answer does not tell which are right.
func (s *Service) Admit(ctx context.Context, name, secret, network string) error {
	ctx, cancel := context.WithTimeout(ctx, s.rules.Timeout)
	defer cancel()
	failures := s.limit("thunder applications").Of(network)
	err := s.throttle.Check(ctx, failures)
	if err == nil && !s.rules.Applications.know(name, secret) {
		if err = s.throttle.Take(ctx, failures); err == nil {
			return ErrApplication
		}
	}
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return ErrTimedOut.Because(err)
	}
	return err
}
