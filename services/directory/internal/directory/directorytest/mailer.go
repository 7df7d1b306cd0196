package directorytest

import (
	"context"
	"errors"
	"slices"
	"sync"

	"muster/services/directory/internal/directory"
)

// Mailer keeps the mail it is given.
type Mailer struct {
	mu   sync.Mutex
	sent []directory.Mail
	fail bool
}

var _ directory.Mailer = (*Mailer)(nil)

// Send keeps m, or fails while it is told to.
func (f *Mailer) Send(_ context.Context, m directory.Mail) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail {
		return errors.New("the mail server is away")
	}
	f.sent = append(f.sent, m)
	return nil
}

// Fail makes Send fail until it is called with false.
func (f *Mailer) Fail(fail bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = fail
}

// Sent gives the mail that was sent, in order.
func (f *Mailer) Sent() []directory.Mail {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.sent)
}
