package gateway_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

func TestFakeIsAModel(t *testing.T) {
	gatewaytest.TestModel(t, func(*testing.T) gateway.Model { return gatewaytest.NewModel() })
}

// patience in tests whose answers never settle.
const short = 20 * time.Millisecond

// versions in the order of the fields of a state's header.
type u struct {
	version, access, account, subscription int64
	deleted                                bool
}
type a struct {
	version, activity, user int64
	deleted                 bool
}
type s struct {
	version, access, user int64
	deleted               bool
}

func TestWhichWriteWaitsForWhat(t *testing.T) {
	const (
		noAccount      = "account state not arrived"
		noUser         = "user state not arrived"
		noSubscription = "subscription state not arrived"
		undecided      = "directory has not decided on the user"
		identity       = "identity has not followed the user"
		account        = "directory has not followed the account"
		subscription   = "directory has not followed the subscription"
		removal        = "identity has not removed the account"
		billing        = "billing has not followed the deletion"
	)
	write := func(kind gateway.Aggregate, version int64) gateway.Write {
		return gateway.Write{Aggregate: kind, UserID: 7, Version: version}
	}
	for name, test := range map[string]struct {
		user         u
		account      a
		subscription s
		write        gateway.Write
		lacking      []string
	}{
		"nothing has arrived":                 {write: write(gateway.Account, 1), lacking: []string{noAccount, undecided}},
		"registered, directory is behind":     {account: a{1, 1, 0, false}, write: write(gateway.Account, 1), lacking: []string{account, undecided}},
		"user made, identity is behind":       {user: u{1, 1, 1, 0, false}, account: a{1, 1, 0, false}, write: write(gateway.Account, 1), lacking: []string{identity}},
		"user made, own account is behind":    {user: u{1, 1, 1, 0, false}, write: write(gateway.Account, 1), lacking: []string{noAccount, identity}},
		"registered":                          {user: u{1, 1, 1, 0, false}, account: a{2, 1, 1, false}, write: write(gateway.Account, 1)},
		"signed in, lastLoginAt is behind":    {user: u{1, 1, 1, 0, false}, account: a{3, 3, 1, false}, write: write(gateway.Account, 3), lacking: []string{account}},
		"signed in":                           {user: u{2, 1, 3, 0, false}, account: a{3, 3, 1, false}, write: write(gateway.Account, 3)},
		"logged out: nobody else acts on it":  {user: u{2, 1, 3, 0, false}, account: a{4, 3, 1, false}, write: write(gateway.Account, 4)},
		"logged out, not here yet":            {user: u{2, 1, 3, 0, false}, account: a{3, 3, 1, false}, write: write(gateway.Account, 4), lacking: []string{noAccount}},
		"names changed":                       {user: u{3, 1, 3, 0, false}, account: a{3, 3, 1, false}, write: write(gateway.User, 3)},
		"names changed, not here yet":         {user: u{2, 1, 3, 0, false}, account: a{3, 3, 1, false}, write: write(gateway.User, 3), lacking: []string{noUser}},
		"deactivated, identity is behind":     {user: u{3, 3, 3, 0, false}, account: a{3, 3, 1, false}, write: write(gateway.User, 3), lacking: []string{identity}},
		"deactivated":                         {user: u{3, 3, 3, 0, false}, account: a{4, 3, 3, false}, write: write(gateway.User, 3)},
		"paid, directory is behind":           {user: u{3, 1, 3, 0, false}, account: a{4, 3, 1, false}, subscription: s{1, 1, 3, false}, write: write(gateway.Subscription, 1), lacking: []string{subscription}},
		"paid, identity is behind":            {user: u{4, 4, 3, 1, false}, account: a{4, 3, 1, false}, subscription: s{1, 1, 3, false}, write: write(gateway.Subscription, 1), lacking: []string{identity}},
		"paid":                                {user: u{4, 4, 3, 1, false}, account: a{5, 3, 4, false}, subscription: s{1, 1, 3, false}, write: write(gateway.Subscription, 1)},
		"paid, own subscription is behind":    {user: u{4, 4, 3, 1, false}, account: a{5, 3, 4, false}, write: write(gateway.Subscription, 1), lacking: []string{noSubscription}},
		"price changed: nobody acts on it":    {user: u{4, 4, 3, 1, false}, account: a{5, 3, 4, false}, subscription: s{2, 1, 3, false}, write: write(gateway.Subscription, 2)},
		"deleted, identity is behind":         {user: u{5, 5, 3, 0, true}, account: a{5, 3, 4, false}, write: write(gateway.User, 5), lacking: []string{removal}},
		"deleted, billing is behind":          {user: u{5, 5, 3, 1, true}, account: a{6, 3, 5, true}, subscription: s{2, 1, 4, false}, write: write(gateway.User, 5), lacking: []string{billing}},
		"deleted, billing reports it":         {user: u{5, 5, 3, 1, true}, account: a{6, 3, 5, true}, subscription: s{3, 1, 5, false}, write: write(gateway.User, 5)},
		"deleted, billing's last":             {user: u{5, 5, 3, 1, true}, account: a{6, 3, 5, true}, subscription: s{3, 3, 0, true}, write: write(gateway.User, 5)},
		"deleted, billing never knew":         {user: u{5, 5, 3, 0, true}, account: a{6, 6, 5, true}, write: write(gateway.User, 5)},
		"a kind of a later release is no bar": {user: u{1, 1, 1, 0, false}, account: a{2, 1, 1, false}, write: write("invoice", 9)},
	} {
		t.Run(name, func(t *testing.T) {
			model := gatewaytest.NewModel()
			changes := gateway.Changes{
				Users:    []gateway.UserState{{UserID: 7, Version: test.user.version, AccessVersion: test.user.access, AccountVersion: test.user.account, SubscriptionVersion: test.user.subscription, Deleted: test.user.deleted}},
				Accounts: []gateway.AccountState{{UserID: 7, Version: test.account.version, ActivityVersion: test.account.activity, UserVersion: test.account.user, Deleted: test.account.deleted}},
				Subscriptions: []gateway.SubscriptionState{{UserID: 7, Version: test.subscription.version, AccessVersion: test.subscription.access,
					UserVersion: test.subscription.user, Deleted: test.subscription.deleted}},
			}
			service := gateway.New(model, nil, short)
			if err := service.Apply(context.Background(), changes); err != nil {
				t.Fatal(err)
			}
			lacking := service.Follow(context.Background(), []gateway.Write{test.write})
			slices.Sort(test.lacking)
			if !slices.Equal(lacking, test.lacking) {
				t.Errorf("lacking %q, want %q", lacking, test.lacking)
			}
		})
	}
}

func TestFollowReturnsAsSoonAsTheUserIsSettled(t *testing.T) {
	model := gatewaytest.NewModel()
	service := gateway.New(model, nil, time.Minute)
	done := make(chan []string, 1)
	go func() {
		done <- service.Follow(context.Background(), []gateway.Write{{Aggregate: gateway.Account, UserID: 7, Version: 1}})
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

// registration is what arrives of a registration that is accepted.
func registration(id int64) []gateway.Changes {
	made, accepted := gatewaytest.Account(id, 1), gatewaytest.Account(id, 2)
	made.UserVersion, accepted.Applicant = 0, nil
	made.TokensValidFrom, accepted.TokensValidFrom = nil, nil
	user := gatewaytest.User(id, 1)
	user.SubscriptionVersion = 0
	return []gateway.Changes{
		{Accounts: []gateway.AccountState{made}}, {Users: []gateway.UserState{user}}, {Accounts: []gateway.AccountState{accepted}},
	}
}

func TestFollowWaitsForAllUsersOfABatch(t *testing.T) {
	service := gateway.New(gatewaytest.NewModel(), nil, short)
	for _, c := range registration(7) {
		if err := service.Apply(context.Background(), c); err != nil {
			t.Fatal(err)
		}
	}
	writes := []gateway.Write{{Aggregate: gateway.User, UserID: 7, Version: 1}, {Aggregate: gateway.User, UserID: 8, Version: 1}}
	if lacking := service.Follow(context.Background(), writes); len(lacking) == 0 {
		t.Error("the second user was not waited for")
	}
	if lacking := service.Follow(context.Background(), writes[:1]); len(lacking) > 0 {
		t.Errorf("lacking %q", lacking)
	}
}

func TestFollowOutlivesAReadModelThatIsAway(t *testing.T) {
	model := gatewaytest.NewModel()
	model.Fail(errors.New("connection refused"))
	lacking := gateway.New(model, nil, short).Follow(context.Background(), []gateway.Write{{Aggregate: gateway.User, UserID: 7, Version: 1}})
	if !slices.Equal(lacking, []string{"read model does not answer"}) {
		t.Errorf("lacking %q", lacking)
	}
}
