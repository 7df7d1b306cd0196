package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// encode writes JSON without escaping <, > and &.
func encode(v any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSpace(b.String())
}

// question is a list request and the model's answer.
type question struct {
	filter  object // without the fence
	sort    string
	terms   []term
	page    int // 0 for all rows on one page
	perPage int
	byRange bool // range= instead of page= and perPage=
}

func (q question) String() string {
	return fmt.Sprintf("filter %s sort %s page %d of %d", encode(q.filter), q.sort, q.page, q.perPage)
}

// window is the first row of the page and how many fit on it.
func (q question) window() (first, rows int) {
	if q.page == 0 {
		return 0, 1000
	}
	return (q.page - 1) * q.perPage, q.perPage
}

func (q question) query(m *model) string {
	v := url.Values{"filter": {encode(m.fenced(q.filter))}}
	if q.sort != "" {
		v.Set("sort", q.sort)
	}
	first, rows := q.window()
	if q.byRange {
		v.Set("range", fmt.Sprintf("[%d,%d]", first, first+rows-1))
	} else {
		v.Set("perPage", strconv.Itoa(rows))
		v.Set("page", strconv.Itoa(first/rows+1))
	}
	return m.path + "?" + v.Encode()
}

// ask sends the request and describes how the answer differs from the model's; empty if it does not.
func (m *model) ask(c *client, q question) string {
	a, err := c.try("GET", q.query(m), nil)
	if err != nil {
		return err.Error()
	}
	all := m.sorted(m.matching(q.filter), q.terms...)
	first, rows := q.window()
	page := all[min(first, len(all)):min(first+rows, len(all))]
	stretch := "*"
	if len(page) > 0 {
		stretch = fmt.Sprintf("%d-%d", first, first+len(page)-1)
	}
	switch got := a.list(); {
	case a.status != http.StatusOK:
		return a.String()
	case !slices.Equal(idsOf(got), idsOf(page)):
		return fmt.Sprintf("rows %v, want %v", idsOf(got), idsOf(page))
	case a.body["total"] != float64(len(all)):
		return fmt.Sprintf("total %v, want %d", a.body["total"], len(all))
	case len(page) > 0 && !reflect.DeepEqual(got, page):
		return fmt.Sprintf("\n got %s\nwant %s", encode(got), encode(page))
	case a.header.Get("Content-Range") != fmt.Sprintf("items %s/%d", stretch, len(all)) || a.header.Get("X-Total-Count") != strconv.Itoa(len(all)) ||
		a.header.Get("Accept-Range") != "items" || a.header.Get("Access-Control-Expose-Headers") != "Content-Range, X-Total-Count":
		return fmt.Sprintf("headers %v", a.header)
	}
	return ""
}

func idsOf(rows []object) []any {
	ids := make([]any, len(rows))
	for i, row := range rows {
		ids[i] = row["id"]
	}
	return ids
}

// each runs a test on each of the three lists.
func each(t *testing.T, test func(t *testing.T, c *client, m *model)) {
	t.Helper()
	all := lists(t)
	for _, m := range all.models() {
		t.Run(strings.TrimPrefix(m.path, "/api/"), func(t *testing.T) { test(t, admin(t), m) })
	}
}

// Every filterable field alone, with every form of its values.
func TestEveryFilter(t *testing.T) {
	each(t, func(t *testing.T, c *client, m *model) {
		asked, found := 0, 0
		for _, name := range m.filterable() {
			for _, value := range m.forms(name) {
				q := question{filter: object{name: value}}
				if problem := m.ask(c, q); problem != "" {
					t.Errorf("%s: %s", q, problem)
				}
				asked++
				found += len(m.matching(q.filter))
			}
		}
		t.Logf("%d filters found %d rows", asked, found)
		if found < asked {
			t.Errorf("%d filters found %d rows: the data says little", asked, found)
		}
	})
}

// Two filters on different fields must both match.
func TestFiltersTogether(t *testing.T) {
	each(t, func(t *testing.T, c *client, m *model) {
		names := m.filterable()
		for i, name := range names {
			other := names[(i+1)%len(names)]
			one, two := m.forms(name), m.forms(other)
			q := question{filter: object{name: one[len(one)/2], other: two[len(two)/2]}}
			if problem := m.ask(c, q); problem != "" {
				t.Errorf("%s: %s", q, problem)
			}
		}
	})
}

// Every sortable field, in both directions and every spelling; nulls last, ties by id.
func TestEverySort(t *testing.T) {
	each(t, func(t *testing.T, c *client, m *model) {
		check := func(sort any, terms ...term) {
			t.Helper()
			q := question{sort: encode(sort), terms: terms}
			if problem := m.ask(c, q); problem != "" {
				t.Errorf("%s: %s", q, problem)
			}
		}
		names := m.sortable()
		for i, name := range names {
			for _, direction := range []string{"ASC", "DESC", "asc", "Desc"} {
				check([]string{name, direction}, term{name, strings.EqualFold(direction, "DESC")})
			}
			second, third := names[(i+1)%len(names)], names[(i+2)%len(names)]
			check([]string{name, "ASC", second, "DESC"}, term{name, false}, term{second, true})
			check([][]string{{name, "DESC"}, {second, "asc"}, {third, "DESC"}}, term{name, true}, term{second, false}, term{third, true})
		}
		if problem := m.ask(c, question{}); problem != "" {
			t.Errorf("without a sort: %s", problem)
		}
	})
}

// Expected sort orders that the model delegates to a library: case and accents only matter between words that are
// otherwise equal.
func TestTextSortsAsPeopleDo(t *testing.T) {
	want := []string{
		"ähnlich", "Ångström", "Apfel", "apple", "de la Cruz", "emil", "Émile", "Nuñez", "O'Neill", "Ökonom", "öl", "Smith", "Zebra", "zebra crossing",
	}
	m := lists(t).users
	c := admin(t)
	for _, direction := range []string{"ASC", "DESC"} {
		a := c.want(http.StatusOK, "GET", list(m.path, encode(m.fenced(nil)), encode([]string{"lastName", direction}), "perPage", "1000"), nil)
		var got []string
		nulls := 0
		for _, row := range a.list() {
			name, ok := row["lastName"].(string)
			switch {
			case !ok:
				nulls++
			case nulls > 0:
				t.Errorf("%s: %s comes after a null", direction, name)
			default:
				got = append(got, name)
			}
		}
		if direction == "DESC" {
			slices.Reverse(got)
		}
		if !slices.Equal(got, want) || nulls == 0 {
			t.Errorf("%s:\n got %q\nwant %q", direction, got, want)
		}
	}
}

// Pages by number and by range: the first, the last, one after the end, and numbers beyond an integer's range.
func TestPages(t *testing.T) {
	each(t, func(t *testing.T, c *client, m *model) {
		size := len(m.rows)
		for _, perPage := range []int{1, 3, size - 1, size, size + 1, 1000} {
			last := (size + perPage - 1) / perPage
			for _, page := range []int{1, 2, last, last + 1, last + 100_000} {
				for _, byRange := range []bool{false, true} {
					q := question{page: page, perPage: perPage, byRange: byRange, sort: `["email","DESC"]`, terms: []term{{"email", true}}}
					if problem := m.ask(c, q); problem != "" {
						t.Errorf("%s: %s", q, problem)
					}
				}
			}
		}
		filter := encode(m.fenced(nil))
		byDefault := c.want(http.StatusOK, "GET", list(m.path, encode(m.fence2), ""), nil)
		if want := idsOf(m.sorted(m.rows)[:10]); !slices.Equal(idsOf(byDefault.list()), want) || byDefault.header.Get("Content-Range") != fmt.Sprintf("items 0-9/%d", size) {
			t.Errorf("without a page: %s", byDefault)
		}
		all := idsOf(m.sorted(m.rows))
		if named := c.want(http.StatusOK, "GET", list(m.path, encode(object{"id": all}), ""), nil); !slices.Equal(idsOf(named.list()), all) {
			t.Errorf("an array of ids without a page: %s", named)
		}
		far := c.want(http.StatusOK, "GET", list(m.path, filter, "", "page", strconv.Itoa(math.MaxInt64), "perPage", "1000"), nil)
		if want := fmt.Sprintf(`{"data":[],"total":%d}`, size); far.text != want || far.header.Get("Content-Range") != fmt.Sprintf("items */%d", size) {
			t.Errorf("the last page of all: %s %v, want %s", far, far.header, want)
		}
		nobody := c.want(http.StatusOK, "GET", list(m.path, `{"id":-1}`, ""), nil)
		if nobody.text != `{"data":[],"total":0}` || nobody.header.Get("Content-Range") != "items */0" || nobody.header.Get("X-Total-Count") != "0" {
			t.Errorf("nobody: %s %v", nobody, nobody.header)
		}
	})
}

// The members of the objects are in the contract's order, and none is missing.
func TestMembersOfRows(t *testing.T) {
	const user = "id username email typeCode typeName firstName lastName authTypeCode authTypeName isActive createdAt updatedAt verifiedAt lastLoginAt " +
		"subscriptionExemptionStartsAt subscriptionExemptionEndsAt legacyUserId"
	const subscription = " subscriptionId subscriptionPlanId subscriptionPlanName subscriptionPlanInterval subscriptionPlanAmount subscriptionPlanCurrency " +
		"subscriptionPlanTrialPeriodDays subscriptionChargedAmount stripeCustomerId stripeSubscriptionId subscriptionStatus currentPeriodStart currentPeriodEnd " +
		"trialStart trialEnd cancelAtPeriodEnd canceledAt subscriptionCreatedAt subscriptionUpdatedAt promotionRedemptionId promotionId promotionName promotionCode " +
		"promotionDescription couponId couponName couponTypeCode couponTypeName discountPercentage trialDays couponDurationTypeCode couponDurationTypeName " +
		"durationInMonths stripeDiscountId promotionAppliedAt"
	all := lists(t)
	c := admin(t)
	for m, want := range map[*model]string{
		all.users: user, all.full: user + subscription,
		all.requests: "id userId requestTypeCode requestTypeName verificationCode createdOn attempts username email firstName lastName isActive",
	} {
		var rows struct {
			Data []json.RawMessage `json:"data"`
		}
		a := c.want(http.StatusOK, "GET", list(m.path, encode(m.fenced(nil)), "", "perPage", "1000"), nil)
		if err := json.Unmarshal([]byte(a.text), &rows); err != nil || len(rows.Data) != len(m.rows) {
			t.Fatalf("%s: %d rows, %v", m.path, len(rows.Data), err)
		}
		for _, row := range rows.Data {
			if got := strings.Join(membersOf(t, row), " "); got != want && !strings.HasPrefix(got, want+" ") { // members may be added at the end
				t.Fatalf("%s:\n got %s\nwant %s", m.path, got, want)
			}
		}
	}
}

// membersOf returns the member names of a flat object in their order.
func membersOf(t *testing.T, text json.RawMessage) []string {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		t.Fatal(err)
	}
	var names []string
	for decoder.More() {
		name, err := decoder.Token()
		var value json.RawMessage
		if err != nil || decoder.Decode(&value) != nil {
			t.Fatalf("%s: %v", text, err)
		}
		names = append(names, name.(string))
	}
	return names
}
