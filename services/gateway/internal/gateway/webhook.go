package gateway

import (
	"context"
	"time"
)

// webhookWait is how long the gateway waits for billing to handle a webhook event before it answers.
const webhookWait = 1500 * time.Millisecond

// webhooksHeld is how many webhooks of this process are held at the same time. More of them are a burst, such as the
// repetitions after an outage, in which nobody waits for a page. Holding all of them would slow down their delivery, and
// billing handles many events of one object at once if they arrive together.
const webhooksHeld = 16

// WebhookHandled returns when billing has handled an accepted event and its writes have taken effect. lacking is as for
// [Service.Follow]. A customer who returns from the payment page therefore sees the paid subscription.
// In a burst it returns at once.
func (s *Service) WebhookHandled(ctx context.Context, eventID string) (lacking []string) {
	select {
	case s.webhooks <- struct{}{}:
		defer func() { <-s.webhooks }()
	default:
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	writes, done, err := s.neighbours.WebhookWrites(ctx, eventID, remaining(ctx, webhookWait))
	if err != nil || !done {
		return []string{"billing has not handled the event"}
	}
	return s.Follow(ctx, writes)
}
