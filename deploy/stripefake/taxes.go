package stripefake

import (
	"math"

	"muster/deploy/stripefake/internal/form"
)

// How a price contains its tax.
const (
	taxExclusive   = "exclusive"
	taxInclusive   = "inclusive"
	taxUnspecified = "unspecified"
)

// taxRate is a tax that is added to amounts, or contained in them.
type taxRate struct {
	ID           string            `json:"id"`
	Active       bool              `json:"active"`
	Country      text              `json:"country"`
	Created      int64             `json:"created"`
	Description  text              `json:"description"`
	DisplayName  string            `json:"display_name"`
	Inclusive    bool              `json:"inclusive"`
	Jurisdiction text              `json:"jurisdiction"`
	Metadata     map[string]string `json:"metadata"`
	Percentage   float64           `json:"percentage"`
	State        text              `json:"state"`
	TaxType      text              `json:"tax_type"`
}

func (r *taxRate) key() string  { return r.ID }
func (r *taxRate) kind() string { return "tax_rate" }

func (r *taxRate) compose(_ *tx, o object) { o["effective_percentage"] = r.Percentage }

// taxAmount is the tax of one rate.
type taxAmount struct {
	Amount    int64  `json:"amount"`
	Inclusive bool   `json:"inclusive"`
	TaxRate   string `json:"tax_rate"`
	Reason    text   `json:"taxability_reason"`
	Taxable   int64  `json:"taxable_amount"`
}

// of returns the tax on an amount after discounts: contained in it or to be added to it.
func (r *taxRate) of(amount int64, currency string) taxAmount {
	parts := int64(math.Round(r.Percentage * 10_000)) // of a million
	whole := int64(1_000_000)
	if r.Inclusive {
		whole += parts
	}
	tax := rounded(divideRounded(amount*parts, whole), currency)
	taxable := amount
	if r.Inclusive {
		taxable -= tax
	}
	return taxAmount{Amount: tax, Inclusive: r.Inclusive, TaxRate: r.ID, Taxable: taxable}
}

// tax computes the taxes of a line after its discounts.
func (tx *tx) tax(line *invoiceLine) {
	line.TaxAmounts = []taxAmount{}
	amount := line.Amount
	for _, d := range line.DiscountAmounts {
		amount -= d.Amount
	}
	for _, id := range line.TaxRates {
		if r, ok := tx.st.TaxRates.get(id); ok {
			line.TaxAmounts = append(line.TaxAmounts, r.of(amount, line.Currency))
		}
	}
}

// readTaxRates reads a list of active tax rates; false if it was not sent.
func (tx *tx) readTaxRates(p *form.Reader, name string) (ids []string, sent bool) {
	if !p.Has(name) {
		return nil, false
	}
	if p.Cleared(name) {
		return nil, true
	}
	ids = p.Strings(name)
	for _, id := range ids {
		if r, ok := tx.st.TaxRates.get(id); !ok {
			p.Fail(name, "resource_missing", "No such tax rate: '%s'", id)
		} else if !r.Active {
			p.Fail(name, "", "The tax rate %s is archived.", id)
		}
	}
	return ids, true
}

// taxRates renders a list of tax rates.
func (tx *tx) taxRates(ids []string) []any {
	rates := []any{}
	for _, id := range ids {
		if r, ok := tx.st.TaxRates.get(id); ok {
			rates = append(rates, tx.render(r))
		}
	}
	return rates
}

func (r *taxRate) read(p *form.Reader) {
	if active, sent := p.Bool("active"); sent {
		r.Active = active
	}
	if p.Has("display_name") {
		r.DisplayName = p.Need("display_name")
	}
	optional(p, "country", &r.Country)
	optional(p, "description", &r.Description)
	optional(p, "jurisdiction", &r.Jurisdiction)
	optional(p, "state", &r.State)
	optional(p, "tax_type", &r.TaxType)
	r.Metadata = p.Metadata("metadata", r.Metadata)
}

func createTaxRate(tx *tx, q *request) (any, error) {
	r := &taxRate{ID: newID("txr_1", 23), Active: true, Created: tx.now}
	r.read(q.params)
	r.Inclusive, _ = q.params.Bool("inclusive")
	r.Percentage, _ = q.params.Float("percentage")
	if r.Percentage < 0 || r.Percentage > 100 {
		q.params.Fail("percentage", "", "Invalid percentage: must be from 0 to 100.")
	}
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	tx.st.TaxRates.put(r)
	tx.create(r, "tax_rate.created")
	return r, nil
}

func getTaxRate(tx *tx, q *request) (any, error) {
	return fetch(&tx.st.TaxRates, "tax rate", q)
}

func updateTaxRate(tx *tx, q *request) (any, error) {
	r, ok := tx.st.TaxRates.get(q.id)
	if !ok {
		return nil, notFound("tax rate", q.id)
	}
	next := *r
	next.read(q.params)
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	tx.change(r, "tax_rate.updated", func() { *r = next })
	return r, nil
}

func listTaxRates(tx *tx, q *request) (any, error) {
	created := q.params.Range("created")
	active, byActive := q.params.Bool("active")
	inclusive, byInclusive := q.params.Bool("inclusive")
	return listPage("/v1/tax_rates", &tx.st.TaxRates, q.params, func(r *taxRate) bool {
		return created.Contains(r.Created) && (!byActive || r.Active == active) && (!byInclusive || r.Inclusive == inclusive)
	})
}
