package postgres

import (
	"context"
	"time"

	"muster/libs/pg"
	"muster/services/directory/internal/directory"
)

const requestFields = "user_id, type_code, new_email, code, created_on, expires_at, attempts"

// requestRow is a row of verification_requests without generated columns. PutRequest passes all rows to PostgreSQL as
// JSON in one argument.
type requestRow struct {
	UserID    int64     `json:"user_id"`
	TypeCode  string    `json:"type_code"`
	NewEmail  *string   `json:"new_email"`
	Code      string    `json:"code"`
	CreatedOn time.Time `json:"created_on"`
	ExpiresAt time.Time `json:"expires_at"`
	Attempts  int       `json:"attempts"`
}

// LockRequest locks and reads the user's request of one type.
func (t tx) LockRequest(ctx context.Context, userID int64, typeCode string) (directory.VerificationRequest, error) {
	return t.lockRequest(ctx, directory.ErrNoVerification, "user_id = ? AND type_code = ?", userID, typeCode)
}

// LockRequestByID locks the user in a separate statement, so the next statement sees what was committed during the
// wait.
func (t tx) LockRequestByID(ctx context.Context, id int64) (directory.VerificationRequest, error) {
	if _, err := pg.Exec(ctx, t.db, "lock the request's user", `SELECT 1 FROM users
		WHERE id = (SELECT user_id FROM verification_requests WHERE id = ?) FOR UPDATE`, id); err != nil {
		return directory.VerificationRequest{}, err
	}
	return t.lockRequest(ctx, directory.ErrRequestNotFound, "id = ?", id)
}

func (t tx) lockRequest(ctx context.Context, missing error, where string, args ...any) (directory.VerificationRequest, error) {
	row, err := pg.One[requestRow](ctx, t.db, "lock verification request", missing,
		"SELECT "+requestFields+" FROM verification_requests WHERE "+where+" FOR UPDATE", args...)
	return directory.VerificationRequest(row), err
}

// LockRequests locks and reads all requests of some users.
func (t tx) LockRequests(ctx context.Context, userIDs []int64) ([]directory.VerificationRequest, error) {
	rows, err := pg.Many[requestRow](ctx, t.db, "lock verification requests", "SELECT "+requestFields+` FROM verification_requests
		WHERE user_id = ANY(?::bigint[]) ORDER BY user_id, type_code FOR UPDATE`, pg.Array[int64](userIDs))
	return pg.Map(rows, func(r requestRow) directory.VerificationRequest { return directory.VerificationRequest(r) }), err
}

// PutRequest upserts requests by user and type, and withdraws unsent mails with a replaced code.
func (t tx) PutRequest(ctx context.Context, requests ...directory.VerificationRequest) error {
	if len(requests) == 0 {
		return nil
	}
	rows := make([]requestRow, len(requests))
	userIDs := make(pg.Array[int64], len(requests))
	for i, r := range requests {
		rows[i], userIDs[i] = requestRow(r), r.UserID
	}
	_, err := pg.Exec(ctx, t.db, "put verification requests", `INSERT INTO verification_requests (`+requestFields+`)
		SELECT `+requestFields+` FROM jsonb_to_recordset(?::jsonb) AS r (user_id bigint, type_code text, new_email text, code text,
			created_on timestamptz, expires_at timestamptz, attempts integer)
		ON CONFLICT ON CONSTRAINT verification_requests_one_each DO UPDATE SET new_email = excluded.new_email, code = excluded.code,
			created_on = excluded.created_on, expires_at = excluded.expires_at, attempts = excluded.attempts`, pg.JSONOf(rows))
	if err != nil {
		return err
	}
	return t.takeBackMail(ctx, `user_id = ANY(?::bigint[]) AND payload->>'code' <> (SELECT r.code FROM verification_requests r
		WHERE r.user_id = mail_queue.user_id AND r.type_code = mail_queue.kind)`, userIDs)
}

// CloseRequests deletes requests and withdraws the unsent mails of the same kinds.
func (t tx) CloseRequests(ctx context.Context, userID int64, typeCodes ...string) error {
	requests, mails := "user_id = ?", "user_id = ?"
	args := []any{userID}
	if len(typeCodes) > 0 {
		requests += " AND type_code IN ?"
		mails += " AND kind IN ?"
		args = append(args, typeCodes)
	}
	if _, err := pg.Exec(ctx, t.db, "close verification requests", "DELETE FROM verification_requests WHERE "+requests, args...); err != nil {
		return err
	}
	return t.takeBackMail(ctx, mails, args...)
}

// takeBackMail deletes the content of unsent mails and keeps the rows: a mail in delivery cannot be stopped and still
// counts.
func (t tx) takeBackMail(ctx context.Context, where string, args ...any) error {
	_, err := pg.Exec(ctx, t.db, "take back mail", `UPDATE mail_queue SET tried = true, next_try_at = NULL, abandoned_at = ?, recipient = NULL, payload = NULL
		WHERE next_try_at IS NOT NULL AND `+where, append([]any{t.store.now()}, args...)...)
	return err
}

// RaiseVersions changes no other column.
func (t tx) RaiseVersions(ctx context.Context, userIDs []int64) error {
	_, err := pg.Exec(ctx, t.db, "raise versions", "UPDATE users SET version = version + 1 WHERE id = ANY(?::bigint[])", pg.Array[int64](userIDs))
	return err
}

// PurgeRequests deletes the requests that expired first.
func (t tx) PurgeRequests(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := pg.Exec(ctx, t.db, "purge verification requests", `DELETE FROM verification_requests WHERE id = ANY(ARRAY(
		SELECT id FROM verification_requests WHERE expires_at < ? ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED))`, before, limit)
	return int(n), err
}
