package stripefake

import (
	"net/http"
	"net/url"
)

// portalSession gives a customer access to the page with its subscriptions.
type portalSession struct {
	ID        string `json:"id"`
	Created   int64  `json:"created"`
	Customer  string `json:"customer"`
	ReturnURL text   `json:"return_url"`
}

func (p *portalSession) key() string  { return p.ID }
func (p *portalSession) kind() string { return "billing_portal.session" }

func (p *portalSession) compose(tx *tx, o object) {
	o["url"] = tx.publicURL + "/p/session/" + p.ID
}

func createPortalSession(tx *tx, q *request) (any, error) {
	p := &portalSession{
		ID: newID("bps_1", 23), Created: tx.now, Customer: q.params.Need("customer"),
		ReturnURL: text(q.params.Text("return_url")),
	}
	q.params.Ignore("locale", "configuration")
	if u, err := url.Parse(string(p.ReturnURL)); p.ReturnURL != "" && (err != nil || u.Host == "") {
		q.params.Fail("return_url", "url_invalid", "Not a valid URL")
	}
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	if _, err := tx.customer(p.Customer, "customer"); err != nil {
		return nil, err
	}
	tx.st.PortalSessions.put(p)
	tx.st.PortalSessions.trim(1_000)
	return p, nil
}

// portalPage is the content of a customer's page.
type portalPage struct {
	Email         string
	ReturnURL     string
	Subscriptions []portalSubscription
	Invoices      []portalInvoice
}

type portalSubscription struct {
	ID, Name, Status, Until string
	CanCancel, CanResume    bool
}

type portalInvoice struct{ ID, Number, Date, Amount, Status string }

func (tx *tx) portalPage(p *portalSession) portalPage {
	page := portalPage{ReturnURL: string(p.ReturnURL)}
	if c, ok := tx.st.Customers.get(p.Customer); ok {
		page.Email = string(c.Email)
	}
	for s := range tx.st.Subscriptions.newest() {
		if s.Customer != p.Customer || s.ended() {
			continue
		}
		first, _ := tx.st.Prices.get(s.Items[0].Price)
		page.Subscriptions = append(page.Subscriptions, portalSubscription{
			ID: s.ID, Name: tx.planName(first), Status: s.Status, Until: day(s.PeriodEnd),
			CanCancel: s.CancelAt == 0, CanResume: s.CancelAt > 0,
		})
	}
	for in := range tx.st.Invoices.newest() {
		if in.Customer == p.Customer && len(page.Invoices) < 10 {
			page.Invoices = append(page.Invoices, portalInvoice{
				ID: in.ID, Number: string(in.Number), Date: day(in.Created), Amount: money(in.AmountDue, in.Currency),
				Status: in.Status,
			})
		}
	}
	return page
}

func (s *Server) showPortal(w http.ResponseWriter, r *http.Request) {
	var page portalPage
	var found bool
	s.step(s.publicURL(r), func(tx *tx) {
		var p *portalSession
		if p, found = tx.st.PortalSessions.get(r.PathValue("id")); found {
			page = tx.portalPage(p)
		}
	})
	if !found {
		s.show(w, http.StatusNotFound, "notice.html", notice{Title: "Not found", Message: "There is no such portal session."})
		return
	}
	s.show(w, http.StatusOK, "portal.html", page)
}

// submitPortal cancels a subscription at the end of its period, or reverts that.
func (s *Server) submitPortal(w http.ResponseWriter, r *http.Request) {
	action, id := r.PostFormValue("action"), r.PostFormValue("subscription")
	problem := ""
	deliveries := s.step(s.publicURL(r), func(tx *tx) {
		p, known := tx.st.PortalSessions.get(r.PathValue("id"))
		sub, found := tx.st.Subscriptions.get(id)
		if !known || !found || sub.Customer != p.Customer || sub.ended() {
			problem = "no such subscription"
			return
		}
		switch action {
		case "cancel":
			tx.change(sub, "customer.subscription.updated", func() { sub.cancelLater(tx.now) })
		case "resume":
			tx.change(sub, "customer.subscription.updated", func() { sub.revertCancellation() })
		default:
			problem = "action must be cancel or resume"
		}
	})
	if problem != "" {
		http.Error(w, problem, http.StatusBadRequest)
		return
	}
	awaitAck(r, deliveries)
	http.Redirect(w, r, r.URL.Path, http.StatusSeeOther)
}
