// Package stripefake is a stateful fake of Stripe's HTTP API (version 2023-10-16) for development and tests: customers,
// cards, products, prices, coupons, promotion codes, tax rates, Checkout, subscriptions, invoices, invoice items, refunds,
// disputes, events, test clocks and the customer portal. A client selects it by base URL and cannot distinguish it from
// Stripe on these routes.
//
// It reproduces Stripe's form encoding, error object, idempotency keys (a 500 is kept for a day, too), lists with cursors
// and of ten elements within other objects, expansion, subscription life cycle (trial, renewal, dunning, cancellation,
// proration, paused collection, invoices that are sent), arithmetic of discounts and taxes, currencies with their amounts,
// test cards with their declines and 3-D Secure, events with previous_attributes, and signed webhooks that are retried
// until they are acknowledged.
//
// A request is first checked against a part of Stripe's own description of its parameters (internal/spec), then by the
// handler. What Stripe knows and the fake does not is refused with the code "unsupported_by_this_server", or named in the
// header Stripefake-Ignored where it has no effect. LIMITS.md lists what the fake does not do, PARAMETERS.md these
// parameters.
//
// Besides the API under /v1 there are pages to click through (/c/pay/… Checkout, /p/session/… portal, /i/… an invoice)
// and a control plane under /_fake (see control.go): a virtual clock, failing payments, an API that misbehaves, and
// webhooks that are held, reversed, shuffled, sent in parallel, duplicated or dropped.
//
// Where Stripe's documentation is ambiguous, the fake does this. The first invoice that a once coupon reduces uses it
// up, so a trial does not, and the coupon leaves the subscription at that moment. A subscription whose first payment
// succeeds is created incomplete and then updated to active. A card declined on the Checkout page leaves an incomplete
// subscription, which the next attempt pays. Prorations are net of the discount in force and not discounted again. A
// renewal's invoice stays a draft for an hour (a setting), and so does one that is sent. An invoice of a subscription whose
// collection is paused is marked uncollectible, or voided, when it is finalized. What is pending when a subscription ends
// as planned is billed and collected like a renewal. Amounts of three-decimal currencies are multiples of ten; computed
// ones are rounded to them.
package stripefake
