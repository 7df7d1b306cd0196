package gateway_test

import (
	"context"
	"testing"
	"time"

	"muster/libs/causal"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

func TestFakeIsAModel(t *testing.T) {
	gatewaytest.TestModel(t, func(*testing.T) gateway.Model { return gatewaytest.NewModel() })
}

// patience is the consistency wait in tests whose answers never settle.
const short = 20 * time.Millisecond

func TestFollowReturnsAsSoonAsTheUserIsSettled(t *testing.T) {
	model := gatewaytest.NewModel()
	service := gateway.New(gateway.Ports{Model: model}, gateway.Rules{Patience: time.Minute})
	done := make(chan []string, 1)
	go func() {
		done <- service.Follow(context.Background(), []causal.Write{{Aggregate: causal.Account, UserID: 7, Version: 1}})
	}()
	for _, c := range registration(7) {
		select {
		case lacking := <-done:
			t.Fatalf("returned before the user was settled, lacking %q", lacking)
		default:
		}
		if err := service.Apply(context.Background(), c); err != nil {
			t.Fatal(err)
		}
	}
	if lacking := <-done; len(lacking) > 0 {
		t.Errorf("lacking %q", lacking)
	}
}

// registration returns the states that an accepted registration produces.
func registration(id int64) []gateway.Changes {
	made, accepted := gatewaytest.Account(id, 1), gatewaytest.Account(id, 2)
	made.Followed, accepted.Applicant = nil, nil
	made.TokensValidFrom, accepted.TokensValidFrom = nil, nil
	user := gatewaytest.User(id, 1)
	user.Followed = causal.Followed{causal.Account: 1}
	return []gateway.Changes{
		{Accounts: []gateway.AccountState{made}}, {Users: []gateway.UserState{user}}, {Accounts: []gateway.AccountState{accepted}},
	}
}

func TestFollowWaitsForAllUsersOfABatch(t *testing.T) {
	service := gateway.New(gateway.Ports{Model: gatewaytest.NewModel()}, gateway.Rules{Patience: short})
	for _, c := range registration(7) {
		if err := service.Apply(context.Background(), c); err != nil {
			t.Fatal(err)
		}
	}
	writes := []causal.Write{{Aggregate: causal.User, UserID: 7, Version: 1}, {Aggregate: causal.User, UserID: 8, Version: 1}}
	if lacking := service.Follow(context.Background(), writes); len(lacking) == 0 {
		t.Error("the second user was not waited for")
	}
	if lacking := service.Follow(context.Background(), writes[:1]); len(lacking) > 0 {
		t.Errorf("lacking %q", lacking)
	}
}
