package billing

import (
	"context"
	"time"
)

// Answers keeps, for 24 h, how requests with an Idempotency-Key were answered.
type Answers interface {
	// Begin notes that a user's request with this key is under way. The fingerprint stands for the request's content. It
	// returns the stored answer if there is one; ErrKeyReused if the key came with other content, ErrKeyInFlight while the
	// first request is under way (at most a minute: its process may have died).
	Begin(ctx context.Context, userID int64, key string, fingerprint []byte, now time.Time) (Attempt, error)
	// Complete stores the answer.
	Complete(ctx context.Context, userID int64, key string, a Answer) error
	// Abandon ends an attempt without an answer to keep: the same request may come again.
	Abandon(ctx context.Context, userID int64, key string) error
}

// Attempt is one attempt at a request.
type Attempt struct {
	// Request is the same for every attempt at one request, and never used for another: what it makes is stored with it,
	// so that a repeated attempt finds it.
	Request string
	// Answer is the stored one, or nil if the request is to be carried out.
	Answer *Answer
}

// Answer is an HTTP answer in its essentials.
type Answer struct {
	Status int               `json:"status"`
	Header map[string]string `json:"header"`
	Body   []byte            `json:"body"`
}

// How long keys live.
const (
	AnswerLife = 24 * time.Hour // for which an answer is kept
	AttemptMax = time.Minute    // after which an attempt without an answer is taken for dead
)
