package gateway

import (
	"context"
	"time"
)

// webhookWait is how long billing is given to handle a webhook event whose answer is held.
const webhookWait = 1500 * time.Millisecond

// WebhookHandled returns when billing has handled an event that it has accepted, and all that this produced has taken
// effect; lacking as for [Service.Follow]. So a customer who comes back from paying finds what was paid for.
func (s *Service) WebhookHandled(ctx context.Context, eventID string) (lacking []string) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	writes, done, err := s.neighbours.WebhookWrites(ctx, eventID, remaining(ctx, webhookWait))
	if err != nil || !done {
		return []string{"billing has not handled the event"}
	}
	return s.Follow(ctx, writes)
}
