package seed

import (
	"context"
	"fmt"
)

// Names of the plans, by which a later run recognizes them.
const (
	monthly = "Muster Monthly"
	annual  = "Muster Annual"
	trial   = "Muster Plus" // begins with a free trial
)

// Codes of the promotions, by which a later run recognizes them.
const (
	twentyPercent = "WELCOME20"
	fiveOff       = "FIVEOFF"
	freeMonth     = "FREEMONTH"
)

// catalog holds the ids of plans by name and of promotions by code.
type catalog struct{ plans map[string]int64 }

// fields is a JSON object.
type fields map[string]any

var plans = []fields{
	{"name": monthly, "interval": "month", "intervalCount": 1, "amount": 1500, "currency": "usd", "trialPeriodDays": nil},
	{"name": annual, "interval": "year", "intervalCount": 1, "amount": 15000, "currency": "usd", "trialPeriodDays": nil},
	{"name": trial, "interval": "month", "intervalCount": 1, "amount": 2900, "currency": "usd", "trialPeriodDays": 14},
}

// offer is a promotion and its coupon, which have the same name.
type offer struct{ coupon, promotion fields }

var offers = []offer{
	{
		fields{"couponTypeCode": "DISC", "discountPercentage": 20, "couponDurationTypeCode": "FORE"},
		fields{"name": "20 % off, forever", "code": twentyPercent, "description": "A fifth off every bill."},
	},
	{
		fields{"couponTypeCode": "AMOU", "discountAmount": 500, "currency": "usd", "couponDurationTypeCode": "REPE", "durationInMonths": 6},
		fields{"name": "$5 off for half a year", "code": fiveOff, "description": "Five dollars off each of the first six months."},
	},
	{
		fields{"couponTypeCode": "TRIA", "trialDays": 30, "couponDurationTypeCode": "ONCE"},
		fields{"name": "First month free", "code": freeMonth, "description": "Thirty days without a bill."},
	},
}

// item is the part of a plan, coupon or promotion by which it is recognized.
type item struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Code string `json:"code"`
}

// makeCatalog creates the missing plans, coupons and promotions.
func (s *seeder) makeCatalog(ctx context.Context) (catalog, error) {
	made := catalog{plans: map[string]int64{}}
	for _, plan := range plans {
		id, err := s.ensure(ctx, "/api/billing/plans", "name", plan)
		if err != nil {
			return made, fmt.Errorf("make the plan %s: %w", plan["name"], err)
		}
		made.plans[plan["name"].(string)] = id
	}
	for _, o := range offers {
		coupon := with(o.coupon, fields{"name": o.promotion["name"]})
		id, err := s.ensure(ctx, "/api/billing/coupons", "name", coupon)
		if err != nil {
			return made, fmt.Errorf("make the coupon %s: %w", coupon["name"], err)
		}
		promotion := with(o.promotion, fields{
			"couponId": id, "startsAt": nil, "expiresAt": nil, "maxRedemptions": nil, "perUserLimit": 1, "firstTimeOnly": false, "planIds": []int64{},
		})
		if _, err := s.ensure(ctx, "/api/billing/promotions", "code", promotion); err != nil {
			return made, fmt.Errorf("make the promotion %s: %w", promotion["code"], err)
		}
	}
	return made, nil
}

// ensure returns the id of the item with the given name or code, and creates it if there is none.
func (s *seeder) ensure(ctx context.Context, path, by string, wanted fields) (int64, error) {
	var list struct{ Data []item }
	if err := s.admin.get(ctx, path+"?perPage=1000&filter=%7B%22active%22:true%7D", &list); err != nil {
		return 0, err
	}
	for _, i := range list.Data {
		if (by == "name" && i.Name == wanted["name"]) || (by == "code" && i.Code == wanted["code"]) {
			return i.ID, nil
		}
	}
	var made item
	err := s.admin.post(ctx, path, fmt.Sprintf("seed-%s-%s", path, wanted[by]), wanted, &made)
	return made.ID, err
}

// with merges both objects.
func with(a, b fields) fields {
	both := fields{}
	for _, object := range []fields{a, b} {
		for name, value := range object {
			both[name] = value
		}
	}
	return both
}
