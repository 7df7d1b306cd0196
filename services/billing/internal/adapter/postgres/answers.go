package postgres

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
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
	Answer      []byte
	CreatedAt   time.Time
}

// Begin implements billing.Answers.
func (s *Store) Begin(ctx context.Context, userID int64, key string, fingerprint []byte, now time.Time) (a billing.Attempt, err error) {
	err = pg.Tx(ctx, s.db, func(_ context.Context, db *gorm.DB) error {
		a, err = begin(db, userID, key, fingerprint, now)
		return err
	})
	return a, err
}

func begin(db *gorm.DB, userID int64, key string, fingerprint []byte, now time.Time) (billing.Attempt, error) {
	request, busy := uuid.NewString(), now.Add(billing.AttemptMax)
	// A key that has outlived its answer begins anew.
	r := db.Exec(`
		INSERT INTO idempotency_keys AS k (user_id, key, request, fingerprint, busy_until, answer, created_at)
		VALUES (?, ?, ?, ?, ?, NULL, ?)
		ON CONFLICT ON CONSTRAINT idempotency_keys_pkey DO UPDATE SET request = excluded.request,
			fingerprint = excluded.fingerprint, busy_until = excluded.busy_until, answer = NULL, created_at = excluded.created_at
		WHERE k.created_at <= ?`,
		userID, key, request, fingerprint, busy, now, now.Add(-billing.AnswerLife))
	if r.Error != nil {
		return billing.Attempt{}, wrap("begin request", r.Error)
	}
	if r.RowsAffected == 1 {
		return billing.Attempt{Request: request}, nil
	}
	var row answerRow
	err := db.Raw(`
		SELECT request, fingerprint, busy_until, answer, created_at FROM idempotency_keys WHERE user_id = ? AND key = ? FOR UPDATE`,
		userID, key).Scan(&row).Error
	switch {
	case err != nil:
		return billing.Attempt{}, wrap("read request", err)
	case !bytes.Equal(row.Fingerprint, fingerprint):
		return billing.Attempt{}, billing.ErrKeyReused
	case row.Answer != nil:
		a := billing.Attempt{Request: row.Request, Answer: &billing.Answer{}}
		if err := json.Unmarshal(row.Answer, a.Answer); err != nil {
			return billing.Attempt{}, fmt.Errorf("stored answer: %w", err)
		}
		return a, nil
	case row.BusyUntil != nil && now.Before(*row.BusyUntil):
		return billing.Attempt{}, billing.ErrKeyInFlight
	}
	err = db.Exec(`UPDATE idempotency_keys SET busy_until = ? WHERE user_id = ? AND key = ?`, busy, userID, key).Error
	return billing.Attempt{Request: row.Request}, wrap("resume request", err)
}

// Complete implements billing.Answers.
func (s *Store) Complete(ctx context.Context, userID int64, key string, a billing.Answer) error {
	answer, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	err = pg.From(ctx, s.db).Exec(`UPDATE idempotency_keys SET answer = ?, busy_until = NULL WHERE user_id = ? AND key = ?`,
		string(answer), userID, key).Error
	return wrap("store answer", err)
}

// Abandon implements billing.Answers.
func (s *Store) Abandon(ctx context.Context, userID int64, key string) error {
	err := pg.From(ctx, s.db).Exec(`UPDATE idempotency_keys SET busy_until = NULL WHERE user_id = ? AND key = ? AND answer IS NULL`,
		userID, key).Error
	return wrap("abandon request", err)
}

// PurgeAnswers forgets answers that have outlived their time, at most a thousand at once.
func (s *Store) PurgeAnswers(ctx context.Context, now time.Time) error {
	err := pg.From(ctx, s.db).Exec(`
		DELETE FROM idempotency_keys WHERE (user_id, key) IN (
			SELECT user_id, key FROM idempotency_keys WHERE created_at <= ? ORDER BY created_at LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
		now.Add(-billing.AnswerLife)).Error
	return wrap("purge answers", err)
}
