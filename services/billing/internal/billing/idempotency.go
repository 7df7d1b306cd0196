package billing

import (
	"context"
	"time"
)

// Answers stores the answers to requests with an Idempotency-Key for 24 h.
type Answers interface {
	// Begin records that a user's request with this key is in progress. The fingerprint identifies the request's
	// content. It returns the stored answer if there is one. ErrKeyReused if the key was used with other content;
	// ErrKeyInFlight while the first request is in progress (at most a minute, because its process may have died).
	Begin(ctx context.Context, userID int64, key string, fingerprint []byte, now time.Time) (Attempt, error)
	// Complete stores the answer.
	Complete(ctx context.Context, userID int64, key string, a Answer) error
	// Abandon ends an attempt that has no answer to store: the same request may be repeated.
	Abandon(ctx context.Context, userID int64, key string) error
}

// Attempt is one attempt at a request.
type Attempt struct {
	// Request is the same for every attempt at one request and is never used for another one. Whatever the request
	// creates is stored with it, so that a retry finds it.
	Request string
	// Answer is the stored answer, or nil if the request must be carried out.
	Answer *Answer
}

// Answer is the essential part of an HTTP answer.
type Answer struct {
	Status int               `json:"status"`
	Header map[string]string `json:"header"`
	Body   []byte            `json:"body"`
}

// How long keys live.
const (
	AnswerLife = 24 * time.Hour // how long an answer is kept
	AttemptMax = time.Minute    // after which an attempt without an answer counts as dead
)
