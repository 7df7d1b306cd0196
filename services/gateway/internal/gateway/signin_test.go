package gateway_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"muster/libs/causal"
	"muster/libs/usersapi"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

func TestRegistered(t *testing.T) {
	writes := []causal.Write{{Aggregate: causal.Account, UserID: 7, Version: 1}}
	steps := registration(7)
	refused := gateway.Changes{Users: []gateway.UserState{{State: causal.State{UserID: 7, Version: 1, ActedOn: 1, Followed: causal.Followed{causal.Account: 1}, Deleted: true}, RejectedBecause: "EMAIL_EXISTS"}}}
	removed := gateway.Changes{Accounts: []gateway.AccountState{{State: causal.State{UserID: 7, Version: 3, Followed: causal.Followed{causal.User: 1}, Deleted: true}}}}
	deleted := gateway.Changes{Users: []gateway.UserState{{State: causal.State{UserID: 7, Version: 9, Deleted: true}}}}
	for name, test := range map[string]struct {
		arrived []gateway.Changes
		user    *usersapi.User
		marked  bool
		mail    bool
		err     error
	}{
		"accepted":                      {arrived: steps, user: steps[1].Users[0].Profile, mail: true},
		"directory is away":             {arrived: steps[:1], user: steps[0].Accounts[0].Applicant, marked: true},
		"nothing has arrived":           {err: gateway.ErrBehind, marked: true},
		"refused":                       {arrived: []gateway.Changes{steps[0], refused, removed}, err: gateway.ErrEmailExists},
		"refused, identity is behind":   {arrived: []gateway.Changes{steps[0], refused}, err: gateway.ErrEmailExists, marked: true},
		"accepted, identity is behind":  {arrived: steps[:2], user: steps[1].Users[0].Profile, marked: true},
		"deleted by somebody meanwhile": {arrived: append(slices.Clone(steps), deleted, removed), err: gateway.ErrGone},
	} {
		t.Run(name, func(t *testing.T) {
			neighbours := &gatewaytest.Neighbours{}
			service := gateway.New(gateway.Ports{Model: gatewaytest.NewModel(), Neighbours: neighbours}, gateway.Rules{Patience: short})
			for _, c := range test.arrived {
				if err := service.Apply(context.Background(), c); err != nil {
					t.Fatal(err)
				}
			}
			user, lacking, err := service.Registered(context.Background(), 7, writes)
			if !errors.Is(err, test.err) || (err != nil) != (test.err != nil) {
				t.Errorf("error %v, want %v", err, test.err)
			}
			if test.user != nil && user != *test.user {
				t.Errorf("user %+v, want %+v", user, *test.user)
			}
			if (len(lacking) > 0) != test.marked {
				t.Errorf("lacking %q", lacking)
			}
			if asked := len(neighbours.MailAsked()) > 0; asked != test.mail {
				t.Errorf("asked for the mail: %v", asked)
			}
			// A new user who is not signed in is refused for the same reasons, but one who has not arrived is only late.
			lacking, err = service.Accepted(context.Background(), 7, writes)
			if late := errors.Is(test.err, gateway.ErrBehind); !errors.Is(err, test.err) && !late || (err != nil) != (test.err != nil && !late) {
				t.Errorf("accepted: error %v, want %v", err, test.err)
			}
			if (len(lacking) > 0) != test.marked {
				t.Errorf("accepted: lacking %q", lacking)
			}
		})
	}
}

func TestWebhookHandled(t *testing.T) {
	model := gatewaytest.NewModel()
	neighbours := &gatewaytest.Neighbours{Webhooks: map[string][]causal.Write{
		"evt_settled": {{Aggregate: causal.User, UserID: 7, Version: 1}},
		"evt_behind":  {{Aggregate: causal.Subscription, UserID: 7, Version: 1}},
		"evt_nothing": nil,
	}}
	service := gateway.New(gateway.Ports{Model: model, Neighbours: neighbours}, gateway.Rules{Patience: short})
	for _, c := range registration(7) {
		if err := service.Apply(context.Background(), c); err != nil {
			t.Fatal(err)
		}
	}
	for event, settled := range map[string]bool{"evt_settled": true, "evt_nothing": true, "evt_behind": false, "evt_unhandled": false} {
		if lacking := service.WebhookHandled(context.Background(), event); (len(lacking) == 0) != settled {
			t.Errorf("%s: lacking %q", event, lacking)
		}
	}
}

func TestMember(t *testing.T) {
	active, inactive := gatewaytest.User(1, 1), gatewaytest.User(2, 1)
	inactive.Profile.IsActive = false
	service := gateway.New(gateway.Ports{Model: gatewaytest.NewModel()}, gateway.Rules{Patience: short})
	err := service.Apply(context.Background(), gateway.Changes{
		Users:    []gateway.UserState{active, inactive, {State: causal.State{UserID: 3, Version: 2, Deleted: true}}, gatewaytest.User(4, 1)},
		Accounts: []gateway.AccountState{gatewaytest.Account(1, 3), {State: causal.State{UserID: 4, Version: 2, Deleted: true}}, {State: causal.State{UserID: 5, Version: 2, Deleted: true}}, gatewaytest.Account(6, 1)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[int64]bool{1: true, 2: false, 3: false, 4: false, 5: false} {
		m, err := service.Member(context.Background(), id)
		if err != nil || m.Admitted() != want {
			t.Errorf("user %d: %v, %v", id, m.Admitted(), err)
		}
		if id == 1 && (!m.HasEnded("session-3") || m.HasEnded("session-4")) {
			t.Errorf("ended sessions %+v", m.EndedSessions)
		}
	}
	for _, id := range []int64{6, 7} {
		if _, err := service.Member(context.Background(), id); !errors.Is(err, gateway.ErrBehind) {
			t.Errorf("user %d, of whom directory has not told: %v", id, err)
		}
	}
}
