package postgres

import (
	"context"
	"fmt"
	"time"

	"muster/services/directory/internal/directory"
)

type requestRow struct {
	UserID    int64
	TypeCode  string
	Code      string
	CreatedOn time.Time
	ExpiresAt time.Time
	Attempts  int
}

// LockRequest locks and reads the user's request of one type.
func (t tx) LockRequest(ctx context.Context, userID int64, typeCode string) (directory.VerificationRequest, error) {
	row, found, err := first[requestRow](ctx, t.db, `SELECT user_id, type_code, code, created_on, expires_at, attempts
		FROM verification_requests WHERE user_id = ? AND type_code = ? FOR UPDATE`, userID, typeCode)
	if err != nil {
		return directory.VerificationRequest{}, fmt.Errorf("lock verification request: %w", err)
	}
	if !found {
		return directory.VerificationRequest{}, directory.ErrNoVerification
	}
	return directory.VerificationRequest(row), nil
}

// PutRequest inserts a request, or overwrites the user's request of the same type.
func (t tx) PutRequest(ctx context.Context, r directory.VerificationRequest) error {
	_, err := exec(ctx, t.db, `INSERT INTO verification_requests (user_id, type_code, code, created_on, expires_at, attempts)
		VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT verification_requests_one_each DO UPDATE SET
			code = excluded.code, created_on = excluded.created_on, expires_at = excluded.expires_at, attempts = excluded.attempts`,
		r.UserID, r.TypeCode, r.Code, r.CreatedOn, r.ExpiresAt, r.Attempts)
	if err != nil {
		return fmt.Errorf("put verification request: %w", err)
	}
	return nil
}

// CloseRequests deletes requests and the unsent mails of the same kinds.
func (t tx) CloseRequests(ctx context.Context, userID int64, typeCodes ...string) error {
	requests, mails := "user_id = ?", "user_id = ?"
	args := []any{userID}
	if len(typeCodes) > 0 {
		requests += " AND type_code IN ?"
		mails += " AND kind IN ?"
		args = append(args, typeCodes)
	}
	if _, err := exec(ctx, t.db, "DELETE FROM verification_requests WHERE "+requests, args...); err != nil {
		return fmt.Errorf("close verification requests: %w", err)
	}
	if _, err := exec(ctx, t.db, "DELETE FROM mail_queue WHERE next_try_at IS NOT NULL AND "+mails, args...); err != nil {
		return fmt.Errorf("take back mail: %w", err)
	}
	return nil
}
