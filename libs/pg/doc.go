// Package pg is how a Muster service holds its PostgreSQL: it opens the pool, migrates the schema, and runs
// transactions.
//
// # Transactions travel in the context
//
// [Tx] begins a transaction and puts it into the context that it hands to the function. Whoever calls Tx with such a
// context runs inside that same transaction, under a savepoint. That is what lets libs/inbox apply a batch of events
// and advance its offset atomically: it opens the transaction, and the service's store, which knows nothing of Kafka,
// joins it. [From] gives the connection to use: the context's transaction, or else the pool.
//
// [AfterCommit] is for what must follow a commit and never precede it, such as waking the outbox relay. Functions
// registered under a savepoint that is rolled back are forgotten.
//
// The function given to the outermost Tx may run more than once, because serialization failures and deadlocks are
// retried. It must therefore have no effect outside the transaction.
//
// # Statements
//
// SQL is written by hand. [One], [First], [Many], [Exec] and [ExecOne] run it on what From gives; [Array] and [JSON] carry
// values that database/sql does not know. An error says what was tried, and one that comes from the circumstances of the
// database is of errs.KindUnavailable: see [Wrap] and [Classify].
//
// # Sessions
//
// Every session speaks UTC, has a statement timeout, a lock timeout and an idle-in-transaction timeout, so that no
// bug can hold a lock for ever. A URL that names one of these settings overrides the default. Statements are prepared
// and cached by pgx per connection, so gorm's own statement cache stays off: two caches cost more and gain nothing.
package pg
