package stripefake

import "net/http"

// invoicePage is the public page of an invoice, on which it can be paid or a payment can be confirmed.
type invoicePage struct {
	Number, Status, Date, Subtotal, Discount, Total, Due string
	Lines                                                []checkoutLine
	CanPay                                               bool
	Message                                              string
}

func (tx *tx) invoicePage(in *invoice, message string) invoicePage {
	page := invoicePage{
		Number: string(in.Number), Status: in.Status, Date: day(in.Created), Subtotal: money(in.Subtotal, in.Currency),
		Total: money(in.Total, in.Currency), Due: money(in.AmountDue-in.AmountPaid, in.Currency),
		CanPay: in.Status == invoiceOpen, Message: message,
	}
	if off := in.Subtotal - in.Total; off > 0 {
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

// submitInvoice pays the invoice with a card that works (outcome=pay, the default) or is declined.
func (s *Server) submitInvoice(w http.ResponseWriter, r *http.Request) {
	card := testCards["pm_card_visa"]
	if r.PostFormValue("outcome") == outcomeDecline {
		card = testCards["pm_card_chargeCustomerFail"]
	}
	s.invoiceView(w, r, func(tx *tx, in *invoice) string {
		if in.Status != invoiceOpen {
			return ""
		}
		method := tx.newCard(card, in.Customer)
		tx.st.PaymentMethods.put(method)
		if err := tx.collect(in, method, false); err != nil {
			return err.Error()
		}
		return "Thank you, this invoice is paid."
	})
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
