package form_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"muster/deploy/stripefake/internal/form"
)

func read(t *testing.T, encoded string) *form.Reader {
	t.Helper()
	r, err := form.Parse(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestNestedParameters(t *testing.T) {
	r := read(t, "items[0][price]=price_1&items[0][quantity]=2&items[10][price]=c&items[2][price]=b"+
		"&expand[]=a&expand[]=b&metadata[a%20b]=c%26d&active=true&off=12.5")
	var prices []string
	for _, item := range r.List("items") {
		prices = append(prices, item.Need("price"))
		item.Int("quantity")
	}
	if want := []string{"price_1", "b", "c"}; !slices.Equal(prices, want) {
		t.Errorf("prices %v, want %v", prices, want)
	}
	if got := r.Strings("expand"); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("expand %v", got)
	}
	if got := r.Metadata("metadata", map[string]string{"x": "y"}); got["a b"] != "c&d" || got["x"] != "y" {
		t.Errorf("metadata %v", got)
	}
	if active, sent := r.Bool("active"); !active || !sent {
		t.Error("active is not true")
	}
	if off, _ := r.Float("off"); off != 12.5 {
		t.Errorf("off is %v", off)
	}
	if err := r.Done(); err != nil {
		t.Error(err)
	}
}

func TestProblems(t *testing.T) {
	for _, c := range []struct {
		name, encoded, code, param string
		read                       func(r *form.Reader)
	}{
		{"missing", "", "parameter_missing", "name", func(r *form.Reader) { r.Need("name") }},
		{"empty", "name=", "parameter_invalid_empty", "name", func(r *form.Reader) { r.Need("name") }},
		{"not a number", "n=x", "parameter_invalid_integer", "n", func(r *form.Reader) { r.Int("n") }},
		{"too much", "n=9", "parameter_invalid_integer", "n", func(r *form.Reader) { r.IntWithin("n", 1, 8) }},
		{"not a boolean", "b=1", "", "b", func(r *form.Reader) { r.Bool("b") }},
		{"not one of", "e=c", "", "e", func(r *form.Reader) { r.Enum("e", "a", "b") }},
		{"an object for a text", "s[a]=1", "parameter_invalid_string_blank", "s", func(r *form.Reader) { r.Text("s") }},
		{"a text for an object", "o=1", "", "o", func(r *form.Reader) { r.Sub("o").Text("x") }},
		{"unknown", "a=1&z=1", form.CodeUnsupported, "z", func(r *form.Reader) { r.Text("a") }},
		{"unknown below", "a[b]=1&a[c]=1", form.CodeUnsupported, "a[c]", func(r *form.Reader) { r.Sub("a").Text("b") }},
		{"metadata too long", "m[k]=" + strings.Repeat("x", 501), "", "m[k]", func(r *form.Reader) { r.Metadata("m", nil) }},
		{"the first counts", "n=x&b=x", "parameter_invalid_integer", "n", func(r *form.Reader) { r.Int("n"); r.Bool("b") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := read(t, c.encoded)
			c.read(r)
			problem, ok := errors.AsType[*form.Error](r.Done())
			if !ok {
				t.Fatal("no error")
			}
			if problem.Code != c.code || problem.Param != c.param {
				t.Errorf("code %q param %q, want %q and %q", problem.Code, problem.Param, c.code, c.param)
			}
		})
	}
}

func TestIgnoredAndCleared(t *testing.T) {
	r := read(t, "a[b][c]=1&coupon=")
	r.Ignore("a", "missing")
	if !r.Cleared("coupon") || r.Cleared("missing") {
		t.Error("Cleared is wrong")
	}
	if err := r.Done(); err != nil {
		t.Error(err)
	}
}

func TestRange(t *testing.T) {
	span := read(t, "created[gte]=5&created[lt]=9").Range("created")
	for at, want := range map[int64]bool{4: false, 5: true, 8: true, 9: false} {
		if span.Contains(at) != want {
			t.Errorf("Contains(%d) is not %v", at, want)
		}
	}
	if exact := read(t, "created=5").Range("created"); !exact.Contains(5) || exact.Contains(6) {
		t.Error("an exact time is wrong")
	}
}

func TestMalformed(t *testing.T) {
	for _, encoded := range []string{"a[b=1", "[a]=1", "a[b]c=1", "%zz=1", "a=%zz"} {
		if _, err := form.Parse(encoded); err == nil {
			t.Errorf("%q was accepted", encoded)
		}
	}
}
