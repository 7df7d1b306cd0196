package stripefake

import (
	"cmp"
	"slices"
	"strings"
)

// asking is when a card requires the customer to authenticate a payment (3-D Secure).
type asking string

const (
	asksNever asking = ""
	// asksAlways: each payment.
	asksAlways asking = "always"
	// asksUntilSetUp: until the customer has authenticated once.
	asksUntilSetUp asking = "until set up"
	// asksOnSession: the first payment of a subscription, but not its renewals.
	asksOnSession asking = "on session"
)

// refusal is a bank's reason for a declined payment. DeclineCode is empty where Stripe has only a code.
type refusal struct{ code, declineCode, message string }

func declined(declineCode string) *refusal {
	return &refusal{code: "card_declined", declineCode: declineCode, message: "Your card was declined."}
}

var genericDecline = declined("generic_decline")

// testCard is one of Stripe's test cards (https://docs.stripe.com/testing). Its name follows "pm_card_" in the id of its
// test payment method, and "tok_" in that of its token.
type testCard struct {
	name, number, brand string
	// refusal is why payments are declined; nil if they are not. Such a card cannot be attached to a customer unless
	// attachable is set.
	refusal    *refusal
	attachable bool
	asks       asking
	// disputed payments are disputed at once for this reason.
	disputed string
	// refunds is what becomes of a refund: "fails" after it had succeeded, or "pending" before it succeeds.
	refunds string
}

var testCards = []testCard{
	{name: "visa", number: "4242424242424242"},
	{name: "visa_debit", number: "4000056655665556"},
	{name: "mastercard", number: "5555555555554444", brand: "mastercard"},
	{name: "mastercard_debit", number: "5200828282828210", brand: "mastercard"},
	{name: "amex", number: "378282246310005", brand: "amex"},
	{name: "discover", number: "6011111111111117", brand: "discover"},
	{name: "diners", number: "3056930009020004", brand: "diners"},
	{name: "jcb", number: "3566002020360505", brand: "jcb"},
	{name: "visa_chargeDeclined", number: "4000000000000002", refusal: genericDecline},
	{name: "chargeDeclined", number: "4000000000000002", refusal: genericDecline},
	{name: "visa_chargeDeclinedInsufficientFunds", number: "4000000000009995", refusal: noFunds},
	{name: "chargeDeclinedInsufficientFunds", number: "4000000000009995", refusal: noFunds},
	{name: "visa_chargeDeclinedLostCard", number: "4000000000009987", refusal: declined("lost_card")},
	{name: "visa_chargeDeclinedStolenCard", number: "4000000000009979", refusal: declined("stolen_card")},
	{name: "visa_chargeDeclinedVelocityLimitExceeded", number: "4000000000006975", refusal: &refusal{
		code: "card_declined", declineCode: "card_velocity_exceeded",
		message: "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
	}},
	{name: "chargeDeclinedExpiredCard", number: "4000000000000069", refusal: &refusal{
		code: "expired_card", message: "Your card has expired.",
	}},
	{name: "chargeDeclinedIncorrectCvc", number: "4000000000000127", refusal: &refusal{
		code: "incorrect_cvc", message: "Your card's security code is incorrect.",
	}},
	{name: "chargeDeclinedProcessingError", number: "4000000000000119", refusal: &refusal{
		code: "processing_error", message: "An error occurred while processing your card. Try again in a little bit.",
	}},
	{name: "chargeDeclinedFraudulent", number: "4100000000000019", refusal: declined("fraudulent"), attachable: true},
	{name: "radarBlock", number: "4100000000000019", refusal: declined("fraudulent"), attachable: true},
	{name: "chargeCustomerFail", number: "4000000000000341", refusal: genericDecline, attachable: true},
	{name: "authenticationRequired", number: "4000002760003184", asks: asksAlways},
	{name: "authenticationRequiredOnSetup", number: "4000002500003155", asks: asksUntilSetUp},
	{name: "authenticationRequiredSetupForOffSession", number: "4000003800000446", asks: asksOnSession},
	{
		name: "authenticationRequiredChargeDeclinedInsufficientFunds", number: "4000008260003178", asks: asksAlways,
		refusal: noFunds, attachable: true,
	},
	{name: "threeDSecure2Required", number: "4000000000003220", asks: asksAlways},
	{name: "threeDSecureRequired", number: "4000000000003063", asks: asksAlways},
	{name: "threeDSecureOptional", number: "4000000000003055"},
	{
		name: "threeDSecureRequiredChargeDeclined", number: "4000008400001629", asks: asksAlways, refusal: genericDecline,
		attachable: true,
	},
	{name: "createDispute", number: "4000000000000259", disputed: "fraudulent"},
	{name: "createDisputeProductNotReceived", number: "4000000000002685", disputed: "product_not_received"},
	{name: "refundFail", number: "4000000000005126", refunds: "fails"},
	{name: "pendingRefund", number: "4000000000007726", refunds: "pending"},
}

var noFunds = &refusal{code: "card_declined", declineCode: "insufficient_funds", message: "Your card has insufficient funds."}

// cardNamed returns the test card of a test payment method or token; nil if there is none.
func cardNamed(id string) *testCard {
	name, isMethod := strings.CutPrefix(id, "pm_card_")
	if !isMethod {
		var isToken bool
		if name, isToken = strings.CutPrefix(id, "tok_"); !isToken {
			return nil
		}
	}
	return findCard(func(c *testCard) bool { return c.name == name })
}

// cardNumbered returns the test card with a number; nil if there is none. Spaces are ignored.
func cardNumbered(number string) *testCard {
	digits := strings.ReplaceAll(number, " ", "")
	return findCard(func(c *testCard) bool { return c.number == digits })
}

func findCard(is func(*testCard) bool) *testCard {
	at := slices.IndexFunc(testCards, func(c testCard) bool { return is(&c) })
	if at < 0 {
		return nil
	}
	return &testCards[at]
}

func (c *testCard) brandName() string { return cmp.Or(c.brand, "visa") }

func (c *testCard) last4() string { return c.number[len(c.number)-4:] }

// luhn reports whether the last digit of a card's number fits the others.
func luhn(number string) bool {
	sum := 0
	for i := range len(number) {
		digit := int(number[len(number)-1-i]) - '0'
		if digit < 0 || digit > 9 {
			return false
		}
		if i%2 == 1 {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return len(number) >= 12 && sum%10 == 0
}
