package stripefake

// discount is a coupon applied to a subscription.
type discount struct {
	ID            string `json:"id"`
	Session       text   `json:"checkout_session"`
	Customer      string `json:"customer"`
	End           moment `json:"end"`
	PromotionCode text   `json:"promotion_code"`
	Start         int64  `json:"start"`
	Subscription  text   `json:"subscription"`

	Coupon string `json:"_coupon"`
}

func (d *discount) key() string  { return d.ID }
func (d *discount) kind() string { return "discount" }

func (d *discount) compose(tx *tx, o object) {
	c, _ := tx.st.Coupons.get(d.Coupon)
	o["coupon"] = tx.render(c)
}

// offer is the coupon that is about to be redeemed, and its promotion code if there is one. The zero value is no offer.
type offer struct {
	Coupon    string
	Promotion string
}

// readOffer finds the coupon or promotion code of a request, either of which may be empty, and checks that it may be
// used for the purchase.
func (tx *tx) readOffer(couponID, promotionID, couponParam, promotionParam string, of purchase) (offer, error) {
	switch {
	case couponID != "" && promotionID != "":
		return offer{}, invalid("", couponParam, "You may only specify one of these parameters: coupon, promotion_code.")
	case couponID != "":
		_, err := tx.couponByID(couponID, couponParam, of.currency)
		return offer{Coupon: couponID}, err
	case promotionID != "":
		c, err := tx.promotionFor(promotionID, promotionParam, of)
		if err != nil {
			return offer{}, err
		}
		return offer{Coupon: c.ID, Promotion: promotionID}, nil
	}
	return offer{}, nil
}

// redeem creates a discount from an offer for a subscription and counts the redemption.
func (tx *tx) redeem(o offer, s *subscription, sessionID string) {
	c, ok := tx.st.Coupons.get(o.Coupon)
	if !ok {
		return
	}
	d := &discount{
		ID: newID("di_1", 23), Session: text(sessionID), Customer: s.Customer, PromotionCode: text(o.Promotion),
		Start: tx.now, Subscription: text(s.ID), Coupon: c.ID,
	}
	if c.Duration == durationRepeating {
		d.End = moment(addMonths(tx.now, int64(c.DurationInMonths)))
	}
	tx.change(c, "coupon.updated", func() { c.TimesRedeemed++ })
	if p, ok := tx.st.PromotionCodes.get(o.Promotion); ok {
		tx.change(p, "promotion_code.updated", func() { p.TimesRedeemed++ })
	}
	tx.st.Discounts.put(d)
	s.Discount, s.DiscountEnd = text(d.ID), d.End
	tx.announce(d, "customer.discount.created")
}

// discountOf returns the discount in force on a subscription; nil if there is none.
func (tx *tx) discountOf(s *subscription) (*discount, *coupon) {
	d, ok := tx.st.Discounts.get(string(s.Discount))
	if !ok || d.End > 0 && tx.now >= int64(d.End) {
		return nil, nil
	}
	c, _ := tx.st.Coupons.get(d.Coupon)
	return d, c
}

// dropDiscount removes a subscription's discount: removed, replaced, expired, or used up.
func (tx *tx) dropDiscount(s *subscription) {
	d, ok := tx.st.Discounts.get(string(s.Discount))
	if !ok {
		return
	}
	s.Discount, s.DiscountEnd = "", 0
	tx.announce(d, "customer.discount.deleted")
}

func deleteSubscriptionDiscount(tx *tx, q *request) (any, error) {
	s, ok := tx.st.Subscriptions.get(q.id)
	if !ok {
		return nil, notFound("subscription", q.id)
	}
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	d, ok := tx.st.Discounts.get(string(s.Discount))
	if !ok {
		return nil, notFound("discount", q.id)
	}
	tx.change(s, "customer.subscription.updated", func() { tx.dropDiscount(s) })
	gone := tx.render(d)
	gone["deleted"] = true
	return gone, nil
}
