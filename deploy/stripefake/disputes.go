package stripefake

import (
	"errors"
	"fmt"
	"net/http"
)

// The states of a dispute that the fake knows.
const (
	disputeOpen = "needs_response"
	disputeWon  = "won"
	disputeLost = "lost"
)

// dispute is a customer's objection to a charge at their bank. The control plane opens and closes it.
type dispute struct {
	ID            string                `json:"id"`
	Amount        int64                 `json:"amount"`
	Transactions  []*balanceTransaction `json:"balance_transactions"`
	Charge        string                `json:"charge"`
	Created       int64                 `json:"created"`
	Currency      string                `json:"currency"`
	Metadata      map[string]string     `json:"metadata"`
	PaymentIntent text                  `json:"payment_intent"`
	Reason        string                `json:"reason"`
	Status        string                `json:"status"`

	// Evidence is the text of the evidence.
	Evidence text `json:"_evidence"`
}

func (d *dispute) key() string  { return d.ID }
func (d *dispute) kind() string { return "dispute" }

// balanceTransaction is a movement of the account's balance. The fake has only those of disputes and failed refunds.
type balanceTransaction struct {
	ID       string `json:"id"`
	Object   string `json:"object"`
	Amount   int64  `json:"amount"`
	Created  int64  `json:"created"`
	Currency string `json:"currency"`
	Fee      int64  `json:"fee"`
	Net      int64  `json:"net"`
	Source   string `json:"source"`
	Type     string `json:"type"`
}

func (b *balanceTransaction) key() string  { return b.ID }
func (b *balanceTransaction) kind() string { return "balance_transaction" }

func (tx *tx) book(amount int64, currency, source, kind string) *balanceTransaction {
	b := &balanceTransaction{
		ID: newID("txn_1", 23), Object: "balance_transaction", Amount: amount, Created: tx.now, Currency: currency, Net: amount,
		Source: source, Type: kind,
	}
	tx.st.BalanceTransactions.put(b)
	return b
}

func (s *Server) openDispute(r *http.Request, body struct {
	Charge string `json:"charge"`
	Amount int64  `json:"amount"`
	Reason string `json:"reason"`
}) (result any, err error) {
	s.step(s.publicURL(r), func(tx *tx) { result, err = tx.openDispute(body.Charge, body.Amount, body.Reason) })
	return result, err
}

// openDispute disputes what is left of a charge, or a part of it.
func (tx *tx) openDispute(chargeID string, amount int64, reason string) (any, error) {
	ch, ok := tx.st.Charges.get(chargeID)
	if !ok || !ch.Paid || ch.Disputed {
		return nil, fmt.Errorf("no paid and undisputed charge: %q", chargeID)
	}
	left := ch.Amount - ch.Refunded
	if amount == 0 {
		amount = left
	}
	if amount < 1 || amount > left {
		return nil, fmt.Errorf("amount is %d; it must be from 1 to %d", amount, left)
	}
	if reason == "" {
		reason = "fraudulent"
	}
	d := &dispute{
		ID: newID("dp_1", 23), Amount: amount, Charge: ch.ID, Created: tx.now, Currency: ch.Currency, Metadata: map[string]string{},
		PaymentIntent: ch.PaymentIntent, Reason: reason, Status: disputeOpen,
	}
	d.Transactions = []*balanceTransaction{tx.book(-amount, ch.Currency, d.ID, "adjustment")}
	tx.st.Disputes.put(d)
	ch.Disputed = true
	tx.announce(d, "charge.dispute.created")
	tx.announce(d, "charge.dispute.funds_withdrawn")
	return tx.render(d), nil
}

func (s *Server) closeDispute(r *http.Request, body struct {
	Dispute string `json:"dispute"`
	Status  string `json:"status"`
}) (result any, err error) {
	s.step(s.publicURL(r), func(tx *tx) { result, err = tx.closeDispute(body.Dispute, body.Status) })
	return result, err
}

func (tx *tx) closeDispute(id, status string) (any, error) {
	d, ok := tx.st.Disputes.get(id)
	switch {
	case !ok || d.Status != disputeOpen:
		return nil, fmt.Errorf("no open dispute: %q", id)
	case status != disputeWon && status != disputeLost:
		return nil, fmt.Errorf("status is %q; it must be won or lost", status)
	}
	tx.decide(d, status)
	return tx.render(d), nil
}

// decide closes an open dispute.
func (tx *tx) decide(d *dispute, status string) {
	tx.change(d, "charge.dispute.closed", func() { d.Status = status })
	if status == disputeWon {
		d.Transactions = append(d.Transactions, tx.book(d.Amount, d.Currency, d.ID, "adjustment"))
		tx.announce(d, "charge.dispute.funds_reinstated")
	}
}

func (s *Server) failRefund(r *http.Request, body struct {
	Refund string `json:"refund"`
}) (result any, err error) {
	s.step(s.publicURL(r), func(tx *tx) { result, err = tx.failRefund(body.Refund) })
	return result, err
}

// failRefund makes a refund fail after the fact, as the customer's bank may.
func (tx *tx) failRefund(id string) (any, error) {
	r, ok := tx.st.Refunds.get(id)
	if !ok || r.Status != refundSucceeded {
		return nil, errors.New("no refund that succeeded: " + id)
	}
	ch, _ := tx.st.Charges.get(r.Charge)
	back := tx.book(r.Amount, r.Currency, r.ID, "refund_failure")
	ch.Refunded -= r.Amount
	tx.change(r, "charge.refund.updated", func() {
		r.Status, r.FailureReason, r.FailureTransaction = refundFailed, "expired_or_canceled_card", text(back.ID)
	})
	return tx.render(r), nil
}

// updateDispute stores evidence. The words of Stripe's test evidence decide the dispute when it is submitted.
func updateDispute(tx *tx, q *request) (any, error) {
	d, ok := tx.st.Disputes.get(q.id)
	if !ok {
		return nil, notFound("dispute", q.id)
	}
	words := q.params.Sub("evidence").Text("uncategorized_text")
	submit, sent := q.params.Bool("submit")
	metadata := q.params.Metadata("metadata", d.Metadata)
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	if d.Status != disputeOpen && words != "" {
		return nil, invalid("", "", "This dispute is already closed")
	}
	tx.change(d, "charge.dispute.updated", func() {
		d.Metadata = metadata
		if words != "" {
			d.Evidence = text(words)
		}
	})
	status := map[text]string{"winning_evidence": disputeWon, "losing_evidence": disputeLost}[d.Evidence]
	if (submit || !sent) && status != "" && d.Status == disputeOpen {
		tx.decide(d, status)
	}
	return d, nil
}

// acceptDispute gives a dispute up.
func acceptDispute(tx *tx, q *request) (any, error) {
	d, ok := tx.st.Disputes.get(q.id)
	if !ok {
		return nil, notFound("dispute", q.id)
	}
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	if d.Status != disputeOpen {
		return nil, invalid("", "", "This dispute is already closed")
	}
	tx.decide(d, disputeLost)
	return d, nil
}

func getDispute(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	d, ok := tx.st.Disputes.get(q.id)
	if !ok {
		return nil, notFound("dispute", q.id)
	}
	return d, nil
}

func listDisputes(tx *tx, q *request) (any, error) {
	p := q.params
	created, chargeID, intentID := p.Range("created"), p.Text("charge"), p.Text("payment_intent")
	return listPage("/v1/disputes", &tx.st.Disputes, p, func(d *dispute) bool {
		return created.Contains(d.Created) && (chargeID == "" || d.Charge == chargeID) &&
			(intentID == "" || string(d.PaymentIntent) == intentID)
	})
}
