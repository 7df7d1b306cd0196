package stripefake

// refund is a refund of a charge.
type refund struct {
	ID            string `json:"id"`
	Amount        int64  `json:"amount"`
	Charge        string `json:"charge"`
	Created       int64  `json:"created"`
	Currency      string `json:"currency"`
	FailureReason text   `json:"failure_reason"`
	// FailureTransaction is the movement that gave the money back after the refund had failed.
	FailureTransaction text              `json:"failure_balance_transaction"`
	Metadata           map[string]string `json:"metadata"`
	PaymentIntent      text              `json:"payment_intent"`
	Reason             text              `json:"reason"`
	Status             string            `json:"status"`

	// ChangesAt is when the refund of a test card succeeds or fails after all; 0 if it stays as it is.
	ChangesAt int64 `json:"_changes_at"`
}

func (r *refund) key() string  { return r.ID }
func (r *refund) kind() string { return "refund" }

// refundTakes is how long the refund of a test card takes to succeed or fail, in seconds.
const refundTakes = 60

func (r *refund) due() int64 { return r.ChangesAt }

func (r *refund) happen(tx *tx) {
	r.ChangesAt = 0
	if r.Status == refundPending {
		tx.change(r, "charge.refund.updated", func() { r.Status = refundSucceeded })
		return
	}
	// A refund that succeeded can fail.
	_, _ = tx.failRefund(r.ID)
}

// The states of a refund.
const (
	refundSucceeded = "succeeded"
	refundPending   = "pending"
	refundFailed    = "failed"
)

func createRefund(tx *tx, q *request) (any, error) {
	p := q.params
	chargeID, intentID := p.Text("charge"), p.Text("payment_intent")
	amount, hasAmount := p.IntWithin("amount", 1, maxAmount)
	r := &refund{ID: newID("re_3", 23), Created: tx.now, Status: refundSucceeded, Metadata: p.Metadata("metadata", nil)}
	r.Reason = text(p.Enum("reason", "duplicate", "fraudulent", "requested_by_customer"))
	if err := p.Done(); err != nil {
		return nil, err
	}
	ch, err := tx.refundable(chargeID, intentID)
	if err != nil {
		return nil, err
	}
	left := ch.Amount - ch.Refunded
	if !hasAmount {
		amount = left
	}
	if left == 0 {
		return nil, invalid("charge_already_refunded", "", "Charge %s has already been refunded.", ch.ID)
	}
	if amount > left {
		return nil, invalid("", "amount", "Refund amount (%s) is greater than unrefunded amount on charge (%s)",
			money(amount, ch.Currency), money(left, ch.Currency))
	}
	r.Amount, r.Charge, r.Currency, r.PaymentIntent = amount, ch.ID, ch.Currency, ch.PaymentIntent
	if m, ok := tx.st.PaymentMethods.get(string(ch.PaymentMethod)); ok && m.test().refunds != "" {
		r.ChangesAt = tx.now + refundTakes
		if m.test().refunds == refundPending {
			r.Status = refundPending
		}
	}
	tx.st.Refunds.put(r)
	tx.change(ch, "charge.refunded", func() { ch.Refunded += amount })
	tx.announce(r, "refund.created")
	return r, nil
}

// refundable finds the charge for a refund.
func (tx *tx) refundable(chargeID, intentID string) (*charge, error) {
	param := "charge"
	if intentID != "" {
		intent, ok := tx.st.PaymentIntents.get(intentID)
		if !ok {
			return nil, noSuch("payment_intent", intentID, "payment_intent")
		}
		param = "payment_intent"
		if chargeID == "" {
			chargeID = string(intent.LatestCharge)
		}
		if intent.Status != intentSucceeded {
			return nil, invalid("", param, "This PaymentIntent (%s) does not have a successful charge to refund.", intentID)
		}
	}
	if chargeID == "" {
		return nil, invalid("parameter_missing", "charge",
			"One of the following params should be provided for this request: payment_intent or charge.")
	}
	ch, ok := tx.st.Charges.get(chargeID)
	if !ok {
		return nil, noSuch("charge", chargeID, param)
	}
	if ch.Disputed {
		return nil, invalid("charge_disputed", param, "Charge %s has been charged back; cannot issue a refund.", chargeID)
	}
	if !ch.Paid {
		return nil, invalid("charge_not_refundable", param, "Charge %s was not successful.", chargeID)
	}
	return ch, nil
}

func getRefund(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	r, ok := tx.st.Refunds.get(q.id)
	if !ok {
		return nil, notFound("refund", q.id)
	}
	return r, nil
}

func listRefunds(tx *tx, q *request) (any, error) {
	p := q.params
	created, chargeID, intentID := p.Range("created"), p.Text("charge"), p.Text("payment_intent")
	return listPage("/v1/refunds", &tx.st.Refunds, p, func(r *refund) bool {
		return created.Contains(r.Created) && (chargeID == "" || r.Charge == chargeID) &&
			(intentID == "" || string(r.PaymentIntent) == intentID)
	})
}

func listChargeRefunds(tx *tx, q *request) (any, error) {
	if _, ok := tx.st.Charges.get(q.id); !ok {
		return nil, notFound("charge", q.id)
	}
	return listPage("/v1/charges/"+q.id+"/refunds", &tx.st.Refunds, q.params, func(r *refund) bool { return r.Charge == q.id })
}

// refundsOf is the list of a charge's refunds, newest first.
func (tx *tx) refundsOf(chargeID string) object {
	var refunds []any
	for r := range tx.st.Refunds.newest() {
		if r.Charge == chargeID {
			refunds = append(refunds, tx.render(r))
		}
	}
	return nested("/v1/charges/"+chargeID+"/refunds", refunds)
}
