package stripefake

import (
	"math"
	"slices"

	"muster/deploy/stripefake/internal/form"
)

// The durations of a coupon.
const (
	durationOnce      = "once"
	durationRepeating = "repeating"
	durationForever   = "forever"
)

// coupon is a reduction by a percentage or an amount.
type coupon struct {
	ID               string            `json:"id"`
	AmountOff        moment            `json:"amount_off"`
	Created          int64             `json:"created"`
	Currency         text              `json:"currency"`
	Duration         string            `json:"duration"`
	DurationInMonths moment            `json:"duration_in_months"`
	MaxRedemptions   moment            `json:"max_redemptions"`
	Metadata         map[string]string `json:"metadata"`
	Name             text              `json:"name"`
	PercentOff       *float64          `json:"percent_off"`
	RedeemBy         moment            `json:"redeem_by"`
	TimesRedeemed    int64             `json:"times_redeemed"`

	// Products limits the coupon to these products; empty means all. Stripe returns it only if it is expanded.
	Products []string `json:"_products"`
	Deleted  bool     `json:"_deleted"`
}

func (c *coupon) key() string  { return c.ID }
func (c *coupon) kind() string { return "coupon" }

func (c *coupon) compose(tx *tx, o object) {
	o["valid"] = c.valid(tx.now)
	if len(c.Products) > 0 {
		o["applies_to"] = object{"products": c.Products}
	}
}

func (c *coupon) valid(now int64) bool {
	return !c.Deleted && (c.RedeemBy == 0 || now < int64(c.RedeemBy)) &&
		(c.MaxRedemptions == 0 || c.TimesRedeemed < int64(c.MaxRedemptions))
}

// off returns the reduction of an amount of at least 0, in the smallest unit of the currency: a percentage is rounded
// half up, and the reduction is never more than the amount.
func (c *coupon) off(amount int64, currency string) int64 {
	if c.PercentOff == nil {
		return min(int64(c.AmountOff), amount)
	}
	basisPoints := int64(math.Round(*c.PercentOff * 100))
	return min(rounded((amount*basisPoints+5_000)/10_000, currency), amount)
}

// covers reports whether the coupon reduces this product's price.
func (c *coupon) covers(productID string) bool {
	return len(c.Products) == 0 || slices.Contains(c.Products, productID)
}

// couponByID finds the coupon in a parameter, which must be usable for prices in the currency.
func (tx *tx) couponByID(id, param, currency string) (*coupon, error) {
	c, ok := tx.st.Coupons.get(id)
	if !ok || c.Deleted {
		return nil, noSuch("coupon", id, param)
	}
	if !c.valid(tx.now) {
		return nil, invalid("coupon_expired", param, "Coupon expired: %s.", id)
	}
	if c.AmountOff > 0 && currency != "" && string(c.Currency) != currency {
		return nil, invalid("", param,
			"The coupon's currency (%s) does not match the currency of the subscription (%s).", c.Currency, currency)
	}
	return c, nil
}

func createCoupon(tx *tx, q *request) (any, error) {
	c := &coupon{ID: q.params.Text("id"), Created: tx.now}
	if c.ID == "" {
		c.ID = randomText(capitals, 8)
	}
	c.readValue(q.params)
	c.readLimits(q.params, tx.now)
	optional(q.params, "name", &c.Name)
	c.Metadata = q.params.Metadata("metadata", nil)
	c.Products = q.params.Sub("applies_to").Strings("products")
	if len(c.Name) > 40 {
		q.params.Fail("name", "", "Invalid string: name; must be at most 40 characters")
	}
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	for _, id := range c.Products {
		if _, ok := tx.st.Products.get(id); !ok {
			return nil, noSuch("product", id, "applies_to[products]")
		}
	}
	if held, taken := tx.st.Coupons.get(c.ID); taken && !held.Deleted {
		return nil, invalid("resource_already_exists", "id", "Coupon already exists.")
	}
	tx.st.Coupons.replace(c)
	tx.create(c, "coupon.created")
	return c, nil
}

func (c *coupon) readValue(p *form.Reader) {
	percent, hasPercent := p.Float("percent_off")
	amount, hasAmount := p.IntWithin("amount_off", 1, maxAmount)
	c.Currency = text(readCurrency(p, "currency"))
	switch {
	case hasPercent == hasAmount:
		p.Fail("percent_off", "", "You must pass either `percent_off` or `amount_off`, and not both.")
	case hasPercent && (percent <= 0 || percent > 100):
		p.Fail("percent_off", "", "Invalid percent_off: must be greater than 0 and at most 100.")
	case hasPercent && math.Abs(percent*100-math.Round(percent*100)) > 1e-6:
		p.Fail("percent_off", "", "Invalid percent_off: no more than two decimal places.")
	case hasPercent:
		c.PercentOff, c.Currency = &percent, ""
	case c.Currency == "":
		p.Fail("currency", "parameter_missing", "You must pass `currency` when passing `amount_off`.")
	}
	checkUnit(p, "amount_off", amount, string(c.Currency))
	c.AmountOff = moment(amount)
}

func (c *coupon) readLimits(p *form.Reader, now int64) {
	c.Duration = p.Enum("duration", durationOnce, durationRepeating, durationForever)
	if c.Duration == "" {
		c.Duration = durationOnce
	}
	months, hasMonths := p.IntWithin("duration_in_months", 1, 1200)
	if hasMonths != (c.Duration == durationRepeating) {
		p.Fail("duration_in_months", "", "`duration_in_months` is required with, and only with, `duration` repeating.")
	}
	c.DurationInMonths = moment(months)
	most, _ := p.IntWithin("max_redemptions", 1, math.MaxInt32)
	c.MaxRedemptions = moment(most)
	if by, sent := p.Int("redeem_by"); sent {
		if by <= now {
			p.Fail("redeem_by", "", "Invalid timestamp: must be in the future.")
		}
		c.RedeemBy = moment(by)
	}
}

func getCoupon(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	c, ok := tx.st.Coupons.get(q.id)
	if !ok || c.Deleted {
		return nil, notFound("coupon", q.id)
	}
	return c, nil
}

func updateCoupon(tx *tx, q *request) (any, error) {
	c, ok := tx.st.Coupons.get(q.id)
	if !ok || c.Deleted {
		return nil, notFound("coupon", q.id)
	}
	next := *c
	optional(q.params, "name", &next.Name)
	next.Metadata = q.params.Metadata("metadata", c.Metadata)
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	tx.change(c, "coupon.updated", func() { *c = next })
	return c, nil
}

// deleteCoupon deletes a coupon; its existing discounts stay.
func deleteCoupon(tx *tx, q *request) (any, error) {
	c, ok := tx.st.Coupons.get(q.id)
	if !ok || c.Deleted {
		return nil, notFound("coupon", q.id)
	}
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	c.Deleted = true
	tx.announce(c, "coupon.deleted")
	return object{"id": c.ID, "object": c.kind(), "deleted": true}, nil
}

func listCoupons(tx *tx, q *request) (any, error) {
	created := q.params.Range("created")
	return listPage("/v1/coupons", &tx.st.Coupons, q.params, func(c *coupon) bool {
		return !c.Deleted && created.Contains(c.Created)
	})
}
