//go:build stripe

package stripefake_test

import (
	"os"
	"testing"
)

// TestStripe runs the suite against Stripe itself, with the key in STRIPE_TEST_KEY.
func TestStripe(t *testing.T) {
	key, err := keyFor(os.Getenv("STRIPE_TEST_KEY"))
	if err != nil {
		t.Fatal(err)
	}
	runSuite(t, func(t *testing.T) account { return newStripeAccount(t, "https://api.stripe.com", key) })
}
