// Package gateway is the core of the gateway: whom it lets in, when an answer may go out, and the read model of users
// and what they pay.
//
// It owns no fact. All that it knows arrives as state records of the services that do: directory's users, identity's
// accounts, billing's subscriptions ([Service.Apply]). Each kind has a part of its own in a user's row and a version of
// its own that guards it, so records may come in any order and any number of times.
//
// # Read your writes
//
// A service says which versions a write produced. The gateway holds the answer until its own read model has them and
// the user is settled, which means that every service has followed all that it acts on: see waits.go for the one table of who waits
// for what, and [Service.Follow]. After the patience (2 s by default) the answer goes out anyway, marked as pending.
//
// # Who is let in
//
// A valid access token is not enough: [Service.Member] says from the read model whether its owner is still there and
// active, and whether the session has ended.
package gateway
