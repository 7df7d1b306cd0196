// Package stripefake is a stateful fake of Stripe's HTTP API (version 2023-10-16) for development and tests: customers,
// products, prices, coupons, promotion codes, Checkout, subscriptions, invoices, refunds, events and the customer
// portal. A client reaches it by base URL and cannot tell it from Stripe on these routes.
//
// What it keeps of Stripe's behaviour: the form encoding and the refusal of unknown parameters, the error object,
// idempotency keys, lists with cursors, expand, the life of a subscription (trial, renewal, dunning, cancellation,
// proration), the arithmetic of discounts, events with previous_attributes, and signed webhooks that repeat until they
// are acknowledged. What it does not know, it refuses loudly instead of ignoring it.
//
// Beside the API under /v1 there are pages to click through (/c/pay/… Checkout, /p/session/… portal, /i/… an invoice)
// and a control plane under /_fake (see control.go): a virtual clock, payments that fail, and webhooks that are held,
// reversed, duplicated or dropped.
//
// Where Stripe's documentation leaves room, the fake does this: a coupon for once is used up by the first invoice on
// which it takes something off, so a trial does not use it up, and leaves the subscription at that moment; a
// subscription whose first payment succeeds is created incomplete and updated to active; a card declined on the
// Checkout page leaves an incomplete subscription, which the next attempt pays; prorations are net of the discount in
// force and not discounted again; a renewal's invoice stays a draft for an hour (a setting).
//
// Not modelled: taxes, metered and tiered prices, discounts of customers, several accounts, the smallest amount that a
// card can be charged.
package stripefake
