package stripefake

import (
	"cmp"

	"muster/deploy/stripefake/internal/form"
)

// What becomes of the invoices of a subscription whose collection is paused.
const (
	pauseDraft         = "keep_as_draft"
	pauseUncollectible = "mark_uncollectible"
	pauseVoid          = "void"
)

// pauseCollection is a pause of a subscription's collection. The subscription's status stays as it is.
type pauseCollection struct {
	Behavior string `json:"behavior"`
	// ResumesAt is when the pause ends; 0 if it does not.
	ResumesAt moment `json:"resumes_at"`
}

// readPause reads a pause. Nil means that the parameter was not sent, a pointer to nil that it ends the pause.
func readPause(p *form.Reader, now int64) **pauseCollection {
	if !p.Has("pause_collection") {
		return nil
	}
	var pause *pauseCollection
	if !p.Cleared("pause_collection") {
		sub := p.Sub("pause_collection")
		pause = &pauseCollection{Behavior: sub.Enum("behavior", pauseDraft, pauseUncollectible, pauseVoid)}
		sub.Need("behavior")
		if at, sent := sub.Int("resumes_at"); sent {
			if at <= now {
				sub.Fail("resumes_at", "", "Invalid timestamp: must be in the future.")
			}
			pause.ResumesAt = moment(at)
		}
	}
	return &pause
}

// setAside does with a finalized invoice what the pause of its subscription says.
func (tx *tx) setAside(in *invoice, behaviour string) {
	switch behaviour {
	case pauseVoid:
		tx.void(in)
	case pauseUncollectible:
		tx.writeOff(in)
	}
}

// readNewCollection reads how an existing subscription's invoices are collected, and returns what applies it.
func (tx *tx) readNewCollection(s *subscription, p *form.Reader) func(*subscription) {
	method := cmp.Or(p.Enum("collection_method", chargeAutomatically, sendInvoice), s.CollectionMethod)
	days, sent := p.IntWithin("days_until_due", 0, 1000)
	switch {
	case sent && method != sendInvoice:
		p.Fail("days_until_due", "", "You can only set `days_until_due` with `collection_method` send_invoice.")
	case !sent && method == sendInvoice && s.CollectionMethod != sendInvoice:
		p.Fail("days_until_due", "", "`days_until_due` is required with, and only with, `collection_method` send_invoice.")
	case !sent:
		days = s.DaysUntilDue
	}
	return func(s *subscription) { s.CollectionMethod, s.DaysUntilDue = method, days }
}
