package e2e_test

import "fmt"

// listCase is a list request together with the same query in plain SQL.
type listCase struct {
	request  string // as the documentation prints it, with JSON unencoded
	database string
	plainQuery
}

// plainQuery is the SQL of a list request, written by hand: it shares no code with the implementation that it is
// compared to.
type plainQuery struct {
	columns, from, where, order string
	limit, offset               int
}

// page and total are the two statements of a list. Rows of both begin with the id and the email address.
func (q plainQuery) page() string {
	return fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT %d OFFSET %d", q.columns, q.from, q.where, q.order, q.limit, q.offset)
}

func (q plainQuery) total() string { return "SELECT count(*) FROM " + q.from + " WHERE " + q.where }

// in, by and at add a condition, an order and a page to a query.
func (q plainQuery) in(where string) plainQuery { q.where += " AND " + where; return q }
func (q plainQuery) by(order string) plainQuery { q.order = order + ", " + q.order; return q }
func (q plainQuery) at(page, perPage int) plainQuery {
	q.limit, q.offset = perPage, (page-1)*perPage
	return q
}

// hasText is the expression by which the lists' indexes search a column. The text is in capitals.
func hasText(column, text string) string {
	return `upper(lower((` + column + `) COLLATE "und-x-icu")) LIKE '%` + text + `%'`
}

// anyUserText searches the columns that q searches in every list of users.
func anyUserText(text string) string {
	return hasText("username", text) + " OR " + hasText("email", text) + " OR " + hasText("first_name", text) + " OR " + hasText("last_name", text) + " OR " +
		hasText(typeName, text) + " OR " + hasText(authTypeName, text)
}

// The names of codes, which are in no table.
const (
	typeName     = "CASE type_code WHEN 'SUBS' THEN 'Subscribed' WHEN 'NONS' THEN 'Not Subscribed' ELSE 'Administrator' END"
	authTypeName = "CASE auth_type_code WHEN 'EMAI' THEN 'Email' WHEN 'XXXX' THEN 'X OAuth' WHEN 'GOOG' THEN 'Google OAuth' " +
		"WHEN 'APPE' THEN 'Apple OAuth' WHEN 'FACE' THEN 'Facebook OAuth' ELSE 'LinkedIn OAuth' END"
	requestTypeName = "CASE r.type_code WHEN 'REGR' THEN 'Email Verification' WHEN 'RPWR' THEN 'Reset Password' WHEN 'EMUP' THEN 'Email Update' ELSE 'Invitation' END"
)

const profileColumns = `email, username, type_code, first_name, last_name, auth_type_code, is_active, created_at, updated_at,
	verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id`

var (
	plainUsers = plainQuery{"id, " + profileColumns, "users", "NOT deleted", "id", 10, 0}

	plainRequests = plainQuery{
		"r.id, u.email, r.user_id, r.type_code, r.code, r.created_on, r.attempts, u.username, u.first_name, u.last_name, u.is_active",
		"verification_requests r JOIN users u ON u.id = r.user_id", "true", "r.id", 10, 0,
	}

	plainFullUsers = plainQuery{
		"user_id, " + profileColumns + `, subscription_id, subscription_plan_id, subscription_plan_name, subscription_plan_interval,
		subscription_plan_amount, subscription_plan_currency, subscription_plan_trial_period_days, subscription_charged_amount,
		stripe_customer_id, stripe_subscription_id, subscription_status, current_period_start, current_period_end, trial_start, trial_end,
		cancel_at_period_end, canceled_at, subscription_created_at, subscription_updated_at, promotion_redemption_id, promotion_id,
		promotion_name, promotion_code, promotion_description, coupon_id, coupon_name, coupon_type_code, coupon_type_name,
		discount_percentage, trial_days, coupon_duration_type_code, coupon_duration_type_name, duration_in_months, stripe_discount_id,
		promotion_applied_at`,
		"user_overview", "visible", "user_id", 10, 0,
	}
)

// listCases are the examples of the lists' documentation, in its order, a deep page, and the requests of full users.
var listCases = []listCase{
	{
		`/api/users?page=1&perPage=10&sort=["username","ASC"]&filter={"userTypeCode":"SUBS"}`, "directory",
		plainUsers.in("type_code = 'SUBS'").by(`lower(username COLLATE "und-x-icu")`),
	},
	{
		`/api/users?page=2&perPage=20&filter={"q":"John","isActive":true}`, "directory",
		plainUsers.in("is_active").in("("+anyUserText("JOHN")+")").at(2, 20),
	},
	{
		`/api/users?filter={"email":"gmail.com","verifiedAt":"null"}`, "directory",
		plainUsers.in(hasText("email", "GMAIL.COM")).in("verified_at IS NULL"),
	},
	{`/api/users?filter={"verifiedAt":"!null","isActive":true}`, "directory", plainUsers.in("verified_at IS NOT NULL").in("is_active")},
	{`/api/users?filter={"lastLoginAt":"null"}`, "directory", plainUsers.in("last_login_at IS NULL")},
	{
		`/api/users?filter={"lastLoginAt":"!null","userTypeCode":"SUBS"}`, "directory",
		plainUsers.in("last_login_at IS NOT NULL").in("type_code = 'SUBS'"),
	},
	{`/api/users?filter={"legacyUserId":"null"}`, "directory", plainUsers.in("legacy_user_id IS NULL")},
	{`/api/users?filter={"legacyUserId":"!null","isActive":true}`, "directory", plainUsers.in("legacy_user_id IS NOT NULL").in("is_active")},
	{`/api/users?filter={"typeName":"Subscribed","isActive":true}`, "directory", plainUsers.in(hasText(typeName, "SUBSCRIBED")).in("is_active")},
	{`/api/users?filter={"authTypeCode":"GOOG","isActive":true}`, "directory", plainUsers.in("auth_type_code = 'GOOG'").in("is_active")},
	{`/api/users?filter={"authTypeName":"Google OAuth","isActive":true}`, "directory", plainUsers.in(hasText(authTypeName, "GOOGLE OAUTH")).in("is_active")},
	{
		`/api/users?sort=["authTypeName","ASC"]&filter={"isActive":true}`, "directory",
		plainUsers.in("is_active").by(`lower((` + authTypeName + `) COLLATE "und-x-icu")`),
	},
	{
		`/api/users/verification-requests?page=1&perPage=10&sort=["createdOn","DESC"]&filter={"requestTypeCode":"RPWR"}`, "directory",
		plainRequests.in("r.type_code = 'RPWR'").by("r.created_on DESC"),
	},
	{
		`/api/users/verification-requests?page=1&perPage=20&filter={"q":"john","isActive":true}`, "directory",
		plainRequests.in("u.is_active").in("("+hasText("r.code", "JOHN")+" OR "+hasText("r.type_code", "JOHN")+" OR "+hasText(requestTypeName, "JOHN")+
			" OR "+hasText("u.username", "JOHN")+" OR "+hasText("u.email", "JOHN")+" OR "+hasText("u.first_name", "JOHN")+
			" OR "+hasText("u.last_name", "JOHN")+")").at(1, 20),
	},
	{
		`/api/users/verification-requests?filter={"requestTypeName":"Password","username":"smith"}`, "directory",
		plainRequests.in(hasText(requestTypeName, "PASSWORD")).in(hasText("u.username", "SMITH")),
	},
	{`/api/users/verification-requests?filter={"userId":42,"attempts":0}`, "directory", plainRequests.in("r.user_id = 42").in("r.attempts = 0")},
	{`/api/users?page=50000`, "directory", plainUsers.at(50_000, 10)},
	// Twelve requests that represent those of full users: the first page, filters on one member, on a member of each of user,
	// subscription and promotion, and on a part of a text, q, sorts, a page far within, and a deep one.
	{`/api/users/full`, "gateway", plainFullUsers},
	{`/api/users/full?filter={"isActive":true}`, "gateway", plainFullUsers.in("is_active")},
	{
		`/api/users/full?filter={"isActive":true,"subscriptionStatus":"active","promotionCode":"SUMMER20"}`, "gateway",
		plainFullUsers.in("is_active").in("subscription_status = 'active'").in(hasText("promotion_code", "SUMMER20")),
	},
	{`/api/users/full?filter={"email":"gmail.com"}`, "gateway", plainFullUsers.in(hasText("email", "GMAIL.COM"))},
	{
		`/api/users/full?filter={"q":"John"}`, "gateway",
		plainFullUsers.in("(" + anyUserText("JOHN") + " OR " + hasText("subscription_plan_name", "JOHN") + " OR " + hasText("promotion_name", "JOHN") + " OR " +
			hasText("promotion_code", "JOHN") + ")"),
	},
	{`/api/users/full?sort=["subscriptionChargedAmount","DESC"]`, "gateway", plainFullUsers.by("subscription_charged_amount DESC NULLS LAST")},
	{
		`/api/users/full?filter={"subscriptionStatus":"active"}&sort=["subscriptionChargedAmount","DESC"]`, "gateway",
		plainFullUsers.in("subscription_status = 'active'").by("subscription_charged_amount DESC NULLS LAST"),
	},
	{`/api/users/full?filter={"promotionCode":"SUMMER20"}`, "gateway", plainFullUsers.in(hasText("promotion_code", "SUMMER20"))},
	{
		`/api/users/full?filter={"subscriptionPlanAmount":{"from":2000,"to":20000},"couponTypeCode":"DISC"}&sort=["createdAt","DESC"]`, "gateway",
		plainFullUsers.in("subscription_plan_amount BETWEEN 2000 AND 20000").in("coupon_type_code = 'DISC'").by("created_at DESC"),
	},
	{`/api/users/full?sort=["lastLoginAt","DESC"]`, "gateway", plainFullUsers.by("last_login_at DESC NULLS LAST")},
	{`/api/users/full?page=100&perPage=25&filter={"userTypeCode":"SUBS"}`, "gateway", plainFullUsers.in("type_code = 'SUBS'").at(100, 25)},
	{`/api/users/full?page=50000`, "gateway", plainFullUsers.at(50_000, 10)},
}
