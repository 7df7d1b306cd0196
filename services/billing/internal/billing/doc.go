// Package billing is the core of the billing service: the rules for what users pay, with Stripe as the payment
// provider.
//
// # Synchronization
//
// Every change at the provider reaches Muster in the same way: take a ticket for the object ([Accounts.Ticket]), fetch
// the object, and apply it in one transaction unless a newer ticket was applied before ([Tx.Apply]). A webhook only
// names the object. Waiting events of one object are one task. A subscription is one object with its latest invoice and
// all its open ones; a charge is fetched with its refunds and disputes, after its invoice. So the order, number and
// content of webhooks do not matter. Muster's own calls apply nothing of their answers: afterwards they synchronize the
// object like a webhook, because an answer can be older than a fetch that is under way.
//
// # Reconciliation
//
// Webhooks can be lost. [Service.Reconcile] receives the events that could not be delivered, fetches subscriptions that
// should have changed, and compares everything every night. A mark ([ProviderSubscription.Mark]) is stored with each
// object, and a list at the provider shows the same mark, so only what differs is fetched. What differs is recorded, and
// healed by the same synchronization.
//
// # Events and books
//
// What has happened is derived from each object's own old and new row, with the provider's times: events of
// subscriptions, invoices and redemptions, ledger entries ([LedgerEntry]), and movements of the recurring revenue
// ([Movement]). An entry has a key that names what it books, so nothing is booked twice, in any order of the news.
//
// # The state record
//
// An [Account] is everything that billing knows about one user and that can still change. After each change billing
// composes the user's state again ([Account.State]). If it differs from the last published one, the version is
// incremented, and the new state goes to the outbox together with the events and ledger entries. All of this happens
// under the account's lock.
//
// # Subscribing
//
// A [Checkout] is one attempt to subscribe: on the provider's page, or directly with a stored payment method. A user has
// one unfinished checkout, which holds the reserved redemption of a promotion. A new one closes the former one first: the
// page expires, or the unpaid first invoice is voided. A direct one whose call has no known outcome is not closed for two
// minutes, so that two requests never make two subscriptions.
//
// # Calls to the provider
//
// No call is made inside a transaction. A call that creates something carries an idempotency key that was stored before,
// so a retry after a crash creates nothing twice. The provider stores its own failures under the key, so keys have
// generations: after such a failure the object is looked up before it is made with the next one.
package billing
