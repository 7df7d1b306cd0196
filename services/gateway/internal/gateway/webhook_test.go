package gateway_test

import (
	"context"
	"testing"
	"time"

	"muster/libs/causal"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

// busy is a billing that handles no event until it is released.
type busy struct {
	*gatewaytest.Neighbours
	asked    chan string
	released chan struct{}
}

func (b busy) WebhookWrites(_ context.Context, eventID string, _ time.Duration) ([]causal.Write, bool, error) {
	b.asked <- eventID
	<-b.released
	return nil, true, nil
}

// In a burst of webhooks a few are held until billing has handled them. The others are answered at once, and when the
// burst is over webhooks are held again.
func TestABurstOfWebhooksIsNotHeld(t *testing.T) {
	billing := busy{&gatewaytest.Neighbours{}, make(chan string, 100), make(chan struct{})}
	service := gateway.New(gateway.Ports{Model: gatewaytest.NewModel(), Neighbours: billing}, gateway.Rules{Patience: time.Minute})
	const burst = 40
	answered := make(chan []string, burst)
	for range burst {
		go func() { answered <- service.WebhookHandled(context.Background(), "evt_burst") }()
	}
	const held = 16
	for range burst - held {
		if lacking := <-answered; len(lacking) > 0 {
			t.Errorf("lacking %q", lacking)
		}
	}
	for range held {
		<-billing.asked
	}
	close(billing.released)
	for range held {
		<-answered
	}
	service.WebhookHandled(context.Background(), "evt_after")
	if event := <-billing.asked; event != "evt_after" {
		t.Errorf("asked for %s", event)
	}
}
