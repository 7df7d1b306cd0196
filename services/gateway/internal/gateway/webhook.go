package gateway

import (
	"context"
	"time"
)

// webhookWait is how long the gateway waits for billing to handle a webhook event before it answers.
const webhookWait = 1500 * time.Millisecond

// WebhookHandled returns when billing has handled an accepted event and its writes have taken effect. lacking is as for
// [Service.Follow]. A customer who returns from the payment page therefore sees the paid subscription.
func (s *Service) WebhookHandled(ctx context.Context, eventID string) (lacking []string) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	writes, done, err := s.neighbours.WebhookWrites(ctx, eventID, remaining(ctx, webhookWait))
	if err != nil || !done {
		return []string{"billing has not handled the event"}
	}
	return s.Follow(ctx, writes)
}
