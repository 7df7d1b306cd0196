// Package pg is how a Muster service uses PostgreSQL: it opens the pool, migrates the schema, and runs transactions and
// statements.
//
// # Transactions in the context
//
// [Tx] begins a transaction and passes it to the function in the context. A Tx that is called with such a context runs
// inside the same transaction, under a savepoint. This lets libs/inbox apply a batch of events and advance its offset
// atomically: it opens the transaction, and the service's store, which knows nothing of Kafka, joins it. [From] returns
// the connection to use: the context's transaction, or else the pool.
//
// [AfterCommit] registers work that must not run before the commit, such as waking the outbox relay. Functions
// registered under a savepoint that is rolled back do not run.
//
// The function given to the outermost Tx may run more than once, because serialization failures and deadlocks are
// retried. It must therefore have no effect outside the transaction.
//
// # Statements
//
// SQL is written by hand. [One], [First], [Many], [Exec] and [ExecOne] run it on what From returns. [ManyPlanned] and
// [PlanEachTime] are for queries whose best plan depends on their arguments. [Array], [Columns] and
// [JSON] pass values that database/sql does not know. An error says what was attempted, and a transient one is of
// errs.KindUnavailable: see [Wrap] and [Classify].
//
// # Sessions
//
// Every session uses UTC and has a statement timeout, a lock timeout and an idle-in-transaction timeout, so that no bug
// can hold a lock forever. A URL that sets one of these settings overrides the default. pgx prepares and caches
// statements per connection, so gorm's own statement cache stays off: a second cache costs more and gains nothing.
package pg
