package stripefake

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// checkoutPage is the content of an open session's page.
type checkoutPage struct {
	Lines    []checkoutLine
	Subtotal string
	Discount string // empty if there is none
	Coupon   string
	Total    string
	Trial    string
	Email    string
	// AskEmail is set if the session has no customer yet.
	AskEmail bool
	Message  string
	CanBack  bool
	// Asked is the number of the card whose bank asks the customer to authenticate; empty if none does.
	Asked string
}

type checkoutLine struct{ Name, Rate, Amount string }

func (tx *tx) checkoutPage(s *checkoutSession, message string) checkoutPage {
	page := checkoutPage{
		Subtotal: money(s.Subtotal, s.Currency), Total: money(s.Total, s.Currency),
		Email: string(s.CustomerEmail), AskEmail: s.Customer == "" && s.CustomerEmail == "",
		Message: message, CanBack: s.CancelURL != "",
	}
	if c, ok := tx.st.Customers.get(string(s.Customer)); ok {
		page.Email = string(c.Email)
	}
	for _, line := range s.Order.Lines {
		p, _ := tx.st.Prices.get(line.Price)
		page.Lines = append(page.Lines, checkoutLine{
			Name: fmt.Sprintf("%s × %d", tx.productName(p), line.Quantity), Rate: rate(p),
			Amount: money(p.UnitAmount*line.Quantity, p.Currency),
		})
	}
	if c, ok := tx.st.Coupons.get(s.Order.Offer.Coupon); ok {
		page.Coupon = couponText(c)
		if off := s.off(); off > 0 {
			page.Discount = "-" + money(off, s.Currency)
		}
	}
	if end := s.Order.trialEnd(tx.now); end > 0 {
		page.Trial = "Free until " + day(end)
	}
	return page
}

func (s *Server) showCheckout(w http.ResponseWriter, r *http.Request) {
	var page any
	var status int
	var name string
	s.step(s.publicURL(r), func(tx *tx) { status, name, page = tx.checkoutView(r.PathValue("id"), "") })
	s.show(w, status, name, page)
}

// checkoutView returns the page of a session in any state.
func (tx *tx) checkoutView(id, message string) (status int, name string, page any) {
	session, ok := tx.st.Sessions.get(id)
	switch {
	case !ok:
		return http.StatusNotFound, "notice.html", notice{Title: "Not found", Message: "There is no such checkout session."}
	case session.Status == sessionComplete:
		return http.StatusOK, "notice.html", notice{
			Title: "All done here", Message: "This checkout session is complete.", Link: session.successURL(),
		}
	case session.Status == sessionExpired:
		return http.StatusOK, "notice.html", notice{
			Title: "Too late", Message: "This checkout session has expired.", Link: string(session.CancelURL),
		}
	}
	return http.StatusOK, "checkout.html", tx.checkoutPage(session, message)
}

// readPayment reads a page's form: by default it pays with a card that works.
func readPayment(r *http.Request) payment {
	return payment{
		outcome: cmp.Or(r.PostFormValue("outcome"), outcomePay),
		email:   cmp.Or(r.PostFormValue("email"), "customer@example.com"),
		number:  strings.ReplaceAll(r.PostFormValue("card"), " ", ""),
	}
}

// submitCheckout applies the visitor's choice. After a payment it waits until the webhooks are acknowledged, and
// redirects to the success URL with 303. After a declined card it shows the page again.
func (s *Server) submitCheckout(w http.ResponseWriter, r *http.Request) {
	p := readPayment(r)
	if !slices.Contains([]string{outcomePay, outcomeDecline, outcomeCancel, outcomeAuthenticate, outcomeFail}, p.outcome) {
		http.Error(w, "outcome must be pay, decline, authenticate, fail or cancel", http.StatusBadRequest)
		return
	}
	var page any
	var status int
	var name, target string
	deliveries := s.step(s.publicURL(r), func(tx *tx) {
		message, ask := "", false
		session, ok := tx.st.Sessions.get(r.PathValue("id"))
		open := ok && session.Status == sessionOpen
		if open && p.outcome == outcomeCancel && session.CancelURL != "" {
			target = string(session.CancelURL)
			return
		}
		if open && p.outcome != outcomeCancel {
			message, ask = tx.pay(session, p)
		}
		if ok && session.Status == sessionComplete {
			target = session.successURL()
			return
		}
		status, name, page = tx.checkoutView(r.PathValue("id"), message)
		if shown, isOpen := page.(checkoutPage); isOpen && ask {
			shown.Asked, shown.Email = p.number, p.email
			page = shown
		}
	})
	awaitAck(r, deliveries)
	if target != "" {
		http.Redirect(w, r, target, http.StatusSeeOther)
		return
	}
	s.show(w, status, name, page)
}
