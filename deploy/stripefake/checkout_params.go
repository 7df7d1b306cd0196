package stripefake

import (
	"net/url"

	"muster/deploy/stripefake/internal/form"
)

// readPage reads the parameters for the session's page and its redirects.
func (s *checkoutSession) readPage(p *form.Reader, now int64) {
	p.Need("mode")
	if mode := p.Enum("mode", "payment", "setup", "subscription"); mode != "" && mode != "subscription" {
		p.Fail("mode", "", "This server's Checkout sells subscriptions only, not `mode` %s.", mode)
	}
	s.SuccessURL, s.CancelURL = p.Need("success_url"), text(p.Text("cancel_url"))
	for param, address := range map[string]string{"success_url": s.SuccessURL, "cancel_url": string(s.CancelURL)} {
		if u, err := url.Parse(address); address != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
			p.Fail(param, "url_invalid", "Not a valid URL")
		}
	}
	s.AllowPromotions, _ = p.Bool("allow_promotion_codes")
	s.ClientReference = text(p.Text("client_reference_id"))
	if len(s.ClientReference) > 200 {
		p.Fail("client_reference_id", "", "Invalid string: client_reference_id; must be at most 200 characters")
	}
	optional(p, "customer_email", &s.CustomerEmail)
	if s.Customer != "" && s.CustomerEmail != "" {
		p.Fail("customer_email", "", "You may only specify one of these parameters: customer, customer_email.")
	}
	if at, sent := p.Int("expires_at"); sent {
		if at < now+sessionAtLeast || at > now+sessionAtMost {
			p.Fail("expires_at", "", "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout "+
				"Session creation.")
		}
		s.ExpiresAt = at
	}
	p.Enum("payment_method_collection", "always", "if_required")
	if p.Enum("ui_mode", "embedded", "hosted") == "embedded" {
		p.Fail("ui_mode", "", "This server's Checkout is hosted.")
	}
	p.Ignore("payment_method_types", "billing_address_collection", "locale", "customer_update",
		"custom_text", "consent_collection", "tax_id_collection", "phone_number_collection", "submit_type",
		"payment_method_options", "currency")
}

// readDiscounts reads the session's only possible discount and the name of its parameter; empty if there is none.
func readDiscounts(p *form.Reader) (couponID, promotionID, param string) {
	elements := p.List("discounts")
	if len(elements) > 1 {
		p.Fail("discounts", "", "You can only pass one discount at a time.")
	}
	if len(elements) == 0 {
		return "", "", ""
	}
	first := elements[0]
	couponID, promotionID = first.Text("coupon"), first.Text("promotion_code")
	if couponID == "" && promotionID == "" {
		first.Fail("coupon", "parameter_missing", "You must pass `coupon` or `promotion_code`.")
	}
	return couponID, promotionID, "discounts[0]"
}
