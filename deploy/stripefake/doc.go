// Package stripefake is a stateful fake of Stripe's HTTP API (version 2023-10-16) for development and tests: customers,
// products, prices, coupons, promotion codes, Checkout, subscriptions, invoices, refunds, disputes, events and the customer
// portal. A client selects it by base URL and cannot distinguish it from Stripe on these routes.
//
// It reproduces Stripe's form encoding and refusal of unknown parameters, error object, idempotency keys, lists with
// cursors, expansion, subscription life cycle (trial, renewal, dunning, cancellation, proration), arithmetic of
// discounts, events with previous_attributes, and signed webhooks that are retried until they are acknowledged. It
// refuses with an error whatever it does not support.
//
// Besides the API under /v1 there are pages to click through (/c/pay/… Checkout, /p/session/… portal, /i/… an invoice)
// and a control plane under /_fake (see control.go): a virtual clock, failing payments, and webhooks that are held,
// reversed, duplicated or dropped.
//
// Where Stripe's documentation is ambiguous, the fake does this. The first invoice that a once coupon reduces uses it
// up, so a trial does not, and the coupon leaves the subscription at that moment. A subscription whose first payment
// succeeds is created incomplete and then updated to active. A card declined on the Checkout page leaves an incomplete
// subscription, which the next attempt pays. Prorations are net of the discount in force and not discounted again. A
// renewal's invoice stays a draft for an hour (a setting).
//
// Not supported: taxes, metered and tiered prices, discounts of customers, several accounts, minimum charge amounts.
package stripefake
