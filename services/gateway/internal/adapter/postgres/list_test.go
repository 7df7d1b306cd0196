package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"muster/libs/causal"
	"muster/services/gateway/internal/adapter/postgres"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

// people creates five users: 1 pays 1200 with a promotion, 2 pays 1500 without one, 3 has never paid, 4 is deleted, and
// for 5 only the account and the subscription have arrived.
func people() gateway.Changes {
	plain := gatewaytest.Subscription(2, 1)
	plain.Billing.SubscriptionChargedAmount, plain.Billing.PromotionCode, plain.Billing.PromotionName = new(int64(1500)), nil, nil
	plain.Billing.DiscountPercentage, plain.Billing.CouponTypeCode, plain.Billing.SubscriptionStatus = nil, nil, new("past_due")
	with := gatewaytest.Subscription(1, 1)
	with.Billing.SubscriptionChargedAmount = new(int64(1200))
	third := gatewaytest.User(3, 1)
	third.Profile.TypeCode, third.Profile.TypeName, third.Profile.LastLoginAt, third.Profile.IsActive = "NONS", "Not Subscribed", nil, false
	third.Profile.Username, third.Profile.LegacyUserID = "Émile 100%", nil
	return gateway.Changes{
		Users: []gateway.UserState{
			gatewaytest.User(1, 1), gatewaytest.User(2, 1), third, {State: causal.State{UserID: 4, Version: 2, Deleted: true}},
		},
		Accounts:      []gateway.AccountState{gatewaytest.Account(5, 1)},
		Subscriptions: []gateway.SubscriptionState{with, plain, {State: causal.State{UserID: 3, Version: 1}}, gatewaytest.Subscription(5, 1)},
	}
}

// TestEveryFieldOfTheContractSortsAndFilters checks sections 4.1 and 4.2 of the users API, name by name.
func TestEveryFieldOfTheContractSortsAndFilters(t *testing.T) {
	s := newStore(t)
	if err := s.Apply(t.Context(), people()); err != nil {
		t.Fatal(err)
	}
	total := func(filter, sort string) int64 {
		t.Helper()
		q, err := postgres.Fields.Parse(url.Values{"filter": {filter}, "sort": {sort}})
		if err != nil {
			t.Fatalf("%s %s: %v", filter, sort, err)
		}
		page, err := s.FullUsers(t.Context(), q)
		if err != nil {
			t.Fatalf("%s %s: %v", filter, sort, err)
		}
		return page.Total
	}
	for _, field := range strings.Fields(`id username email firstName lastName createdAt updatedAt verifiedAt typeName authTypeName isActive userTypeCode typeCode
		authTypeCode lastLoginAt subscriptionExemptionStartsAt subscriptionExemptionEndsAt legacyUserId subscriptionPlanAmount subscriptionChargedAmount
		subscriptionStatus promotionCode discountPercentage subscriptionPlanName stripeCustomerId stripeSubscriptionId promotionName couponName couponTypeCode`) {
		for _, direction := range []string{"ASC", "desc"} {
			if n := total("", fmt.Sprintf("[%q,%q]", field, direction)); n != 3 {
				t.Errorf("sorted by %s: %d", field, n)
			}
		}
	}
	for filter, want := range map[string]int64{
		`{"id":[1,3]}`: 2, `{"username":"USER"}`: 2, `{"email":"user1@"}`: 1, `{"firstName":"!null"}`: 3, `{"lastName":"number 1"}`: 3, `{"typeName":"subscribed"}`: 3,
		`{"authTypeName":"nobody"}`: 0, `{"isActive":[false]}`: 1, `{"userTypeCode":["NONS","ADMI"]}`: 1, `{"typeCode":"NONS"}`: 1, `{"authTypeCode":"NONE"}`: 0,
		`{"createdAt":["2026-03-01",null]}`: 3, `{"updatedAt":"2026-03-01..2026-03-02"}`: 3, `{"verifiedAt":{"to":"2026-02-28"}}`: 0, `{"lastLoginAt":"null"}`: 1,
		`{"subscriptionExemptionStartsAt":"2026-03-01"}`: 3, `{"subscriptionExemptionEndsAt":null}`: 0, `{"legacyUserId":{"from":1002,"to":1002}}`: 1, `{"legacyUserId":"1001"}`: 1,
		`{"subscriptionStatus":["active","null"]}`: 2, `{"subscriptionPlanName":"MONTH"}`: 2, `{"stripeCustomerId":"!null"}`: 2, `{"stripeSubscriptionId":null}`: 1,
		`{"promotionName":"special"}`: 1, `{"promotionCode":"null"}`: 2, `{"couponName":"discount"}`: 2, `{"subscriptionPlanAmount":[1500,7]}`: 2,
		`{"subscriptionChargedAmount":{"to":1200}}`: 1, `{"discountPercentage":{"from":33,"to":34}}`: 1, `{"couponTypeCode":["DISC","AMOU"]}`: 1,
		`{"q":"monthly"}`: 2, `{"q":"summer20"}`: 1, `{"q":"SUMMER special"}`: 1, `{"q":"not subscribed"}`: 1,
	} {
		if n := total(filter, ""); n != want {
			t.Errorf("%s: %d, want %d", filter, n, want)
		}
	}
}

func TestListSortsFiltersAndCounts(t *testing.T) {
	s := newStore(t)
	ctx := context.Background()
	if err := s.Apply(ctx, people()); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		filter, sort string
		want         []int64
	}{
		{``, ``, []int64{1, 2, 3}},
		{``, `["subscriptionChargedAmount","DESC"]`, []int64{2, 1, 3}},
		{``, `["subscriptionChargedAmount","ASC"]`, []int64{1, 2, 3}},
		{``, `["lastLoginAt","DESC"]`, []int64{1, 2, 3}},
		{``, `["username","ASC"]`, []int64{3, 1, 2}},
		{``, `["discountPercentage","DESC"]`, []int64{1, 2, 3}},
		{``, `["subscriptionStatus","DESC"]`, []int64{2, 1, 3}},
		{``, `["promotionCode","ASC","subscriptionPlanAmount","ASC"]`, []int64{1, 2, 3}},
		{`{"subscriptionStatus":"active"}`, ``, []int64{1}},
		{`{"subscriptionStatus":["active","past_due"]}`, ``, []int64{1, 2}},
		{`{"subscriptionStatus":"null"}`, ``, []int64{3}},
		{`{"subscriptionChargedAmount":{"from":1300}}`, ``, []int64{2}},
		{`{"subscriptionPlanAmount":1500}`, ``, []int64{1, 2}},
		{`{"subscriptionPlanName":"onth"}`, ``, []int64{1, 2}},
		{`{"promotionCode":"summer"}`, ``, []int64{1}},
		{`{"couponTypeCode":"DISC"}`, ``, []int64{1}},
		{`{"discountPercentage":33.33}`, ``, []int64{1}},
		{`{"stripeCustomerId":"CUS_"}`, ``, []int64{1, 2}},
		{`{"stripeSubscriptionId":"sub_1","couponName":"summer"}`, ``, []int64{1, 2}},
		{`{"promotionName":"!null"}`, ``, []int64{1}},
		{`{"q":"special"}`, ``, []int64{1}},
		{`{"q":"100%"}`, ``, []int64{3}},
		{`{"q":"example.com","isActive":true}`, ``, []int64{1, 2}},
		{`{"userTypeCode":"NONS"}`, ``, []int64{3}},
		{`{"typeName":"not"}`, ``, []int64{3}},
		{`{"legacyUserId":1002}`, ``, []int64{2}},
		{`{"createdAt":"2026-03-01","verifiedAt":"!null"}`, ``, []int64{1, 2, 3}},
		{`{"id":[2,3,4,5]}`, ``, []int64{2, 3}},
		{`{"subscriptionExemptionStartsAt":{"from":"2026-03-02"}}`, ``, []int64{}},
	} {
		q, err := postgres.Fields.Parse(url.Values{"filter": {test.filter}, "sort": {test.sort}})
		if err != nil {
			t.Errorf("%s %s: %v", test.filter, test.sort, err)
			continue
		}
		page, err := s.FullUsers(ctx, q)
		if err != nil {
			t.Fatalf("%s %s: %v", test.filter, test.sort, err)
		}
		ids := []int64{}
		for _, u := range page.Data {
			ids = append(ids, u.ID)
		}
		if !reflect.DeepEqual(ids, test.want) || page.Total != int64(len(test.want)) {
			t.Errorf("%s %s: %v of %d, want %v", test.filter, test.sort, ids, page.Total, test.want)
		}
	}
}

func TestFullUserShowsEveryField(t *testing.T) {
	s := newStore(t)
	ctx := context.Background()
	if err := s.Apply(ctx, people()); err != nil {
		t.Fatal(err)
	}
	u, b := gatewaytest.User(1, 1), gatewaytest.Subscription(1, 1)
	b.Billing.SubscriptionChargedAmount = new(int64(1200))
	want := asJSON(t, gateway.FullUser{User: *u.Profile, Billing: *b.Billing})
	got, err := s.FullUser(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	if text := asJSON(t, got); text != want {
		t.Errorf("\n got %s\nwant %s", text, want)
	}
	for _, id := range []int64{4, 5, 6} {
		if _, err := s.FullUser(ctx, id); !errors.Is(err, gateway.ErrUserNotFound) {
			t.Errorf("user %d: %v", id, err)
		}
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
