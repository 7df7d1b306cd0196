package directorytest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"muster/services/directory/internal/directory"
)

// mail is a mail with its outcome.
type mail struct {
	directory.Mail
	tried bool
	due   *time.Time // nil once it is sent or abandoned
	ended time.Time
}

// end returns the mail after its end, without personal data.
func (m mail) end(now time.Time) mail {
	m.tried, m.due, m.ended, m.Recipient, m.Code = true, nil, now, "", ""
	return m
}

func (t *tx) QueueMail(_ context.Context, m directory.Mail) error {
	t.queue(m, m.QueuedAt)
	return nil
}

func (t *tx) QueueClaimedMail(_ context.Context, until time.Time, mails ...directory.Mail) (queued []directory.Mail, _ error) {
	for _, m := range mails {
		m.Attempts = 1
		queued = append(queued, t.queue(m, until))
	}
	return queued, nil
}

func (t *tx) queue(m directory.Mail, due time.Time) directory.Mail {
	t.lastMail++
	m.ID = t.lastMail
	t.mails[m.ID] = mail{Mail: m, due: &due}
	return m
}

// ClaimMail claims the mail that is due for longest.
func (s *Store) ClaimMail(_ context.Context, now, until time.Time) (directory.Mail, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var due []mail
	for _, m := range s.state.mails {
		if m.due != nil && !m.due.After(now) {
			due = append(due, m)
		}
	}
	if len(due) == 0 {
		return directory.Mail{}, false, nil
	}
	m := slices.MinFunc(due, func(a, b mail) int { return cmp.Or(a.due.Compare(*b.due), cmp.Compare(a.ID, b.ID)) })
	m.Attempts++
	m.due = &until
	s.state.mails[m.ID] = m
	return m.Mail, true, nil
}

// end records the outcome of an attempt unless the mail was already withdrawn or ended.
func (s *Store) end(id int64, change func(*mail)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m, ok := s.state.mails[id]; ok && m.due != nil {
		m.tried = true
		change(&m)
		s.state.mails[id] = m
	}
	return nil
}

// MailSent ends a mail.
func (s *Store) MailSent(_ context.Context, id int64, now time.Time) error {
	return s.end(id, func(m *mail) { *m = m.end(now) })
}

// MailAbandoned ends a mail.
func (s *Store) MailAbandoned(ctx context.Context, id int64, now time.Time) error {
	return s.MailSent(ctx, id, now)
}

// MailFailed sets the time of the next attempt.
func (s *Store) MailFailed(_ context.Context, id int64, retryAt time.Time) error {
	return s.end(id, func(m *mail) { m.due = &retryAt })
}

// UntriedMail counts mails without a finished attempt.
func (s *Store) UntriedMail(_ context.Context, userID int64) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, m := range s.state.mails {
		if m.UserID == userID && !m.tried {
			n++
		}
	}
	return n, nil
}

// Mails counts the mails of which something is left.
func (s *Store) Mails() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.state.mails)
}

// PurgeMail removes mails that ended before the given time.
func (s *Store) PurgeMail(_ context.Context, before time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.state.mails, func(_ int64, m mail) bool { return m.due == nil && m.ended.Before(before) })
	return nil
}
