package stripefake

import "muster/deploy/stripefake/internal/form"

// product is what a price is for.
type product struct {
	ID           string            `json:"id"`
	Active       bool              `json:"active"`
	Created      int64             `json:"created"`
	DefaultPrice text              `json:"default_price"`
	Description  text              `json:"description"`
	Images       []string          `json:"images"`
	Metadata     map[string]string `json:"metadata"`
	Name         string            `json:"name"`
	Descriptor   text              `json:"statement_descriptor"`
	UnitLabel    text              `json:"unit_label"`
	Updated      int64             `json:"updated"`
	URL          text              `json:"url"`
}

func (p *product) key() string  { return p.ID }
func (p *product) kind() string { return "product" }

func (p *product) read(r *form.Reader) {
	if active, sent := r.Bool("active"); sent {
		p.Active = active
	}
	if r.Has("name") {
		p.Name = r.Need("name")
	}
	optional(r, "description", &p.Description)
	optional(r, "statement_descriptor", &p.Descriptor)
	optional(r, "unit_label", &p.UnitLabel)
	optional(r, "url", &p.URL)
	p.Metadata = r.Metadata("metadata", p.Metadata)
	if r.Has("images") {
		p.Images = r.Strings("images")
	}
	r.Ignore("tax_code", "features", "shippable", "package_dimensions")
}

// newProduct reads a product's parameters, which may be a price's product_data, without adding it to the state.
func (tx *tx) newProduct(r *form.Reader) *product {
	p := &product{ID: r.Text("id"), Active: true, Created: tx.now, Updated: tx.now, Images: []string{}}
	if p.ID == "" {
		p.ID = newID("prod_", 14)
	}
	p.Name = r.Need("name")
	p.read(r)
	return p
}

func createProduct(tx *tx, q *request) (any, error) {
	p := tx.newProduct(q.params)
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	if _, taken := tx.st.Products.get(p.ID); taken {
		return nil, invalid("resource_already_exists", "id", "Product already exists.")
	}
	tx.st.Products.put(p)
	tx.create(p, "product.created")
	return p, nil
}

func getProduct(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	p, ok := tx.st.Products.get(q.id)
	if !ok {
		return nil, notFound("product", q.id)
	}
	return p, nil
}

func updateProduct(tx *tx, q *request) (any, error) {
	p, ok := tx.st.Products.get(q.id)
	if !ok {
		return nil, notFound("product", q.id)
	}
	next := *p
	next.read(q.params)
	optional(q.params, "default_price", &next.DefaultPrice)
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	if id := next.DefaultPrice; id != "" {
		if held, ok := tx.st.Prices.get(string(id)); !ok || held.Product != p.ID {
			return nil, noSuch("price", string(id), "default_price")
		}
	}
	next.Updated = tx.now
	tx.change(p, "product.updated", func() { *p = next })
	return p, nil
}

func deleteProduct(tx *tx, q *request) (any, error) {
	p, ok := tx.st.Products.get(q.id)
	if !ok {
		return nil, notFound("product", q.id)
	}
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	for held := range tx.st.Prices.all() {
		if held.Product == p.ID {
			return nil, invalid("", "id", "This product cannot be deleted because it has one or more user-created prices.")
		}
	}
	tx.announce(p, "product.deleted")
	tx.st.Products.remove(p.ID)
	return object{"id": p.ID, "object": p.kind(), "deleted": true}, nil
}

func listProducts(tx *tx, q *request) (any, error) {
	created := q.params.Range("created")
	active, filtered := q.params.Bool("active")
	ids := set(q.params.Strings("ids"))
	return listPage("/v1/products", &tx.st.Products, q.params, func(p *product) bool {
		return created.Contains(p.Created) && (!filtered || p.Active == active) && (ids == nil || ids[p.ID])
	})
}

// set returns nil for no elements, which filters treat as "any".
func set(elements []string) map[string]bool {
	if len(elements) == 0 {
		return nil
	}
	members := make(map[string]bool, len(elements))
	for _, e := range elements {
		members[e] = true
	}
	return members
}
