package listing_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"muster/libs/listing"
)

func TestRawJSONIsReadAsItWasMeant(t *testing.T) {
	for query, want := range map[string]url.Values{
		``:                        {},
		`&&`:                      {},
		`a`:                       {"a": {""}},
		`a=1&b=2&a=3`:             {"a": {"1", "3"}, "b": {"2"}},
		`a=b+c`:                   {"a": {"b c"}},
		`a=b%2Bc`:                 {"a": {"b+c"}},
		`a=b;c&d=;`:               {"a": {"b;c"}, "d": {";"}},
		`a=b=c`:                   {"a": {"b=c"}},
		`filter={"a":"b"}&page=2`: {"filter": {`{"a":"b"}`}, "page": {"2"}},
		`sort=["a","ASC"]&filter={%22a%22:%22b%20c%22}`: {"sort": {`["a","ASC"]`}, "filter": {`{"a":"b c"}`}},
		`filter=%7B%22a%22%3A%22b+c%22%7D`:              {"filter": {`{"a":"b c"}`}},
		`filter={"a":"john+tag@x"}`:                     {"filter": {`{"a":"john+tag@x"}`}},
		`filter={%22a%22:%22john+tag@x%22}`:             {"filter": {`{"a":"john+tag@x"}`}},
		`filter={"a":"b&c;d"}&page=2`:                   {"filter": {`{"a":"b&c;d"}`}, "page": {"2"}},
		`filter={%22a%22:%22b&c%22}&page=2`:             {"filter": {`{"a":"b&c"}`}, "page": {"2"}},
		`filter={"a":"b\"&c"}&page=2`:                   {"filter": {`{"a":"b\"&c"}`}, "page": {"2"}},
		`filter={"a":"b%5C%22&c"}&page=2`:               {"filter": {`{"a":"b\"&c"}`}, "page": {"2"}},
		`filter={"a":"b\\"}&page=2`:                     {"filter": {`{"a":"b\\"}`}, "page": {"2"}},
		`filter={"a":"b%26c"}&page=2`:                   {"filter": {`{"a":"b&c"}`}, "page": {"2"}},
		`filter={"a":1}%26page=2`:                       {"filter": {`{"a":1}&page=2`}},
		`filter={"a":"100%"}`:                           {"filter": {`{"a":"100%"}`}},
		`filter={"a":"100%25"}`:                         {"filter": {`{"a":"100%"}`}},
		`filter={"a":"%+1"}`:                            {"filter": {`{"a":"%+1"}`}},
		`filter={"a":"Émile"}`:                          {"filter": {`{"a":"Émile"}`}},
		`filter={"a":"b&page=2`:                         {"filter": {`{"a":"b&page=2`}},
		`filter={"a":"b\`:                               {"filter": {`{"a":"b\`}},
	} {
		got, err := listing.ParseRawQuery(query)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v %v, want %v", query, got, err, want)
		}
	}
}

func TestBrokenEscapesAreNoParameterLeftOut(t *testing.T) {
	for query, field := range map[string]string{`filter=%7B%2`: "filter", `sort=["a%zz"]`: "sort", `%zz=1`: "query", `page=1&x=%`: "x"} {
		got, err := listing.ParseRawQuery(query)
		if err == nil {
			t.Errorf("%s: %v", query, got)
			continue
		}
		if problems(t, err)[field] == "" {
			t.Errorf("%s: %v", query, err)
		}
	}
	if _, err := things.ParseURL(&url.URL{RawQuery: "filter=%"}); err == nil {
		t.Error("ParseURL drops what it cannot read")
	}
}

// What a form or a client library encodes is read as any other server reads it.
func TestEncodedQueriesAreReadAsEverywhere(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		v := url.Values(rapid.MapOfN(rapid.String(), rapid.SliceOfN(rapid.String(), 1, 3), 0, 4).Draw(r, "values"))
		got, err := listing.ParseRawQuery(v.Encode())
		if err != nil || len(got) != len(v) || len(v) > 0 && !reflect.DeepEqual(got, v) {
			r.Fatalf("%s: %v %v", v.Encode(), got, err)
		}
	})
}

// The JSON of a URL goes unencoded over the wire, through a proxy, and arrives.
func TestRawJSONOverHTTP(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q, err := things.ParseURL(r.URL)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		where, args := q.Where()
		fmt.Fprintf(w, "%d%v%s", strings.Count(where, "?"), args, q.OrderBy())
	}))
	defer service.Close()
	target, err := url.Parse(service.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.URL.RawQuery = r.In.URL.RawQuery // The proxy has dropped what url.ParseQuery does not take.
	}})
	defer proxy.Close()

	for _, c := range []struct {
		query  string
		status int
		body   string
	}{
		{`filter={"name":"b"}`, 200, "1[%b%]t.id"},
		{`filter={"name":"b%20c"}`, 200, "1[%b c%]t.id"},
		{`filter={"name":"john+tag@x","active":true}`, 200, "2[%john+tag@x% true]t.id"},
		{`filter={"name":"b;c&d"}`, 200, "1[%b;c&d%]t.id"},
		{`filter={"name":"50%"}`, 200, `1[%50\%%]t.id`},
		{`filter={"name":"Émile<>^|` + "`" + `{}"}&sort=["id","DESC"]`, 200, "1[%Émile<>^|`{}%]t.id DESC"},
		{`sort=["id","DESC"]&page=1`, 200, "0[]t.id DESC"},
		{"filter={\"name\":\"\xff\"}", 400, ""},
		{`filter="name":"b"`, 400, ""},     // What curl sends without -g.
		{`filter={"name":"b c"}`, 400, ""}, // A space ends the URL in HTTP; nothing that keeps to HTTP sends one.
	} {
		for _, server := range []*httptest.Server{service, proxy} {
			status, body := rawGet(t, server, c.query)
			if status != c.status || c.status == 200 && body != c.body {
				t.Errorf("%s: %d %s, want %d %s", c.query, status, body, c.status, c.body)
			}
		}
	}
}

// rawGet writes the request itself: clients would encode the URL.
func rawGet(t *testing.T, server *httptest.Server, query string) (status int, body string) {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /api/users?%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", query)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var text strings.Builder
	if _, err := bufio.NewReader(response.Body).WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, text.String()
}
