// Package gateway is the core of the gateway: which callers are admitted, when an answer may be sent, and the read
// model of users and what they pay.
//
// It owns no data. All of it arrives as state records of the owning services: directory's users, identity's accounts,
// billing's subscriptions ([Service.Apply]). Each kind of state has its own columns in a user's row, guarded by its own
// version, so records may arrive in any order and any number of times.
//
// # Read your writes
//
// A service reports which versions a write produced. The gateway holds the answer until its own read model has them and
// the user is settled, which means that every service has followed all that it acts on: libs/causal has the rule, and
// [Service.Follow] applies it. After the consistency wait (2 s by default) the answer is sent anyway, marked as
// pending.
//
// # Metrics
//
// [Service.Metrics] composes the numbers of users from the read model, the income from billing and the roster from
// directory, as of one moment. It answers all of them or none.
//
// # Access
//
// A valid access token is not enough: [Service.Member] reads from the read model whether its owner exists and is
// active, and whether the session has ended.
package gateway
