package directorytest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"muster/services/directory/internal/directory"
)

// Mailer is a fake directory.Mailer that records mail.
type Mailer struct {
	mu   sync.Mutex
	sent []directory.Mail
	fail error
}

var _ directory.Mailer = (*Mailer)(nil)

// Send records m, or fails if told to.
func (f *Mailer) Send(_ context.Context, m directory.Mail) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail != nil {
		return f.fail
	}
	f.sent = append(f.sent, m)
	return nil
}

// Fail makes Send fail temporarily until it is called with false.
func (f *Mailer) Fail(fail bool) { f.failWith(fail, errors.New("the mail server is away")) }

// Reject makes Send refuse all mail permanently until it is called with false.
func (f *Mailer) Reject(reject bool) {
	f.failWith(reject, fmt.Errorf("there is no such mailbox: %w", directory.ErrMailRefused))
}

func (f *Mailer) failWith(fail bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = nil
	if fail {
		f.fail = err
	}
}

// Sent returns the mail that was sent, in order.
func (f *Mailer) Sent() []directory.Mail {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.sent)
}
