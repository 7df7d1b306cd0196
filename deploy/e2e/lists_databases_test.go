package e2e_test

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"
)

// usersInDirectory are the user objects of directory's database. Names of codes are added by named.
const usersInDirectory = `
	SELECT id, json_build_object('id', id, 'username', username, 'email', email, 'typeCode', type_code, 'firstName', first_name, 'lastName', last_name,
		'authTypeCode', auth_type_code, 'isActive', is_active, 'createdAt', pg_temp.utc(created_at), 'updatedAt', pg_temp.utc(updated_at),
		'verifiedAt', pg_temp.utc(verified_at), 'lastLoginAt', pg_temp.utc(last_login_at), 'subscriptionExemptionStartsAt', pg_temp.utc(exemption_from),
		'subscriptionExemptionEndsAt', pg_temp.utc(exemption_to), 'legacyUserId', legacy_user_id)
	FROM users WHERE NOT deleted AND id = ANY($1)`

// subscriptionsInBilling are the current subscriptions of billing's database, with the redemptions that act on them. The
// amount is the one before the discount, and the coupon's members that only discounted reads begin with _.
const subscriptionsInBilling = `
	WITH held AS (
		SELECT DISTINCT ON (user_id) * FROM subscriptions WHERE user_id = ANY($1)
		ORDER BY user_id, array_position('{active,trialing,past_due,unpaid,paused,incomplete,canceled,incomplete_expired}', status), created_at DESC, id DESC)
	SELECT s.user_id, json_build_object(
		'subscriptionId', s.id, 'subscriptionPlanId', p.id, 'subscriptionPlanName', p.name, 'subscriptionPlanInterval', s."interval", 'subscriptionPlanAmount', s.amount,
		'subscriptionPlanCurrency', s.currency, 'subscriptionPlanTrialPeriodDays', p.trial_period_days,
		'subscriptionChargedAmount', (SELECT sum(i.amount * i.quantity) FROM subscription_items i WHERE i.subscription_id = s.id),
		'stripeCustomerId', u.stripe_customer_id, 'stripeSubscriptionId', s.provider_id, 'subscriptionStatus', s.status,
		'currentPeriodStart', pg_temp.utc(s.period_start), 'currentPeriodEnd', pg_temp.utc(s.period_end), 'trialStart', pg_temp.utc(s.trial_start),
		'trialEnd', pg_temp.utc(s.trial_end), 'cancelAtPeriodEnd', s.cancel_at_period_end, 'canceledAt', pg_temp.utc(s.canceled_at),
		'subscriptionCreatedAt', pg_temp.utc(s.created_at), 'subscriptionUpdatedAt', pg_temp.utc(s.updated_at),
		'promotionRedemptionId', r.id, 'promotionId', m.id, 'promotionName', m.name, 'promotionCode', m.code, 'promotionDescription', m.description,
		'couponId', c.id, 'couponName', c.name, 'couponTypeCode', c.type_code, 'discountPercentage', c.basis_points / 100.0, 'trialDays', c.trial_days,
		'couponDurationTypeCode', c.duration_code, 'durationInMonths', c.duration_in_months, 'stripeDiscountId', nullif(r.discount_id, ''),
		'promotionAppliedAt', pg_temp.utc(r.applied_at), '_off', c.amount_off)
	FROM held s JOIN billing_users u USING (user_id) LEFT JOIN plans p ON p.price_id = s.price_id
	LEFT JOIN LATERAL (
		SELECT r.* FROM promotion_redemptions r JOIN promotions m ON m.id = r.promotion_id JOIN coupons c ON c.id = m.coupon_id
		WHERE r.subscription_id = s.id AND r.status NOT IN ('reserved', 'released', 'removed') AND CASE
			WHEN c.type_code = 'TRIA' THEN s.status = 'trialing'
			WHEN c.duration_code = 'REPE' THEN r.ends_at IS NULL OR s.period_start < r.ends_at
			WHEN c.duration_code = 'ONCE' THEN r.consumed_by = '' OR r.consumed_period = s.period_start
			ELSE true END
		ORDER BY r.id DESC LIMIT 1) r ON true
	LEFT JOIN promotions m ON m.id = r.promotion_id LEFT JOIN coupons c ON c.id = m.coupon_id`

// readObjects runs one of the queries for users, and returns the objects by user.
func readObjects(t *testing.T, service, query string, ids []any) map[int64]object {
	t.Helper()
	db, err := pgx.Connect(t.Context(), muster.Databases[service])
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(context.Background())
	const utc = `CREATE FUNCTION pg_temp.utc(t timestamptz) RETURNS text LANGUAGE sql AS $$ SELECT to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') $$`
	if _, err := db.Exec(t.Context(), utc); err != nil {
		t.Fatal(err)
	}
	numbers := make([]int64, len(ids))
	for i, id := range ids {
		numbers[i] = int64(id.(float64))
	}
	rows, err := db.Query(t.Context(), query, numbers)
	if err != nil {
		t.Fatal(err)
	}
	found := map[int64]object{}
	var id int64
	var text []byte
	_, err = pgx.ForEachRow(rows, []any{&id, &text}, func() error {
		var row object
		err := json.Unmarshal(text, &row)
		found[id] = row
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// namesOfCodes are those of contract section 1, by the member that has the code.
var namesOfCodes = []struct {
	code, name string
	names      map[any]string
}{
	{"typeCode", "typeName", map[any]string{"SUBS": "Subscribed", "NONS": "Not Subscribed", "ADMI": "Administrator"}},
	{"authTypeCode", "authTypeName", map[any]string{"EMAI": "Email"}},
	{"couponTypeCode", "couponTypeName", map[any]string{"DISC": "Discount Percentage", "AMOU": "Discount Amount", "TRIA": "Free Trial"}},
	{"couponDurationTypeCode", "couponDurationTypeName", map[any]string{"ONCE": "Once", "REPE": "Repeating", "FORE": "Forever"}},
}

// discounted replaces the amount before the discount by what a period costs.
func discounted(row object) {
	amount, _ := row["subscriptionChargedAmount"].(float64)
	switch {
	case row["subscriptionStatus"] == "trialing":
		amount = 0
	case row["discountPercentage"] != nil:
		amount -= math.Floor(amount*row["discountPercentage"].(float64)/100 + 0.5)
	case row["_off"] != nil:
		amount = max(0, amount-row["_off"].(float64))
	}
	row["subscriptionChargedAmount"] = amount
}

// joined computes the full users from the databases of directory and billing. members are those of a full user.
func joined(t *testing.T, ids []any, members object) []object {
	t.Helper()
	paid := readObjects(t, "billing", subscriptionsInBilling, ids)
	var rows []object
	for id, user := range readObjects(t, "directory", usersInDirectory, ids) {
		if subscription := paid[id]; subscription != nil {
			discounted(subscription)
			for name, value := range subscription {
				user[name] = value
			}
		}
		for _, n := range namesOfCodes {
			if code := user[n.code]; code != nil {
				user[n.name] = n.names[code]
			}
		}
		row := object{}
		for name := range members {
			row[name] = user[name]
		}
		rows = append(rows, row)
	}
	return rows
}

// awaitApplied waits until the read model has all that has been published until now.
func awaitApplied(t *testing.T, boss *client) {
	t.Helper()
	now := time.Now()
	eventually(t, time.Minute, "everything has been applied", func() bool {
		at, err := time.Parse(time.RFC3339, boss.want(http.StatusOK, "GET", "/api/users/full?perPage=1", nil).header.Get("X-Data-As-Of"))
		return err == nil && at.After(now)
	})
}

// TestFullUsersAreWhatTheDatabasesSay compares answers to random requests with answers that plain SQL on the databases of
// the owning services, and the model of the grammar, give.
func TestFullUsersAreWhatTheDatabasesSay(t *testing.T) {
	cohort, boss := lists(t).full, admin(t)
	awaitApplied(t, boss)
	m := &model{path: cohort.path, fields: cohort.fields, fence: cohort.fence, fence2: cohort.fence2, rows: joined(t, idsOf(cohort.rows), cohort.rows[0])}
	if problem := m.ask(boss, question{filter: object{}}); problem != "" {
		t.Fatal(problem)
	}
	rounds := 0
	for range 3 { // of rapid's 100
		rapid.Check(t, func(r *rapid.T) {
			q := draw(r, m)
			q.page = rapid.IntRange(1, 4).Draw(r, "page")
			if problem := m.ask(boss, q); problem != "" {
				r.Fatalf("%s: %s", q, problem)
			}
			rounds++
		})
	}
	t.Logf("%d random requests about %d users", rounds, len(m.rows))

	var users int
	db, err := pgx.Connect(t.Context(), muster.Databases["directory"])
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(context.Background())
	if err := db.QueryRow(t.Context(), "SELECT count(*) FROM users WHERE NOT deleted").Scan(&users); err != nil {
		t.Fatal(err)
	}
	if all := boss.want(http.StatusOK, "GET", "/api/users/full", nil); all.header.Get("X-Total-Count") != strconv.Itoa(users) {
		t.Errorf("%s users are listed, directory has %d", all.header.Get("X-Total-Count"), users)
	}
}
