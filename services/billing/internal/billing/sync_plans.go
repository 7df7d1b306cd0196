package billing

import (
	"context"
	"errors"
	"fmt"
)

// PlanStep is what a synchronization of plans did with one plan or price, or would do in a dry run.
type PlanStep struct {
	Act    PlanAct
	Plan   Plan          // zero for a price that is no plan's
	Offer  ProviderOffer // zero if the provider has none
	Reason string        // why it was skipped
}

// PlanAct is what became of a plan.
type PlanAct string

// What can become of a plan.
const (
	PlanUnchanged PlanAct = "unchanged"
	PlanSkipped   PlanAct = "skipped"
	PlanAdded     PlanAct = "added"     // here
	PlanCreated   PlanAct = "created"   // at the provider, with a product
	PlanPriced    PlanAct = "priced"    // it has another price at the provider, because the former one was archived there
	PlanRenamed   PlanAct = "renamed"   // on the side that follows
	PlanWithdrawn PlanAct = "withdrawn" // from sale, on the side that follows
)

// planSync is one synchronization. Each step is stored by itself and is repeated without effect, so that an interrupted one
// is simply run again.
type planSync struct {
	*Service
	dry  bool
	told func(PlanStep)
}

const planBatch = 100

// PullPlans makes the plans like the provider's recurring prices: it adds those that are for sale and unknown, and follows
// names and what is off sale. It leaves out other installations' prices. told is called after each step; a dry run changes
// nothing. With an error it can be run again.
func (s *Service) PullPlans(ctx context.Context, dry bool, told func(PlanStep)) error {
	sync := planSync{s, dry, told}
	for cursor := ""; ; {
		page, next, err := s.payments.ListOffers(ctx, cursor)
		if err != nil {
			return fmt.Errorf("list prices: %w", err)
		}
		for _, o := range page {
			if err := sync.pull(ctx, o); err != nil {
				return fmt.Errorf("price %s: %w", o.PriceID, err)
			}
		}
		if cursor = next; cursor == "" {
			return nil
		}
	}
}

func (s planSync) pull(ctx context.Context, o ProviderOffer) error {
	p, err := s.store.PlanByPrice(ctx, o.PriceID)
	if errors.Is(err, ErrPlanNotFound) {
		return s.add(ctx, o)
	}
	step := PlanStep{Act: PlanUnchanged, Plan: p, Offer: o}
	switch {
	case err != nil:
		return err
	case p.PriceID != o.PriceID: // a former price, which its subscribers stay on
		return nil
	case p.Active && !o.Sold:
		step.Act = PlanWithdrawn
		err = s.unlessDry(func() error { return s.store.RetirePrice(ctx, o.PriceID) })
	case p.Name != o.Name && len(checkName(o.Name)) == 0:
		step.Act, step.Plan.Name = PlanRenamed, o.Name
		err = s.unlessDry(func() error { _, err := s.store.SavePlan(ctx, step.Plan); return err })
	}
	return s.tell(step, err)
}

// add adds the plan of a price that no plan has.
func (s planSync) add(ctx context.Context, o ProviderOffer) error {
	if !o.Sold {
		return nil
	}
	p := Plan{
		Key: s.newID(), RequestKey: "price/" + o.PriceID, Name: o.Name, Interval: o.Interval, IntervalCount: o.IntervalCount, Amount: o.Amount,
		Currency: o.Currency, TrialPeriodDays: o.TrialPeriodDays, ProductID: o.ProductID, PriceID: o.PriceID, CreatedAt: s.now(),
	}
	step := PlanStep{Act: PlanAdded, Plan: p, Offer: o}
	if step.Reason = o.unfit(p); step.Reason != "" {
		step.Act = PlanSkipped
		return s.tell(step, nil)
	}
	return s.tell(step, s.unlessDry(func() error {
		added, err := s.store.AddPlan(ctx, p)
		if err == nil {
			_, err = s.store.ActivatePlan(ctx, added.ID, o.ProductID, o.PriceID)
		}
		return err
	}))
}

// unfit tells why a price cannot be a plan; empty if it can.
func (o ProviderOffer) unfit(p Plan) string {
	switch {
	case o.PlanKey != "":
		return "it is a plan of another installation"
	case o.Unfit != "":
		return o.Unfit
	}
	if err := p.Check(); err != nil {
		return err.Error()
	}
	return ""
}

// PushPlans makes the provider's prices like the plans: each plan on sale gets a price that is for sale there, with its
// name, and the prices of the others are archived. Otherwise it is like PullPlans.
func (s *Service) PushPlans(ctx context.Context, dry bool, told func(PlanStep)) error {
	sync := planSync{s, dry, told}
	for after := int64(0); ; {
		plans, err := s.store.PlansAfter(ctx, after, planBatch)
		if err != nil || len(plans) == 0 {
			return err
		}
		for _, p := range plans {
			if err := sync.push(ctx, p); err != nil {
				return fmt.Errorf("plan %d: %w", p.ID, err)
			}
			after = p.ID
		}
	}
}

func (s planSync) push(ctx context.Context, p Plan) error {
	if p.PriceID == "" { // it was never on sale
		return s.tell(PlanStep{Act: PlanSkipped, Plan: p, Reason: "it was never on sale"}, nil)
	}
	o, err := s.payments.Offer(ctx, p.PriceID)
	step := PlanStep{Act: PlanUnchanged, Plan: p, Offer: o}
	switch missing := errors.Is(err, ErrProviderMissing); {
	case err != nil && !missing:
		return err
	case !p.Active && (missing || !o.Sold):
		err = nil
	case !p.Active:
		step.Act = PlanWithdrawn
		err = s.unlessDry(func() error { return s.archivePrice(ctx, p.PriceID) })
	case missing:
		step.Act = PlanCreated
		err = s.unlessDry(func() error { return s.createAgain(ctx, p) })
	case !o.Sold:
		step.Act = PlanPriced
		err = s.unlessDry(func() error { return s.priceAgain(ctx, p) })
	case o.Name != p.Name:
		step.Act = PlanRenamed
		err = s.unlessDry(func() error { return s.payments.RenameProduct(ctx, "product/"+s.newID(), p.ProductID, p.Name) })
	}
	return s.tell(step, err)
}

// createAgain makes the product and the price of a plan that the provider does not know: it is another account.
func (s planSync) createAgain(ctx context.Context, p Plan) error {
	price, err := create(ctx, s.Service, "plan/"+p.Key+"/"+p.PriceID,
		func(ctx context.Context) (ProviderPrice, error) { return s.payments.FindPrice(ctx, p) },
		func(ctx context.Context, key string) (ProviderPrice, error) {
			return s.payments.CreatePrice(ctx, key, p)
		})
	if err == nil {
		_, err = s.store.ActivatePlan(ctx, p.ID, price.ProductID, price.PriceID)
	}
	return err
}

// priceAgain gives a plan another price. An interrupted call is repeated with the same key.
func (s planSync) priceAgain(ctx context.Context, p Plan) (err error) {
	former := p.PriceID
	if p.PriceID, err = s.payments.AddPrice(ctx, "price/"+p.Key+"/"+former, p); err == nil {
		_, err = s.store.SavePlan(ctx, p)
	}
	return err
}

func (s planSync) unlessDry(do func() error) error {
	if s.dry {
		return nil
	}
	return do()
}

// tell reports a step that has succeeded.
func (s planSync) tell(step PlanStep, err error) error {
	if err == nil {
		s.told(step)
	}
	return err
}
