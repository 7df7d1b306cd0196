package stripefake

import (
	"math"
	"regexp"
	"strings"

	"muster/deploy/stripefake/internal/form"
)

// promotionCode is a code that customers type to get a coupon.
type promotionCode struct {
	ID             string            `json:"id"`
	Code           string            `json:"code"`
	Created        int64             `json:"created"`
	Customer       text              `json:"customer"`
	ExpiresAt      moment            `json:"expires_at"`
	MaxRedemptions moment            `json:"max_redemptions"`
	Metadata       map[string]string `json:"metadata"`
	Restrictions   restrictions      `json:"restrictions"`
	TimesRedeemed  int64             `json:"times_redeemed"`

	Coupon string `json:"_coupon"`
	// Enabled is set by the account; whether the code is active also depends on its limits.
	Enabled bool `json:"_enabled"`
}

// restrictions limit the use of a promotion code.
type restrictions struct {
	FirstTime       bool   `json:"first_time_transaction"`
	MinimumAmount   moment `json:"minimum_amount"`
	MinimumCurrency text   `json:"minimum_amount_currency"`
}

func (p *promotionCode) key() string  { return p.ID }
func (p *promotionCode) kind() string { return "promotion_code" }

func (p *promotionCode) compose(tx *tx, o object) {
	c, _ := tx.st.Coupons.get(p.Coupon)
	o["coupon"] = tx.render(c)
	o["active"] = p.active(tx)
}

func (p *promotionCode) active(tx *tx) bool {
	c, ok := tx.st.Coupons.get(p.Coupon)
	return ok && p.Enabled && c.valid(tx.now) && (p.ExpiresAt == 0 || tx.now < int64(p.ExpiresAt)) &&
		(p.MaxRedemptions == 0 || p.TimesRedeemed < int64(p.MaxRedemptions))
}

// purchase is a purchase with a promotion code.
type purchase struct {
	customer string
	currency string
	// amount is the first charge before the discount.
	amount int64
}

// promotionFor finds the promotion code in a parameter, which must allow the purchase.
func (tx *tx) promotionFor(id, param string, of purchase) (*coupon, error) {
	p, ok := tx.st.PromotionCodes.get(id)
	if !ok {
		return nil, noSuch("promotion code", id, param)
	}
	if !p.active(tx) {
		return nil, invalid("", param, "This promotion code is not active: '%s'.", p.Code)
	}
	if p.Customer != "" && string(p.Customer) != of.customer {
		return nil, invalid("", param, "This promotion code is for another customer: '%s'.", p.Code)
	}
	if p.Restrictions.FirstTime && tx.hasPaid(of.customer) {
		return nil, invalid("promotion_code_customer_not_first_time", param,
			"This promotion code cannot be redeemed because the associated customer has prior transactions.")
	}
	if of.amount < int64(p.Restrictions.MinimumAmount) {
		return nil, invalid("promotion_code_minimum_amount_not_met", param,
			"This promotion code cannot be redeemed because the minimum amount is not met.")
	}
	return tx.couponByID(p.Coupon, param, of.currency)
}

// hasPaid reports whether a customer has a successful payment or a subscription that took effect.
func (tx *tx) hasPaid(customerID string) bool {
	for in := range tx.st.Invoices.newest() {
		if in.Customer == customerID && in.Status == invoicePaid {
			return true
		}
	}
	return false
}

var promotionCodeText = regexp.MustCompile(`^[A-Za-z0-9_-]{1,500}$`)

func createPromotionCode(tx *tx, q *request) (any, error) {
	n := &promotionCode{ID: newID("promo_1", 23), Code: q.params.Text("code"), Created: tx.now, Enabled: true}
	n.Coupon = q.params.Need("coupon")
	if !q.params.Has("code") {
		n.Code = randomText(capitals, 8)
	} else if !promotionCodeText.MatchString(n.Code) {
		q.params.Fail("code", "", "Invalid promotion code: only letters, digits, dashes and underscores are allowed.")
	}
	n.read(q.params, tx.now)
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	c, err := tx.couponByID(n.Coupon, "coupon", "")
	if err != nil {
		return nil, err
	}
	if c.RedeemBy > 0 && n.ExpiresAt > c.RedeemBy {
		return nil, invalid("", "expires_at", "The promotion code cannot expire after its coupon's `redeem_by`.")
	}
	if n.Customer != "" {
		if _, err := tx.customer(string(n.Customer), "customer"); err != nil {
			return nil, err
		}
	}
	if err := tx.codeIsFree(n); err != nil {
		return nil, err
	}
	tx.st.PromotionCodes.put(n)
	tx.create(n, "promotion_code.created")
	return n, nil
}

func (p *promotionCode) read(r *form.Reader, now int64) {
	if active, sent := r.Bool("active"); sent {
		p.Enabled = active
	}
	p.Customer = text(r.Text("customer"))
	p.Metadata = r.Metadata("metadata", nil)
	most, _ := r.IntWithin("max_redemptions", 1, math.MaxInt32)
	p.MaxRedemptions = moment(most)
	if at, sent := r.Int("expires_at"); sent {
		if at <= now {
			r.Fail("expires_at", "", "Invalid timestamp: must be in the future.")
		}
		p.ExpiresAt = moment(at)
	}
	limits := r.Sub("restrictions")
	p.Restrictions.FirstTime, _ = limits.Bool("first_time_transaction")
	minimum, _ := limits.IntWithin("minimum_amount", 1, maxAmount)
	p.Restrictions.MinimumAmount = moment(minimum)
	p.Restrictions.MinimumCurrency = text(readCurrency(limits, "minimum_amount_currency"))
	if (minimum > 0) != (p.Restrictions.MinimumCurrency != "") {
		limits.Fail("minimum_amount_currency", "", "`minimum_amount` and `minimum_amount_currency` go together.")
	}
}

// codeIsFree checks that no other active promotion code for the same customers has the code, ignoring case.
func (tx *tx) codeIsFree(n *promotionCode) error {
	if !n.Enabled {
		return nil
	}
	for held := range tx.st.PromotionCodes.all() {
		overlaps := held.Customer == "" || n.Customer == "" || held.Customer == n.Customer
		if held.ID != n.ID && overlaps && strings.EqualFold(held.Code, n.Code) && held.active(tx) {
			return invalid("", "code", "An active promotion code with `code: %s` already exists.", held.Code)
		}
	}
	return nil
}

func getPromotionCode(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	p, ok := tx.st.PromotionCodes.get(q.id)
	if !ok {
		return nil, notFound("promotion code", q.id)
	}
	return p, nil
}

func updatePromotionCode(tx *tx, q *request) (any, error) {
	p, ok := tx.st.PromotionCodes.get(q.id)
	if !ok {
		return nil, notFound("promotion code", q.id)
	}
	next := *p
	if active, sent := q.params.Bool("active"); sent {
		next.Enabled = active
	}
	next.Metadata = q.params.Metadata("metadata", p.Metadata)
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	if next.Enabled && !p.Enabled {
		if !next.active(tx) {
			return nil, invalid("", "active", "This promotion code cannot be reactivated: it or its coupon is used up or expired.")
		}
		if err := tx.codeIsFree(&next); err != nil {
			return nil, err
		}
	}
	tx.change(p, "promotion_code.updated", func() { *p = next })
	return p, nil
}

func listPromotionCodes(tx *tx, q *request) (any, error) {
	p := q.params
	created := p.Range("created")
	active, filtered := p.Bool("active")
	code, couponID, customerID := p.Text("code"), p.Text("coupon"), p.Text("customer")
	return listPage("/v1/promotion_codes", &tx.st.PromotionCodes, p, func(held *promotionCode) bool {
		return created.Contains(held.Created) && (!filtered || held.active(tx) == active) &&
			(code == "" || strings.EqualFold(held.Code, code)) && (couponID == "" || held.Coupon == couponID) &&
			(customerID == "" || string(held.Customer) == customerID)
	})
}
