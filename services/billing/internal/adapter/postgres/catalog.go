package postgres

import (
	"context"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

type planRow struct {
	ID              int64
	Key             string
	RequestKey      *string
	Name            string
	Interval        string
	IntervalCount   int
	Amount          int64
	Currency        string
	TrialPeriodDays *int
	ProductID       *string
	PriceID         *string
	Active          bool
	CreatedAt       time.Time
}

const planColumns = `p.id, p.key, p.request_key, p.name, p."interval", p.interval_count, p.amount, p.currency, p.trial_period_days,
	p.product_id, p.price_id, p.active, p.created_at`

// findPlans reads the plans that match the condition, which is always a constant of this package.
func findPlans(ctx context.Context, db *gorm.DB, condition string, args ...any) ([]billing.Plan, error) {
	rows, err := pg.Many[planRow](ctx, db, "read plans", `SELECT `+planColumns+` FROM plans p WHERE `+condition, args...)
	return pg.Map(rows, planRow.plan), err
}

// plansByPrice reads the plans that have or had the prices, by price.
func plansByPrice(ctx context.Context, db *gorm.DB, prices []string) (map[string]billing.Plan, error) {
	type pricedRow struct {
		Plan    planRow `gorm:"embedded"`
		OfPrice string
	}
	rows, err := pg.Many[pricedRow](ctx, db, "read plans by price", `SELECT `+planColumns+`, s.price_id AS of_price
		FROM plan_prices s JOIN plans p ON p.id = s.plan_id WHERE s.price_id = ANY (?)`, pg.Array[string](prices))
	plans := map[string]billing.Plan{}
	for _, r := range rows {
		plans[r.OfPrice] = r.Plan.plan()
	}
	return plans, err
}

func (r planRow) plan() billing.Plan {
	return billing.Plan{
		ID: r.ID, Key: r.Key, RequestKey: pg.OrZero(r.RequestKey), Name: r.Name, Interval: r.Interval, IntervalCount: r.IntervalCount,
		Amount: r.Amount, Currency: r.Currency, TrialPeriodDays: r.TrialPeriodDays, ProductID: pg.OrZero(r.ProductID),
		PriceID: pg.OrZero(r.PriceID), Active: r.Active, CreatedAt: r.CreatedAt,
	}
}

func findPlan(ctx context.Context, db *gorm.DB, condition string, arg any) (billing.Plan, error) {
	plans, err := findPlans(ctx, db, condition, arg)
	return single(plans, err, billing.ErrPlanNotFound)
}

// AddPlan implements billing.Catalog.
func (s *Store) AddPlan(ctx context.Context, p billing.Plan) (billing.Plan, error) {
	id, added, err := pg.First[int64](ctx, s.db, "add plan", `
		INSERT INTO plans (key, request_key, name, "interval", interval_count, amount, currency, trial_period_days, active, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, false, ?)
		ON CONFLICT ON CONSTRAINT plans_request_key_unique DO NOTHING RETURNING id`,
		p.Key, pg.OrNull(p.RequestKey), p.Name, p.Interval, p.IntervalCount, p.Amount, p.Currency, p.TrialPeriodDays, p.CreatedAt)
	if err != nil {
		return billing.Plan{}, err
	}
	if !added {
		return findPlan(ctx, s.db, "request_key = ?", p.RequestKey)
	}
	return s.Plan(ctx, id)
}

// ActivatePlan implements billing.Catalog.
func (s *Store) ActivatePlan(ctx context.Context, id int64, productID, priceID string) (billing.Plan, error) {
	_, err := pg.Exec(ctx, s.db, "activate plan", `UPDATE plans SET product_id = ?, price_id = ?, active = true WHERE id = ?`, productID, priceID, id)
	if err != nil {
		return billing.Plan{}, err
	}
	return s.Plan(ctx, id)
}

// Plan implements billing.Catalog.
func (s *Store) Plan(ctx context.Context, id int64) (billing.Plan, error) {
	return findPlan(ctx, s.db, "id = ?", id)
}

// PlanByPrice implements billing.Catalog.
func (s *Store) PlanByPrice(ctx context.Context, priceID string) (billing.Plan, error) {
	return findPlan(ctx, s.db, "p.id = (SELECT plan_id FROM plan_prices WHERE price_id = ?)", priceID)
}

// RetirePrice implements billing.Catalog.
func (s *Store) RetirePrice(ctx context.Context, priceID string) error {
	_, err := pg.Exec(ctx, s.db, "retire price", `UPDATE plans SET active = false WHERE price_id = ?`, priceID)
	return err
}

// SavePlan implements billing.CatalogChanges. A trigger keeps the prices of a plan.
func (s *Store) SavePlan(ctx context.Context, p billing.Plan) (billing.Plan, error) {
	err := pg.ExecOne(ctx, s.db, "save plan", billing.ErrPlanNotFound, `
		UPDATE plans SET name = ?, trial_period_days = ?, amount = ?, currency = ?, price_id = ?, active = active AND ? WHERE id = ?`,
		p.Name, p.TrialPeriodDays, p.Amount, p.Currency, pg.OrNull(p.PriceID), p.Active, p.ID)
	if err != nil {
		return billing.Plan{}, err
	}
	return s.Plan(ctx, p.ID)
}

// PlansAfter implements billing.Catalog.
func (s *Store) PlansAfter(ctx context.Context, after int64, limit int) ([]billing.Plan, error) {
	return findPlans(ctx, s.db, "p.id > ? ORDER BY p.id LIMIT ?", after, limit)
}
