package benchdata

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// plan is a subscription plan. Its id is its 1-based position in plans; the same holds for promotions.
type plan struct {
	name, interval string
	amount         int64
	trialDays      *int
}

var (
	fortnight = 14

	plans = []plan{
		{"Monthly", "month", 1500, nil},
		{"Annual", "year", 15000, nil},
		{"Plus Monthly", "month", 2900, &fortnight},
		{"Plus Annual", "year", 29000, &fortnight},
		{"Team", "month", 9900, nil},
	}
	planIDs = weighted[int64]{{1, 450}, {2, 220}, {3, 180}, {4, 100}, {5, 50}}
)

const currency = "usd"

// promotion is a promotion with its coupon, which has the same id.
type promotion struct {
	name, code, description string
	coupon, typeCode        string
	percent, amountOff      int64 // one of them, by type
	trialDays               *int
	duration                string
	months                  *int
}

var (
	month = 30
	half  = 6

	promotions = []promotion{
		{name: "Summer Special", code: "SUMMER20", description: "20% off for summer", coupon: "Summer Discount", typeCode: "DISC", percent: 20, duration: "FORE"},
		{name: "Welcome", code: "WELCOME10", description: "A tenth off every bill", coupon: "Welcome Discount", typeCode: "DISC", percent: 10, duration: "FORE"},
		{name: "Five Off", code: "FIVEOFF", description: "Five dollars off each of six months", coupon: "Five Dollars", typeCode: "AMOU", amountOff: 500, duration: "REPE", months: &half},
		{name: "Half Price", code: "HALF", description: "Half the price for half a year", coupon: "Half Off", typeCode: "DISC", percent: 50, duration: "REPE", months: &half},
		{name: "First Month Free", code: "FREEMONTH", description: "Thirty days without a bill", coupon: "Free Month", typeCode: "TRIA", trialDays: &month, duration: "ONCE"},
	}
	discountIDs = weighted[int64]{{1, 300}, {2, 400}, {3, 200}, {4, 100}}
)

// freeMonth is the promotion that applies only while a subscription is trialing.
const freeMonth int64 = 5

// off returns the discount on a bill of this amount.
func (p promotion) off(amount int64) int64 {
	switch p.typeCode {
	case "DISC":
		return amount - (amount*p.percent+50)/100
	case "AMOU":
		return max(0, amount-p.amountOff)
	}
	return amount
}

// fillCatalog creates plans, coupons and promotions. The promotions' redemption counters stay 0.
func fillCatalog(ctx context.Context, conn *pgx.Conn) error {
	batch := &pgx.Batch{}
	for i, p := range plans {
		id := int64(i + 1)
		batch.Queue(`INSERT INTO plans (id, key, name, "interval", interval_count, amount, currency, trial_period_days, product_id, price_id, active, created_at)
			OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9, true, $10)`,
			id, fmt.Sprintf("bench-plan-%d", id), p.name, p.interval, p.amount, currency, p.trialDays, fmt.Sprintf("prod_bench%d", id), priceOf(id), opened)
		// Triggers, which add it elsewhere, are off.
		batch.Queue("INSERT INTO plan_prices (price_id, plan_id, amount, currency) VALUES ($1, $2, $3, $4)", priceOf(id), id, p.amount, currency)
	}
	for i, p := range promotions {
		id := int64(i + 1)
		batch.Queue(`INSERT INTO coupons (id, key, name, type_code, basis_points, amount_off, currency, trial_days, duration_code, duration_in_months, provider_id, created_at)
			OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, nullif($5::integer, 0), nullif($6::bigint, 0), CASE WHEN $6::bigint > 0 THEN $7 END, $8, $9, $10, $11, $12)`,
			id, fmt.Sprintf("bench-coupon-%d", id), p.coupon, p.typeCode, p.percent*100, p.amountOff, currency, p.trialDays, p.duration, p.months,
			fmt.Sprintf("co_bench%d", id), opened)
		batch.Queue(`INSERT INTO promotions (id, name, code, description, coupon_id, first_time_only, active, created_at)
			OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $1, false, true, $5)`, id, p.name, p.code, p.description, opened)
	}
	if err := conn.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	for _, table := range []string{"plans", "coupons", "promotions"} {
		if err := advanceIDs(ctx, conn, table); err != nil {
			return err
		}
	}
	return nil
}
