package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
	"muster/libs/service/servicetest"
	"muster/libs/testkit/eventually"
	"muster/libs/testkit/kafkatest"
	"muster/libs/testkit/pgtest"
)

// system is a gateway as main assembles it, with a real database and broker.
type system struct {
	*world
	prefix string
}

func boot(t *testing.T) *system { return bootWith(t) }

func bootWith(t *testing.T, options ...option) *system {
	t.Helper()
	w, s := newStubs(t)
	for _, o := range options {
		o(s)
	}
	sys := &system{world: w, prefix: kafkatest.Prefix(t)}
	kafkatest.CreateTopics(t, sys.prefix, contracts.Topics()...)
	s.PostgresURL, s.KafkaBrokers, s.KafkaTopicPrefix = pgtest.NewURL(t), []string{kafkatest.Broker(t)}, sys.prefix
	s.ConsistencyWait = time.Minute // keeps the test stable on a busy machine
	replica := servicetest.Start(t, blueprint, s, quiet(t))
	t.Cleanup(w.client.CloseIdleConnections)
	w.url = replica.URL
	replica.AwaitReady()
	return sys
}

func (s *system) publish(source string, payloads ...contracts.Payload) {
	s.t.Helper()
	kafkatest.Publish(s.t, s.prefix, source, payloads...)
}

var day = time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC)

func user(id, version int64, typeCode string) directoryv1.User {
	return directoryv1.User{
		ID: id, Version: version, AccessVersion: 1, AccountVersion: 1, Username: fmt.Sprintf("User %d", id), Email: fmt.Sprintf("user%d@example.com", id),
		TypeCode: typeCode, FirstName: new("Ada"), AuthTypeCode: "EMAI", IsActive: true, CreatedAt: day, UpdatedAt: day,
	}
}

func account(id, version int64) identityv1.Account {
	return identityv1.Account{UserID: id, Version: version, Email: fmt.Sprintf("user%d@example.com", id), AuthTypeCode: "EMAI", CreatedAt: day, ActivityVersion: 1, UserVersion: 1}
}

func subscription(id, version, charged int64, status string) billingv1.Subscription {
	return billingv1.Subscription{
		UserID: id, Version: version, UserVersion: 1, StripeCustomerID: fmt.Sprintf("cus_%d", id),
		Current: &billingv1.Current{
			ID: 42, StripeSubscriptionID: "sub_xyz789", Status: status, PlanID: new(int64(1)), PlanName: new("Monthly"), PlanInterval: "month", PlanIntervalCount: 1,
			PlanAmount: 1500, PlanCurrency: "usd", PlanTrialPeriodDays: new(14), Quantity: 1, ChargedAmount: charged, CurrentPeriodStart: new(day),
			CurrentPeriodEnd: new(day.AddDate(0, 1, 0)), CreatedAt: day, UpdatedAt: day,
		},
	}
}

func promotion() *billingv1.Promotion {
	return &billingv1.Promotion{
		RedemptionID: 5, PromotionID: 3, Name: "Summer Special", Code: "SUMMER20", Description: new("20% off for summer"), CouponID: 2,
		CouponName: "Summer Discount", CouponTypeCode: "DISC", DiscountPercent: new(20.0), DurationTypeCode: "ONCE", StripeDiscountID: new("di_abc123"), AppliedAt: day,
	}
}

func TestWhatIsPublishedIsListed(t *testing.T) {
	s := boot(t)
	paying := subscription(2, 1, 1200, "active")
	paying.Promotion = promotion()
	// The states of a user arrive in any order, and more than once.
	s.publish("billing", paying, subscription(3, 1, 1500, "past_due"), billingv1.Subscription{UserID: 4, Version: 1, StripeCustomerID: "cus_4"})
	s.publish("identity", account(1, 1), account(2, 1), account(3, 1), account(4, 1))
	s.publish("directory", user(2, 1, "NONS"), user(2, 3, "SUBS"), user(2, 2, "NONS"), user(3, 1, "SUBS"), user(4, 1, "NONS"), user(1, 1, "ADMI"))
	s.settle(1, 4)
	eventually.Holds(t, time.Minute, "what they pay has arrived, too", func() bool { // settling does not wait for the subscription
		return s.do("GET", "/api/users/full?"+url.Values{"filter": {`{"subscriptionStatus":"!null"}`}}.Encode(), "", s.bearer(1)...).body["total"] == 2.0
	})

	for _, test := range []struct {
		filter, sort string
		want         []float64
		headers      string
	}{
		{"", "", []float64{1, 2, 3, 4}, "items 0-3/4"},
		{"", `["subscriptionChargedAmount","DESC"]`, []float64{3, 2, 1, 4}, "items 0-3/4"},
		{`{"subscriptionStatus":"active"}`, "", []float64{2}, "items 0-0/1"},
		{`{"userTypeCode":"SUBS","subscriptionPlanName":"month"}`, `["username","DESC"]`, []float64{3, 2}, "items 0-1/2"},
		{`{"q":"summer20"}`, "", []float64{2}, "items 0-0/1"},
		{`{"subscriptionStatus":"null"}`, "", []float64{1, 4}, "items 0-1/2"},
		{`{"email":"nobody"}`, "", []float64{}, "items */0"},
	} {
		a := s.do("GET", "/api/users/full?"+url.Values{"filter": {test.filter}, "sort": {test.sort}}.Encode(), "", s.bearer(1)...)
		ids := []float64{}
		data, _ := a.body["data"].([]any)
		for _, row := range data {
			ids = append(ids, row.(map[string]any)["id"].(float64))
		}
		if !slices.Equal(ids, test.want) || a.body["total"] != float64(len(test.want)) || a.header.Get("Content-Range") != test.headers ||
			a.header.Get("X-Total-Count") != fmt.Sprint(len(test.want)) || a.header.Get("Access-Control-Expose-Headers") != "Content-Range, X-Total-Count" {
			t.Errorf("%s %s: %s %v", test.filter, test.sort, a, a.header)
		}
	}
}

// settle waits until the administrator is admitted and the list has this many users.
func (s *system) settle(admin int64, users int) {
	s.t.Helper()
	eventually.Holds(s.t, time.Minute, "everything has arrived", func() bool {
		a := s.do("GET", "/api/users/full?perPage=1", "", s.bearer(admin)...)
		return a.body["total"] == float64(users) && a.header.Get("X-Data-As-Of") != ""
	})
}

func TestAllUsersAreExported(t *testing.T) {
	s := boot(t)
	var users []contracts.Payload
	for id := range int64(450) {
		users = append(users, user(id+2, 1, "NONS"))
	}
	s.publish("directory", append(users, user(1, 1, "ADMI"))...)
	s.publish("identity", account(1, 1))
	s.settle(1, 451)
	a := s.do("GET", "/api/users/full?"+url.Values{"format": {"ndjson"}, "filter": {`{"userTypeCode":"NONS"}`}, "sort": {`["id","DESC"]`}}.Encode(), "", s.bearer(1)...)
	lines := strings.Split(a.text, "\n")
	if len(lines) != 450 || !strings.HasPrefix(lines[0], `{"id":451,`) || !strings.HasPrefix(lines[449], `{"id":2,`) {
		t.Errorf("%d lines, the first %s", len(lines), lines[0])
	}
	asOf, err := time.Parse(time.RFC3339, a.header.Get("X-Data-As-Of"))
	if err != nil || asOf.After(time.Now()) || asOf.Before(day) {
		t.Errorf("as of %s: %v", asOf, err)
	}
	if one := s.do("GET", "/api/users/full/2", "", s.bearer(1)...); one.header.Get("X-Data-As-Of") == "" {
		t.Errorf("one user: %v", one.header)
	}
}

func TestTheFullObjectIsTheContracts(t *testing.T) {
	s := boot(t)
	paying := subscription(1, 1, 1200, "active")
	paying.Promotion = promotion()
	s.publish("directory", user(1, 1, "ADMI"))
	s.publish("identity", account(1, 1))
	s.publish("billing", paying)
	var a answer
	eventually.Holds(t, time.Minute, "the subscription is there", func() bool {
		a = s.do("GET", "/api/users/full/1", "", s.bearer(1)...)
		return a.body["subscriptionId"] == 42.0
	})
	const want = `{"id":1,"username":"User 1","email":"user1@example.com","typeCode":"ADMI","typeName":"Administrator","firstName":"Ada","lastName":null,` +
		`"authTypeCode":"EMAI","authTypeName":"Email","isActive":true,"createdAt":"2026-03-01T08:30:00Z","updatedAt":"2026-03-01T08:30:00Z","verifiedAt":null,` +
		`"lastLoginAt":null,"subscriptionExemptionStartsAt":null,"subscriptionExemptionEndsAt":null,"legacyUserId":null,` +
		`"subscriptionId":42,"subscriptionPlanId":1,"subscriptionPlanName":"Monthly","subscriptionPlanInterval":"month","subscriptionPlanAmount":1500,` +
		`"subscriptionPlanCurrency":"usd","subscriptionPlanTrialPeriodDays":14,"subscriptionChargedAmount":1200,"stripeCustomerId":"cus_1",` +
		`"stripeSubscriptionId":"sub_xyz789","subscriptionStatus":"active","currentPeriodStart":"2026-03-01T08:30:00Z","currentPeriodEnd":"2026-04-01T08:30:00Z",` +
		`"trialStart":null,"trialEnd":null,"cancelAtPeriodEnd":false,"canceledAt":null,"subscriptionCreatedAt":"2026-03-01T08:30:00Z",` +
		`"subscriptionUpdatedAt":"2026-03-01T08:30:00Z","promotionRedemptionId":5,"promotionId":3,"promotionName":"Summer Special","promotionCode":"SUMMER20",` +
		`"promotionDescription":"20% off for summer","couponId":2,"couponName":"Summer Discount","couponTypeCode":"DISC","couponTypeName":"Discount Percentage",` +
		`"discountPercentage":20,"trialDays":null,"couponDurationTypeCode":"ONCE","couponDurationTypeName":"Once","durationInMonths":null,` +
		`"stripeDiscountId":"di_abc123","promotionAppliedAt":"2026-03-01T08:30:00Z"}`
	if a.text != want {
		t.Errorf("\n got %s\nwant %s", a.text, want)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(a.text)); err != nil || compact.String() != a.text {
		t.Errorf("not compact JSON: %v", err)
	}
}

func TestARegistrationIsVisibleWhenItIsAnswered(t *testing.T) {
	s := boot(t)
	s.publish("directory", user(1, 1, "ADMI"))
	s.publish("identity", account(1, 1))
	s.settle(1, 1)
	registered := account(7, 1)
	registered.UserVersion, registered.Registration = 0, &identityv1.Registration{Username: "User 7", TypeCode: "NONS"}
	s.identity.engine.POST("/api/auth/register", func(c *gin.Context) {
		s.publish("identity", registered)
		c.Header("X-Muster-User", "7")
		c.Header("X-Muster-Wrote", "account/7@1")
		c.Data(http.StatusCreated, "application/json", []byte(signedIn))
	})
	done := s.later(s.identity, "POST", "/api/auth/register", "{}")
	s.publish("directory", user(7, 1, "NONS"))
	stillHeld(t, "identity has not followed", done)
	s.publish("identity", account(7, 2))
	a := <-done
	if a.status != http.StatusCreated || a.header.Get("X-Consistency") != "" || !strings.HasPrefix(a.text, `{"user":{"id":7,"username":"User 7","email":"user7@example.com"`) {
		t.Fatalf("%s %v", a, a.header)
	}
	if full := s.do("GET", "/api/users/full?filter="+url.QueryEscape(`{"email":"user7@example.com"}`), "", s.bearer(1)...); full.body["total"] != 1.0 {
		t.Errorf("not in the list: %s", full)
	}
	s.directory.answers("GET", "/api/users/me", 200, `{"id":7}`)
	if me := s.do("GET", "/api/users/me", "", s.bearer(7)...); me.status != http.StatusOK {
		t.Errorf("me: %s", me)
	}
}

func TestADeletedUserIsGoneEverywhere(t *testing.T) {
	s := boot(t)
	s.publish("directory", user(1, 1, "ADMI"), user(7, 1, "SUBS"))
	s.publish("identity", account(1, 1), account(7, 1))
	s.publish("billing", subscription(7, 1, 1500, "active"))
	eventually.Holds(t, time.Minute, "the subscription is there", func() bool {
		return s.do("GET", "/api/users/full/7", "", s.bearer(1)...).body["subscriptionId"] != nil
	})
	s.directory.answers("DELETE", "/api/users/7", 204, "", "X-Muster-Wrote", "user/7@2")
	done := s.later(s.directory, "DELETE", "/api/users/7", "", s.bearer(1)...)
	s.publish("directory", directoryv1.User{ID: 7, Version: 2, AccessVersion: 2, Deleted: true}, user(7, 1, "SUBS"))
	s.publish("identity", identityv1.Account{UserID: 7, Version: 2, UserVersion: 2, Deleted: true})
	stillHeld(t, "billing has not followed", done)
	s.publish("billing", billingv1.Subscription{UserID: 7, Version: 2, UserVersion: 2, Deleted: true})
	if a := <-done; a.status != http.StatusNoContent || a.header.Get("X-Consistency") != "" {
		t.Fatalf("%s %v", a, a.header)
	}
	refused(t, "full/7", s.do("GET", "/api/users/full/7", "", s.bearer(1)...), 404, "", "User not found")
	refused(t, "the user's token", s.do("GET", "/api/users/me", "", s.bearer(7)...), 401, "", notAuthenticated)
	s.settle(1, 1)
}

func TestARecordUnderAnotherUsersKeyIsNotApplied(t *testing.T) {
	s := boot(t)
	s.publish("directory", user(1, 1, "ADMI"))
	s.publish("identity", account(1, 1))
	s.publish("directory", misfiled{user(1, 9, "NONS")})
	s.publish("directory", user(2, 1, "NONS"))
	s.settle(1, 2) // and user 1 is still an administrator
}

// misfiled is a user's state under the wrong key, in the same partition as user 2's.
type misfiled struct{ directoryv1.User }

func (misfiled) EventKey() string { return "2" }
