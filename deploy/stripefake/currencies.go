package stripefake

import (
	"slices"
	"strings"

	"muster/deploy/stripefake/internal/form"
)

// maxAmount is Stripe's limit: "The amount value supports up to eight digits" (its description of payment intents).
const maxAmount = 99_999_999

// currencies are those that Stripe can charge (https://docs.stripe.com/currencies).
var currencies = strings.Fields(`usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp
	byn bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl hrk htg
	huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk
	mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd
	std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw`)

// decimals returns how many digits of an amount are behind the decimal point.
func decimals(currency string) int {
	switch currency {
	case "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf":
		return 0
	case "bhd", "jod", "kwd", "omr", "tnd":
		return 3
	}
	return 2
}

// unitOf returns the smallest amount of a currency, of which all amounts are multiples. The last digit of a three-decimal
// currency must be 0; ISK and UGX have no decimals, but are written with two.
func unitOf(currency string) int64 {
	switch {
	case decimals(currency) == 3:
		return 10
	case currency == "isk", currency == "ugx":
		return 100
	}
	return 1
}

// least returns the minimum amount of a charge (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). For
// a currency that is not in that table it is the smallest amount.
func least(currency string) int64 {
	switch currency {
	case "usd", "aud", "brl", "cad", "chf", "eur", "inr", "jpy", "nzd", "sgd":
		return 50
	case "gbp":
		return 30
	case "bgn":
		return 100
	case "aed", "myr", "pln", "ron":
		return 200
	case "dkk":
		return 250
	case "nok", "sek":
		return 300
	case "hkd":
		return 400
	case "mxn", "thb":
		return 1000
	case "czk":
		return 1500
	case "huf":
		return 17500
	}
	return unitOf(currency)
}

// rounded returns the nearest multiple of the currency's smallest amount; half of it is rounded away from zero.
func rounded(amount int64, currency string) int64 {
	unit := unitOf(currency)
	return divideRounded(amount, unit) * unit
}

// readCurrency reads a currency in lower case, as Stripe stores it.
func readCurrency(p *form.Reader, name string) string {
	currency := strings.ToLower(p.Text(name))
	if currency != "" && !slices.Contains(currencies, currency) {
		p.Fail(name, "", "Invalid currency: %s. Stripe currently supports these currencies: %s", currency, strings.Join(currencies, ", "))
	}
	return currency
}

// checkUnit refuses an amount that the currency cannot have.
func checkUnit(p *form.Reader, name string, amount int64, currency string) {
	if unit := unitOf(currency); amount%unit != 0 {
		p.Fail(name, "", "Invalid amount: amounts in %s must be a multiple of %d.", currency, unit)
	}
}

// chargeable checks that an amount that is due at once can be charged.
func chargeable(amount int64, currency, param string) error {
	switch {
	case amount > maxAmount:
		return invalid("amount_too_large", param, "Amount must be no more than %s", money(maxAmount, currency))
	case amount > 0 && amount < least(currency):
		return invalid("amount_too_small", param, "The Checkout Session's total amount due must add up to at least %s",
			money(least(currency), currency))
	}
	return nil
}

// oneCurrency checks that a customer, who may be unknown, pays in no other currency.
func (tx *tx) oneCurrency(customerID, currency string) error {
	c, ok := tx.st.Customers.get(customerID)
	if !ok || c.Currency == "" || string(c.Currency) == currency || !tx.holdsCurrency(c) {
		return nil
	}
	return invalid("", "", "You cannot combine currencies on a single customer. This customer has an active subscription, "+
		"subscription schedule, discount, quote, or invoice item with currency %s.", c.Currency)
}

// holdsCurrency reports whether something of a customer still has the customer's currency.
func (tx *tx) holdsCurrency(c *customer) bool {
	if len(c.Pending) > 0 {
		return true
	}
	for s := range tx.st.Subscriptions.newest() {
		if s.Customer == c.ID && !s.ended() {
			return true
		}
	}
	return false
}
