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

// findPlans reads those for which the condition, a constant of this package, holds.
func findPlans(db *gorm.DB, condition string, args ...any) ([]billing.Plan, error) {
	var rows []planRow
	err := db.Raw(`
		SELECT id, key, request_key, name, "interval", interval_count, amount, currency, trial_period_days, product_id, price_id,
		       active, created_at
		FROM plans WHERE `+condition, args...).Scan(&rows).Error
	if err != nil {
		return nil, wrap("read plans", err)
	}
	plans := make([]billing.Plan, 0, len(rows))
	for _, r := range rows {
		plans = append(plans, billing.Plan{
			ID: r.ID, Key: r.Key, RequestKey: value(r.RequestKey), Name: r.Name, Interval: r.Interval, IntervalCount: r.IntervalCount,
			Amount: r.Amount, Currency: r.Currency, TrialPeriodDays: r.TrialPeriodDays, ProductID: value(r.ProductID),
			PriceID: value(r.PriceID), Active: r.Active, CreatedAt: r.CreatedAt,
		})
	}
	return plans, nil
}

func onePlan(plans []billing.Plan, err error) (billing.Plan, error) {
	if err != nil {
		return billing.Plan{}, err
	}
	if len(plans) == 0 {
		return billing.Plan{}, billing.ErrPlanNotFound
	}
	return plans[0], nil
}

// AddPlan implements billing.Catalog.
func (s *Store) AddPlan(ctx context.Context, p billing.Plan) (billing.Plan, error) {
	db := pg.From(ctx, s.db)
	r := db.Raw(`
		INSERT INTO plans (key, request_key, name, "interval", interval_count, amount, currency, trial_period_days, active, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, false, ?)
		ON CONFLICT ON CONSTRAINT plans_request_key_unique DO NOTHING RETURNING id`,
		p.Key, null(p.RequestKey), p.Name, p.Interval, p.IntervalCount, p.Amount, p.Currency, p.TrialPeriodDays, p.CreatedAt).Scan(&p.ID)
	if r.Error != nil {
		return billing.Plan{}, wrap("add plan", r.Error)
	}
	if r.RowsAffected == 0 {
		return onePlan(findPlans(db, "request_key = ?", p.RequestKey))
	}
	return onePlan(findPlans(db, "id = ?", p.ID))
}

// ActivatePlan implements billing.Catalog.
func (s *Store) ActivatePlan(ctx context.Context, id int64, productID, priceID string) (billing.Plan, error) {
	db := pg.From(ctx, s.db)
	err := db.Exec(`UPDATE plans SET product_id = ?, price_id = ?, active = true WHERE id = ?`, productID, priceID, id).Error
	if err != nil {
		return billing.Plan{}, wrap("activate plan", err)
	}
	return s.Plan(ctx, id)
}

// Plan implements billing.Catalog.
func (s *Store) Plan(ctx context.Context, id int64) (billing.Plan, error) {
	return onePlan(findPlans(pg.From(ctx, s.db), "id = ?", id))
}

// PlanByPrice implements billing.Catalog.
func (s *Store) PlanByPrice(ctx context.Context, priceID string) (billing.Plan, error) {
	return onePlan(findPlans(pg.From(ctx, s.db), "price_id = ?", priceID))
}

// Plans lists what is for sale, the cheapest first.
func (s *Store) Plans(ctx context.Context) ([]billing.Plan, error) {
	return findPlans(pg.From(ctx, s.db), "active ORDER BY amount, id")
}
