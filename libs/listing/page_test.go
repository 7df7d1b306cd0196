package listing_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"muster/libs/listing"
)

func TestPages(t *testing.T) {
	for _, c := range []struct {
		query  string
		offset int64
		limit  int
	}{
		{"", 0, 10},
		{"page=1", 0, 10},
		{"page=3", 20, 10},
		{"perPage=1000", 0, 1000},
		{"page=2&perPage=1", 1, 1},
		{"page=007&perPage=020", 120, 20},
		{"page=9223372036854775807&perPage=1000", 9223372036854775807, 1000},
		{"page=9223372036854775807&perPage=1", 9223372036854775806, 1},
		{"range=[0,24]", 0, 25},
		{"range=[ 25, 49 ]", 25, 25},
		{"range=[0,0]", 0, 1},
		{"range=[5,1004]", 5, 1000},
		{"range=[9223372036854775806,9223372036854775807]", 9223372036854775806, 2},
		{"range=[0,24]&page=&perPage=", 0, 25},
	} {
		v, err := listing.ParseRawQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		q, err := things.Parse(v)
		if err != nil {
			t.Errorf("%s: %v", c.query, err)
			continue
		}
		if q.Offset() != c.offset || q.Limit() != c.limit {
			t.Errorf("%s: OFFSET %d LIMIT %d, want %d %d", c.query, q.Offset(), q.Limit(), c.offset, c.limit)
		}
	}
}

func TestPagesRefuseWhatIsNoPage(t *testing.T) {
	for _, name := range []string{"page", "perPage"} {
		for _, value := range []string{"0", "-1", "+1", " 1", "1 ", "1.0", "1e1", "0x1", "1_0", "x", "٣", "9223372036854775808", "99999999999999999999999"} {
			if got := refuse(t, url.Values{name: {value}}); !strings.Contains(got[name], "must be a whole number from 1") {
				t.Errorf("%s=%s: %v", name, value, got)
			}
		}
	}
	if got := refuse(t, url.Values{"perPage": {"1001"}}); got["perPage"] != "must be a whole number from 1 to 1000" {
		t.Errorf("%v", got)
	}
	for value, want := range map[string]string{
		"[0,1000]": "at most 1000 rows", "[0,9223372036854775807]": "at most 1000 rows",
		"0,24": "such as [0,24]", "[0]": "such as [0,24]", "[0,1,2]": "such as [0,24]", "[1,0]": "such as [0,24]",
		"[-1,5]": "such as [0,24]", `["0","24"]`: "such as [0,24]", "[0,1.5]": "such as [0,24]", "[null,5]": "such as [0,24]",
		"[0,null]": "such as [0,24]", "null": "such as [0,24]", "[0,9223372036854775808]": "such as [0,24]", "[0,24]x": "such as [0,24]",
	} {
		if got := refuse(t, url.Values{"range": {value}}); !strings.Contains(got["range"], want) {
			t.Errorf("range=%s: %v", value, got)
		}
	}
	for _, other := range []string{"page", "perPage"} {
		if got := refuse(t, url.Values{"range": {"[0,9]"}, other: {"1"}}); got["range"] == "" {
			t.Errorf("range beside %s: %v", other, got)
		}
	}
}

func TestHeaders(t *testing.T) {
	for _, c := range []struct {
		offset int64
		rows   int
		total  int64
		want   string
	}{
		{0, 10, 42, "items 0-9/42"},
		{40, 2, 42, "items 40-41/42"},
		{0, 1, 1, "items 0-0/1"},
		{0, 0, 0, "items */0"},
		{50, 0, 42, "items */42"},
	} {
		h := http.Header{}
		listing.Page[int]{Data: make([]int, c.rows), Total: c.total, Offset: c.offset}.WriteHeaders(h)
		if got := h.Get("Content-Range"); got != c.want {
			t.Errorf("Content-Range: %s, want %s", got, c.want)
		}
		if h.Get("Accept-Range") != "items" || h.Get("X-Total-Count") != strconv.FormatInt(c.total, 10) ||
			h.Get("Access-Control-Expose-Headers") != "Content-Range, X-Total-Count" || len(h) != 4 {
			t.Errorf("%v", h)
		}
	}
}

func TestPageOnTheWire(t *testing.T) {
	page := listing.Page[int]{Data: []int{1, 2}, Total: 42, Offset: 40}
	words := listing.Map(page, func(n int) string { return strconv.Itoa(n) + "!" })
	for want, value := range map[string]any{
		`{"data":[1,2],"total":42}`:       page,
		`{"data":["1!","2!"],"total":42}`: words,
		`{"data":[],"total":7}`:           listing.Map(listing.Page[int]{Total: 7}, strconv.Itoa),
	} {
		got, err := json.Marshal(value)
		if err != nil || string(got) != want {
			t.Errorf("%s %v, want %s", got, err, want)
		}
	}
	if rows := (listing.Page[int]{}).Rows(); rows == nil {
		t.Error("the rows of an empty page are nil")
	}
	h := http.Header{}
	words.WriteHeaders(h)
	if got := h.Get("Content-Range"); got != "items 40-41/42" {
		t.Errorf("Content-Range: %s", got)
	}
}
