package billing_test

import (
	"testing"
	"time"

	"muster/services/billing/internal/billing"
)

// t0 is the start of the current period in most tests.
var t0 = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at(d time.Duration) *time.Time { t := t0.Add(d); return &t }

func ptr[T any](v T) *T { return &v }

const month = 31 * 24 * time.Hour

func percent(p int, d billing.Duration) billing.Coupon {
	return billing.Coupon{Type: billing.Percentage, BasisPoints: p * 100, Duration: d}
}

func amount(cents int64, currency string) billing.Coupon {
	return billing.Coupon{Type: billing.AmountOff, AmountOff: cents, Currency: currency, Duration: billing.Once}
}

func redeemed(c billing.Coupon, change func(*billing.Redemption)) *billing.Redemption {
	r := &billing.Redemption{Promotion: billing.Promotion{Coupon: c}, Status: billing.Applied}
	if change != nil {
		change(r)
	}
	return r
}

// items returns one item at price_1, in usd.
func items(amount, quantity int64) []billing.Item {
	return []billing.Item{{PriceID: "price_1", Amount: amount, Currency: "usd", Interval: "month", IntervalCount: 1, Quantity: quantity}}
}

func TestChargedAmount(t *testing.T) {
	consumed := func(by *time.Time) func(*billing.Redemption) {
		return func(r *billing.Redemption) { r.Status, r.ConsumedBy, r.ConsumedPeriod = billing.Consumed, "in_1", by }
	}
	status := func(s billing.RedemptionStatus) func(*billing.Redemption) {
		return func(r *billing.Redemption) { r.Status = s }
	}
	yearly := billing.Coupon{Type: billing.Percentage, BasisPoints: 2000, Duration: billing.Repeating, DurationInMonths: ptr(4)}
	ends := func(end *time.Time) func(*billing.Redemption) {
		return func(r *billing.Redemption) { r.EndsAt = end }
	}
	for name, c := range map[string]struct {
		price      int64
		quantity   int64
		status     billing.Status
		redemption *billing.Redemption
		want       int64
	}{
		"1500, 20 %":                        {price: 1500, redemption: redeemed(percent(20, billing.Forever), nil), want: 1200},
		"999, 15 %: half up":                {price: 999, redemption: redeemed(percent(15, billing.Forever), nil), want: 849},
		"1500, 2000 off: not below 0":       {price: 1500, redemption: redeemed(amount(2000, "usd"), nil), want: 0},
		"trialing":                          {price: 1500, status: billing.Trialing, want: 0},
		"eur coupon, usd plan":              {price: 1500, redemption: redeemed(amount(500, "eur"), nil), want: 1500},
		"3 × 1500, 10 %":                    {price: 1500, quantity: 3, redemption: redeemed(percent(10, billing.Forever), nil), want: 4050},
		"3 × 1500, 500 off":                 {price: 1500, quantity: 3, redemption: redeemed(amount(500, "usd"), nil), want: 4000},
		"ONCE consumed last period":         {price: 1500, redemption: redeemed(percent(20, billing.Once), consumed(at(-month))), want: 1500},
		"ONCE consumed by this period":      {price: 1500, redemption: redeemed(percent(20, billing.Once), consumed(at(0))), want: 1200},
		"ONCE not consumed yet":             {price: 1500, redemption: redeemed(percent(20, billing.Once), nil), want: 1200},
		"REPE in its months":                {price: 1500, redemption: redeemed(yearly, ends(at(1))), want: 1200},
		"REPE past its months":              {price: 1500, redemption: redeemed(yearly, ends(at(0))), want: 1500},
		"REPE expired, in its last period":  {price: 1500, redemption: redeemed(yearly, func(r *billing.Redemption) { r.EndsAt, r.Status = at(1), billing.Expired }), want: 1200},
		"REPE of 4 months on a yearly plan": {price: 12000, redemption: redeemed(yearly, ends(at(4*month))), want: 9600},
		"FORE removed":                      {price: 1500, redemption: redeemed(percent(20, billing.Forever), status(billing.Removed)), want: 1500},
		"reserved only":                     {price: 1500, redemption: redeemed(percent(20, billing.Forever), status(billing.Reserved)), want: 1500},
		"TRIA after the trial":              {price: 1500, redemption: redeemed(billing.Coupon{Type: billing.FreeTrial, TrialDays: 30, Duration: billing.Once}, nil), want: 1500},
		"no redemption":                     {price: 1500, want: 1500},
		"10, 5 %: half up":                  {price: 10, redemption: redeemed(percent(5, billing.Forever), nil), want: 9},
		"30, 5 %: half up":                  {price: 30, redemption: redeemed(percent(5, billing.Forever), nil), want: 28},
		"ONCE, the plan has changed since":  {price: 1500, redemption: redeemed(percent(20, billing.Once), func(r *billing.Redemption) { consumed(at(0))(r); r.ConsumedPrice = "price_0" }), want: 1500},
		"12.34 %: basis points":             {price: 9999, redemption: redeemed(billing.Coupon{Type: billing.Percentage, BasisPoints: 1234, Duration: billing.Forever}, nil), want: 8765},
		"100 %":                             {price: 1500, redemption: redeemed(percent(100, billing.Forever), nil), want: 0},
		"canceled keeps its last price":     {price: 1500, status: billing.Canceled, redemption: redeemed(percent(20, billing.Forever), nil), want: 1200},
		"past due":                          {price: 1500, status: billing.PastDue, want: 1500},
	} {
		t.Run(name, func(t *testing.T) {
			s := billing.Subscription{ProviderID: "sub_1", Status: c.status, Items: items(c.price, max(c.quantity, 1)), PeriodStart: at(0), PeriodEnd: at(month)}
			if s.Status == "" {
				s.Status = billing.Active
			}
			if got := billing.ChargedAmount(s, c.redemption, nil); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestChargedAmountIsWhatThePeriodsInvoiceSays(t *testing.T) {
	own := billing.InvoiceLine{Recurring: true, PriceID: "price_1", Quantity: 1, Amount: 1500, Discount: 400, PeriodStart: t0, PeriodEnd: *at(month)}
	for name, c := range map[string]struct {
		change func(i *billing.Invoice)
		want   int64
	}{
		"its own invoice":                                {func(*billing.Invoice) {}, 1100},
		"one-off lines do not count":                     {func(i *billing.Invoice) { i.Lines = append(i.Lines, billing.InvoiceLine{Amount: 900, PeriodStart: t0}) }, 1100},
		"prorations do not count":                        {func(i *billing.Invoice) { l := own; l.Proration, l.Amount = true, -700; i.Lines = append(i.Lines, l) }, 1100},
		"inclusive tax is taken out":                     {func(i *billing.Invoice) { i.Lines[0].InclusiveTax = 176 }, 924},
		"a draft is known":                               {func(i *billing.Invoice) { i.Status = "draft" }, 1100},
		"void is as if it never was":                     {func(i *billing.Invoice) { i.Status = billing.InvoiceVoid }, 1200},
		"another period's":                               {func(i *billing.Invoice) { i.Lines[0].PeriodStart = *at(-month) }, 1200},
		"of a trial that began and ended in that second": {func(i *billing.Invoice) { i.Lines[0].PeriodEnd, i.Lines[0].Amount = t0, 0 }, 1200},
		"another subscription's":                         {func(i *billing.Invoice) { i.SubscriptionID = "sub_2" }, 1200},
		"before the price was changed":                   {func(i *billing.Invoice) { i.Lines[0].PriceID = "price_0" }, 1200},
		"another quantity":                               {func(i *billing.Invoice) { i.Lines[0].Quantity = 2 }, 1200},
	} {
		t.Run(name, func(t *testing.T) {
			s := billing.Subscription{ProviderID: "sub_1", Status: billing.Active, Items: items(1500, 1), PeriodStart: at(0), PeriodEnd: at(month)}
			i := billing.Invoice{SubscriptionID: "sub_1", Status: "paid", Lines: []billing.InvoiceLine{own}}
			c.change(&i)
			if got := billing.ChargedAmount(s, redeemed(percent(20, billing.Forever), nil), []billing.Invoice{i}); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestAccessByStatus(t *testing.T) {
	const grace = 30 * 24 * time.Hour
	for _, c := range []struct {
		status billing.Status
		since  *time.Time
		grace  time.Duration
		access bool
		until  *time.Time
	}{
		{status: billing.Trialing, grace: grace, access: true},
		{status: billing.Active, grace: grace, access: true},
		{status: billing.PastDue, since: at(-time.Hour), grace: grace, access: true, until: at(grace - time.Hour)},
		{status: billing.PastDue, since: at(-grace), grace: grace},
		{status: billing.PastDue, since: at(-grace + time.Second), grace: grace, access: true, until: at(time.Second)},
		{status: billing.PastDue, since: at(0), grace: 0},
		{status: billing.Incomplete, grace: grace},
		{status: billing.IncompleteExpired, grace: grace},
		{status: billing.Unpaid, grace: grace},
		{status: billing.Paused, grace: grace},
		{status: billing.Canceled, grace: grace},
		{status: "something new", grace: grace},
	} {
		access, until := billing.Subscription{Status: c.status, PastDueSince: c.since}.Access(t0, c.grace)
		if access != c.access || (until == nil) != (c.until == nil) || (until != nil && !until.Equal(*c.until)) {
			t.Errorf("%s since %v: access %v until %v", c.status, c.since, access, until)
		}
	}
}

func TestCurrentSubscriptionOfSeveral(t *testing.T) {
	order := []billing.Status{
		billing.Active, billing.Trialing, billing.PastDue, billing.Unpaid, billing.Paused, billing.Incomplete, billing.Canceled, billing.IncompleteExpired,
	}
	for i, better := range order {
		for _, worse := range order[i+1:] {
			a := billing.Account{Subscriptions: []billing.Subscription{
				{ID: 2, Status: worse, CreatedAt: *at(time.Hour)}, {ID: 1, Status: better, CreatedAt: t0},
			}}
			if got := a.Current(); got.ID != 1 {
				t.Errorf("%s before %s", worse, better)
			}
		}
		a := billing.Account{Subscriptions: []billing.Subscription{
			{ID: 1, Status: better, CreatedAt: t0}, {ID: 3, Status: better, CreatedAt: *at(time.Hour)}, {ID: 2, Status: better, CreatedAt: t0},
		}}
		if got := a.Current(); got.ID != 3 {
			t.Errorf("%s: %d is not the newest", better, got.ID)
		}
	}
}

func TestChargedAmountOfSeveralItems(t *testing.T) {
	s := billing.Subscription{ProviderID: "sub_1", Status: billing.Active, PeriodStart: at(0), PeriodEnd: at(month), Items: append(items(1500, 2),
		billing.Item{PriceID: "price_2", Amount: 700, Currency: "usd", Quantity: 1})}
	line := func(price string, quantity, amount int64) billing.InvoiceLine {
		return billing.InvoiceLine{Recurring: true, PriceID: price, Quantity: quantity, Amount: amount, PeriodStart: t0, PeriodEnd: *at(month)}
	}
	both := []billing.Invoice{{SubscriptionID: "sub_1", Status: billing.InvoicePaid, Lines: []billing.InvoiceLine{line("price_2", 1, 650), line("price_1", 2, 2900)}}}
	one := []billing.Invoice{{SubscriptionID: "sub_1", Status: billing.InvoicePaid, Lines: both[0].Lines[:1]}}
	for name, c := range map[string]struct {
		invoices []billing.Invoice
		paused   bool
		want     int64
	}{
		"from the prices":          {want: 3700},
		"from the invoice":         {invoices: both, want: 3550},
		"before an item was added": {invoices: one, want: 3700},
		"collection is paused":     {invoices: both, paused: true, want: 0},
	} {
		s.CollectionPaused = c.paused
		if got := billing.ChargedAmount(s, nil, c.invoices); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
