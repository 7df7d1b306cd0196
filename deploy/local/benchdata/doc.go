// Package benchdata fills a stack's databases by COPY with any number of users, for measurements: the data that a
// million registrations would leave, in a few minutes.
//
// The ledger has at most four payments of each user.
//
// The users are the same in every run with the same number. The four databases agree about each user, versions
// included: a filled user can be changed and deleted through the API like any other. Nobody can sign in as one, because
// none has a password. Kafka does not contain them, so a read model that is rebuilt from it does not find them, and the
// Stripe fake does not know their subscriptions and plans.
package benchdata
