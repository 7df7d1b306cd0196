package events_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"muster/libs/causal"
	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
	"muster/libs/inbox"
	"muster/services/gateway/internal/adapter/events"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

func record(t *testing.T, p contracts.Payload) inbox.Record {
	t.Helper()
	e, err := contracts.New("0192d5f0-0000-7000-8000-000000000001", "test", time.Now(), p)
	if err != nil {
		t.Fatal(err)
	}
	return inbox.Record{Event: e}
}

func TestTheNewestOfABatchCounts(t *testing.T) {
	model := gatewaytest.NewModel()
	handle := events.Handler(gateway.New(gateway.Ports{Model: model}, gateway.Rules{}))
	err := handle(context.Background(), []inbox.Record{
		record(t, directoryv1.User{ID: 7, Version: 3, Username: "third"}),
		record(t, directoryv1.User{ID: 7, Version: 2, Username: "second"}),
		record(t, identityv1.Account{UserID: 7, Version: 1, Email: "a@example.com", Registration: &identityv1.Registration{Username: "a", EmailVerified: true}}),
		record(t, billingv1.Subscription{UserID: 7, Version: 4}),
		{Event: contracts.Event{Type: "directory.user.v2", Key: "7", Data: json.RawMessage(`[]`)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := model.Progress(context.Background(), []int64{7})
	if err != nil || p[7][causal.User].Version != 3 || p[7][causal.Account].Version != 1 || p[7][causal.Subscription].Version != 4 {
		t.Errorf("%+v %v", p, err)
	}
	person, err := model.Person(context.Background(), 7)
	if err != nil || person.User.Username != "third" || person.Applicant.Email != "a@example.com" || person.Applicant.VerifiedAt == nil {
		t.Errorf("%+v %v", person, err)
	}
}

func TestWhatCannotBeReadIsAnError(t *testing.T) {
	handle := events.Handler(gateway.New(gateway.Ports{Model: gatewaytest.NewModel()}, gateway.Rules{}))
	misfiled := record(t, directoryv1.User{ID: 7, Version: 1})
	misfiled.Key = "8"
	garbled := record(t, directoryv1.User{ID: 7, Version: 1})
	garbled.Data = json.RawMessage(`{"id":"seven"}`)
	for name, r := range map[string]inbox.Record{
		"another user's key": misfiled, "not the payload": garbled, "no version": record(t, identityv1.Account{UserID: 7}),
	} {
		if err := handle(context.Background(), []inbox.Record{r}); err == nil {
			t.Errorf("%s: applied", name)
		}
	}
}
