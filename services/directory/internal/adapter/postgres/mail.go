package postgres

import (
	"context"
	"slices"
	"time"

	"muster/libs/pg"
	"muster/services/directory/internal/directory"
)

// payload is the content of a mail as stored in the queue.
type payload struct {
	FirstName     *string   `json:"firstName"`
	Code          string    `json:"code"`
	CodeExpiresAt time.Time `json:"codeExpiresAt"`
	Declinable    bool      `json:"declinable"`
}

func payloadOf(m directory.Mail) payload {
	return payload{m.FirstName, m.Code, m.CodeExpiresAt, m.Declinable}
}

type mailRow struct {
	ID        int64
	UserID    *int64
	Kind      string
	Recipient string
	Payload   pg.JSON[payload]
	QueuedAt  time.Time
	Attempts  int
}

// MailQueued receives a signal after each commit in this process that queued mail.
func (s *Store) MailQueued() <-chan struct{} { return s.wake }

func (s *Store) mailQueued() {
	select {
	case s.wake <- struct{}{}:
	default: // a signal is already pending
	}
}

// QueueMail inserts a mail and signals it after the commit.
func (t tx) QueueMail(ctx context.Context, m directory.Mail) error {
	_, err := pg.Exec(ctx, t.db, "queue mail", `INSERT INTO mail_queue (user_id, kind, recipient, payload, queued_at, attempts, tried, next_try_at)
		VALUES (?, ?, ?, ?::jsonb, ?, 0, false, ?)`, pg.OrNull(m.UserID), m.Kind, m.Recipient, pg.JSONOf(payloadOf(m)), m.QueuedAt, m.QueuedAt)
	if err != nil {
		return err
	}
	pg.AfterCommit(ctx, t.store.mailQueued)
	return nil
}

// queuedMail is the JSON form of a mail for QueueClaimedMail, which passes all mails to PostgreSQL in one argument.
type queuedMail struct {
	UserID    int64     `json:"user_id"`
	Kind      string    `json:"kind"`
	Recipient string    `json:"recipient"`
	Payload   payload   `json:"payload"`
	QueuedAt  time.Time `json:"queued_at"`
}

// QueueClaimedMail inserts mails in the state in which ClaimMail leaves them. Ids ascend in the order of the mails.
func (t tx) QueueClaimedMail(ctx context.Context, until time.Time, mails ...directory.Mail) ([]directory.Mail, error) {
	if len(mails) == 0 {
		return nil, nil
	}
	rows := make([]queuedMail, len(mails))
	for i, m := range mails {
		rows[i] = queuedMail{m.UserID, string(m.Kind), m.Recipient, payloadOf(m), m.QueuedAt}
	}
	ids, err := pg.Many[int64](ctx, t.db, "queue claimed mail", `INSERT INTO mail_queue (user_id, kind, recipient, payload, queued_at, attempts, tried, next_try_at)
		SELECT user_id, kind, recipient, payload, queued_at, 1, false, ?
		FROM ROWS FROM (jsonb_to_recordset(?::jsonb) AS (user_id bigint, kind text, recipient text, payload jsonb, queued_at timestamptz))
			WITH ORDINALITY AS m (user_id, kind, recipient, payload, queued_at, place)
		ORDER BY place RETURNING id`, until, pg.JSONOf(rows))
	if err != nil {
		return nil, err
	}
	slices.Sort(ids)
	queued := slices.Clone(mails)
	for i := range queued {
		queued[i].ID, queued[i].Attempts = ids[i], 1
	}
	return queued, nil
}

// ClaimMail is one statement and thus its own transaction: no lock is held during the sending.
func (s *Store) ClaimMail(ctx context.Context, now, until time.Time) (directory.Mail, bool, error) {
	row, found, err := pg.First[mailRow](ctx, s.db, "claim mail", `UPDATE mail_queue SET attempts = attempts + 1, next_try_at = ?
		WHERE id = (SELECT id FROM mail_queue WHERE next_try_at <= ? ORDER BY next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING id, user_id, kind, recipient, payload, queued_at, attempts`, until, now)
	if err != nil || !found {
		return directory.Mail{}, false, err
	}
	p := row.Payload.V
	return directory.Mail{
		ID: row.ID, UserID: pg.OrZero(row.UserID), Kind: directory.MailKind(row.Kind), Recipient: row.Recipient, FirstName: p.FirstName,
		Code: p.Code, CodeExpiresAt: p.CodeExpiresAt, Declinable: p.Declinable, QueuedAt: row.QueuedAt, Attempts: row.Attempts,
	}, true, nil
}

// MailSent ends a mail and deletes its content.
func (s *Store) MailSent(ctx context.Context, id int64, now time.Time) error {
	_, err := pg.Exec(ctx, s.db, "note mail sent", `UPDATE mail_queue SET tried = true, next_try_at = NULL, sent_at = ?, recipient = NULL, payload = NULL
		WHERE id = ? AND next_try_at IS NOT NULL`, now, id)
	return err
}

// MailFailed sets the time of the next attempt.
func (s *Store) MailFailed(ctx context.Context, id int64, retryAt time.Time) error {
	_, err := pg.Exec(ctx, s.db, "note mail failed", `UPDATE mail_queue SET tried = true, next_try_at = ?
		WHERE id = ? AND next_try_at IS NOT NULL`, retryAt, id)
	return err
}

// MailAbandoned ends a mail and deletes its content.
func (s *Store) MailAbandoned(ctx context.Context, id int64, now time.Time) error {
	_, err := pg.Exec(ctx, s.db, "note mail abandoned", `UPDATE mail_queue SET tried = true, next_try_at = NULL, abandoned_at = ?, recipient = NULL, payload = NULL
		WHERE id = ? AND next_try_at IS NOT NULL`, now, id)
	return err
}

// UntriedMail counts mails without a finished attempt.
func (s *Store) UntriedMail(ctx context.Context, userID int64) (int, error) {
	n, _, err := pg.First[int](ctx, s.db, "count untried mail", "SELECT count(*) FROM mail_queue WHERE user_id = ? AND NOT tried", userID)
	return n, err
}

// PurgeMail deletes mails that ended before the given time.
func (s *Store) PurgeMail(ctx context.Context, before time.Time) error {
	_, err := pg.Exec(ctx, s.db, "purge mail", "DELETE FROM mail_queue WHERE coalesce(sent_at, abandoned_at) < ?", before)
	return err
}
