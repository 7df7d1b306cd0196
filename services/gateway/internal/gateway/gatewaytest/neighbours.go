package gatewaytest

import (
	"context"
	"errors"
	"sync"
	"time"

	"muster/libs/causal"
	"muster/services/gateway/internal/gateway"
)

// Neighbours is a gateway.Neighbours whose answers the test sets.
type Neighbours struct {
	mu sync.Mutex
	// Mail is called for each AwaitMail; nil means that directory is unavailable.
	Mail func(userID int64) error
	// Webhooks holds the writes of the events that billing has handled.
	Webhooks map[string][]causal.Write
	asked    []int64
}

// AwaitMail implements gateway.Neighbours.
func (n *Neighbours) AwaitMail(_ context.Context, userID int64, _ time.Duration) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked = append(n.asked, userID)
	if n.Mail == nil {
		return errors.New("directory is away")
	}
	return n.Mail(userID)
}

// MailAsked returns the users for whose mail the gateway has waited.
func (n *Neighbours) MailAsked() []int64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.asked
}

// WebhookWrites implements gateway.Neighbours.
func (n *Neighbours) WebhookWrites(_ context.Context, eventID string, _ time.Duration) ([]causal.Write, bool, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	writes, done := n.Webhooks[eventID]
	return writes, done, nil
}

var _ gateway.Neighbours = (*Neighbours)(nil)
