package listing_test

import (
	"errors"
	"net/url"
	"slices"
	"testing"

	"muster/libs/errs"
	"muster/libs/listing"
)

// things is a list with a field of each kind, nullable and not.
var things = listing.New(
	listing.Field{Name: "id", Column: "t.id", Kind: listing.Integer, ID: true, Sortable: true, Filterable: true},
	listing.Field{Name: "name", Column: "t.name", Kind: listing.Text, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "nick", Column: "t.nick", Kind: listing.Text, Nullable: true, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "code", Column: "t.code", Kind: listing.Code, Values: []string{"AAAA", "bbbb"}, Sortable: true, Filterable: true},
	listing.Field{Name: "codeName", Column: "t.code", Kind: listing.Text, Names: codeNames, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "status", Column: "t.status", Kind: listing.Code, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "active", Column: "t.active", Kind: listing.Bool, Sortable: true, Filterable: true},
	listing.Field{Name: "amount", Column: "t.amount", Kind: listing.Integer, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "rate", Column: "t.rate", Kind: listing.Decimal, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "made", Column: "t.made", Kind: listing.Date, Sortable: true, Filterable: true},
	listing.Field{Name: "seen", Column: "t.seen", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "extra", Column: "t.extra", Kind: listing.JSON, Nullable: true, Filterable: true},
	listing.Field{Name: "secret", Column: "t.nick || 'x'", Kind: listing.Text, Nullable: true},
)

func parse(t *testing.T, name, value string) listing.Query {
	t.Helper()
	q, err := things.Parse(url.Values{name: {value}})
	if err != nil {
		t.Fatalf("%s=%s: %v", name, value, err)
	}
	return q
}

// refuse checks that the parameters are refused, and returns the problems by field.
func refuse(t *testing.T, v url.Values) map[string]string {
	t.Helper()
	q, err := things.Parse(v)
	if err == nil {
		where, args := q.Where()
		t.Fatalf("%v is accepted: %s %v", v, where, args)
	}
	return problems(t, err)
}

func problems(t *testing.T, err error) map[string]string {
	t.Helper()
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind.Status() != 400 || e.Code != "VALIDATION_FAILED" || len(e.Fields) == 0 {
		t.Fatalf("not a failed validation: %#v", err)
	}
	byField := map[string]string{}
	for _, f := range e.Fields {
		byField[f.Field] = f.Message
	}
	return byField
}

func TestDeclarationsThatContradictThemselvesPanic(t *testing.T) {
	id := listing.Field{Name: "id", Column: "id", Kind: listing.Integer, ID: true, Sortable: true}
	for name, fields := range map[string][]listing.Field{
		"no id":              {{Name: "a", Column: "a", Kind: listing.Text}},
		"two ids":            {id, {Name: "b", Column: "b", Kind: listing.Integer, ID: true, Sortable: true}},
		"id not sortable":    {{Name: "id", Column: "id", Kind: listing.Integer, ID: true}},
		"id nullable":        {{Name: "id", Column: "id", Kind: listing.Integer, ID: true, Sortable: true, Nullable: true}},
		"same name":          {id, {Name: "a", Column: "a", Kind: listing.Text}, {Name: "a", Column: "b", Kind: listing.Text}},
		"no name":            {id, {Column: "a", Kind: listing.Text}},
		"the name of search": {id, {Name: "q", Column: "a", Kind: listing.Text}},
		"no column":          {id, {Name: "a", Kind: listing.Text}},
		"a placeholder":      {id, {Name: "a", Column: "coalesce(a, ?)", Kind: listing.Text}},
		"a named one":        {id, {Name: "a", Column: "coalesce(a, @b)", Kind: listing.Text}},
		"no kind":            {id, {Name: "a", Column: "a"}},
		"unknown kind":       {id, {Name: "a", Column: "a", Kind: listing.JSON + 1}},
		"searched number":    {id, {Name: "a", Column: "a", Kind: listing.Integer, Searched: true}},
		"values of text":     {id, {Name: "a", Column: "a", Kind: listing.Text, Values: []string{"x"}}},
		"names of numbers":   {id, {Name: "a", Column: "a", Kind: listing.Integer, Names: codeNames}},
		"a name with digits": {id, {Name: "a", Column: "a", Kind: listing.Text, Names: map[string]string{"A": "A1"}}},
		"text by value":      {id, {Name: "a", Column: "a", Kind: listing.Text, Rollup: listing.ByValue}},
		"apart from nothing": {id, {Name: "a", Column: "a + 1", Kind: listing.Integer, Apart: "b"}},
		"sorted JSON":        {id, {Name: "a", Column: "a", Kind: listing.JSON, Nullable: true, Sortable: true}},
		"JSON never null":    {id, {Name: "a", Column: "a", Kind: listing.JSON, Filterable: true}},
		"searched JSON":      {id, {Name: "a", Column: "a", Kind: listing.JSON, Nullable: true, Searched: true}},
		"a dot":              {id, {Name: "a.b", Column: "a", Kind: listing.Text}},
		"the code null":      {id, {Name: "a", Column: "a", Kind: listing.Code, Values: []string{"null"}, Nullable: true}},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("accepted")
				}
			}()
			listing.New(fields...)
		})
	}
}

func TestEverythingHasADefault(t *testing.T) {
	for _, v := range []url.Values{nil, {"page": {""}, "perPage": {""}, "range": {""}, "sort": {""}, "filter": {""}}, {"other": {"1", "2"}}} {
		q, err := things.Parse(v)
		if err != nil {
			t.Fatal(err)
		}
		where, args := q.Where()
		if where != "TRUE" || len(args) != 0 || q.OrderBy() != "t.id" || q.Limit() != 10 || q.Offset() != 0 {
			t.Errorf("%v: WHERE %s %v ORDER BY %s LIMIT %d OFFSET %d", v, where, args, q.OrderBy(), q.Limit(), q.Offset())
		}
	}
}

func TestAllProblemsAreReportedAtOnce(t *testing.T) {
	got := refuse(t, url.Values{"page": {"0"}, "perPage": {"x"}, "sort": {`["nope","ASC"]`}, "filter": {`{"id":"1","active":1,"name":"ok"}`}})
	for _, field := range []string{"page", "perPage", "sort", "filter.id", "filter.active"} {
		if got[field] == "" {
			t.Errorf("nothing is said about %s: %v", field, got)
		}
	}
	if len(got) != 5 {
		t.Errorf("%v", got)
	}
}

func TestParametersGivenTwiceAreRefused(t *testing.T) {
	for _, name := range []string{"page", "perPage", "range", "sort", "filter"} {
		if got := refuse(t, url.Values{name: {"", ""}}); got[name] != "is given more than once" {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAndNarrowsACopy(t *testing.T) {
	q := parse(t, "filter", `{"active":true,"id":1,"amount":2}`)
	where, args := q.Where()
	mine := q.And("t.owner = ? OR t.public", 7)
	theirs := q.And("t.owner = ?", 8)
	for _, c := range []struct {
		query listing.Query
		where string
		args  []any
	}{
		{q, where, args},
		{mine, where + " AND (t.owner = ? OR t.public)", append(slices.Clone(args), 7)},
		{theirs, where + " AND (t.owner = ?)", append(slices.Clone(args), 8)},
	} {
		if where, args := c.query.Where(); where != c.where || !slices.Equal(args, c.args) {
			t.Errorf("WHERE %s %v, want %s %v", where, args, c.where, c.args)
		}
	}
}

func TestColumnsMayBeExpressions(t *testing.T) {
	l := listing.New(
		listing.Field{Name: "id", Column: "t.id", Kind: listing.Integer, ID: true, Sortable: true},
		listing.Field{Name: "due", Column: "t.a OR t.b", Kind: listing.Bool, Sortable: true, Filterable: true},
		listing.Field{Name: "full", Column: "t.a || t.b", Kind: listing.Text, Sortable: true, Filterable: true},
	)
	q, err := l.Parse(url.Values{"filter": {`{"due":false,"full":"x"}`}, "sort": {`["due","DESC","full","ASC"]`}})
	if err != nil {
		t.Fatal(err)
	}
	where, _ := q.Where()
	if want := "(t.a OR t.b) = ?::boolean AND " + listing.SearchKey("(t.a || t.b)") + " LIKE " + listing.SearchKey("?::text"); where != want {
		t.Errorf("WHERE %s, want %s", where, want)
	}
	if got, want := q.OrderBy(), "(t.a OR t.b) DESC, "+listing.SortKey("(t.a || t.b)")+", t.id"; got != want {
		t.Errorf("ORDER BY %s, want %s", got, want)
	}
}
