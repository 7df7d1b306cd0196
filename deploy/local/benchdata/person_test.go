package benchdata

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

// sample is a crowd large enough to check shares of one per cent.
var sample = crowd{firstID: 2, size: 20_000}

func everybody() []person {
	people := make([]person, sample.size)
	for n := range people {
		people[n] = sample.person(int64(n))
	}
	return people
}

func TestShares(t *testing.T) {
	people := everybody()
	asks := func(typeCode string) func(person) bool {
		return func(p person) bool {
			for _, r := range p.requests {
				if r.typeCode == typeCode && len(r.code) == 12 && r.attempts <= 3 {
					return true
				}
			}
			return false
		}
	}
	has := func(status string) func(person) bool {
		return func(p person) bool { return p.subscription.Current != nil && p.subscription.Current.Status == status }
	}
	for what, c := range map[string]struct {
		share, within float64
		holds         func(person) bool
	}{
		"subscribed":        {0.40, 0.02, func(p person) bool { return p.TypeCode == "SUBS" }},
		"administrator":     {0.001, 0.0009, func(p person) bool { return p.TypeCode == "ADMI" }},
		"by email":          {0.70, 0.02, func(p person) bool { return p.AuthTypeCode == "EMAI" }},
		"by Google":         {0.20, 0.02, func(p person) bool { return p.AuthTypeCode == "GOOG" }},
		"active":            {0.95, 0.01, func(p person) bool { return p.IsActive }},
		"unverified":        {0.10, 0.01, func(p person) bool { return p.VerifiedAt == nil }},
		"to verify":         {0.10, 0.01, asks("REGR")},
		"to reset":          {0.01, 0.004, asks("RPWR")},
		"never signed in":   {0.15, 0.01, func(p person) bool { return p.LastLoginAt == nil }},
		"legacy":            {0.08, 0.01, func(p person) bool { return p.LegacyUserID != nil }},
		"exempt":            {0.02, 0.005, func(p person) bool { return p.ExemptionFrom != nil }},
		"John":              {0.02, 0.01, func(p person) bool { return strings.Contains(strings.ToLower(p.Username+p.Email), "john") }},
		"gmail":             {0.30, 0.02, func(p person) bool { return strings.HasSuffix(p.Email, "@gmail.com") }},
		"with a promotion":  {0.15, 0.01, func(p person) bool { return p.subscription.Promotion != nil }},
		"paying":            {0.355, 0.02, has("active")},
		"on trial":          {0.035, 0.01, has("trialing")},
		"ended":             {0.07, 0.01, has("canceled")},
		"behind in payment": {0.015, 0.005, has("past_due")},
	} {
		n := 0
		for _, p := range people {
			if c.holds(p) {
				n++
			}
		}
		if share := float64(n) / float64(len(people)); math.Abs(share-c.share) > c.within {
			t.Errorf("%s: %.4f, want %.3f ± %.4f", what, share, c.share, c.within)
		}
	}
}

func TestTheSamePersonTwice(t *testing.T) {
	if a, b := sample.person(4711), sample.person(4711); !reflect.DeepEqual(a, b) {
		t.Errorf("%+v\n%+v", a, b)
	}
	if sample.person(1).Email == sample.person(2).Email {
		t.Error("two people share an address")
	}
}

// TestEverybodyIsPossible checks persons against the invariants of the services.
func TestEverybodyIsPossible(t *testing.T) {
	for _, p := range everybody() {
		entitled := p.subscription.Access || p.exempted()
		for what, holds := range map[string]bool{
			"ordered in time": !p.CreatedAt.Before(opened) && !p.UpdatedAt.Before(p.CreatedAt) && p.UpdatedAt.Before(closed.Add(1)) &&
				(p.LastLoginAt == nil || !p.LastLoginAt.Before(p.CreatedAt)) && (p.VerifiedAt == nil || !p.VerifiedAt.Before(p.CreatedAt)),
			"whole seconds":           p.CreatedAt.Nanosecond() == 0 && p.UpdatedAt.Nanosecond() == 0,
			"typed by access":         p.TypeCode == "ADMI" || (p.TypeCode == "SUBS") == entitled,
			"followed by identity":    p.AccessVersion >= 1 && p.AccessVersion <= p.Version,
			"followed by directory":   p.AccountVersion >= p.activityVersion && p.SubscriptionVersion >= p.subscription.AccessVersion,
			"an address of letters":   strings.IndexFunc(p.Email, func(r rune) bool { return r > 126 || r == ' ' || r == '\'' }) < 0,
			"charged by the rules":    p.subscription.Current == nil || p.subscription.Current.ChargedAmount == charge(p.subscription),
			"customers have versions": (p.subscription.Current != nil) == (p.subscription.Version > 0),
		} {
			if !holds {
				t.Fatalf("not %s: %+v", what, p)
			}
		}
	}
}

// charge computes the charged amount as the contract defines it.
func charge(s subscription) int64 {
	c := s.Current
	switch {
	case c.Status == "trialing":
		return 0
	case s.Promotion != nil && s.Promotion.DiscountPercent != nil:
		return c.PlanAmount - c.PlanAmount*int64(*s.Promotion.DiscountPercent)/100
	case s.Promotion != nil && s.Promotion.DiscountAmount != nil:
		return c.PlanAmount - *s.Promotion.DiscountAmount
	}
	return c.PlanAmount
}

func TestRowsFitTheirTables(t *testing.T) {
	filled := map[string]int{}
	for _, p := range everybody()[:2000] {
		for _, table := range tables {
			for _, row := range table.rows(p) {
				filled[table.name]++
				if len(row) != len(table.columns) {
					t.Fatalf("%s: %d values for %d columns", table.name, len(row), len(table.columns))
				}
			}
		}
	}
	if len(filled) != len(tables) || filled["users"] != 2000 || filled["user_overview"] != 2000 {
		t.Errorf("rows: %v", filled)
	}
}
