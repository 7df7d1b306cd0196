// Package seed fills a running stack with demo data: plans, coupons, promotions, a subscriber to sign in as, and users
// in every possible state.
//
// It works like a user: through the public API of the gateway, the codes in the mails, and the pages of the Stripe
// fake. A later run creates only what is missing, and never changes what was created once, whatever its current state.
package seed
