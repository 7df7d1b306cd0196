package e2e_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// person is a user of the cohort: the registration and what happens afterwards.
type person struct {
	local, username, first, last string // no first or last name if empty
	verified                     bool
	wrongCodes                   int    // number of wrong codes submitted
	change                       object // made by an administrator
	plan, promotion              string // what they subscribe to
	then                         string // what happens to the subscription
	returns                      bool   // signs in once more
}

// people has values that the lists' grammar distinguishes: case and accents, characters special to LIKE, SQL, JSON and
// HTML, names that sort differently by bytes, missing values, all types, and subscriptions of all kinds.
var people = []person{
	{local: "John.Doe", username: "John Doe", first: "John", last: "Smith", verified: true, returns: true},
	{local: "jane", username: "Jane Smith", first: "Jane", last: "apple", verified: true, plan: "monthly"},
	{local: "UPPER", username: "SHOUTING", first: "ada", last: "Apfel", verified: true, plan: "monthly", promotion: "FIFTH"},
	{local: "aehnlich", username: "ähnlich", first: "Ada", last: "ähnlich", verified: true, plan: "monthly", promotion: "FLAT", returns: true},
	{local: "o.neill", username: "o'neill", first: "ADA", last: "O'Neill", verified: true, plan: "yearly"},
	{local: "emile", username: "Émile", last: "Émile", verified: true, plan: "monthly", promotion: "EIGHTH", then: "cancel now"},
	{local: "emil", username: "emil", last: "emil", verified: true, plan: "monthly", then: "decline"},
	{local: "zebra", username: "zebra", first: "Grace", last: "Zebra", verified: true, plan: "monthly", promotion: "TRY"},
	{local: "crossing", username: "Zebra2", first: "grace", last: "zebra crossing", verified: true, plan: "yearly", promotion: "FIFTH", then: "cancel period_end"},
	{local: "percent", username: "100% sure", first: "%", last: "Ökonom"},
	{local: "under_score", username: "under_score", first: "_", last: "öl"},
	{local: "underXscore", username: "underXscore", first: "Nul", last: "Nuñez"},
	{local: "back", username: `back\slash`, first: `\`, last: "Ångström"},
	{local: "quotes", username: `quo"te's`, first: `"`, last: "de la Cruz"},
	{local: "tables", username: "'; DROP TABLE users; --", first: "1 OR 1=1", wrongCodes: 1},
	{local: "markup", username: `<b>&amp;</b>`, first: "${7*7}{{7*7}}", wrongCodes: 2},
	{local: "smile", username: "smile 😀 face", first: "😀"},
	{local: "amelie", username: "Amélie", first: "Zoë", wrongCodes: 4},
	{local: "combined", username: "Ame\u0301lie", first: "Zoe\u0308"},
	{local: "street", username: "Straße", first: "STRASSE"},
	{local: "odos", username: "ΟΔΟΣ", first: "οδος"},
	{local: "off", username: "switched off", change: object{"isActive": false}},
	{local: "chief", username: "former chief", change: object{"isActive": false, "userTypeCode": "ADMI"}},
	{local: "guest", username: "guest", change: object{"userTypeCode": "SUBS"}},
	{local: "long.ago", username: "exempt once", change: object{"subscriptionExemptionStartsAt": "2023-01-01T00:00:00Z", "subscriptionExemptionEndsAt": "2023-01-31T23:59:59Z"}},
	{local: "since", username: "exempt since", change: object{"subscriptionExemptionStartsAt": "2023-01-31T23:59:59Z"}},
	{local: "until", username: "exempt until", change: object{"subscriptionExemptionEndsAt": "2031-02-01T00:00:00Z", "isActive": false}},
	{local: "leap", username: "exempt later", change: object{"subscriptionExemptionStartsAt": "2032-02-29T12:00:00Z", "subscriptionExemptionEndsAt": "2033-01-01T00:00:00+01:00"}},
}

// cohort is created once and then left unchanged: the lists must agree with what the API returns for each of its
// members individually.
type cohort struct {
	users, full, requests *model
}

var theCohort struct {
	sync.Once
	cohort
	whole bool
}

// lists returns the models of the three lists.
func lists(t *testing.T) cohort {
	t.Helper()
	theCohort.Do(func() {
		theCohort.cohort = gather(t)
		theCohort.whole = true
	})
	if !theCohort.whole {
		t.Fatal("the cohort could not be made")
	}
	return theCohort.cohort
}

func (c cohort) models() []*model { return []*model{c.users, c.full, c.requests} }

func gather(t *testing.T) cohort {
	t.Helper()
	boss := admin(t)
	shop := openShop(t, boss)
	domain := fmt.Sprintf("@lists-%d.example.com", run)
	var ids []any
	codes := map[any]string{}
	for _, p := range people {
		c := p.join(t, boss, shop, domain)
		ids = append(ids, c.user["id"])
		if !p.verified {
			codes[c.user["id"]] = mailedCode(t, c.email)
		}
	}
	byID, byEmail := object{"id": ids}, object{"email": domain}
	found := cohort{
		users:    &model{path: "/api/users", fields: userFields, fence: byID, fence2: byEmail},
		full:     &model{path: "/api/users/full", fields: fullFields, fence: byID, fence2: byEmail},
		requests: &model{path: "/api/users/verification-requests", fields: requestFields, fence: object{"userId": ids}, fence2: byEmail},
	}
	for i, p := range people {
		user := boss.want(http.StatusOK, "GET", fmt.Sprintf("/api/users/%v", ids[i]), nil).body
		found.users.rows = append(found.users.rows, user)
		found.full.rows = append(found.full.rows, boss.want(http.StatusOK, "GET", fmt.Sprintf("/api/users/full/%v", ids[i]), nil).body)
		if !p.verified {
			found.requests.rows = append(found.requests.rows, request(user, codes[ids[i]], p.wrongCodes))
		}
	}
	found.number(t, boss)
	return found
}

// request returns the verification request of an unverified user, except for the members that only the list has.
func request(user object, code string, attempts int) object {
	return object{
		"userId": user["id"], "requestTypeCode": "REGR", "requestTypeName": "Email Verification", "verificationCode": code, "attempts": float64(attempts),
		"username": user["username"], "email": user["email"], "firstName": user["firstName"], "lastName": user["lastName"], "isActive": user["isActive"],
	}
}

// number reads the ids and times of the requests, which only the list has. The times are about those of the
// registrations.
func (c cohort) number(t *testing.T, boss *client) {
	t.Helper()
	rows := boss.want(http.StatusOK, "GET", list(c.requests.path, encode(c.requests.fence), "", "perPage", "1000"), nil).list()
	seen := map[any]bool{}
	for _, want := range c.requests.rows {
		i := slices.IndexFunc(rows, func(row object) bool { return row["userId"] == want["userId"] })
		if i < 0 || seen[rows[i]["id"]] {
			t.Fatalf("the request of user %v is not listed with an id of its own", want["userId"])
		}
		seen[rows[i]["id"]] = true
		want["id"], want["createdOn"] = rows[i]["id"], rows[i]["createdOn"]
	}
}

// shop holds the plans and promotions.
type shop struct {
	plans map[string]any
	codes map[string]string
}

func openShop(t *testing.T, boss *client) shop {
	t.Helper()
	s := shop{plans: map[string]any{}, codes: map[string]string{}}
	for name, plan := range map[string]object{
		"monthly": {"name": "Cohort Monthly", "interval": "month", "intervalCount": 1, "amount": 1500, "currency": "usd"},
		"yearly":  {"name": "Cohort Yearly", "interval": "year", "intervalCount": 1, "amount": 12000, "currency": "usd", "trialPeriodDays": 14},
	} {
		s.plans[name] = boss.want(http.StatusCreated, "POST", "/api/billing/plans", plan).body["id"]
	}
	for name, coupon := range map[string]object{
		"FIFTH":  {"name": "Cohort Fifth", "couponTypeCode": "DISC", "discountPercentage": 20, "couponDurationTypeCode": "FORE"},
		"EIGHTH": {"name": "Cohort Eighth", "couponTypeCode": "DISC", "discountPercentage": 12.5, "couponDurationTypeCode": "REPE", "durationInMonths": 3},
		"FLAT":   {"name": "Cohort Flat", "couponTypeCode": "AMOU", "discountAmount": 500, "currency": "usd", "couponDurationTypeCode": "ONCE"},
		"TRY":    {"name": "Cohort Trial", "couponTypeCode": "TRIA", "trialDays": 7, "couponDurationTypeCode": "ONCE"},
	} {
		id := boss.want(http.StatusCreated, "POST", "/api/billing/coupons", coupon).body["id"]
		s.codes[name] = fmt.Sprintf("%s%d", name, run%1_000_000_000)
		boss.want(http.StatusCreated, "POST", "/api/billing/promotions", object{"name": "Special " + name, "code": s.codes[name], "couponId": id})
	}
	return s
}

// join registers the person and applies the rest of the description.
func (p person) join(t *testing.T, boss *client, s shop, domain string) *client {
	t.Helper()
	c := &client{t: t, email: p.local + domain}
	registration := object{"email": c.email, "password": password, "username": p.username}
	if p.first != "" {
		registration["firstName"] = p.first
	}
	if p.last != "" {
		registration["lastName"] = p.last
	}
	c.signedIn(c.want(http.StatusCreated, "POST", "/api/auth/register", registration))
	for range p.wrongCodes {
		c.want(http.StatusBadRequest, "POST", "/api/auth/verify-email", object{"email": c.email, "code": "............"})
	}
	if p.verified {
		c.want(http.StatusOK, "POST", "/api/auth/verify-email", object{"email": c.email, "code": mailedCode(t, c.email)})
	}
	if p.plan != "" {
		p.subscribe(c, s)
	}
	if p.returns {
		c.signedIn(c.want(http.StatusOK, "POST", "/api/auth/login", object{"email": c.email, "password": password}))
	}
	if p.change != nil {
		boss.want(http.StatusOK, "PUT", fmt.Sprintf("/api/users/%d", c.id()), p.change)
	}
	return c
}

func (p person) subscribe(c *client, s shop) {
	c.t.Helper()
	order := object{"planId": s.plans[p.plan], "successUrl": origin, "cancelUrl": origin}
	if p.promotion != "" {
		order["promotionCode"] = s.codes[p.promotion]
	}
	page := c.want(http.StatusCreated, "POST", "/api/billing/checkout-sessions", order).body["url"].(string)
	if p.then == "decline" {
		decline(c.t, page)
		return
	}
	pay(c.t, page)
	if mode, cancels := strings.CutPrefix(p.then, "cancel "); cancels {
		c.want(http.StatusOK, "POST", "/api/billing/subscription/cancel", object{"mode": mode})
	}
}

// decline tries to pay with a declined card: the page is shown again, and the subscription stays incomplete.
func decline(t testing.TB, page string) {
	t.Helper()
	resp, err := httpClient.PostForm(page, url.Values{"outcome": {"decline"}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("a declined card answers %s", resp.Status)
	}
}
