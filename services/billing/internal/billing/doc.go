// Package billing is the core of the billing service: the rules for what users pay, with Stripe as the payment
// provider.
//
// # Synchronization
//
// Every change that Stripe reports about a subscription, an invoice or a checkout session reaches Muster in the same
// way: take a ticket for the object ([Accounts.Ticket]), fetch the object, and apply it in one transaction unless a
// newer ticket was applied before ([Tx.Apply]). A webhook only triggers this; the order, number and content of webhooks
// do not matter. After a call of its own (a cancellation) Muster ignores the answer, which may be older than a fetch under
// way, and synchronizes the object in the same way. A subscription is fetched with its latest invoice and all its open ones, a charge
// with its refunds and disputes, after its invoice.
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
// An [Account] is everything that billing knows about one user. After each change billing composes the user's state
// again ([Account.State]). If it differs from the last published one, the version is incremented, and the new state
// goes to the outbox together with the events and ledger entries. All of this happens under the account's lock.
//
// # Calls to the provider
//
// No call is made inside a transaction. A call that creates something carries an idempotency key that was stored
// before, so a retry after a crash creates nothing twice.
package billing
