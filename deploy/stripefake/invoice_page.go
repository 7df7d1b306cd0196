package stripefake

import (
	"errors"
	"net/http"
)

// invoicePage is the public page of an invoice, on which it can be paid or a payment can be confirmed.
type invoicePage struct {
	Number, Status, Date, Subtotal, Discount, Tax, Total, Due string
	Lines                                                     []checkoutLine
	CanPay                                                    bool
	// Asks is set if a payment waits for the customer's authentication.
	Asks    bool
	Message string
}

func (tx *tx) invoicePage(in *invoice, message string) invoicePage {
	page := invoicePage{
		Number: string(in.Number), Status: in.Status, Date: day(in.Created), Subtotal: money(in.Subtotal, in.Currency),
		Total: money(in.Total, in.Currency), Due: money(in.AmountDue-in.AmountPaid, in.Currency),
		CanPay: in.Status == invoiceOpen || in.Status == invoiceUncollectible, Message: message,
	}
	if in.Tax != nil {
		page.Tax = money(*in.Tax, in.Currency)
	}
	if intent, ok := tx.st.PaymentIntents.get(string(in.PaymentIntent)); ok {
		page.Asks = page.CanPay && intent.Status == intentNeedsAction
	}
	off := int64(0)
	for _, d := range in.TotalDiscounts {
		off += d.Amount
	}
	if off > 0 {
		page.Discount = "-" + money(off, in.Currency)
	}
	for _, line := range in.Lines {
		page.Lines = append(page.Lines, checkoutLine{
			Name: string(line.Description), Rate: day(line.Period.Start) + " – " + day(line.Period.End),
			Amount: money(line.Amount, line.Currency),
		})
	}
	return page
}

func (s *Server) showInvoice(w http.ResponseWriter, r *http.Request) {
	s.invoiceView(w, r, func(*tx, *invoice) string { return "" })
}

// submitInvoice pays the invoice with a card that works (outcome=pay, the default), is declined, or has a test number. If
// a payment waits for the customer, outcome=pay or authenticate authenticates it, and any other outcome does not.
func (s *Server) submitInvoice(w http.ResponseWriter, r *http.Request) {
	p := readPayment(r)
	s.invoiceView(w, r, func(tx *tx, in *invoice) string {
		if in.Status != invoiceOpen && in.Status != invoiceUncollectible {
			return ""
		}
		if err := tx.payOnPage(in, p); err != nil {
			return err.Error()
		}
		return "Thank you, this invoice is paid."
	})
}

func (tx *tx) payOnPage(in *invoice, p payment) error {
	intent, _ := tx.st.PaymentIntents.get(string(in.PaymentIntent))
	if intent != nil && intent.Status == intentNeedsAction && p.number == "" {
		if p.outcome != outcomePay && p.outcome != outcomeAuthenticate {
			return tx.failAuthentication(in)
		}
		waiting, _ := tx.st.PaymentMethods.get(string(intent.PaymentMethod))
		return tx.collect(in, waiting, attempt{authenticated: true})
	}
	card, message := p.card()
	if card == nil {
		return errors.New(message)
	}
	method := tx.newCard(card, in.Customer)
	tx.st.PaymentMethods.put(method)
	return tx.collect(in, method, attempt{authenticated: p.outcome == outcomeAuthenticate})
}

// invoiceView applies an action to an invoice, waits for its webhooks, and shows the page with the message.
func (s *Server) invoiceView(w http.ResponseWriter, r *http.Request, do func(*tx, *invoice) string) {
	var page invoicePage
	var found bool
	deliveries := s.step(s.publicURL(r), func(tx *tx) {
		var in *invoice
		if in, found = tx.st.Invoices.get(r.PathValue("id")); found {
			page = tx.invoicePage(in, do(tx, in))
		}
	})
	awaitAck(r, deliveries)
	if !found {
		s.show(w, http.StatusNotFound, "notice.html", notice{Title: "Not found", Message: "There is no such invoice."})
		return
	}
	s.show(w, http.StatusOK, "invoice.html", page)
}
