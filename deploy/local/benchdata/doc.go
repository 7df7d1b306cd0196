// Package benchdata fills a stack's databases with users by COPY, as many as are wanted, for measuring: what a million
// registrations would leave, in a few minutes.
//
// The users are the same whenever as many are made. What the four databases hold of a user agrees, versions included: a
// filled user is changed and deleted through the API like any other. Nobody can sign in as one, since none has a
// password. Kafka is told nothing, so a read model that starts afresh does not find them; and the Stripe fake does not
// know their subscriptions and plans.
package benchdata
