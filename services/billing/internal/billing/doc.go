// Package billing is the inside of the billing service: what users pay, by the rules of Muster, with Stripe as the
// payment provider.
//
// # The one step
//
// Whatever Stripe has to say of a subscription, an invoice or a checkout session reaches Muster in one way: take a
// ticket for the object ([Accounts.Ticket]), fetch the object, and apply it in one transaction only if no newer ticket
// was applied before ([Tx.Apply]). Webhooks are hints to do so; their order, their number and what they carry do not
// matter. Muster's own calls (a cancellation) take their ticket before the call and apply its answer the same way.
//
// # The state record
//
// An [Account] is all that billing knows of one user. After each change its state is composed anew
// ([Account.State]); if it differs from the one published last, the version rises by one, and the new state goes to the
// outbox together with the events that follow from old against new ([EventsBetween]). All of this happens under the
// lock of the account.
//
// # Calls to the provider
//
// No call is made inside a transaction. A call that makes something carries a key that was stored before, so that a
// repeated attempt after a crash makes nothing twice.
package billing
