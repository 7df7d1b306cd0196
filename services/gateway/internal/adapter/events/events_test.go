package events_test

import (
	"context"
	"encoding/json"
	"reflect"
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

// standings is a model that keeps the standings that it is told.
type standings struct {
	gateway.Model
	told map[int64]gateway.Standing
}

func (s standings) Apply(_ context.Context, c gateway.Changes) error {
	for _, state := range c.Subscriptions {
		s.told[state.UserID] = state.Standing
	}
	return nil
}

func (standings) AfterCommit(context.Context, func()) {}

// TestTheStandingIsBillingsOrFollowsFromTheCurrentSubscription: records of earlier releases have only the latter.
func TestTheStandingIsBillingsOrFollowsFromTheCurrentSubscription(t *testing.T) {
	at := func(day int) *time.Time { return new(time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC)) }
	told := billingv1.Standing{PaidSince: at(1), TrialSince: at(2), TrialUntil: at(3), FreeSince: at(4), AttemptAt: at(5), EndedAt: at(6)}
	current := func(status string, charged int64) *billingv1.Current {
		return &billingv1.Current{
			Status: status, ChargedAmount: charged, CreatedAt: *at(10), CurrentPeriodStart: at(11), TrialStart: at(12), TrialEnd: at(13), CanceledAt: at(14), EndedAt: at(15),
		}
	}
	untried := current("active", 100)
	untried.TrialEnd = nil
	ended := current("canceled", 100)
	ended.EndedAt = nil
	for name, c := range map[string]struct {
		record billingv1.Subscription
		want   gateway.Standing
	}{
		"billing's": {billingv1.Subscription{Current: current("active", 100), Standing: &told}, gateway.Standing{
			PaidSince: at(1), TrialSince: at(2), TrialUntil: at(3), FreeSince: at(4), AttemptAt: at(5), LastEndedAt: at(6)}},
		"without a subscription": {billingv1.Subscription{Standing: &billingv1.Standing{AttemptAt: at(5)}}, gateway.Standing{AttemptAt: at(5)}},
		"deleted":                {billingv1.Subscription{Deleted: true, Standing: &told}, gateway.Standing{}},
		"nothing":                {billingv1.Subscription{}, gateway.Standing{}},
		"paid":                   {billingv1.Subscription{Current: untried}, gateway.Standing{PaidSince: at(10)}},
		"past due after a trial": {billingv1.Subscription{Current: current("past_due", 100)}, gateway.Standing{PaidSince: at(13)}},
		"past due for nothing":   {billingv1.Subscription{Current: current("past_due", 0)}, gateway.Standing{LastEndedAt: at(15)}},
		"trial":                  {billingv1.Subscription{Current: current("trialing", 0)}, gateway.Standing{TrialSince: at(12), TrialUntil: at(13)}},
		"free":                   {billingv1.Subscription{Current: current("active", 0)}, gateway.Standing{FreeSince: at(11)}},
		"incomplete":             {billingv1.Subscription{Current: current("incomplete_expired", 100)}, gateway.Standing{AttemptAt: at(10)}},
		"ended":                  {billingv1.Subscription{Current: ended}, gateway.Standing{LastEndedAt: at(14)}},
	} {
		model := standings{told: map[int64]gateway.Standing{}}
		c.record.UserID, c.record.Version = 7, 4
		err := events.Handler(gateway.New(gateway.Ports{Model: model}, gateway.Rules{}))(context.Background(), []inbox.Record{record(t, c.record)})
		if got := model.told[7]; err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, c.want)
		}
	}
}
