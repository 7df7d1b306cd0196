package stripefake

import (
	"cmp"
	"strconv"

	"muster/deploy/stripefake/internal/form"
)

// price is the price of one unit of a product, once or per interval.
type price struct {
	ID         string            `json:"id"`
	Active     bool              `json:"active"`
	Created    int64             `json:"created"`
	Currency   string            `json:"currency"`
	LookupKey  text              `json:"lookup_key"`
	Metadata   map[string]string `json:"metadata"`
	Nickname   text              `json:"nickname"`
	Product    string            `json:"product"`
	Recurring  *recurring        `json:"recurring"`
	UnitAmount int64             `json:"unit_amount"`
	// TaxBehavior has no effect: tax rates say themselves whether they are inclusive.
	TaxBehavior string `json:"tax_behavior"`
}

// recurring is the interval of a price.
type recurring struct {
	Interval string `json:"interval"`
	Count    int64  `json:"interval_count"`
}

func (p *price) key() string  { return p.ID }
func (p *price) kind() string { return "price" }

func (p *price) compose(_ *tx, o object) {
	o["unit_amount_decimal"] = strconv.FormatInt(p.UnitAmount, 10)
	o["type"] = "one_time"
	if p.Recurring != nil {
		o["type"] = "recurring"
		o["recurring"] = object{
			"aggregate_usage": nil, "interval": p.Recurring.Interval, "interval_count": p.Recurring.Count,
			"trial_period_days": nil, "usage_type": "licensed",
		}
	}
}

// price finds the active price in a parameter.
func (tx *tx) price(id, param string) (*price, error) {
	p, ok := tx.st.Prices.get(id)
	if !ok {
		return nil, noSuch("price", id, param)
	}
	if !p.Active {
		return nil, invalid("", param, "The price specified is inactive. This field only accepts active prices.")
	}
	return p, nil
}

func readRecurring(p *form.Reader) *recurring {
	p.Need("interval")
	r := &recurring{Interval: p.Enum("interval", "day", "week", "month", "year"), Count: 1}
	most := map[string]int64{"day": 1095, "week": 156, "month": 36, "year": 3}[r.Interval]
	if count, sent := p.IntWithin("interval_count", 1, most); sent {
		r.Count = count
	}
	p.Enum("usage_type", "licensed")
	return r
}

// newPrice reads the parameters that prices and inline price_data share. It does not look the product up.
func (tx *tx) newPrice(p *form.Reader) *price {
	n := &price{ID: newID("price_1", 23), Active: true, Created: tx.now, Product: p.Text("product")}
	p.Need("currency")
	n.Currency = readCurrency(p, "currency")
	amount, sent := p.IntWithin("unit_amount", 0, maxAmount)
	checkUnit(p, "unit_amount", amount, n.Currency)
	if !sent {
		p.Fail("unit_amount", "parameter_missing", "Missing required param: %s.", p.Path("unit_amount"))
	}
	n.UnitAmount = amount
	if p.Has("recurring") {
		n.Recurring = readRecurring(p.Sub("recurring"))
	}
	n.TaxBehavior = cmp.Or(p.Enum("tax_behavior", taxExclusive, taxInclusive, taxUnspecified), taxUnspecified)
	return n
}

func createPrice(tx *tx, q *request) (any, error) {
	p := tx.newPrice(q.params)
	if active, sent := q.params.Bool("active"); sent {
		p.Active = active
	}
	p.Metadata = q.params.Metadata("metadata", nil)
	optional(q.params, "nickname", &p.Nickname)
	optional(q.params, "lookup_key", &p.LookupKey)
	transfer, _ := q.params.Bool("transfer_lookup_key")
	q.params.Enum("billing_scheme", "per_unit")
	var inline *product
	if q.params.Has("product_data") {
		inline = tx.newProduct(q.params.Sub("product_data"))
		p.Product = inline.ID
	} else {
		q.params.Need("product")
	}
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	if _, ok := tx.st.Products.get(p.Product); !ok && inline == nil {
		return nil, noSuch("product", p.Product, "product")
	}
	if err := tx.takeLookupKey(p, transfer); err != nil {
		return nil, err
	}
	if inline != nil {
		tx.st.Products.put(inline)
		tx.create(inline, "product.created")
	}
	tx.st.Prices.put(p)
	tx.create(p, "price.created")
	return p, nil
}

// takeLookupKey removes p's lookup key from any other price.
func (tx *tx) takeLookupKey(p *price, transfer bool) error {
	if p.LookupKey == "" {
		return nil
	}
	for held := range tx.st.Prices.all() {
		if held.LookupKey != p.LookupKey || held.ID == p.ID {
			continue
		}
		if !transfer {
			return invalid("resource_already_exists", "lookup_key",
				"A price (`%s`) already uses that lookup key.", held.ID)
		}
		tx.change(held, "price.updated", func() { held.LookupKey = "" })
	}
	return nil
}

func getPrice(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	p, ok := tx.st.Prices.get(q.id)
	if !ok {
		return nil, notFound("price", q.id)
	}
	return p, nil
}

func updatePrice(tx *tx, q *request) (any, error) {
	p, ok := tx.st.Prices.get(q.id)
	if !ok {
		return nil, notFound("price", q.id)
	}
	next := *p
	if active, sent := q.params.Bool("active"); sent {
		next.Active = active
	}
	next.Metadata = q.params.Metadata("metadata", p.Metadata)
	optional(q.params, "nickname", &next.Nickname)
	optional(q.params, "lookup_key", &next.LookupKey)
	transfer, _ := q.params.Bool("transfer_lookup_key")
	if behaviour := q.params.Enum("tax_behavior", taxExclusive, taxInclusive, taxUnspecified); behaviour != "" {
		if p.TaxBehavior != taxUnspecified && behaviour != p.TaxBehavior {
			q.params.Fail("tax_behavior", "", "Once specified as inclusive or exclusive, tax_behavior cannot be changed.")
		}
		next.TaxBehavior = behaviour
	}
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	if err := tx.takeLookupKey(&next, transfer); err != nil {
		return nil, err
	}
	tx.change(p, "price.updated", func() { *p = next })
	return p, nil
}

func listPrices(tx *tx, q *request) (any, error) {
	p := q.params
	created := p.Range("created")
	active, filtered := p.Bool("active")
	currency, kind, of := p.Text("currency"), p.Enum("type", "one_time", "recurring"), p.Text("product")
	keys := set(p.Strings("lookup_keys"))
	interval := p.Sub("recurring").Enum("interval", "day", "week", "month", "year")
	return listPage("/v1/prices", &tx.st.Prices, p, func(held *price) bool {
		return created.Contains(held.Created) && (!filtered || held.Active == active) &&
			(currency == "" || held.Currency == currency) && (of == "" || held.Product == of) &&
			(kind == "" || (kind == "recurring") == (held.Recurring != nil)) &&
			(keys == nil || keys[string(held.LookupKey)]) &&
			(interval == "" || held.Recurring != nil && held.Recurring.Interval == interval)
	})
}
