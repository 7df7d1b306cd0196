package identitytest

import (
	"context"
	"crypto/sha256"
	"errors"
	"reflect"
	"testing"
	"time"

	"muster/services/identity/internal/identity"
)

func hashOf(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// linksSurvive: an account of a provider belongs to one user, and a user has one account of each provider.
func linksSurvive(t *testing.T, s StoreUnderTest) {
	ada, bob := insert(t, s.Store, sample("ada@example.com")).UserID, insert(t, s.Store, sample("bob@example.com")).UserID
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		check(t, errors.Join(
			tx.InsertLink(ctx, identity.Link{Provider: identity.LinkedIn, Subject: "a-1", UserID: ada, CreatedAt: at}),
			tx.InsertLink(ctx, identity.Link{Provider: identity.Google, Subject: "a-1", UserID: ada, CreatedAt: at.Add(time.Second)}),
			tx.InsertLink(ctx, identity.Link{Provider: identity.Google, Subject: "b-1", UserID: bob, CreatedAt: at}),
		))
	})
	for name, l := range map[string]identity.Link{
		"another user": {Provider: identity.Google, Subject: "a-1", UserID: bob, CreatedAt: at},
		"another link": {Provider: identity.Google, Subject: "a-2", UserID: ada, CreatedAt: at},
	} {
		err := s.Store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error { return tx.InsertLink(ctx, l) })
		if !errors.Is(err, identity.ErrProviderLinked) {
			t.Errorf("%s: %v", name, err)
		}
	}
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		links, err := tx.Links(ctx, ada)
		want := []identity.Link{
			{Provider: identity.Google, Subject: "a-1", UserID: ada, CreatedAt: at.Add(time.Second)},
			{Provider: identity.LinkedIn, Subject: "a-1", UserID: ada, CreatedAt: at},
		}
		if err != nil || !reflect.DeepEqual(links, want) {
			t.Errorf("%+v %v", links, err)
		}
		if id, err := tx.UserOfLink(ctx, identity.Google, "b-1"); id != bob || err != nil {
			t.Errorf("user %d %v", id, err)
		}
		if _, err := tx.UserOfLink(ctx, identity.Apple, "b-1"); !errors.Is(err, identity.ErrLinkNotFound) {
			t.Errorf("an unknown link: %v", err)
		}
		if err := tx.DeleteLink(ctx, bob, identity.LinkedIn); !errors.Is(err, identity.ErrLinkNotFound) {
			t.Errorf("delete an unknown link: %v", err)
		}
		if err := errors.Join(tx.DeleteLink(ctx, ada, identity.LinkedIn), tx.DropLinks(ctx, bob)); err != nil {
			t.Error(err)
		}
		for userID, want := range map[int64]int{ada: 1, bob: 0} {
			if links, err := tx.Links(ctx, userID); len(links) != want || err != nil {
				t.Errorf("links of %d: %+v %v", userID, links, err)
			}
		}
	})
}

// aTokenIsUsedOnce, also when the transaction that used it first has failed.
func aTokenIsUsedOnce(t *testing.T, s StoreUnderTest) {
	use := func(result error) error {
		return s.Store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
			return errors.Join(tx.UseToken(ctx, hashOf("token"), at.Add(time.Hour)), result)
		})
	}
	failed := errors.New("failed")
	if err := use(failed); !errors.Is(err, failed) || errors.Is(err, identity.ErrProviderTokenInvalid) {
		t.Error(err)
	}
	if err := use(nil); err != nil {
		t.Error(err)
	}
	if err := use(nil); !errors.Is(err, identity.ErrProviderTokenInvalid) {
		t.Errorf("again: %v", err)
	}
}

func flowsSurvive(t *testing.T, s StoreUnderTest) {
	flows, ctx := s.Store.(identity.Flows), t.Context()
	first, last := "Ada", "Lovelace"
	f := identity.Flow{
		Provider: identity.Apple, State: "state", Nonce: "nonce", CodeVerifier: "verifier", ReturnURL: "https://app.example.com/in?a=1",
		Challenge: "challenge", ExpiresAt: at.Add(time.Minute),
	}
	c := identity.SignInCode{
		Person: identity.Person{
			Provider: identity.Apple, Subject: "a-1", Email: "ada@example.com", EmailVerified: true, OwnsMailbox: true, FirstName: &first, LastName: &last,
			TokenHash: []byte("hash"), TokenExpires: at,
		},
		Challenge: "challenge", ExpiresAt: at.Add(2 * time.Minute),
	}
	if err := errors.Join(flows.SaveFlow(ctx, hashOf("state"), f), flows.SaveSignInCode(ctx, hashOf("code"), c)); err != nil {
		t.Fatal(err)
	}
	if got, err := flows.TakeFlow(ctx, hashOf("state")); err != nil || !reflect.DeepEqual(got, f) {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := flows.TakeFlow(ctx, hashOf("state")); !errors.Is(err, identity.ErrFlowInvalid) {
		t.Errorf("taken twice: %v", err)
	}
	for range 2 {
		if got, err := flows.SignInCode(ctx, hashOf("code")); err != nil || !reflect.DeepEqual(got, c) {
			t.Errorf("%+v %v", got, err)
		}
	}
	if _, err := flows.SignInCode(ctx, hashOf("another")); !errors.Is(err, identity.ErrProviderTokenInvalid) {
		t.Errorf("unknown: %v", err)
	}
}

func purgeFlows(t *testing.T, s StoreUnderTest) {
	flows, ctx := s.Store.(identity.Flows), t.Context()
	for _, name := range []string{"1", "2", "3"} {
		if err := errors.Join(
			flows.SaveFlow(ctx, hashOf(name), identity.Flow{ExpiresAt: at}),
			flows.SaveSignInCode(ctx, hashOf(name), identity.SignInCode{ExpiresAt: at}),
		); err != nil {
			t.Fatal(err)
		}
	}
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) {
		check(t, errors.Join(tx.UseToken(ctx, hashOf("old"), at), tx.UseToken(ctx, hashOf("new"), at.Add(time.Second))))
	})
	for _, want := range []int{2, 1, 0} {
		if n, err := flows.PurgeFlows(ctx, at, 2); n != want || err != nil {
			t.Errorf("purged %d %v, want %d", n, err, want)
		}
	}
	do(t, s.Store, func(ctx context.Context, tx identity.Tx) { check(t, tx.UseToken(ctx, hashOf("old"), at)) })
	err := s.Store.Tx(ctx, func(ctx context.Context, tx identity.Tx) error { return tx.UseToken(ctx, hashOf("new"), at) })
	if !errors.Is(err, identity.ErrProviderTokenInvalid) {
		t.Errorf("an unexpired token was purged: %v", err)
	}
}
