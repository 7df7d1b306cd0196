package stripefake_test

func declinedCards(s *shop) {
	customer := s.customer("")
	for card, want := range map[string][2]string{
		"pm_card_visa_chargeDeclined":                      {"card_declined", "generic_decline"},
		"pm_card_visa_chargeDeclinedInsufficientFunds":     {"card_declined", "insufficient_funds"},
		"pm_card_visa_chargeDeclinedLostCard":              {"card_declined", "lost_card"},
		"pm_card_visa_chargeDeclinedStolenCard":            {"card_declined", "stolen_card"},
		"pm_card_visa_chargeDeclinedVelocityLimitExceeded": {"card_declined", "card_velocity_exceeded"},
		"pm_card_chargeDeclinedExpiredCard":                {"expired_card", ""},
		"pm_card_chargeDeclinedIncorrectCvc":               {"incorrect_cvc", ""},
		"pm_card_chargeDeclinedProcessingError":            {"processing_error", ""},
	} {
		e := s.refused(402, want[0], "*", "POST", "/v1/payment_methods/"+card+"/attach", "customer", customer)
		equal(s.T, card, e.text("decline_code"), want[1])
	}
	equal(s.T, "attached", len(s.get("/v1/payment_methods", "customer", customer, "type", "card").list("data")), 0)
	s.card(customer, "pm_card_chargeCustomerFail")
	sub := s.subscribe(customer, s.price(1500, "usd"))
	equal(s.T, "status", sub.text("status"), "incomplete")
	equal(s.T, "decline code", sub.text("latest_invoice.payment_intent.last_payment_error.decline_code"), "generic_decline")
	equal(s.T, "intent", sub.text("latest_invoice.payment_intent.status"), "requires_payment_method")
	e := s.refused(402, "card_declined", "*", "POST", "/v1/invoices/"+sub.text("latest_invoice.id")+"/pay")
	equal(s.T, "decline_code", e.text("decline_code"), "generic_decline")
	s.refused(402, "card_declined", "*", "POST", "/v1/subscriptions", "customer", customer, "items[0][price]", s.price(1500, "usd"),
		"payment_behavior", "error_if_incomplete")
}

func cardsThatAsk(s *shop) {
	for _, card := range []string{"pm_card_authenticationRequired", "pm_card_authenticationRequiredOnSetup", "pm_card_threeDSecure2Required"} {
		sub := s.subscribe(s.customer(card), s.price(1500, "usd"))
		equal(s.T, card, sub.text("status"), "incomplete")
		equal(s.T, card, sub.text("latest_invoice.payment_intent.status"), "requires_action")
		if sub.text("latest_invoice.payment_intent.client_secret") == "" {
			s.Error("no client secret")
		}
		s.refused(402, "*", "*", "POST", "/v1/invoices/"+sub.text("latest_invoice.id")+"/pay")
	}
	// It is set up already, so only the first payment of a subscription asks. A trial has none.
	sub := s.subscribe(s.customer("pm_card_authenticationRequiredSetupForOffSession"), s.price(1500, "usd"), "trial_period_days", "3")
	s.pass(sub.int("trial_end"))
	equal(s.T, "status", s.get("/v1/subscriptions/"+sub.text("id")).text("status"), "active")
	always := s.subscribe(s.customer("pm_card_authenticationRequired"), s.price(1500, "usd"), "trial_period_days", "3")
	s.pass(always.int("trial_end"))
	equal(s.T, "status", s.get("/v1/subscriptions/"+always.text("id")).text("status"), "past_due")
}

func cardNumbers(s *shop) {
	number := func(number, month, year string) []string {
		return []string{"type", "card", "card[number]", number, "card[exp_month]", month, "card[exp_year]", year, "card[cvc]", "123"}
	}
	good := s.post("/v1/payment_methods", number("4242424242424242", "12", "2040")...)
	equal(s.T, "last4", good.text("card.last4"), "4242")
	lost := s.post("/v1/payment_methods", number("4000000000009987", "12", "2040")...).text("id")
	e := s.refused(402, "card_declined", "*", "POST", "/v1/payment_methods/"+lost+"/attach", "customer", s.customer(""))
	equal(s.T, "decline_code", e.text("decline_code"), "lost_card")
	s.refused(402, "incorrect_number", "*", "POST", "/v1/payment_methods", number("4242424242424241", "12", "2040")...)
	s.refused(402, "invalid_expiry_month", "*", "POST", "/v1/payment_methods", number("4242424242424242", "13", "2040")...)
	s.refused(402, "invalid_expiry_year", "*", "POST", "/v1/payment_methods", number("4242424242424242", "12", "2020")...)
}

func incompleteAccepts(s *shop) {
	customer := s.customer("")
	source := s.post("/v1/customers/"+customer, "source", "tok_chargeCustomerFail").text("default_source")
	price := s.price(1500, "usd")
	sub := s.subscribe(customer, price, "payment_behavior", "default_incomplete")
	path := "/v1/subscriptions/" + sub.text("id")
	equal(s.T, "status", sub.text("status"), "incomplete")
	for _, params := range [][]string{
		{"items[0][id]", sub.text("items.data.0.id"), "items[0][quantity]", "2"}, {"cancel_at_period_end", "true"}, {"description", "x"},
		{"proration_behavior", "none"}, {"trial_end", "now"}, {"collection_method", "charge_automatically"},
	} {
		s.refused(400, "*", "*", "POST", path, params...)
	}
	equal(s.T, "metadata", s.post(path, "metadata[a]", "1").text("metadata.a"), "1")
	equal(s.T, "default source", s.post(path, "default_source", source).text("default_source"), source)
	s.refused(400, "resource_missing", "default_source", "POST", path, "default_source", "card_none")
}

func refundsInParts(s *shop) {
	charge := s.latest(s.subscribe(s.customer("pm_card_visa"), s.price(1500, "usd")).text("id")).text("charge")
	for _, amount := range []string{"500", "400"} {
		equal(s.T, "status", s.post("/v1/refunds", "charge", charge, "amount", amount).text("status"), "succeeded")
	}
	equal(s.T, "refunded", s.get("/v1/charges/"+charge).int("amount_refunded"), 900)
	s.refused(400, "*", "*", "POST", "/v1/refunds", "charge", charge, "amount", "601")
	s.refused(400, "*", "*", "POST", "/v1/refunds", "charge", charge, "amount", "0")
	equal(s.T, "rest", s.post("/v1/refunds", "charge", charge).int("amount"), 600)
	s.refused(400, "charge_already_refunded", "*", "POST", "/v1/refunds", "charge", charge)
	equal(s.T, "list", len(s.get("/v1/charges/"+charge+"/refunds").list("data")), 3)
}

func disputesByCard(s *shop) {
	charge := s.latest(s.subscribe(s.customer("pm_card_createDispute"), s.price(1500, "usd")).text("id")).text("charge")
	found := s.get("/v1/disputes", "charge", charge)
	equal(s.T, "reason", found.text("data.0.reason"), "fraudulent")
	equal(s.T, "status", found.text("data.0.status"), "needs_response")
	equal(s.T, "disputed", s.get("/v1/charges/"+charge).bool("disputed"), true)
	s.refused(400, "charge_disputed", "*", "POST", "/v1/refunds", "charge", charge)
	path := "/v1/disputes/" + found.text("data.0.id")
	s.post(path, "evidence[uncategorized_text]", "losing_evidence", "submit", "true")
	waitFor(s.T, "the dispute to be lost", func() bool { return s.get(path).text("status") == "lost" })
	s.refused(400, "*", "*", "POST", path+"/close")
}
