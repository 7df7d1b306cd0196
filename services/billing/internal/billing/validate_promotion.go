package billing

import (
	"context"

	"muster/libs/errs"
)

// Offer is what a promotion does to the price of a plan.
type Offer struct {
	Promotion Promotion
	Amount    int64 // of the plan's first period, in minor units
	Reduced   int64 // the same, less the promotion
	TrialDays int   // how long nothing is paid; 0 for none
}

// ValidatePromotion returns what a promotion code would do for the user and a plan, or why it cannot be used. It holds
// nothing: somebody else may take the last redemption before the user subscribes.
func (s *Service) ValidatePromotion(ctx context.Context, userID int64, code string, planID int64) (Offer, error) {
	switch {
	case code == "" || len(code) > maxNameLength:
		return Offer{}, errs.InvalidField("code", "must have 1 to 50 characters")
	case planID <= 0:
		return Offer{}, errs.InvalidField("planId", "must be the id of a plan")
	}
	plan, err := s.store.Plan(ctx, planID)
	if err == nil && !plan.Active {
		err = ErrPlanNotFound
	}
	if err != nil {
		return Offer{}, err
	}
	a, err := s.store.Account(ctx, userID)
	if err != nil {
		return Offer{}, err
	}
	p, err := s.promotion(ctx, userID, code)
	if err != nil {
		return Offer{}, err
	}
	if err := p.Redeemable(a, plan, s.now()); err != nil {
		return Offer{}, err
	}
	return Offer{p, plan.Amount, p.Coupon.Off(plan.Amount, plan.Currency), trialDays(a, plan, &p)}, nil
}
