// Package billing is the core of the billing service: the rules for what users pay, with Stripe as the payment
// provider.
//
// # Synchronization
//
// Every change that Stripe reports about a subscription, an invoice or a checkout session reaches Muster in the same
// way: take a ticket for the object ([Accounts.Ticket]), fetch the object, and apply it in one transaction unless a
// newer ticket was applied before ([Tx.Apply]). A webhook only triggers this; the order, number and content of webhooks
// do not matter. Muster's own calls (a cancellation) take their ticket before the call and apply the answer in the same
// way.
//
// # The state record
//
// An [Account] is everything that billing knows about one user. After each change billing composes the user's state
// again ([Account.State]). If it differs from the last published one, the version is incremented, and the new state
// goes to the outbox together with the events that follow from the difference ([EventsBetween]). All of this happens
// under the account's lock.
//
// # Calls to the provider
//
// No call is made inside a transaction. A call that creates something carries an idempotency key that was stored
// before, so a retry after a crash creates nothing twice.
package billing
