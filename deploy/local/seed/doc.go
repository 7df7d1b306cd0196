// Package seed fills a running stack with demo data: plans, coupons, promotions, a subscriber to sign in as, and users
// in all the states that a user can be in.
//
// It works as people do: through the public API of the gateway, the codes in the mails, and the pages of the Stripe
// fake. Started again, it looks at what is there and does what is missing; what it has made once it leaves alone,
// whatever has become of it.
package seed
