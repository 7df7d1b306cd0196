package billing

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"muster/libs/errs"
)

// Member is a member of a change: not given, null (a nil Value), or a value.
type Member[T any] struct {
	Given bool
	Value *T
}

// into sets *p to the member's value, if it is given and not null.
func (m Member[T]) into(p *T) {
	if m.Given && m.Value != nil {
		*p = *m.Value
	}
}

// orNull sets *p to the member's value, if it is given.
func (m Member[T]) orNull(p **T) {
	if m.Given {
		*p = m.Value
	}
}

// PlanChange is a change of a plan. Its interval never changes.
type PlanChange struct {
	Name            Member[string]
	Amount          Member[int64]
	Currency        Member[string]
	TrialPeriodDays Member[int]
}

// UpdatePlan changes a plan. Another amount or currency makes a new price for new subscribers; present ones stay on
// theirs. A plan that is off sale can only be renamed.
func (s *Service) UpdatePlan(ctx context.Context, id int64, change PlanChange) (Plan, error) {
	old, err := s.store.Plan(ctx, id)
	if err != nil {
		return Plan{}, err
	}
	p := old
	change.Name.into(&p.Name)
	change.Amount.into(&p.Amount)
	change.Currency.into(&p.Currency)
	change.TrialPeriodDays.orNull(&p.TrialPeriodDays)
	p.Name, p.Currency = strings.TrimSpace(p.Name), strings.ToLower(p.Currency)
	if err := p.Check(); err != nil {
		return Plan{}, err
	}
	repriced := p.Amount != old.Amount || p.Currency != old.Currency
	if !old.Active && repriced {
		return Plan{}, ErrPlanNotFound
	}
	if p.Name != old.Name && p.ProductID != "" {
		if err := s.payments.RenameProduct(ctx, "product/"+s.newID(), p.ProductID, p.Name); err != nil {
			return Plan{}, fmt.Errorf("rename product: %w", err)
		}
	}
	if !repriced {
		return s.store.SavePlan(ctx, p)
	}
	if p.PriceID, err = s.payments.AddPrice(ctx, "price/"+s.newID(), p); err != nil {
		return Plan{}, fmt.Errorf("add price: %w", err)
	}
	// The plan changes first: what sells it then uses the new price, and an archived price takes no plan off sale.
	if p, err = s.store.SavePlan(ctx, p); err != nil {
		return Plan{}, err
	}
	return p, s.archivePrice(ctx, old.PriceID)
}

func (s *Service) archivePrice(ctx context.Context, priceID string) error {
	if priceID == "" {
		return nil
	}
	err := s.payments.ArchivePrice(ctx, "archive/"+s.newID(), priceID)
	if err != nil && !errors.Is(err, ErrProviderMissing) {
		return fmt.Errorf("archive price: %w", err)
	}
	return nil
}

// ArchivePlan takes a plan off sale, for ever. Its subscribers keep it.
func (s *Service) ArchivePlan(ctx context.Context, id int64) error {
	p, err := s.store.Plan(ctx, id)
	if err != nil {
		return err
	}
	p.Active = false
	if p, err = s.store.SavePlan(ctx, p); err != nil {
		return err
	}
	return s.archivePrice(ctx, p.PriceID)
}

// CouponChange is a change of a coupon. Its type never changes.
type CouponChange struct {
	Name             Member[string]
	BasisPoints      Member[int]
	AmountOff        Member[int64]
	Currency         Member[string]
	TrialDays        Member[int]
	Duration         Member[Duration]
	DurationInMonths Member[int]
}

// UpdateCoupon changes a coupon. The values of a coupon cannot change, at the provider or here, because discounts that
// were given depend on them: another value archives the coupon and returns a new one.
func (s *Service) UpdateCoupon(ctx context.Context, id int64, change CouponChange) (Coupon, error) {
	old, err := s.store.Coupon(ctx, id)
	if err != nil {
		return Coupon{}, err
	}
	c := old
	change.Name.into(&c.Name)
	change.BasisPoints.into(&c.BasisPoints)
	change.AmountOff.into(&c.AmountOff)
	change.Currency.into(&c.Currency)
	change.TrialDays.into(&c.TrialDays)
	change.Duration.into(&c.Duration)
	change.DurationInMonths.orNull(&c.DurationInMonths)
	c.Name, c.Currency = strings.TrimSpace(c.Name), strings.ToLower(c.Currency)
	if err := c.Check(); err != nil {
		return Coupon{}, err
	}
	if c.sameValue(old) {
		return s.renameCoupon(ctx, old, c.Name)
	}
	if !old.Active {
		return Coupon{}, ErrCouponNotFound
	}
	c.ID, c.ProviderID, c.RequestKey = 0, "", ""
	made, err := s.CreateCoupon(ctx, c)
	if err != nil {
		return Coupon{}, err
	}
	return made, s.ArchiveCoupon(ctx, id)
}

func (c Coupon) sameValue(o Coupon) bool {
	return c.BasisPoints == o.BasisPoints && c.AmountOff == o.AmountOff && c.Currency == o.Currency && c.TrialDays == o.TrialDays &&
		c.Duration == o.Duration && c.months() == o.months()
}

// months is 0 unless the coupon is REPE.
func (c Coupon) months() int {
	if c.DurationInMonths == nil {
		return 0
	}
	return *c.DurationInMonths
}

func (s *Service) renameCoupon(ctx context.Context, c Coupon, name string) (Coupon, error) {
	if c.Name != name && c.ProviderID != "" && c.Active {
		err := s.payments.RenameCoupon(ctx, "coupon/"+s.newID(), c.ProviderID, name)
		if err != nil && !errors.Is(err, ErrProviderMissing) {
			return Coupon{}, fmt.Errorf("rename coupon: %w", err)
		}
	}
	return s.store.RenameCoupon(ctx, c.ID, name)
}

// ArchiveCoupon takes a coupon and its promotions out of use. Discounts that were given stay, and so does a coupon that was
// made at the provider.
func (s *Service) ArchiveCoupon(ctx context.Context, id int64) error {
	c, err := s.archiveCoupon(ctx, id)
	if err != nil || c.ProviderID == "" || c.mirrored() {
		return err
	}
	if err := s.payments.DeleteCoupon(ctx, c.ProviderID); err != nil && !errors.Is(err, ErrProviderMissing) {
		return fmt.Errorf("delete coupon: %w", err)
	}
	return nil
}

// PromotionChange is a change of a promotion. Its code and its coupon never change.
type PromotionChange struct {
	Name           Member[string]
	Description    Member[string]
	StartsAt       Member[time.Time]
	ExpiresAt      Member[time.Time]
	MaxRedemptions Member[int]
	PerUserLimit   Member[int]
	FirstTimeOnly  Member[bool]
	PlanIDs        Member[[]int64]
	Active         Member[bool]
}

// UpdatePromotion changes a promotion. It can be archived and used again, unless its coupon is archived.
func (s *Service) UpdatePromotion(ctx context.Context, id int64, change PromotionChange) (Promotion, error) {
	var saved Promotion
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		old, err := tx.LockPromotion(ctx, id)
		if err != nil {
			return err
		}
		next := old.changed(change)
		if err := next.Check(); err != nil {
			return err
		}
		if next.Active && !next.Coupon.Active {
			return errs.InvalidField("active", "the coupon of this promotion is archived")
		}
		saved, err = s.savePromotion(ctx, tx, old, next)
		return err
	})
	return saved, err
}

// changed returns the promotion with the members of a change.
func (p Promotion) changed(change PromotionChange) Promotion {
	change.Name.into(&p.Name)
	change.Description.orNull(&p.Description)
	change.StartsAt.orNull(&p.StartsAt)
	change.ExpiresAt.orNull(&p.ExpiresAt)
	change.MaxRedemptions.orNull(&p.MaxRedemptions)
	change.PerUserLimit.orNull(&p.PerUserLimit)
	change.FirstTimeOnly.into(&p.FirstTimeOnly)
	change.PlanIDs.into(&p.PlanIDs)
	change.Active.into(&p.Active)
	p.Name = strings.TrimSpace(p.Name)
	return p
}

// ArchivePromotion takes a promotion out of use. Redemptions stay.
func (s *Service) ArchivePromotion(ctx context.Context, id int64) error {
	no := false
	_, err := s.UpdatePromotion(ctx, id, PromotionChange{Active: Member[bool]{Given: true, Value: &no}})
	return err
}

// PlanOf finds a plan; ErrPlanNotFound if there is none.
func (s *Service) PlanOf(ctx context.Context, id int64) (Plan, error) { return s.store.Plan(ctx, id) }

// CouponOf finds a coupon; ErrCouponNotFound if there is none.
func (s *Service) CouponOf(ctx context.Context, id int64) (Coupon, error) {
	return s.store.Coupon(ctx, id)
}

// PromotionOf finds a promotion; ErrPromoNotFound if there is none.
func (s *Service) PromotionOf(ctx context.Context, id int64) (Promotion, error) {
	return s.store.Promotion(ctx, id)
}
