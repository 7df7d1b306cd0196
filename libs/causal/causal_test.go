package causal_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"muster/libs/causal"
)

func TestWritesSurviveTheWire(t *testing.T) {
	sent := []causal.Write{{causal.User, 42, 7}, {causal.Account, 42, 9}, {"invoice", 1, 2}}
	values := []string{sent[0].String() + ", " + sent[1].String(), "nonsense", "user/x@1", "user/1", "", sent[2].String()}
	if got := causal.ParseWrites(values); !slices.Equal(got, sent) {
		t.Errorf("%v, want %v", got, sent)
	}
}

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
	write := func(kind causal.Aggregate, version int64) causal.Write {
		return causal.Write{Aggregate: kind, UserID: 7, Version: version}
	}
	for name, test := range map[string]struct {
		user         u
		account      a
		subscription s
		write        causal.Write
		lacking      []string
	}{
		"nothing has arrived":                 {write: write(causal.Account, 1), lacking: []string{noAccount, undecided}},
		"registered, directory is behind":     {account: a{1, 1, 0, false}, write: write(causal.Account, 1), lacking: []string{account, undecided}},
		"user made, identity is behind":       {user: u{1, 1, 1, 0, false}, account: a{1, 1, 0, false}, write: write(causal.Account, 1), lacking: []string{identity}},
		"user made, own account is behind":    {user: u{1, 1, 1, 0, false}, write: write(causal.Account, 1), lacking: []string{noAccount, identity}},
		"registered":                          {user: u{1, 1, 1, 0, false}, account: a{2, 1, 1, false}, write: write(causal.Account, 1)},
		"signed in, lastLoginAt is behind":    {user: u{1, 1, 1, 0, false}, account: a{3, 3, 1, false}, write: write(causal.Account, 3), lacking: []string{account}},
		"signed in":                           {user: u{2, 1, 3, 0, false}, account: a{3, 3, 1, false}, write: write(causal.Account, 3)},
		"logged out: nobody else acts on it":  {user: u{2, 1, 3, 0, false}, account: a{4, 3, 1, false}, write: write(causal.Account, 4)},
		"logged out, not here yet":            {user: u{2, 1, 3, 0, false}, account: a{3, 3, 1, false}, write: write(causal.Account, 4), lacking: []string{noAccount}},
		"names changed":                       {user: u{3, 1, 3, 0, false}, account: a{3, 3, 1, false}, write: write(causal.User, 3)},
		"names changed, not here yet":         {user: u{2, 1, 3, 0, false}, account: a{3, 3, 1, false}, write: write(causal.User, 3), lacking: []string{noUser}},
		"deactivated, identity is behind":     {user: u{3, 3, 3, 0, false}, account: a{3, 3, 1, false}, write: write(causal.User, 3), lacking: []string{identity}},
		"deactivated":                         {user: u{3, 3, 3, 0, false}, account: a{4, 3, 3, false}, write: write(causal.User, 3)},
		"paid, directory is behind":           {user: u{3, 1, 3, 0, false}, account: a{4, 3, 1, false}, subscription: s{1, 1, 3, false}, write: write(causal.Subscription, 1), lacking: []string{subscription}},
		"paid, identity is behind":            {user: u{4, 4, 3, 1, false}, account: a{4, 3, 1, false}, subscription: s{1, 1, 3, false}, write: write(causal.Subscription, 1), lacking: []string{identity}},
		"paid":                                {user: u{4, 4, 3, 1, false}, account: a{5, 3, 4, false}, subscription: s{1, 1, 3, false}, write: write(causal.Subscription, 1)},
		"paid, own subscription is behind":    {user: u{4, 4, 3, 1, false}, account: a{5, 3, 4, false}, write: write(causal.Subscription, 1), lacking: []string{noSubscription}},
		"price changed: nobody acts on it":    {user: u{4, 4, 3, 1, false}, account: a{5, 3, 4, false}, subscription: s{2, 1, 3, false}, write: write(causal.Subscription, 2)},
		"deleted, identity is behind":         {user: u{5, 5, 3, 0, true}, account: a{5, 3, 4, false}, write: write(causal.User, 5), lacking: []string{removal}},
		"deleted, billing is behind":          {user: u{5, 5, 3, 1, true}, account: a{6, 3, 5, true}, subscription: s{2, 1, 4, false}, write: write(causal.User, 5), lacking: []string{billing}},
		"deleted, billing reports it":         {user: u{5, 5, 3, 1, true}, account: a{6, 3, 5, true}, subscription: s{3, 1, 5, false}, write: write(causal.User, 5)},
		"deleted, billing's last":             {user: u{5, 5, 3, 1, true}, account: a{6, 3, 5, true}, subscription: s{3, 3, 0, true}, write: write(causal.User, 5)},
		"deleted, billing never knew":         {user: u{5, 5, 3, 0, true}, account: a{6, 6, 5, true}, write: write(causal.User, 5)},
		"a kind of a later release is no bar": {user: u{1, 1, 1, 0, false}, account: a{2, 1, 1, false}, write: write("invoice", 9)},
	} {
		t.Run(name, func(t *testing.T) {
			progress := causal.Progress{
				causal.User: {UserID: 7, Version: test.user.version, ActedOn: test.user.access, Deleted: test.user.deleted,
					Followed: causal.Followed{causal.Account: test.user.account, causal.Subscription: test.user.subscription}},
				causal.Account: {UserID: 7, Version: test.account.version, ActedOn: test.account.activity, Deleted: test.account.deleted,
					Followed: causal.Followed{causal.User: test.account.user}},
				causal.Subscription: {UserID: 7, Version: test.subscription.version, ActedOn: test.subscription.access, Deleted: test.subscription.deleted,
					Followed: causal.Followed{causal.User: test.subscription.user}},
			}
			lacking := progress.Lacking(test.write)
			slices.Sort(lacking)
			slices.Sort(test.lacking)
			if !slices.Equal(lacking, test.lacking) {
				t.Errorf("lacking %q, want %q", lacking, test.lacking)
			}
		})
	}
}

func TestAwaitTellsWhatIsLackingWhenTheTimeIsUp(t *testing.T) {
	writes := []causal.Write{{causal.User, 7, 1}, {causal.User, 8, 1}}
	settled := causal.Progress{causal.User: {Version: 1, Followed: causal.Followed{}}}
	synctest.Test(t, func(t *testing.T) {
		behind := func(_ context.Context, ids []int64) (map[int64]causal.Progress, error) {
			if !slices.Equal(ids, []int64{7, 8}) {
				t.Errorf("asked for %v", ids)
			}
			return map[int64]causal.Progress{7: settled}, nil
		}
		want := []string{"directory has not decided on the user", "user state not arrived"}
		if lacking := causal.NewAwaiter(behind).Await(t.Context(), time.Second, writes); !slices.Equal(lacking, want) {
			t.Errorf("lacking %q, want %q", lacking, want)
		}
		away := func(context.Context, []int64) (map[int64]causal.Progress, error) {
			return nil, errors.New("connection refused")
		}
		if lacking := causal.NewAwaiter(away).Await(t.Context(), time.Second, writes); !slices.Equal(lacking, []string{"read model does not answer"}) {
			t.Errorf("lacking %q", lacking)
		}
		hangs := func(ctx context.Context, _ []int64) (map[int64]causal.Progress, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		if lacking := causal.NewAwaiter(hangs).Await(t.Context(), time.Second, writes); !slices.Equal(lacking, []string{"read model does not answer"}) {
			t.Errorf("lacking %q", lacking)
		}
		rounds := 0
		late := func(context.Context, []int64) (map[int64]causal.Progress, error) {
			if rounds++; rounds < 20 {
				return nil, nil
			}
			return map[int64]causal.Progress{7: settled, 8: settled}, nil
		}
		if lacking := causal.NewAwaiter(late).Await(t.Context(), time.Minute, writes); len(lacking) > 0 || rounds != 20 {
			t.Errorf("lacking %q after %d rounds", lacking, rounds)
		}
		time.Sleep(time.Minute) // the last questions end
	})
}

// TestAnswersThatWaitShareQuestions: a hundred answers cost no more questions than one, and what has arrived is seen as soon
// as somebody says so.
func TestAnswersThatWaitShareQuestions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var arrived atomic.Int64
		questions := 0
		awaiter := causal.NewAwaiter(func(_ context.Context, ids []int64) (map[int64]causal.Progress, error) {
			questions++
			progress := map[int64]causal.Progress{}
			for _, id := range ids {
				if id <= arrived.Load() {
					progress[id] = causal.Progress{causal.User: {Version: 1}}
				}
			}
			return progress, nil
		})
		const users, step = 100, time.Second / 2
		began := time.Now()
		waits := make([]time.Duration, users+1)
		var waiting sync.WaitGroup
		for id := int64(1); id <= users; id++ {
			waiting.Go(func() {
				if lacking := awaiter.Await(t.Context(), time.Minute, []causal.Write{{causal.User, id, 1}}); lacking != nil {
					t.Errorf("user %d: %q", id, lacking)
				}
				waits[id] = time.Since(began)
			})
		}
		for arrived.Load() < users {
			time.Sleep(step)
			arrived.Add(users / 2)
			awaiter.Wake()
		}
		waiting.Wait()
		for id, wait := range waits[1:] {
			if due := step * time.Duration(1+id*2/users); wait < due || wait > due+5*time.Millisecond {
				t.Errorf("user %d waited %s, due %s", id+1, wait, due)
			}
		}
		if most := int(2 * step / (20 * time.Millisecond)); questions > most {
			t.Errorf("%d questions in %s, want at most %d", questions, time.Since(began), most)
		}
		ctx, cancel := context.WithTimeout(t.Context(), step)
		defer cancel()
		if lacking := awaiter.Await(ctx, time.Minute, []causal.Write{{causal.User, 101, 1}}); len(lacking) == 0 || time.Since(began) > 4*step {
			t.Errorf("lacking %q after %s", lacking, time.Since(began))
		}
		if lacking := awaiter.Await(t.Context(), time.Minute, []causal.Write{{causal.User, 7, 1}}); lacking != nil {
			t.Errorf("lacking %q", lacking)
		}
		time.Sleep(time.Minute) // the last question ends
	})
}

func TestPollAsksOnceAndEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		never := func() (bool, error) { asked++; return false, nil }
		if err := causal.Poll(t.Context(), 0, never); err != nil || asked != 1 {
			t.Errorf("asked %d times, error %v", asked, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := causal.Poll(ctx, time.Minute, never); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		broken := errors.New("broken")
		if err := causal.Poll(t.Context(), time.Minute, func() (bool, error) { return false, broken }); !errors.Is(err, broken) {
			t.Errorf("error %v", err)
		}
	})
}
