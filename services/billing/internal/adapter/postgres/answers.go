package postgres

import (
	"bytes"
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

type answerRow struct {
	Request     string
	Fingerprint []byte
	BusyUntil   *time.Time
	Answer      *pg.JSON[billing.Answer]
	CreatedAt   time.Time
}

// Begin implements billing.Answers.
func (s *Store) Begin(ctx context.Context, userID int64, key string, fingerprint []byte, now time.Time) (a billing.Attempt, err error) {
	err = pg.Tx(ctx, s.db, func(ctx context.Context, db *gorm.DB) error {
		a, err = begin(ctx, db, userID, key, fingerprint, now)
		return err
	})
	return a, err
}

func begin(ctx context.Context, db *gorm.DB, userID int64, key string, fingerprint []byte, now time.Time) (billing.Attempt, error) {
	request, busy := uuid.NewString(), now.Add(billing.AttemptMax)
	// An expired key is treated as new.
	begun, err := pg.Exec(ctx, db, "begin request", `
		INSERT INTO idempotency_keys AS k (user_id, key, request, fingerprint, busy_until, answer, created_at)
		VALUES (?, ?, ?, ?, ?, NULL, ?)
		ON CONFLICT ON CONSTRAINT idempotency_keys_pkey DO UPDATE SET request = excluded.request,
			fingerprint = excluded.fingerprint, busy_until = excluded.busy_until, answer = NULL, created_at = excluded.created_at
		WHERE k.created_at <= ?`,
		userID, key, request, fingerprint, busy, now, now.Add(-billing.AnswerLife))
	if err != nil {
		return billing.Attempt{}, err
	}
	if begun == 1 {
		return billing.Attempt{Request: request}, nil
	}
	row, _, err := pg.First[answerRow](ctx, db, "read request", `
		SELECT request, fingerprint, busy_until, answer, created_at FROM idempotency_keys WHERE user_id = ? AND key = ? FOR UPDATE`,
		userID, key)
	switch {
	case err != nil:
		return billing.Attempt{}, err
	case !bytes.Equal(row.Fingerprint, fingerprint):
		return billing.Attempt{}, billing.ErrKeyReused
	case row.Answer != nil:
		return billing.Attempt{Request: row.Request, Answer: &row.Answer.V}, nil
	case row.BusyUntil != nil && now.Before(*row.BusyUntil):
		return billing.Attempt{}, billing.ErrKeyInFlight
	}
	_, err = pg.Exec(ctx, db, "resume request", `UPDATE idempotency_keys SET busy_until = ? WHERE user_id = ? AND key = ?`, busy, userID, key)
	return billing.Attempt{Request: row.Request}, err
}

// Complete implements billing.Answers.
func (s *Store) Complete(ctx context.Context, userID int64, key string, a billing.Answer) error {
	_, err := pg.Exec(ctx, s.db, "store answer", `UPDATE idempotency_keys SET answer = ?, busy_until = NULL WHERE user_id = ? AND key = ?`,
		pg.JSONOf(a), userID, key)
	return err
}

// Abandon implements billing.Answers.
func (s *Store) Abandon(ctx context.Context, userID int64, key string) error {
	_, err := pg.Exec(ctx, s.db, "abandon request",
		`UPDATE idempotency_keys SET busy_until = NULL WHERE user_id = ? AND key = ? AND answer IS NULL`, userID, key)
	return err
}

// PurgeAnswers deletes expired answers, at most a thousand per call.
func (s *Store) PurgeAnswers(ctx context.Context, now time.Time) error {
	_, err := pg.Exec(ctx, s.db, "purge answers", `
		DELETE FROM idempotency_keys WHERE (user_id, key) IN (
			SELECT user_id, key FROM idempotency_keys WHERE created_at <= ? ORDER BY created_at LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
		now.Add(-billing.AnswerLife))
	return err
}
